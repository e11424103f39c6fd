/** Power spectra of real signals of one length, a power of two: bins 0 to length ÷ 2. The result is reused. */
export function createPowerSpectrum(length: number): (samples: Float32Array) => Float64Array {
  const window = Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
  const cosines = Float64Array.from({ length: length / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sines = Float64Array.from({ length: length / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
  const bits = Math.log2(length);
  const reversed = Uint32Array.from({ length }, (_, n) => {
    let value = 0;
    for (let bit = 0; bit < bits; bit++) value |= ((n >> bit) & 1) << (bits - 1 - bit);
    return value;
  });
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  const power = new Float64Array(length / 2 + 1);

  /** Cooley–Tukey, radix 2, in place. */
  const transform = () => {
    for (let size = 2; size <= length; size *= 2) {
      const [half, step] = [size / 2, length / size];
      for (let start = 0; start < length; start += size) {
        for (let k = 0; k < half; k++) {
          const [c, s] = [cosines[k * step] ?? 0, sines[k * step] ?? 0];
          const [p, q] = [start + k, start + k + half];
          const [x, y] = [re[q] ?? 0, im[q] ?? 0];
          const [tr, ti] = [x * c - y * s, x * s + y * c];
          const [pr, pi] = [re[p] ?? 0, im[p] ?? 0];
          re[q] = pr - tr;
          im[q] = pi - ti;
          re[p] = pr + tr;
          im[p] = pi + ti;
        }
      }
    }
  };

  return (samples) => {
    for (let n = 0; n < length; n++) {
      const target = reversed[n] ?? 0;
      re[target] = (samples[n] ?? 0) * (window[n] ?? 0);
      im[target] = 0;
    }
    transform();
    for (let k = 0; k <= length / 2; k++) power[k] = (re[k] ?? 0) ** 2 + (im[k] ?? 0) ** 2;
    return power;
  };
}
