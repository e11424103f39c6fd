import { unitVector } from './vectors.ts';

/** The direction of the mean of token vectors, which lie one behind the other. */
export function meanOfTokens(values: Float32Array, tokens: number): Float32Array {
  const width = Math.floor(values.length / Math.max(1, tokens));
  const sum = new Float32Array(width);
  values.subarray(0, width * tokens).forEach((value, at) => {
    sum[at % width] = (sum[at % width] ?? 0) + value;
  });
  return unitVector(sum);
}
