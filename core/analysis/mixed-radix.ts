/**
 * Power spectra of real signals of one even length whose half has no prime factor above 5 (Whisper's 400 samples), under a
 * periodic Hann window: bins 0 to length ÷ 2. The result is reused. Cooley–Tukey by mixed factors on the real signal packed
 * into a complex one of half the length.
 */
export function createMixedPowerSpectrum(length: number): (samples: Float32Array, from: number) => Float64Array {
  const half = length / 2;
  const window = Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
  const cosines = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sines = Float64Array.from({ length }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
  const packed: Complex = { re: new Float64Array(half), im: new Float64Array(half) };
  const spectrum: Complex = { re: new Float64Array(half), im: new Float64Array(half) };
  const transform = createTransform(half, factorsOf(half), cosines, sines);
  const power = new Float64Array(half + 1);
  return (samples, from) => {
    for (let n = 0; n < half; n++) {
      packed.re[n] = (samples[from + 2 * n] ?? 0) * (window[2 * n] ?? 0);
      packed.im[n] = (samples[from + 2 * n + 1] ?? 0) * (window[2 * n + 1] ?? 0);
    }
    transform(packed, spectrum);
    for (let k = 0; k <= half; k++) {
      const a = spectrum.re[k % half] ?? 0;
      const b = spectrum.im[k % half] ?? 0;
      const c = spectrum.re[(half - k) % half] ?? 0;
      const d = spectrum.im[(half - k) % half] ?? 0;
      const cos = cosines[k] ?? 0;
      const sin = sines[k] ?? 0;
      const real = (a + c + (b + d) * cos - (c - a) * sin) / 2;
      const imaginary = (b - d + (b + d) * sin + (c - a) * cos) / 2;
      power[k] = real * real + imaginary * imaginary;
    }
    return power;
  };
}

type Complex = { readonly re: Float64Array; readonly im: Float64Array };

function factorsOf(length: number): readonly number[] {
  for (const factor of [5, 4, 3, 2]) if (length % factor === 0) return [factor, ...factorsOf(length / factor)];
  return [];
}

/** The roots of unity are those of twice the length; those that a level needs lie in one table of its own. */
function createTransform(
  length: number,
  factors: readonly number[],
  cosines: Float64Array,
  sines: Float64Array,
): (from: Complex, to: Complex) => void {
  const turn = 2 * length;
  const partRe = new Float64Array(5);
  const partIm = new Float64Array(5);
  const levels = levelsOf(length, factors, turn);
  const recurse = (from: Complex, to: Complex, offset: number, stride: number, start: number, level: number): void => {
    const tables = levels[level];
    if (tables === undefined) return;
    const { radix, part, twiddles, roots } = tables;
    for (let r = 0; r < radix; r++) {
      const place = offset + r * stride;
      if (part > 1) recurse(from, to, place, stride * radix, start + r * part, level + 1);
      else {
        to.re[start + r] = from.re[place] ?? 0;
        to.im[start + r] = from.im[place] ?? 0;
      }
    }
    for (let k = 0; k < part; k++) {
      partRe[0] = to.re[start + k] ?? 0;
      partIm[0] = to.im[start + k] ?? 0;
      for (let r = 1; r < radix; r++) {
        const at = start + r * part + k;
        const angle = twiddles[r * part + k] ?? 0;
        const cos = cosines[angle] ?? 0;
        const sin = sines[angle] ?? 0;
        const re = to.re[at] ?? 0;
        const im = to.im[at] ?? 0;
        partRe[r] = re * cos - im * sin;
        partIm[r] = re * sin + im * cos;
      }
      for (let q = 0; q < radix; q++) {
        let re = partRe[0];
        let im = partIm[0];
        for (let r = 1; r < radix; r++) {
          const angle = roots[r * radix + q] ?? 0;
          const cos = cosines[angle] ?? 0;
          const sin = sines[angle] ?? 0;
          re += (partRe[r] ?? 0) * cos - (partIm[r] ?? 0) * sin;
          im += (partRe[r] ?? 0) * sin + (partIm[r] ?? 0) * cos;
        }
        to.re[start + q * part + k] = re;
        to.im[start + q * part + k] = im;
      }
    }
  };
  return (from, to) => recurse(from, to, 0, 1, 0, 0);
}

/** Places in the table of roots: by part and index within it, and by part and output. */
type Level = {
  readonly radix: number;
  readonly part: number;
  readonly twiddles: Int32Array;
  readonly roots: Int32Array;
};

function levelsOf(size: number, left: readonly number[], turn: number): readonly Level[] {
  const [radix, ...rest] = left;
  if (radix === undefined) return [];
  const part = size / radix;
  const step = turn / size;
  const twiddles = Int32Array.from({ length: size }, (_, n) => (Math.floor(n / part) * (n % part) * step) % turn);
  const roots = Int32Array.from(
    { length: radix * radix },
    (_, n) => ((Math.floor(n / radix) * (n % radix)) % radix) * (turn / radix),
  );
  return [{ radix, part, twiddles, roots }, ...levelsOf(part, rest, turn)];
}
