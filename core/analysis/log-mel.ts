import { createMixedPowerSpectrum } from './mixed-radix.ts';
import { createPowerSpectrum } from './spectrum.ts';

/** Triangular bands on the mel scale over the bins of a power spectrum; `first` is the bin of the first weight. */
export type MelBand = { readonly first: number; readonly weights: Float64Array };

/** Slaney's mel scale (Auditory Toolbox, 1998): linear up to 1 kHz, logarithmic above. */
function melOf(hz: number): number {
  return hz < 1000 ? (3 * hz) / 200 : 15 + Math.log(hz / 1000) / (Math.log(6.4) / 27);
}

function hzOf(mel: number): number {
  return mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp((mel - 15) * (Math.log(6.4) / 27));
}

/** Bands of equal width in mel whose areas are equal (librosa's `filters.mel` with its defaults). */
export function melBands(
  bands: number,
  sampleRateHz: number,
  window: number,
  lowHz = 0,
  highHz = sampleRateHz / 2,
): readonly MelBand[] {
  const low = melOf(lowHz);
  const step = (melOf(highHz) - low) / (bands + 1);
  return Array.from({ length: bands }, (_, band) => {
    const [left, middle, right] = [0, 1, 2].map((corner) => hzOf(low + (band + corner) * step));
    const weights: number[] = [];
    let first = 0;
    for (let bin = 0; bin <= window / 2; bin++) {
      const hz = (bin * sampleRateHz) / window;
      const rise = (hz - (left ?? 0)) / ((middle ?? 0) - (left ?? 0));
      const fall = ((right ?? 0) - hz) / ((right ?? 0) - (middle ?? 0));
      const weight = (Math.max(0, Math.min(rise, fall)) * 2) / ((right ?? 0) - (left ?? 0));
      if (weight > 0 && weights.length === 0) first = bin;
      if (weight > 0) weights.push(weight);
    }
    return { first, weights: Float64Array.from(weights) };
  });
}

/** Energies per frame and band, row by row of frames. */
export type MelEnergies = { readonly frames: number; readonly bands: number; readonly energy: Float64Array };

/**
 * Mel energies of windows of `window` samples every `hop`; frame n starts at sample n × hop of `padded`.
 */
export function melEnergies(
  padded: Float32Array,
  frames: number,
  { window, hop, bands }: { readonly window: number; readonly hop: number; readonly bands: readonly MelBand[] },
): MelEnergies {
  const isPowerOfTwo = (window & (window - 1)) === 0;
  const fast = createPowerSpectrum(isPowerOfTwo ? window : 4);
  const spectrum = isPowerOfTwo
    ? (samples: Float32Array, from: number) => fast(samples.subarray(from, from + window))
    : createMixedPowerSpectrum(window);
  // All weights behind each other: bands are many, and few bins wide.
  const count = bands.length;
  const weights = Float64Array.from(bands.flatMap((band) => [...band.weights]));
  const firsts = Int32Array.from(bands, ({ first }) => first);
  let filled = 0;
  const ends = Int32Array.from(bands, (band) => (filled += band.weights.length));
  const energy = new Float64Array(frames * count);
  for (let frame = 0; frame < frames; frame++) {
    const power = spectrum(padded, frame * hop);
    for (let band = 0, at = 0; band < count; band++) {
      let sum = 0;
      let bin = firsts[band] ?? 0;
      for (const end = ends[band] ?? 0; at < end; at++, bin++) sum += (weights[at] ?? 0) * (power[bin] ?? 0);
      energy[frame * count + band] = sum;
    }
  }
  return { frames, bands: bands.length, energy };
}

/** Whisper hears 30 s at a time: 3000 frames of 80 bands. */
export const WHISPER_SAMPLES = 480_000;
export const WHISPER_FRAMES = 3000;
export const WHISPER_BANDS = 80;
const whisperBands = melBands(WHISPER_BANDS, 16_000, 400);

/**
 * Whisper's features of up to 30 s of sound at 16 kHz (openai/whisper, audio.py): log10 mel energies of 400-sample windows
 * every 160, centred with reflection at both ends of the padded 30 s, at most 8 below the highest, (x + 4) ÷ 4. Rows are
 * bands, columns frames, as the encoder takes them.
 */
export function whisperFeatures(samples: Float32Array): Float32Array {
  const padded = new Float32Array(WHISPER_SAMPLES + 400);
  padded.set(samples.subarray(0, WHISPER_SAMPLES), 200);
  for (let n = 1; n <= 200; n++) {
    padded[200 - n] = padded[200 + n] ?? 0;
    padded[WHISPER_SAMPLES + 199 + n] = padded[WHISPER_SAMPLES + 199 - n] ?? 0;
  }
  // Beyond the sound there is silence: its frames need no transform.
  const heard = Math.min(WHISPER_FRAMES, Math.ceil((samples.length + 200) / 160) + 1);
  const { energy } = melEnergies(padded, heard, { window: 400, hop: 160, bands: whisperBands });
  const features = new Float32Array(WHISPER_BANDS * WHISPER_FRAMES).fill(-10);
  let highest = -10;
  for (let frame = 0; frame < heard; frame++) {
    for (let band = 0; band < WHISPER_BANDS; band++) {
      const value = Math.log(Math.max(1e-10, energy[frame * WHISPER_BANDS + band] ?? 0)) * Math.LOG10E;
      features[band * WHISPER_FRAMES + frame] = value;
      if (value > highest) highest = value;
    }
  }
  const lowest = highest - 8;
  for (let n = 0; n < features.length; n++) {
    const value = features[n] ?? 0;
    features[n] = ((value > lowest ? value : lowest) + 4) / 4;
  }
  return features;
}

const SPELLING = { bands: 64, frames: 128, clip: 16_000 } as const;
const spellingBands = melBands(SPELLING.bands, 16_000, 512, 20, 8000);

/**
 * Features of Moonshine micro's spelling model: one second of 16 kHz sound centred in zeros, ln(energy + 1e-6) of 512-sample
 * windows every 125, brought to mean 0 and deviation 1. Rows are bands, columns frames.
 */
export function spellingFeatures(samples: Float32Array): Float32Array {
  const { bands, frames, clip } = SPELLING;
  const padded = new Float32Array(clip + 512);
  const from = Math.max(0, Math.floor((samples.length - clip) / 2));
  const room = Math.max(0, Math.floor((clip - samples.length) / 2));
  padded.set(samples.subarray(from, from + clip), 256 + room);
  const { energy } = melEnergies(padded, frames, { window: 512, hop: 125, bands: spellingBands });
  const features = new Float32Array(bands * frames);
  for (let frame = 0; frame < frames; frame++) {
    for (let band = 0; band < bands; band++)
      features[band * frames + frame] = Math.log((energy[frame * bands + band] ?? 0) + 1e-6);
  }
  const mean = features.reduce((sum, value) => sum + value, 0) / features.length;
  const spread = Math.sqrt(features.reduce((sum, value) => sum + (value - mean) ** 2, 0) / features.length);
  return features.map((value) => (value - mean) / Math.max(1e-6, spread));
}
