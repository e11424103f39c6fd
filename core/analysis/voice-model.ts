import { VOICE_DIMENSIONS, type VoiceSums } from './voice-cells.ts';

const SIZE = VOICE_DIMENSIONS;

/** A voice as one Gaussian with whole covariance; `factor` is its Cholesky factor, row-major. */
export type VoiceModel = {
  readonly mean: Float64Array;
  readonly factor: Float64Array;
  readonly logDeterminant: number;
};

/** A covariance is believed as if so many frames more had varied as all voices do. */
const PRIOR_FRAMES = 20;

export function united(a: VoiceSums, b: VoiceSums): VoiceSums {
  return {
    count: a.count + b.count,
    sums: a.sums.map((value, n) => value + (b.sums[n] ?? 0)),
    products: a.products.map((value, n) => value + (b.products[n] ?? 0)),
  };
}

export const NO_VOICE: VoiceSums = {
  count: 0,
  sums: new Float64Array(SIZE),
  products: new Float64Array(SIZE * SIZE),
};

/** How much each number varies over all that is heard. */
export function variances({ count, sums, products }: VoiceSums): Float64Array {
  return sums.map((sum, n) => (products[n * SIZE + n] ?? 0) / Math.max(1, count) - (sum / Math.max(1, count)) ** 2);
}

/** The likeliest Gaussian of some speech, its covariance drawn towards `prior`. */
export function voiceModel({ count, sums, products }: VoiceSums, prior: Float64Array): VoiceModel {
  const frames = Math.max(1, count);
  const mean = sums.map((sum) => sum / frames);
  const own = count / (count + PRIOR_FRAMES);
  const covariance = products.map((product, index) => {
    const [p, q] = [Math.floor(index / SIZE), index % SIZE];
    const spread = product / frames - (mean[p] ?? 0) * (mean[q] ?? 0);
    return own * spread + (p === q ? (1 - own) * (prior[p] ?? 0) + 1e-6 : 0);
  });
  return { mean, ...cholesky(covariance) };
}

function cholesky(matrix: Float64Array): Pick<VoiceModel, 'factor' | 'logDeterminant'> {
  const factor = new Float64Array(SIZE * SIZE);
  let logDeterminant = 0;
  for (let i = 0; i < SIZE; i++) {
    for (let j = 0; j <= i; j++) {
      let value = matrix[i * SIZE + j] ?? 0;
      for (let k = 0; k < j; k++) value -= (factor[i * SIZE + k] ?? 0) * (factor[j * SIZE + k] ?? 0);
      if (i === j) {
        const root = Math.sqrt(Math.max(value, 1e-9));
        factor[i * SIZE + i] = root;
        logDeterminant += 2 * Math.log(root);
      } else factor[i * SIZE + j] = value / (factor[j * SIZE + j] ?? 1);
    }
  }
  return { factor, logDeterminant };
}

/** Log likelihood of all frames of some speech under a voice, without the constant. */
export function logLikelihood(
  { count, sums, products }: VoiceSums,
  { mean, factor, logDeterminant }: VoiceModel,
): number {
  // The trace of covariance⁻¹ × scatter, by two triangular solutions.
  const half = new Float64Array(SIZE * SIZE);
  for (let column = 0; column < SIZE; column++) {
    const middle = mean[column] ?? 0;
    for (let i = 0; i < SIZE; i++) {
      const here = mean[i] ?? 0;
      let value =
        (products[i * SIZE + column] ?? 0) -
        here * (sums[column] ?? 0) -
        (sums[i] ?? 0) * middle +
        count * here * middle;
      for (let k = 0; k < i; k++) value -= (factor[i * SIZE + k] ?? 0) * (half[k * SIZE + column] ?? 0);
      half[i * SIZE + column] = value / (factor[i * SIZE + i] ?? 1);
    }
  }
  let trace = 0;
  const row = new Float64Array(SIZE);
  for (let column = 0; column < SIZE; column++) {
    for (let i = 0; i <= column; i++) {
      let value = half[column * SIZE + i] ?? 0;
      for (let k = 0; k < i; k++) value -= (factor[i * SIZE + k] ?? 0) * (row[k] ?? 0);
      row[i] = value / (factor[i * SIZE + i] ?? 1);
    }
    trace += row[column] ?? 0;
  }
  return -0.5 * (trace + count * logDeterminant);
}
