import { spectralFlatness } from './flatness.ts';
import { createPowerSpectrum } from './spectrum.ts';
import { VOICE_RATE_HZ, VOICE_STEP } from './voice-spans.ts';

/** What one step of 32 ms sounds like. */
export type VoiceFrame = {
  /** Level between 200 and 4000 Hz, dB relative to full scale. */
  readonly levelDb: number;
  /** 0–1: how like itself the sound is one period of a voice (70–400 Hz) later. */
  readonly voicing: number;
  /** 0–1: geometric by arithmetic mean of the spectrum; near 1 for noise (Wiener entropy). */
  readonly flatness: number;
};

const LOWEST_HZ = 200;
const HIGHEST_HZ = 4000;
/** Voices are looked for at half the rate: their pitch is far below. */
const PITCH_RATE = VOICE_RATE_HZ / 2;
const SHORTEST_LAG = Math.floor(PITCH_RATE / 400);
const LONGEST_LAG = Math.ceil(PITCH_RATE / 70);
const WINDOW = 2 * VOICE_STEP;

/** Measures steps of 512 samples at 16 kHz from sample `first` on; the window reaches half a step to both sides. */
export function voiceFrames(samples: Float32Array, first: number): readonly VoiceFrame[] {
  const spectrum = createPowerSpectrum(WINDOW);
  const window = new Float32Array(WINDOW);
  const slow = new Float32Array(WINDOW / 2);
  const count = Math.max(0, Math.ceil((samples.length - first) / VOICE_STEP));
  return Array.from({ length: count }, (_, step) => {
    const start = first + step * VOICE_STEP - VOICE_STEP / 2;
    for (let n = 0; n < WINDOW; n++) window[n] = samples[start + n] ?? 0;
    for (let n = 0; n < slow.length; n++) slow[n] = ((window[2 * n] ?? 0) + (window[2 * n + 1] ?? 0)) / 2;
    return { ...bandOf(spectrum(window)), voicing: voicingOf(slow) };
  });
}

function bandOf(power: Float64Array): { readonly levelDb: number; readonly flatness: number } {
  const bin = VOICE_RATE_HZ / WINDOW;
  const [from, to] = [Math.round(LOWEST_HZ / bin), Math.round(HIGHEST_HZ / bin)];
  let sum = 0;
  for (let n = from; n < to; n++) sum += power[n] ?? 0;
  return {
    levelDb: Math.max(-120, 10 * Math.log10((2 * sum) / (WINDOW * WINDOW * 0.375) + 1e-12)),
    flatness: spectralFlatness(power, from, to),
  };
}

/** The highest normalised autocorrelation over the lags of a voice (Boersma 1993, without his window correction). */
function voicingOf(samples: Float32Array): number {
  let best = 0;
  const length = samples.length - LONGEST_LAG;
  let here = 0;
  for (let n = 0; n < length; n++) here += (samples[n] ?? 0) ** 2;
  if (here < 1e-7 * length) return 0;
  let there = here;
  for (let lag = 1; lag <= LONGEST_LAG; lag++) {
    there += (samples[length + lag - 1] ?? 0) ** 2 - (samples[lag - 1] ?? 0) ** 2;
    if (lag < SHORTEST_LAG) continue;
    let sum = 0;
    for (let n = 0; n < length; n++) sum += (samples[n] ?? 0) * (samples[n + lag] ?? 0);
    best = Math.max(best, sum / Math.sqrt(here * Math.max(there, 1e-12)));
  }
  return Math.min(1, best);
}

/** The floor is the quietest tenth of so many steps to both sides (20 s), told anew each second. */
const FLOOR_STEPS = 312;
export const FLOOR_EVERY = 31;
const FLOOR_SHARE = 0.1;
/** Consonants without voice lie this near to voiced sound. */
const NEAR_STEPS = 6;
const LEAST_VOICED = 3;
const VOICED = 0.55;

/**
 * Probability of speech for each step without a model: above the noise floor around it, voiced or near voiced sound, and
 * rising and falling as syllables do. For steady sound of any kind it is near 0.
 */
export function voiceProbabilities(frames: readonly VoiceFrame[]): Float32Array {
  const floors = floorsOf(frames);
  const above = frames.map(({ levelDb }, n) => levelDb - (floors[n] ?? 0));
  const voiced = frames.map(({ voicing, flatness }, n) => voicing > VOICED && flatness < 0.35 && (above[n] ?? 0) > 9);
  return Float32Array.from(frames, ({ levelDb }, n) => {
    let [near, most] = [0, 0];
    for (let other = n - NEAR_STEPS; other <= n + NEAR_STEPS; other++) {
      if (!(voiced[other] ?? false)) continue;
      near++;
      most = Math.max(most, above[other] ?? 0);
    }
    if (near < LEAST_VOICED || levelDb < -65) return 0;
    const standing = 1 / (1 + Math.exp(-((above[n] ?? 0) - 8) / 2));
    // What is far weaker than the voice beside it is its echo.
    const beside = 1 / (1 + Math.exp(-((above[n] ?? 0) - most + 24) / 3));
    return standing * beside * Math.min(1, 0.4 + near / 4);
  });
}

function floorsOf(frames: readonly VoiceFrame[]): Float32Array {
  const floors = new Float32Array(frames.length);
  for (let start = 0; start < frames.length; start += FLOOR_EVERY) {
    const from = Math.max(0, Math.min(start - FLOOR_STEPS, frames.length - 2 * FLOOR_STEPS));
    const sorted = frames
      .slice(from, from + 2 * FLOOR_STEPS)
      .map(({ levelDb }) => levelDb)
      .sort((a, b) => a - b);
    floors.fill(Math.max(-75, sorted[Math.floor(sorted.length * FLOOR_SHARE)] ?? -75), start, start + FLOOR_EVERY);
  }
  return floors;
}
