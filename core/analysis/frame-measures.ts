import type { Planes } from './small-picture.ts';

/** What is measured of every frame; shots are summed up from these. */
export type FrameMeasures = {
  /** 0–100, see {@link sharpnessOf}. */
  readonly sharpness: number;
  /** 0–100, see {@link exposureOf}. */
  readonly exposure: number;
  /** Mean absolute change of luma from the frame before, 0–255. */
  readonly change: number;
  /** How far the whole picture moved from the frame before, pixels of a picture 320 wide (portrait: 320 high). */
  readonly moveX: number;
  readonly moveY: number;
  readonly meanY: number;
  readonly meanU: number;
  readonly meanV: number;
};

/** Measures frames one after the other. */
export type FrameMeter = (planes: Planes) => FrameMeasures;

const FARTHEST_MOVE = 24;

/** Sums over a frame's pixels. */
export type FrameSums = {
  /** Mean luma of each column and of each row. */
  readonly columns: Float32Array;
  readonly rows: Float32Array;
  /** Of luma, and of its absolute change from the frame before. */
  readonly total: number;
  readonly change: number;
  /** Pixels of each luma. */
  readonly histogram: Uint32Array;
  readonly detail: DetailSums;
  readonly meanU: number;
  readonly meanV: number;
};

/** Sums over all pixels but the outermost: of the squared Laplacian, of luma and of its square. */
export type DetailSums = { readonly energy: number; readonly sum: number; readonly squares: number };

/** The work per pixel, so that it can be done by faster code. */
export type FrameKernels = {
  /** Sums up frames of one file, one after the other. */
  readonly createScan: () => (planes: Planes) => FrameSums;
};

/** Luma and chroma are taken as 8-bit video levels (16–235). */
export function createFrameMeter({ createScan }: FrameKernels = PLAIN): FrameMeter {
  const sumsOf = createScan();
  let before: Pick<FrameSums, 'columns' | 'rows'> | undefined;
  return (planes) => {
    const { columns, rows, total, change, histogram, detail, meanU, meanV } = sumsOf(planes);
    const moveX = before === undefined ? 0 : shiftBetween(before.columns, columns);
    const moveY = before === undefined ? 0 : shiftBetween(before.rows, rows);
    before = { columns, rows };
    const pixels = Math.max(1, planes.y.length);
    return {
      sharpness: sharpnessFrom(detail, planes.width, planes.height),
      exposure: exposureOf(histogram, planes.y.length),
      ...{ change: change / pixels, moveX, moveY },
      ...{ meanY: total / pixels, meanU, meanV },
    };
  };
}

const PLAIN: FrameKernels = {
  createScan: () => {
    let kept: Uint8Array | undefined;
    return ({ y, u, v, width, height }) => {
      // The caller reuses its planes.
      kept ??= y.slice();
      const scanned = scan(y, kept, width, height);
      return { ...scanned, detail: detailSums(y, width, height), meanU: meanOf(u), meanV: meanOf(v) };
    };
  },
};

function meanOf(plane: Uint8Array): number {
  let sum = 0;
  for (const value of plane) sum = (sum + value) | 0;
  return sum / Math.max(1, plane.length);
}

/**
 * One look at every pixel, which overwrites the frame before by this one: the sum of luma and of its absolute change,
 * the histogram, and the means of all columns and of all rows (a picture that moves as a whole moves both).
 */
function scan(y: Uint8Array, kept: Uint8Array, width: number, height: number) {
  const histogram = new Uint32Array(256);
  const sums = new Uint32Array(width);
  const rows = new Float32Array(height);
  let [total, change] = [0, 0];
  for (let row = 0; row < height; row++) {
    let [sum, rowChange] = [0, 0];
    for (let column = 0, at = row * width; column < width; column++, at++) {
      const value = y[at] ?? 0;
      const difference = value - (kept[at] ?? 0);
      kept[at] = value;
      sum = (sum + value) | 0;
      rowChange = (rowChange + Math.abs(difference)) | 0;
      histogram[value] = (histogram[value] ?? 0) + 1;
      sums[column] = (sums[column] ?? 0) + value;
    }
    rows[row] = sum / width;
    total += sum;
    change += rowChange;
  }
  const columns = new Float32Array(width);
  for (let column = 0; column < width; column++) columns[column] = (sums[column] ?? 0) / height;
  return { columns, rows, total, change, histogram };
}

/**
 * Fine detail relative to contrast: the mean square of the Laplacian divided by the variance of luma (after Pertuz et
 * al., "Analysis of focus measure operators", 2013), so that dull light does not count as blur. On a logarithmic scale:
 * 0 at 1/1000 (nothing but soft gradients), 100 at 1 (detail everywhere).
 */
export function sharpnessOf(y: Uint8Array, width: number, height: number): number {
  return sharpnessFrom(detailSums(y, width, height), width, height);
}

function detailSums(y: Uint8Array, width: number, height: number): DetailSums {
  let energy = 0;
  let sum = 0;
  let squares = 0;
  for (let row = 1; row < height - 1; row++) {
    // Sums of a row (of up to 2000 pixels) fit 32-bit integers, which are added faster than doubles.
    let [rowEnergy, rowSum, rowSquares] = [0, 0, 0];
    const first = row * width + 1;
    let left = y[first - 1] ?? 0;
    let centre = y[first] ?? 0;
    for (let at = first, end = first + width - 2; at < end; at++) {
      const right = y[at + 1] ?? 0;
      const laplacian = (4 * centre - left - right - (y[at - width] ?? 0) - (y[at + width] ?? 0)) | 0;
      rowEnergy = (rowEnergy + Math.imul(laplacian, laplacian)) | 0;
      rowSum = (rowSum + centre) | 0;
      rowSquares = (rowSquares + Math.imul(centre, centre)) | 0;
      left = centre;
      centre = right;
    }
    energy += rowEnergy;
    sum += rowSum;
    squares += rowSquares;
  }
  return { energy, sum, squares };
}

function sharpnessFrom({ energy, sum, squares }: DetailSums, width: number, height: number): number {
  const count = Math.max(1, (width - 2) * (height - 2));
  const variance = squares / count - (sum / count) ** 2;
  // A flat picture has noise only: the floor of 16 keeps that from looking sharp.
  const ratio = energy / count / (Math.max(0, variance) + 16);
  return clamp(100 * (1 + Math.log10(Math.max(1e-6, ratio)) / 3));
}

/** Levels at the end of a picture's range that what is clipped lies in, and the share of pixels there in one that is not. */
const PILE_LEVELS = 3;
const NATURAL_PILE = 0.02;

/**
 * How well tones use the range: 100 for a picture whose mean tone is near mid-grey, whose tones span at least half of
 * the range between the 5th and 95th percentile, and that is clipped nowhere. Each falls off on its own and without an end
 * before the worst: a mean at black or white costs all, no span costs 60 %, a share c of clipped pixels leaves (1 − c)².
 *
 * Clipped is what lies at the ends of the video range, and what piles up within three levels at either end of the picture's
 * own range: highlights that burnt out and were darkened afterwards are still burnt out.
 */
export function exposureOf(histogram: Uint32Array, pixels: number): number {
  const total = Math.max(1, pixels);
  const percentile = (share: number) => {
    let seen = 0;
    for (let value = 0; value < 256; value++) {
      seen += histogram[value] ?? 0;
      if (seen >= share * total) return value;
    }
    return 255;
  };
  const shareBetween = (from: number, to: number) => {
    let count = 0;
    for (let value = Math.max(0, from); value <= Math.min(255, to); value++) count += histogram[value] ?? 0;
    return count / total;
  };
  let sum = 0;
  for (let value = 0; value < 256; value++) sum += value * (histogram[value] ?? 0);
  const middle = Math.max(0, Math.min(1, (sum / total - 16) / 219));
  const balance = 1 - Math.min(1, Math.abs(middle - 0.47) / 0.53) ** 2;
  const span = Math.min(1, (percentile(0.95) - percentile(0.05)) / 110);
  const [bottom, top] = [percentile(0.001), percentile(0.999)];
  // A picture of one tone has no highlights that could be lost.
  const piled = (from: number, to: number) => span * Math.max(0, shareBetween(from, to) - NATURAL_PILE);
  const dark = Math.max(shareBetween(0, 17), piled(bottom, bottom + PILE_LEVELS - 1));
  const bright = Math.max(shareBetween(234, 255), piled(top - PILE_LEVELS + 1, top));
  return clamp(100 * balance * (0.4 + 0.6 * span) * (1 - Math.min(1, dark + bright)) ** 2);
}

/** The shift at which two profiles differ least, within ± 24, refined between pixels by a parabola. */
export function shiftBetween(a: Float32Array, b: Float32Array): number {
  const farthest = Math.min(FARTHEST_MOVE, Math.floor(a.length / 4));
  /** Mean difference; given up, and too large, as soon as it must exceed `limit`. */
  const differenceAt = (shift: number, limit = Number.POSITIVE_INFINITY) => {
    const from = Math.max(0, shift);
    const to = Math.min(b.length, b.length + shift);
    const most = limit * (to - from);
    let sum = 0;
    for (let at = from; at < to && sum <= most; at++) sum += Math.abs((b[at] ?? 0) - (a[at - shift] ?? 0));
    return sum / (to - from);
  };
  let best = 0;
  let least = differenceAt(0);
  // Nothing moved: no search, and noise makes no motion.
  if (least < 0.25) return 0;
  for (let shift = -farthest; shift <= farthest; shift++) {
    const difference = differenceAt(shift, least);
    if (difference < least) [best, least] = [shift, difference];
  }
  if (Math.abs(best) === farthest) return best;
  const [left, right] = [differenceAt(best - 1), differenceAt(best + 1)];
  const bend = left + right - 2 * least;
  return bend > 0 ? best + (left - right) / (2 * bend) : best;
}

function clamp(value: number): number {
  return Math.max(0, Math.min(100, value));
}
