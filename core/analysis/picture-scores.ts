import type { HalfPicture } from './camera-motion.ts';
import { exposureOf } from './exposure.ts';
import type { Planes } from './small-picture.ts';

/** What one picture says by itself. */
export type PictureScores = {
  /** 0–100: fine detail relative to contrast, without what noise adds. */
  readonly sharpness: number;
  /** 0–100, see `exposureOf`. */
  readonly exposure: number;
  /** Standard deviation of noise, luma levels of 0–255, in the small picture. */
  readonly noise: number;
  /** 0–100: standard deviation of luma over half the range of video. */
  readonly contrast: number;
  /** Hasler and Süsstrunk's M: 0 grey, 33 moderately, 59 quite, 109 extremely colourful. */
  readonly colourfulness: number;
  /** Percent of pixels at or below 17, and at or above 234. */
  readonly shadowsClipped: number;
  readonly highlightsClipped: number;
  /** 0–100: likeness of the picture and its mirror image. */
  readonly symmetry: number;
  /** 0–100: how near the weight of detail is to a crossing of the lines of thirds. */
  readonly thirds: number;
  /** Centre of gravity of detail, 0–1 from the left and from the top. */
  readonly gravityX: number;
  readonly gravityY: number;
  /** Mean squared difference of neighbours in a row, and in a column. */
  readonly alongRows: number;
  readonly alongColumns: number;
};

const CELLS_X = 16;
const CELLS_Y = 9;

/**
 * Scores of one picture. Noise: Immerkær, "Fast noise variance estimation" (1996), over the calmest quarter of 8 × 8 blocks
 * so that texture does not count. Sharpness: mean square of the Laplacian less 20 σ² of noise, over the variance of luma
 * (Pertuz et al. 2013), logarithmic: 0 at 1/300, 100 at 1. Colourfulness: Hasler and Süsstrunk, "Measuring colourfulness
 * in natural images" (2003).
 */
export function pictureScores(planes: Planes, half: HalfPicture, kernels: ScoreKernels = PLAIN): PictureScores {
  const tones = tonesOf(kernels.tones(half), Math.max(1, half.luma.length));
  const noise = noiseOf(kernels.noise(planes));
  const { sharpness, alongRows, alongColumns } = detailOf(half, kernels.detail(half), tones.variance, noise);
  return {
    ...{ sharpness, alongRows, alongColumns, noise },
    ...{ contrast: Math.min(100, (100 * Math.sqrt(tones.variance)) / 109.5), exposure: tones.exposure },
    ...{ shadowsClipped: tones.shadows, highlightsClipped: tones.highlights },
    colourfulness: colourfulnessOf(kernels.colours(planes)),
    ...layoutOf(kernels.cells(half, CELLS_X, CELLS_Y)),
  };
}

/** The work per pixel, so that it can be done by faster code. */
export type ScoreKernels = {
  /** Pixels of each luma. */
  readonly tones: (half: HalfPicture) => Uint32Array;
  /** Sums of the magnitude of the response to (1 −2 1; −2 4 −2; 1 −2 1) over blocks. */
  readonly noise: (planes: Planes) => Uint32Array;
  /** Sums of the squared Laplacian and of squared steps to the next pixel, along rows and along columns. */
  /** Mean and weight of detail of each cell of a grid, from every other pixel of every other row. */
  readonly cells: (picture: HalfPicture, columns: number, rows: number) => Cells;
  /** Sums over pixels of red − green and of yellow − blue, and of their squares, and how many pixels those are. */
  readonly colours: (planes: Planes) => ColourSums;
  readonly detail: (half: HalfPicture) => { readonly energy: number; readonly across: number; readonly down: number };
};

export type Cells = { readonly means: Float32Array; readonly weights: Float32Array };

export type ColourSums = {
  readonly count: number;
  readonly rgSum: number;
  readonly rgSquares: number;
  readonly ybSum: number;
  readonly ybSquares: number;
};

const PLAIN: ScoreKernels = {
  cells: cellsOf,
  colours: colourSums,
  tones: ({ luma }) => {
    const histogram = new Uint32Array(256);
    for (const value of luma) histogram[value] = (histogram[value] ?? 0) + 1;
    return histogram;
  },
  noise: noiseResponses,
  detail: detailSums,
};

function tonesOf(histogram: Uint32Array, count: number) {
  let [sum, squares, dark, bright] = [0, 0, 0, 0];
  for (let value = 0; value < 256; value++) {
    const pixels = histogram[value] ?? 0;
    sum += pixels * value;
    squares += pixels * value * value;
    if (value <= 17) dark += pixels;
    if (value >= 234) bright += pixels;
  }
  const variance = Math.max(0, squares / count - (sum / count) ** 2);
  const clipped = { shadows: (100 * dark) / count, highlights: (100 * bright) / count };
  return { variance, exposure: exposureOf(histogram, count), ...clipped };
}

const NOISE_BLOCK = 8;
/** The calmest quarter of blocks of nothing but noise shows 0.8 of it. */
const CALM_SHARE = 0.8;

function noiseResponses({ y, width, height }: Planes): Uint32Array {
  const responses: number[] = [];
  // Every other row of blocks is enough.
  for (let top = 1; top + NOISE_BLOCK < height; top += 2 * NOISE_BLOCK) {
    for (let left = 1; left + NOISE_BLOCK < width; left += NOISE_BLOCK) {
      let sum = 0;
      for (let row = 0; row < NOISE_BLOCK; row += 2) {
        let at = (top + row) * width + left;
        for (const end = at + NOISE_BLOCK; at < end; at++) {
          const corners =
            (y[at - width - 1] ?? 0) + (y[at - width + 1] ?? 0) + (y[at + width - 1] ?? 0) + (y[at + width + 1] ?? 0);
          const sides = (y[at - 1] ?? 0) + (y[at + 1] ?? 0) + (y[at - width] ?? 0) + (y[at + width] ?? 0);
          sum = (sum + Math.abs(corners - 2 * sides + 4 * (y[at] ?? 0))) | 0;
        }
      }
      responses.push(sum);
    }
  }
  return Uint32Array.from(responses);
}

/** σ from the response to (1 −2 1; −2 4 −2; 1 −2 1), whose standard deviation is 6 σ. */
function noiseOf(responses: Uint32Array): number {
  if (responses.length === 0) return 0;
  const calm = responses.toSorted().slice(0, Math.ceil(responses.length / 4));
  const mean = calm.reduce((total, value) => total + value, 0) / calm.length / (NOISE_BLOCK * (NOISE_BLOCK / 2));
  return (Math.sqrt(Math.PI / 2) * mean) / 6 / CALM_SHARE;
}

function detailSums({ luma, width, height }: HalfPicture) {
  let [energy, across, down] = [0, 0, 0];
  for (let row = 1; row < height - 1; row++) {
    for (let at = row * width + 1, end = at + width - 2; at < end; at++) {
      const centre = luma[at] ?? 0;
      const [right, below] = [luma[at + 1] ?? 0, luma[at + width] ?? 0];
      const laplacian = 4 * centre - (luma[at - 1] ?? 0) - right - (luma[at - width] ?? 0) - below;
      energy += laplacian * laplacian;
      across += (right - centre) * (right - centre);
      down += (below - centre) * (below - centre);
    }
  }
  return { energy, across, down };
}

type Detail = ReturnType<ScoreKernels['detail']>;

function detailOf({ width, height }: HalfPicture, { energy, across, down }: Detail, variance: number, noise: number) {
  const count = Math.max(1, (width - 2) * (height - 2));
  // Averaging four pixels leaves a quarter of the noise's variance.
  const own = Math.max(0, energy / count - 5 * noise * noise);
  const ratio = own / (variance + 16);
  const sharpness = Math.max(0, Math.min(100, 100 * (1 + Math.log10(Math.max(1e-6, ratio)) / Math.log10(300))));
  return { sharpness, alongRows: across / count, alongColumns: down / count };
}

function colourSums({ width, height, y, u, v }: Planes): ColourSums {
  const columns = Math.ceil(width / 2);
  let [count, rgSum, rgSquares, ybSum, ybSquares] = [0, 0, 0, 0, 0];
  for (let row = 0; row < height >> 1; row += 2) {
    for (let column = 0; column < width >> 1; column += 2) {
      const luma = 1.164 * ((y[2 * row * width + 2 * column] ?? 16) - 16);
      const [cb, cr] = [(u[row * columns + column] ?? 128) - 128, (v[row * columns + column] ?? 128) - 128];
      const [r, g, b] = [luma + 1.596 * cr, luma - 0.392 * cb - 0.813 * cr, luma + 2.017 * cb];
      const [rg, yb] = [r - g, (r + g) / 2 - b];
      rgSum += rg;
      rgSquares += rg * rg;
      ybSum += yb;
      ybSquares += yb * yb;
      count++;
    }
  }
  return { count, rgSum, rgSquares, ybSum, ybSquares };
}

function colourfulnessOf({ count, rgSum, rgSquares, ybSum, ybSquares }: ColourSums): number {
  if (count === 0) return 0;
  const [rg, yb] = [rgSum / count, ybSum / count];
  const spread = Math.max(0, rgSquares / count - rg * rg) + Math.max(0, ybSquares / count - yb * yb);
  return Math.sqrt(spread) + 0.3 * Math.hypot(rg, yb);
}

/** Symmetry, thirds and centre of gravity from 16 × 9 cells: their means, and the weight of their detail. */
function layoutOf({ means, weights }: Cells) {
  let [total, x, y] = [1e-6, 0.5e-6, 0.5e-6];
  weights.forEach((weight, cell) => {
    total += weight;
    x += weight * (((cell % CELLS_X) + 0.5) / CELLS_X);
    y += weight * ((Math.floor(cell / CELLS_X) + 0.5) / CELLS_Y);
  });
  const [gravityX, gravityY] = [x / total, y / total];
  const off = Math.hypot(Math.abs(gravityX - 0.5) - 1 / 6, Math.abs(gravityY - 0.5) - 1 / 6);
  return { symmetry: symmetryOf(means), thirds: 100 * Math.exp(-((off / 0.12) ** 2)), gravityX, gravityY };
}

/** Correlation with the mirror image, negative ones count as none. */
function symmetryOf(means: Float32Array): number {
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  let [product, square] = [0, 0];
  means.forEach((value, cell) => {
    const column = cell % CELLS_X;
    const mirrored = means[cell - column + CELLS_X - 1 - column] ?? 0;
    product += (value - mean) * (mirrored - mean);
    square += (value - mean) ** 2;
  });
  return square < means.length ? 100 : Math.max(0, (100 * product) / square);
}

/** Means and detail of a grid of cells, from every other pixel of every other row. */
function cellsOf({ luma, width, height }: HalfPicture, columns: number, rows: number): Cells {
  const means = new Float32Array(columns * rows);
  const weights = new Float32Array(columns * rows);
  const counts = new Float32Array(columns * rows);
  const cellOf = Uint8Array.from({ length: width }, (_, column) => Math.floor((column * columns) / width));
  for (let row = 0; row + 1 < height; row += 2) {
    const cells = Math.floor((row * rows) / height) * columns;
    for (let column = 0; column + 1 < width; column += 2) {
      const at = row * width + column;
      const here = luma[at] ?? 0;
      const cell = cells + (cellOf[column] ?? 0);
      const detail = Math.abs(here - (luma[at + 1] ?? 0)) + Math.abs(here - (luma[at + width] ?? 0));
      means[cell] = (means[cell] ?? 0) + here;
      weights[cell] = (weights[cell] ?? 0) + detail;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  for (let cell = 0; cell < means.length; cell++) {
    const count = Math.max(1, counts[cell] ?? 1);
    means[cell] = (means[cell] ?? 0) / count;
    weights[cell] = (weights[cell] ?? 0) / count;
  }
  return { means, weights };
}

const GRID_X = 4;
const GRID_Y = 3;
/** Numbers in a descriptor: luma, blue and red difference, and texture of 4 × 3 cells. */
export const DESCRIPTOR_LENGTH = 4 * GRID_X * GRID_Y;

/** A compact description of colour, texture and layout, 48 whole numbers of 0–255: pictures alike have alike numbers. */
export function pictureDescriptor(
  planes: Planes,
  half: HalfPicture,
  cells: ScoreKernels['cells'] = cellsOf,
): Uint8Array {
  const out = new Uint8Array(DESCRIPTOR_LENGTH);
  const { means, weights } = cells(half, GRID_X, GRID_Y);
  const chroma = { width: Math.ceil(planes.width / 2), height: Math.ceil(planes.height / 2) };
  const u = cells({ ...chroma, luma: planes.u }, GRID_X, GRID_Y).means;
  const v = cells({ ...chroma, luma: planes.v }, GRID_X, GRID_Y).means;
  for (let cell = 0; cell < GRID_X * GRID_Y; cell++) {
    out[4 * cell] = means[cell] ?? 0;
    // Chroma uses the middle of its range: it counts double.
    out[4 * cell + 1] = Math.max(0, Math.min(255, 128 + 2 * ((u[cell] ?? 128) - 128)));
    out[4 * cell + 2] = Math.max(0, Math.min(255, 128 + 2 * ((v[cell] ?? 128) - 128)));
    out[4 * cell + 3] = Math.min(255, 6 * (weights[cell] ?? 0));
  }
  return out;
}

/** The mean luma and chroma, 0–255, of what a descriptor describes. */
export function descriptorColour(descriptor: ArrayLike<number>): readonly [number, number, number] {
  let [luma, u, v] = [0, 0, 0];
  for (let at = 0; at < DESCRIPTOR_LENGTH; at += 4) {
    luma += descriptor[at] ?? 0;
    u += descriptor[at + 1] ?? 128;
    v += descriptor[at + 2] ?? 128;
  }
  const cells = GRID_X * GRID_Y;
  return [luma / cells, 128 + (u / cells - 128) / 2, 128 + (v / cells - 128) / 2];
}

/** Mean difference of two descriptors, 0–255; near-duplicates are below 6. */
export function descriptorDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < DESCRIPTOR_LENGTH; at++) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
  return sum / DESCRIPTOR_LENGTH;
}
