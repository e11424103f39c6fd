import { createPowerSpectrum } from './spectrum.ts';
import { VOICE_RATE_HZ } from './voice-spans.ts';

/** Ten values a second. */
export const TONE_HOP = 1600;
const WINDOW = 2048;
const BIN_HZ = VOICE_RATE_HZ / WINDOW;
const FROM = Math.round(100 / BIN_HZ);
const TO = Math.round(4000 / BIN_HZ);
const AROUND = 16;
/** Two windows this many hops apart share no sample. */
const APART = 2;

/** What a tenth of a second sounds like. */
export type ToneFrame = {
  readonly levelDb: number;
  /** −1…1: how far the lines of the spectrum are still there 0.2 s later: held notes stay, voices glide, noise is new. */
  readonly held: number;
};

/** Measures sound of 16 kHz from sample `first` on. */
export function toneFrames(samples: Float32Array, first: number): readonly ToneFrame[] {
  const spectrum = createPowerSpectrum(WINDOW);
  const window = new Float32Array(WINDOW);
  const count = Math.max(0, Math.ceil((samples.length - first) / TONE_HOP));
  const lines: Float64Array[] = [];
  const levels: number[] = [];
  for (let frame = 0; frame < count + APART; frame++) {
    const start = first + frame * TONE_HOP;
    for (let n = 0; n < WINDOW; n++) window[n] = samples[start + n] ?? 0;
    const power = spectrum(window);
    const sum = power.reduce((total, value) => total + value, 0);
    levels.push(Math.max(-120, 10 * Math.log10((2 * sum) / (WINDOW * WINDOW * 0.375) + 1e-12)));
    lines.push(linesOf(power));
  }
  return Array.from({ length: count }, (_, n) => ({
    levelDb: levels[n] ?? -120,
    held: correlation(lines[n], lines[n + APART]),
  }));
}

/** The logarithmic spectrum less its mean over 16 bins to both sides: only lines are left. */
function linesOf(power: Float64Array): Float64Array {
  const logs = new Float64Array(TO - FROM + 2 * AROUND);
  const sums = new Float64Array(logs.length + 1);
  for (let n = 0; n < logs.length; n++) {
    logs[n] = Math.log((power[Math.max(0, FROM - AROUND + n)] ?? 0) + 1e-7);
    sums[n + 1] = (sums[n] ?? 0) + (logs[n] ?? 0);
  }
  return Float64Array.from({ length: TO - FROM }, (_, n) => {
    const mean = ((sums[n + 2 * AROUND] ?? 0) - (sums[n] ?? 0)) / (2 * AROUND);
    return (logs[n + AROUND] ?? 0) - mean;
  });
}

function correlation(a: Float64Array | undefined, b: Float64Array | undefined): number {
  if (a === undefined || b === undefined) return 0;
  let [ab, aa, bb] = [0, 0, 0];
  for (let n = 0; n < a.length; n++) {
    const [x, y] = [a[n] ?? 0, b[n] ?? 0];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 1e-6 && bb > 1e-6 ? ab / Math.sqrt(aa * bb) : 0;
}
