import { mixDown } from './mix-down.ts';
import { createPowerSpectrum, type SpectrumKernel } from './spectrum.ts';

/** Onset strength is sampled this often. */
export const ENVELOPE_HZ = 100;
const BANDS = 32;
const LOWEST_HZ = 30;
const HIGHEST_HZ = 12_000;
/** Bands up to here tell where a bar starts. */
const BASS_HZ = 150;

/** Onset strength over time; one value per 1/100 s. Lists grow by two numbers per value. */
export type OnsetMeter = {
  /** Interleaved samples, whole sample frames. */
  readonly push: (samples: Float32Array) => void;
  readonly finish: () => OnsetEnvelope;
};

export type OnsetEnvelope = {
  readonly strength: Float32Array;
  readonly bass: Float32Array;
  /** Energy of the twelve pitch classes, ten times a second, one after the other. */
  readonly chroma: Float32Array;
  /** Level in dB relative to a full-scale square wave, as often. */
  readonly energyDb: Float32Array;
};

/** Values of `chroma` per second, twelve numbers each. */
export const CHROMA_HZ = 10;
const PITCHES = 12;
const SILENT_DB = -100;
/** Below, a window of 46 ms cannot tell pitches apart; above, there are mostly overtones. */
const LOWEST_PITCH_HZ = 130;
const HIGHEST_PITCH_HZ = 2000;

/**
 * Spectral flux after Böck and Widmer ("Maximum filter vibrato suppression for onset detection", 2013), without their
 * maximum filter: the rise of logarithmic energy in 32 bands, summed. Value n belongs to the time n ÷ 100 s.
 */
export function createOnsetMeter(
  sampleRateHz: number,
  channels: number,
  createSpectrum: SpectrumKernel = createPowerSpectrum,
): OnsetMeter {
  // About 46 ms: long enough to tell bass notes apart, short enough to place a drum.
  const length = 2 ** Math.max(7, Math.round(Math.log2(sampleRateHz * 0.046)));
  const spectrum = createSpectrum(length);
  const edges = bandEdges(sampleRateHz, length);
  const bassBands = edges.filter((bin) => bin <= (BASS_HZ * length) / sampleRateHz).length;
  const window = new Float32Array(length);
  const strength: number[] = [];
  const bass: number[] = [];
  const tonality = createTonality(sampleRateHz, length);
  let before = new Float64Array(BANDS);
  let now = new Float64Array(BANDS);
  // The window is centred on its time: half of it lies before the first sample.
  let [filled, next, start] = [length / 2, 0, -length / 2];

  const measure = () => {
    const power = spectrum(window);
    if (next % (ENVELOPE_HZ / CHROMA_HZ) === 0) tonality.push(power);
    let rise = 0;
    let bassRise = 0;
    for (let band = 0; band < BANDS; band++) {
      let energy = 0;
      for (let bin = edges[band] ?? 0; bin < (edges[band + 1] ?? 0); bin++) energy += power[bin] ?? 0;
      now[band] = Math.log1p(energy);
      const gain = Math.max(0, (now[band] ?? 0) - (before[band] ?? 0));
      rise += gain;
      if (band < bassBands) bassRise += gain;
    }
    strength.push(next === 0 ? 0 : rise / BANDS);
    bass.push(next === 0 ? 0 : bassRise / Math.max(1, bassBands));
    [before, now] = [now, before];
    next++;
  };

  const advance = () => {
    measure();
    const wanted = Math.floor((next * sampleRateHz) / ENVELOPE_HZ) - length / 2;
    window.copyWithin(0, wanted - start);
    filled -= wanted - start;
    start = wanted;
  };

  return {
    push: (samples) => {
      const count = Math.floor(samples.length / channels);
      for (let done = 0; done < count; ) {
        const run = Math.min(count - done, length - filled);
        mixDown(samples, channels, { first: done, count: run }, window, filled);
        done += run;
        filled += run;
        while (filled === length) advance();
      }
    },
    finish: () => ({
      strength: Float32Array.from(strength),
      bass: Float32Array.from(bass),
      ...tonality.finish(),
    }),
  };
}

function createTonality(sampleRateHz: number, length: number) {
  const pitches = pitchClasses(sampleRateHz, length);
  const chroma: number[] = [];
  const energyDb: number[] = [];
  return {
    push(power: Float64Array): void {
      chroma.push(...chromaOf(power, pitches));
      energyDb.push(levelOf(power));
    },
    finish: () => ({ chroma: Float32Array.from(chroma), energyDb: Float32Array.from(energyDb) }),
  };
}

/** Mean square of the windowed samples, in dB; the power of a Hann window is 3/8. */
function levelOf(power: Float64Array): number {
  let sum = 0;
  for (const value of power) sum += value;
  const length = 2 * (power.length - 1);
  return Math.max(SILENT_DB, 10 * Math.log10((2 * sum) / (length * length * 0.375) + 1e-12));
}

/** The pitch class of each bin, −1 outside the range in which they tell something. */
function pitchClasses(sampleRateHz: number, length: number): Int8Array {
  return Int8Array.from({ length: length / 2 + 1 }, (_, bin) => {
    const hz = (bin * sampleRateHz) / length;
    if (hz < LOWEST_PITCH_HZ || hz > HIGHEST_PITCH_HZ) return -1;
    return ((Math.round(PITCHES * Math.log2(hz / 440)) % PITCHES) + PITCHES) % PITCHES;
  });
}

function chromaOf(power: Float64Array, pitches: Int8Array): Float64Array {
  const out = new Float64Array(PITCHES);
  for (let bin = 0; bin < pitches.length; bin++) {
    const pitch = pitches[bin] ?? -1;
    if (pitch >= 0) out[pitch] = (out[pitch] ?? 0) + Math.sqrt(power[bin] ?? 0);
  }
  return out;
}

/** 0–1: how different the pitches in [from, at) are from those in [at, to), all indexes into the envelope. */
export function harmonicChange({ chroma }: OnsetEnvelope, from: number, at: number, to: number): number {
  const before = pitchesIn(chroma, from, at);
  const after = pitchesIn(chroma, at, to);
  let [dot, a, b] = [0, 0, 0];
  for (let pitch = 0; pitch < PITCHES; pitch++) {
    const [x, y] = [before[pitch] ?? 0, after[pitch] ?? 0];
    dot += x * y;
    a += x * x;
    b += y * y;
  }
  return a > 0 && b > 0 ? 1 - dot / Math.sqrt(a * b) : 0;
}

function pitchesIn(chroma: Float32Array, from: number, to: number): Float64Array {
  const sum = new Float64Array(PITCHES);
  const step = ENVELOPE_HZ / CHROMA_HZ;
  for (let n = Math.max(0, Math.ceil(from / step)); n <= Math.floor((to - 1) / step); n++) {
    for (let pitch = 0; pitch < PITCHES; pitch++) sum[pitch] = (sum[pitch] ?? 0) + (chroma[n * PITCHES + pitch] ?? 0);
  }
  // Less their mean: what all chords have in common tells nothing.
  const mean = sum.reduce((total, value) => total + value, 0) / PITCHES;
  return sum.map((value) => Math.max(0, value - mean));
}

/** Bins at which bands begin, evenly spaced by ratio, each at least one bin wide. */
function bandEdges(sampleRateHz: number, length: number): readonly number[] {
  const top = Math.min(HIGHEST_HZ, sampleRateHz / 2);
  const edges: number[] = [];
  for (let band = 0; band <= BANDS; band++) {
    const hz = LOWEST_HZ * (top / LOWEST_HZ) ** (band / BANDS);
    const bin = Math.round((hz * length) / sampleRateHz);
    edges.push(Math.min(length / 2 + 1, Math.max(bin, (edges.at(-1) ?? 0) + 1)));
  }
  return edges;
}
