/**
 * Power spectra of real signals of one length, a power of two of at least 4, under Hann's window or as they are: bins 0 to
 * length ÷ 2. The result is reused.
 * The real signal is transformed as a complex one of half the length, even samples real and odd ones imaginary.
 */
export function createPowerSpectrum(length: number, shape: 'hann' | 'rectangle' = 'hann'): PowerSpectrum {
  const half = length / 2;
  const { window, cosines, sines, reversed } = spectrumTables(length, shape);
  const re = new Float64Array(half);
  const im = new Float64Array(half);
  const power = new Float64Array(half + 1);
  return (samples) => {
    for (let n = 0; n < half; n++) {
      const target = reversed[n] ?? 0;
      re[target] = (samples[2 * n] ?? 0) * (window[2 * n] ?? 0);
      im[target] = (samples[2 * n + 1] ?? 0) * (window[2 * n + 1] ?? 0);
    }
    transform(re, im, cosines, sines);
    powersOf(re, im, cosines, sines, power);
    return power;
  };
}

/** Takes as many samples as the spectrum is long. */
export type PowerSpectrum = (samples: Float32Array) => Float64Array;

/** Makes spectra of one length, so that it can be done by faster code. */
export type SpectrumKernel = (length: number) => PowerSpectrum;

/** Window, factors and order of places for spectra of one length. */
export function spectrumTables(length: number, shape: 'hann' | 'rectangle') {
  const half = length / 2;
  return {
    window: Float64Array.from({ length }, (_, n) =>
      shape === 'hann' ? 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length) : 1,
    ),
    cosines: Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / length)),
    sines: Float64Array.from({ length: half }, (_, k) => -Math.sin((2 * Math.PI * k) / length)),
    reversed: bitReversal(half),
  };
}

function bitReversal(length: number): Uint32Array {
  const bits = Math.log2(length);
  return Uint32Array.from({ length }, (_, n) => {
    let value = 0;
    for (let bit = 0; bit < bits; bit++) value |= ((n >> bit) & 1) << (bits - 1 - bit);
    return value;
  });
}

/** Cooley–Tukey, radix 2, in place, on bit-reversed input; the factors are those of twice the length. */
function transform(re: Float64Array, im: Float64Array, cosines: Float64Array, sines: Float64Array): void {
  const length = re.length;
  for (let half = 1; half < length; half *= 2) {
    const step = length / half;
    for (let k = 0; k < half; k++) {
      const c = cosines[k * step] ?? 0;
      const s = sines[k * step] ?? 0;
      for (let p = k, q = k + half; q < length; p += 2 * half, q += 2 * half) {
        const x = re[q] ?? 0;
        const y = im[q] ?? 0;
        const real = x * c - y * s;
        const imaginary = x * s + y * c;
        const pr = re[p] ?? 0;
        const pi = im[p] ?? 0;
        re[q] = pr - real;
        im[q] = pi - imaginary;
        re[p] = pr + real;
        im[p] = pi + imaginary;
      }
    }
  }
}

/** Takes the spectra of even and odd samples apart again and joins them: X(k) = E(k) + W(k) O(k). */
function powersOf(
  re: Float64Array,
  im: Float64Array,
  cosines: Float64Array,
  sines: Float64Array,
  power: Float64Array,
): void {
  const half = re.length;
  const first = re[0] ?? 0;
  const firstOdd = im[0] ?? 0;
  power[0] = (first + firstOdd) * (first + firstOdd);
  power[half] = (first - firstOdd) * (first - firstOdd);
  for (let k = 1; k < half; k++) {
    const a = re[k] ?? 0;
    const b = im[k] ?? 0;
    const c = re[half - k] ?? 0;
    const d = im[half - k] ?? 0;
    const oddReal = (b + d) / 2;
    const oddImaginary = (c - a) / 2;
    const cos = cosines[k] ?? 0;
    const sin = sines[k] ?? 0;
    const real = (a + c) / 2 + oddReal * cos - oddImaginary * sin;
    const imaginary = (b - d) / 2 + oddReal * sin + oddImaginary * cos;
    power[k] = real * real + imaginary * imaginary;
  }
}
