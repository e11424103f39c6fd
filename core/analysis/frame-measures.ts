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

/** Luma and chroma are taken as 8-bit video levels (16–235). */
export function createFrameMeter(): FrameMeter {
  let before: { readonly y: Uint8Array; readonly columns: Float32Array; readonly rows: Float32Array } | undefined;
  return ({ width, height, y, u, v }) => {
    const { columns, rows } = profiles(y, width, height);
    const last = before;
    const change = last === undefined ? 0 : meanChange(last.y, y);
    const moveX = last === undefined ? 0 : shiftBetween(last.columns, columns);
    const moveY = last === undefined ? 0 : shiftBetween(last.rows, rows);
    const histogram = histogramOf(y);
    // The caller reuses its planes.
    const kept = last?.y ?? new Uint8Array(y.length);
    kept.set(y);
    before = { y: kept, columns, rows };
    return {
      sharpness: sharpnessOf(y, width, height),
      exposure: exposureOf(histogram, y.length),
      ...{ change, moveX, moveY },
      ...{ meanY: meanOf(y), meanU: meanOf(u), meanV: meanOf(v) },
    };
  };
}

function meanOf(plane: Uint8Array): number {
  let sum = 0;
  for (const value of plane) sum += value;
  return sum / Math.max(1, plane.length);
}

function meanChange(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < b.length; at++) sum += Math.abs((b[at] ?? 0) - (a[at] ?? 0));
  return sum / Math.max(1, b.length);
}

/**
 * Fine detail relative to contrast: the mean square of the Laplacian divided by the variance of luma (after Pertuz et
 * al., "Analysis of focus measure operators", 2013), so that dull light does not count as blur. On a logarithmic scale:
 * 0 at 1/1000 (nothing but soft gradients), 100 at 1 (detail everywhere).
 */
export function sharpnessOf(y: Uint8Array, width: number, height: number): number {
  let energy = 0;
  let sum = 0;
  let squares = 0;
  for (let row = 1; row < height - 1; row++) {
    for (let at = row * width + 1, end = at + width - 2; at < end; at++) {
      const centre = y[at] ?? 0;
      const around = (y[at - 1] ?? 0) + (y[at + 1] ?? 0) + (y[at - width] ?? 0) + (y[at + width] ?? 0);
      const laplacian = 4 * centre - around;
      energy += laplacian * laplacian;
      sum += centre;
      squares += centre * centre;
    }
  }
  const count = Math.max(1, (width - 2) * (height - 2));
  const variance = squares / count - (sum / count) ** 2;
  // A flat picture has noise only: the floor of 16 keeps that from looking sharp.
  const ratio = energy / count / (Math.max(0, variance) + 16);
  return clamp(100 * (1 + Math.log10(Math.max(1e-6, ratio)) / 3));
}

function histogramOf(y: Uint8Array): Uint32Array {
  const histogram = new Uint32Array(256);
  for (const value of y) histogram[value] = (histogram[value] ?? 0) + 1;
  return histogram;
}

/**
 * How well tones use the range: 100 for a picture whose middle tone is near mid-grey, whose tones span at least half of
 * the range between the 5th and 95th percentile, and that is clipped nowhere. Each falls off on its own: a median at
 * black or white costs all, no span costs 60 %, clipped pixels cost their share twice.
 */
export function exposureOf(histogram: Uint32Array, pixels: number): number {
  const percentile = (share: number) => {
    let seen = 0;
    for (let value = 0; value < 256; value++) {
      seen += histogram[value] ?? 0;
      if (seen >= share * pixels) return value;
    }
    return 255;
  };
  const middle = (percentile(0.5) - 16) / 219;
  const balance = 1 - Math.min(1, Math.abs(middle - 0.47) / 0.5) ** 2;
  const span = Math.min(1, (percentile(0.95) - percentile(0.05)) / 110);
  let clipped = 0;
  for (let value = 0; value < 256; value++) if (value <= 17 || value >= 234) clipped += histogram[value] ?? 0;
  return clamp(100 * balance * (0.4 + 0.6 * span) * Math.max(0, 1 - (2 * clipped) / Math.max(1, pixels)));
}

/** Means of all columns and of all rows: a picture that moves as a whole moves both. */
function profiles(y: Uint8Array, width: number, height: number) {
  const columns = new Float32Array(width);
  const rows = new Float32Array(height);
  for (let row = 0; row < height; row++) {
    let sum = 0;
    for (let column = 0, at = row * width; column < width; column++, at++) {
      const value = y[at] ?? 0;
      sum += value;
      columns[column] = (columns[column] ?? 0) + value / height;
    }
    rows[row] = sum / width;
  }
  return { columns, rows };
}

/** The shift at which two profiles differ least, within ± 24, refined between pixels by a parabola. */
export function shiftBetween(a: Float32Array, b: Float32Array): number {
  const farthest = Math.min(FARTHEST_MOVE, Math.floor(a.length / 4));
  const differenceAt = (shift: number) => {
    const from = Math.max(0, shift);
    const to = Math.min(b.length, b.length + shift);
    let sum = 0;
    for (let at = from; at < to; at++) sum += Math.abs((b[at] ?? 0) - (a[at - shift] ?? 0));
    return sum / (to - from);
  };
  let best = 0;
  let least = differenceAt(0);
  // Nothing moved: no search, and noise makes no motion.
  if (least < 0.25) return 0;
  for (let shift = -farthest; shift <= farthest; shift++) {
    const difference = differenceAt(shift);
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
