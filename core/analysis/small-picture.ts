/** Size of the pictures that shots are found in; chroma has half of each. Portrait sources use the same, squeezed. */
export const PICTURE_WIDTH = 64;
export const PICTURE_HEIGHT = 36;
const PIXELS = PICTURE_WIDTH * PICTURE_HEIGHT;
const BLOCK_WIDTH = 8;
const BLOCK_HEIGHT = 6;
const BLOCKS = PIXELS / (BLOCK_WIDTH * BLOCK_HEIGHT);
const SEARCH_X = 8;
const SEARCH_Y = 6;
const COARSE_WIDTH = 16;
const COARSE_HEIGHT = 9;
const COARSE = COARSE_WIDTH * COARSE_HEIGHT;
const LUMA_BINS = 16;
const CHROMA_BINS = 8;

/** A decoded picture as 8-bit planes; chroma is subsampled by two in both directions (yuv420p). */
export type Planes = {
  readonly width: number;
  readonly height: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
};

/** What the shot detector keeps of a frame. */
export type SmallPicture = {
  /** Luma less its mean, divided by its spread: the picture's structure, whatever the exposure. */
  readonly structure: Float32Array;
  /** Standard deviation of luma, 0–255. */
  readonly contrast: number;
  readonly mean: number;
  /** Share of pixels per luma band, then per chroma cell. */
  readonly histogram: Float32Array;
  /** 16 × 9 means of luma, U and V: what a dissolve mixes, hardly moved by motion. */
  readonly coarse: Float32Array;
};

/** How two frames differ. */
export type Difference = {
  /** 0 = the same structure once moved; about 0.5 and more for unrelated pictures. */
  readonly residual: number;
  /** 0–1: share of the picture's blocks that no near block of the other frame explains. */
  readonly spread: number;
  /** 0–1: share of tones and colours that changed, wherever they are. */
  readonly tones: number;
};

/** Box averages of a plane at `width` × `height`; where the source is no larger, nearest samples. */
export function shrinkPlane(
  plane: Uint8Array,
  from: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
): Float32Array {
  const out = new Float32Array(to.width * to.height);
  for (let row = 0; row < to.height; row++) {
    const top = Math.floor((row * from.height) / to.height);
    const bottom = Math.max(top + 1, Math.floor(((row + 1) * from.height) / to.height));
    for (let column = 0; column < to.width; column++) {
      const left = Math.floor((column * from.width) / to.width);
      const right = Math.max(left + 1, Math.floor(((column + 1) * from.width) / to.width));
      let sum = 0;
      for (let y = top; y < bottom; y++) {
        for (let x = left, at = y * from.width + left; x < right; x++, at++) sum += plane[at] ?? 0;
      }
      out[row * to.width + column] = sum / ((bottom - top) * (right - left));
    }
  }
  return out;
}

/** The work per frame of finding shots, so that it can be done by faster code. */
export type PictureKernels = {
  readonly reduce: (planes: Planes) => SmallPicture;
  readonly compare: (a: SmallPicture, b: SmallPicture) => Difference;
};

/** Reduces a decoded picture of any size to what the detector keeps. */
export function smallPicture(planes: Planes): SmallPicture {
  const half = { width: Math.ceil(planes.width / 2), height: Math.ceil(planes.height / 2) };
  const size = { width: PICTURE_WIDTH, height: PICTURE_HEIGHT };
  const coarseSize = { width: COARSE_WIDTH, height: COARSE_HEIGHT };
  const chromaSize = { width: PICTURE_WIDTH / 2, height: PICTURE_HEIGHT / 2 };
  const y = shrinkPlane(planes.y, planes, size);
  const u = shrinkPlane(planes.u, half, chromaSize);
  const v = shrinkPlane(planes.v, half, chromaSize);
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < PIXELS; at++) {
    const value = y[at] ?? 0;
    sum += value;
    squares += value * value;
  }
  const mean = sum / PIXELS;
  const contrast = Math.sqrt(Math.max(0, squares / PIXELS - mean * mean));
  const coarse = new Float32Array(COARSE * 3);
  addCoarse(coarse.subarray(0, COARSE), y, size, coarseSize);
  addCoarse(coarse.subarray(COARSE, COARSE * 2), u, chromaSize, coarseSize);
  addCoarse(coarse.subarray(COARSE * 2), v, chromaSize, coarseSize);
  const histogram = histogramOf(y, u, v);
  const scale = structureScale(contrast);
  for (let at = 0; at < PIXELS; at++) y[at] = ((y[at] ?? 0) - mean) * scale;
  return { structure: y, contrast, mean, histogram, coarse };
}

/** Flat pictures hold noise only: the floor keeps it from being read as structure. */
export function structureScale(contrast: number): number {
  return 1 / (contrast + 6);
}

type Size = { readonly width: number; readonly height: number };

function addCoarse(out: Float32Array, plane: Float32Array, from: Size, to: Size): void {
  const stepX = from.width / to.width;
  const stepY = from.height / to.height;
  for (let row = 0; row < from.height; row++) {
    const target = Math.floor(row / stepY) * to.width;
    for (let column = 0; column < from.width; column++) {
      const at = target + Math.floor(column / stepX);
      out[at] = (out[at] ?? 0) + (plane[row * from.width + column] ?? 0) / (stepX * stepY);
    }
  }
}

function histogramOf(y: Float32Array, u: Float32Array, v: Float32Array): Float32Array {
  const bins = new Float32Array(LUMA_BINS + CHROMA_BINS * CHROMA_BINS);
  for (const value of y) {
    const bin = Math.min(LUMA_BINS - 1, Math.floor(value / 16));
    bins[bin] = (bins[bin] ?? 0) + 1 / y.length;
  }
  for (let index = 0; index < u.length; index++) {
    const bin = LUMA_BINS + chromaBin(u[index] ?? 128) * CHROMA_BINS + chromaBin(v[index] ?? 128);
    bins[bin] = (bins[bin] ?? 0) + 1 / u.length;
  }
  return bins;
}

/** Most pictures use the middle half of the chroma range: bins are finer there. */
function chromaBin(value: number): number {
  return Math.max(0, Math.min(CHROMA_BINS - 1, Math.floor((value - 64) / 16)));
}

/**
 * Compares two frames. Structure is compared block by block with the best match within ± 8 × 6 pixels (an eighth of the
 * picture), so that pans and moving things leave little; small differences skip the search.
 */
export function comparePictures(a: SmallPicture, b: SmallPicture): Difference {
  const tones = tonesApart(a.histogram, b.histogram);
  let plain = 0;
  for (let at = 0; at < PIXELS; at++) plain += Math.abs((a.structure[at] ?? 0) - (b.structure[at] ?? 0));
  if (plain / PIXELS < ALIKE) return { residual: plain / PIXELS, spread: 0, tones };
  const matches = new Float64Array(BLOCKS);
  let block = 0;
  for (let top = 0; top < PICTURE_HEIGHT; top += BLOCK_HEIGHT) {
    for (let left = 0; left < PICTURE_WIDTH; left += BLOCK_WIDTH) {
      matches[block++] = bestMatch(a.structure, b.structure, left, top);
    }
  }
  return differenceOf(matches, tones);
}

/** Share of tones and colours that differ. */
export function tonesApart(a: Float32Array, b: Float32Array): number {
  let tones = 0;
  for (let bin = 0; bin < a.length; bin++) tones += Math.abs((a[bin] ?? 0) - (b[bin] ?? 0)) / 4;
  return tones;
}

/** From what each block's best match leaves. */
export function differenceOf(matches: ArrayLike<number>, tones: number): Difference {
  let total = 0;
  let changed = 0;
  for (let block = 0; block < BLOCKS; block++) {
    const best = matches[block] ?? 0;
    total += best;
    if (best > 0.2 * BLOCK_WIDTH * BLOCK_HEIGHT) changed++;
  }
  return { residual: total / PIXELS, spread: changed / BLOCKS, tones };
}

/** Shifts within the search range, nearest first: the best one is near most of the time, and ends the others early. */
export const SHIFTS: Int8Array = (() => {
  const all: { readonly x: number; readonly y: number }[] = [];
  for (let y = -SEARCH_Y; y <= SEARCH_Y; y++) for (let x = -SEARCH_X; x <= SEARCH_X; x++) all.push({ x, y });
  all.sort((a, b) => a.x * a.x + a.y * a.y - b.x * b.x - b.y * b.y);
  return Int8Array.from(all.flatMap(({ x, y }) => [x, y]));
})();

/** Mean difference below which pictures are compared no further. */
export const ALIKE = 0.1;

/** A block that is this like another is found: 0.05 per pixel. */
export const FOUND: number = 0.05 * BLOCK_WIDTH * BLOCK_HEIGHT;

/** Smallest sum of absolute differences of b's block at (left, top) to any block of a within the search range. */
function bestMatch(a: Float32Array, b: Float32Array, left: number, top: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let shift = 0; shift < SHIFTS.length; shift += 2) {
    const [x, y] = [left + (SHIFTS[shift] ?? 0), top + (SHIFTS[shift + 1] ?? 0)];
    if (x < 0 || y < 0 || x > PICTURE_WIDTH - BLOCK_WIDTH || y > PICTURE_HEIGHT - BLOCK_HEIGHT) continue;
    let sum = 0;
    for (let row = 0; row < BLOCK_HEIGHT && sum < best; row++) {
      let p = (top + row) * PICTURE_WIDTH + left;
      let q = (y + row) * PICTURE_WIDTH + x;
      for (const end = p + BLOCK_WIDTH; p < end; p++, q++) sum += Math.abs((b[p] ?? 0) - (a[q] ?? 0));
    }
    if (sum < best) best = sum;
    if (best < FOUND) break;
  }
  return best;
}
