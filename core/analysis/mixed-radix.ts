import { assert } from '../errors.ts';

/**
 * Power spectra of real signals of one even length whose half has no prime factors but 2 and 5 (Whisper's 400 samples), under
 * a periodic Hann window: bins 0 to length ÷ 2. The result is reused. Stockham's transform (Cochran et al. 1967) by factors
 * 5, 4 and 2, on the real signal packed into a complex one of half the length.
 */
export function createMixedPowerSpectrum(length: number): (samples: Float32Array, from: number) => Float64Array {
  const half = length / 2;
  const window = Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
  const cosines = Float64Array.from({ length: half + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sines = Float64Array.from({ length: half + 1 }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
  const packed = complex(half);
  const spare = complex(half);
  const passes = passesOf(half);
  const power = new Float64Array(half + 1);
  return (samples, from) => {
    for (let n = 0; n < half; n++) {
      packed.re[n] = (samples[from + 2 * n] ?? 0) * (window[2 * n] ?? 0);
      packed.im[n] = (samples[from + 2 * n + 1] ?? 0) * (window[2 * n + 1] ?? 0);
    }
    let [now, next] = [packed, spare];
    for (const pass of passes) {
      BUTTERFLIES[pass.radix](now, next, pass);
      [now, next] = [next, now];
    }
    const { re, im } = now;
    for (let k = 0; k <= half; k++) {
      const low = k === half ? 0 : k;
      const high = k === 0 ? 0 : half - k;
      const a = re[low] ?? 0;
      const b = im[low] ?? 0;
      const c = re[high] ?? 0;
      const d = im[high] ?? 0;
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
type Radix = 2 | 4 | 5;

/** `parts` butterflies of `radix` values each, every one done for `stride` values; turns of part p and output k at 5 p + k. */
type Pass = {
  readonly radix: Radix;
  readonly parts: number;
  readonly stride: number;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
};

function complex(length: number): Complex {
  return { re: new Float64Array(length), im: new Float64Array(length) };
}

function passesOf(length: number): readonly Pass[] {
  const passes: Pass[] = [];
  for (let left = length, stride = 1; left > 1; ) {
    const radix = ([5, 4, 2] as const).find((factor) => left % factor === 0);
    assert(radix !== undefined, 'the length has no prime factors but 2 and 5');
    const parts = left / radix;
    const angle = (n: number) => (-2 * Math.PI * Math.floor(n / 5) * (n % 5)) / left;
    const cos = Float64Array.from({ length: 5 * parts }, (_, n) => Math.cos(angle(n)));
    const sin = Float64Array.from({ length: 5 * parts }, (_, n) => Math.sin(angle(n)));
    passes.push({ radix, parts, stride, cos, sin });
    stride *= radix;
    left = parts;
  }
  return passes;
}

type Butterfly = (from: Complex, to: Complex, pass: Pass) => void;

const BUTTERFLIES: Readonly<Record<Radix, Butterfly>> = { 2: byTwo, 4: byFour, 5: byFive };

/** Stores one output, turned by its part's angle. */
function store({ re, im }: Complex, at: number, real: number, imaginary: number, cos: number, sin: number): void {
  re[at] = real * cos - imaginary * sin;
  im[at] = real * sin + imaginary * cos;
}

function byTwo({ re, im }: Complex, to: Complex, { parts, stride, cos, sin }: Pass): void {
  for (let part = 0; part < parts; part++) {
    const c1 = cos[5 * part + 1] ?? 0;
    const s1 = sin[5 * part + 1] ?? 0;
    for (let q = 0; q < stride; q++) {
      const at = q + stride * part;
      const other = at + stride * parts;
      const ar = re[at] ?? 0;
      const ai = im[at] ?? 0;
      const br = re[other] ?? 0;
      const bi = im[other] ?? 0;
      const out = q + 2 * stride * part;
      store(to, out, ar + br, ai + bi, 1, 0);
      store(to, out + stride, ar - br, ai - bi, c1, s1);
    }
  }
}

function byFour({ re, im }: Complex, to: Complex, { parts, stride, cos, sin }: Pass): void {
  const apart = stride * parts;
  for (let part = 0; part < parts; part++) {
    const c1 = cos[5 * part + 1] ?? 0;
    const c2 = cos[5 * part + 2] ?? 0;
    const c3 = cos[5 * part + 3] ?? 0;
    const s1 = sin[5 * part + 1] ?? 0;
    const s2 = sin[5 * part + 2] ?? 0;
    const s3 = sin[5 * part + 3] ?? 0;
    for (let q = 0; q < stride; q++) {
      const at = q + stride * part;
      const ar = re[at] ?? 0;
      const ai = im[at] ?? 0;
      const br = re[at + apart] ?? 0;
      const bi = im[at + apart] ?? 0;
      const cr = re[at + 2 * apart] ?? 0;
      const ci = im[at + 2 * apart] ?? 0;
      const dr = re[at + 3 * apart] ?? 0;
      const di = im[at + 3 * apart] ?? 0;
      const er = ar + cr;
      const ei = ai + ci;
      const fr = ar - cr;
      const fi = ai - ci;
      const gr = br + dr;
      const gi = bi + di;
      const hr = br - dr;
      const hi = bi - di;
      const out = q + 4 * stride * part;
      store(to, out, er + gr, ei + gi, 1, 0);
      store(to, out + stride, fr + hi, fi - hr, c1, s1);
      store(to, out + 2 * stride, er - gr, ei - gi, c2, s2);
      store(to, out + 3 * stride, fr - hi, fi + hr, c3, s3);
    }
  }
}

const COS_1 = Math.cos((2 * Math.PI) / 5);
const COS_2 = Math.cos((4 * Math.PI) / 5);
const SIN_1 = Math.sin((2 * Math.PI) / 5);
const SIN_2 = Math.sin((4 * Math.PI) / 5);

function byFive({ re, im }: Complex, to: Complex, { parts, stride, cos, sin }: Pass): void {
  const apart = stride * parts;
  for (let part = 0; part < parts; part++) {
    const c1 = cos[5 * part + 1] ?? 0;
    const c2 = cos[5 * part + 2] ?? 0;
    const c3 = cos[5 * part + 3] ?? 0;
    const c4 = cos[5 * part + 4] ?? 0;
    const s1 = sin[5 * part + 1] ?? 0;
    const s2 = sin[5 * part + 2] ?? 0;
    const s3 = sin[5 * part + 3] ?? 0;
    const s4 = sin[5 * part + 4] ?? 0;
    for (let q = 0; q < stride; q++) {
      const at = q + stride * part;
      const ar = re[at] ?? 0;
      const ai = im[at] ?? 0;
      const br = re[at + apart] ?? 0;
      const bi = im[at + apart] ?? 0;
      const cr = re[at + 2 * apart] ?? 0;
      const ci = im[at + 2 * apart] ?? 0;
      const dr = re[at + 3 * apart] ?? 0;
      const di = im[at + 3 * apart] ?? 0;
      const er = re[at + 4 * apart] ?? 0;
      const ei = im[at + 4 * apart] ?? 0;
      const outerR = br + er;
      const outerI = bi + ei;
      const innerR = cr + dr;
      const innerI = ci + di;
      const acrossR = br - er;
      const acrossI = bi - ei;
      const insideR = cr - dr;
      const insideI = ci - di;
      const oneR = ar + COS_1 * outerR + COS_2 * innerR;
      const oneI = ai + COS_1 * outerI + COS_2 * innerI;
      const twoR = ar + COS_2 * outerR + COS_1 * innerR;
      const twoI = ai + COS_2 * outerI + COS_1 * innerI;
      const sideR = SIN_1 * acrossR + SIN_2 * insideR;
      const sideI = SIN_1 * acrossI + SIN_2 * insideI;
      const farR = SIN_2 * acrossR - SIN_1 * insideR;
      const farI = SIN_2 * acrossI - SIN_1 * insideI;
      const out = q + 5 * stride * part;
      store(to, out, ar + outerR + innerR, ai + outerI + innerI, 1, 0);
      store(to, out + stride, oneR + sideI, oneI - sideR, c1, s1);
      store(to, out + 2 * stride, twoR + farI, twoI - farR, c2, s2);
      store(to, out + 3 * stride, twoR - farI, twoI + farR, c3, s3);
      store(to, out + 4 * stride, oneR - sideI, oneI + sideR, c4, s4);
    }
  }
}
