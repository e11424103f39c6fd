/** Geometric by arithmetic mean of the bins [from, to): near 1 for noise, near 0 for tones (Wiener entropy); 1 for silence. */
export function spectralFlatness(power: Float64Array, from: number, to: number): number {
  let [sum, logs] = [0, 0];
  for (let bin = from; bin < to; bin++) {
    sum += power[bin] ?? 0;
    logs += Math.log((power[bin] ?? 0) + 1e-12);
  }
  const mean = sum / Math.max(1, to - from);
  return mean > 1e-9 ? Math.exp(logs / Math.max(1, to - from)) / mean : 1;
}
