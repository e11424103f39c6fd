import { createPowerSpectrum } from './spectrum.ts';

/** Speaker models read frames of 25 ms every 10 ms in 80 bands (Kaldi's `compute-fbank-feats`, 16 kHz). */
export const BANK_BANDS = 80;
const FRAME = 400;
const HOP = 160;
const LENGTH = 512;
const RATE = 16_000;
const LOWEST_HZ = 20;

/** Povey's window. */
const window = Float64Array.from({ length: FRAME }, (_, n) =>
  Math.pow(0.5 - 0.5 * Math.cos((2 * Math.PI * n) / (FRAME - 1)), 0.85),
);

/** HTK's mel scale. */
function melOf(hz: number): number {
  return 1127 * Math.log(1 + hz / 700);
}

/** Triangles of equal width and height 1 in mel, as weights of bins. */
const bands = Array.from({ length: BANK_BANDS }, (_, band) => {
  const low = melOf(LOWEST_HZ);
  const step = (melOf(RATE / 2) - low) / (BANK_BANDS + 1);
  const left = low + band * step;
  return Float64Array.from({ length: LENGTH / 2 + 1 }, (__, bin) => {
    const mel = melOf((bin * RATE) / LENGTH);
    return Math.max(0, Math.min((mel - left) / step, (left + 2 * step - mel) / step));
  });
});
const spans = bands.map((weights) => ({
  first: weights.findIndex((weight) => weight > 0),
  end: weights.findLastIndex((weight) => weight > 0) + 1,
}));

/**
 * Log mel energies of whole frames of 16 kHz sound as speaker models take them: samples as 16-bit numbers, the mean of each
 * frame taken out, pre-emphasis 0.97, each band's mean over time taken out (WeSpeaker's recipe, no dither). Rows are frames.
 */
export function kaldiBank(samples: Float32Array): Float32Array {
  const frames = Math.max(0, Math.floor((samples.length - FRAME) / HOP) + 1);
  const spectrum = createPowerSpectrum(LENGTH, 'rectangle');
  const padded = new Float32Array(LENGTH);
  const bank = new Float32Array(frames * BANK_BANDS);
  for (let frame = 0; frame < frames; frame++) {
    let mean = 0;
    for (let n = 0; n < FRAME; n++) mean += (samples[frame * HOP + n] ?? 0) / FRAME;
    let before = (samples[frame * HOP] ?? 0) - mean;
    for (let n = 0; n < FRAME; n++) {
      const here = (samples[frame * HOP + n] ?? 0) - mean;
      padded[n] = 32_768 * (here - 0.97 * before) * (window[n] ?? 0);
      before = here;
    }
    const power = spectrum(padded);
    for (const [band, { first, end }] of spans.entries()) {
      let sum = 0;
      for (let bin = first; bin < end; bin++) sum += (bands[band]?.[bin] ?? 0) * (power[bin] ?? 0);
      bank[frame * BANK_BANDS + band] = Math.log(Math.max(sum, 1.1920929e-7));
    }
  }
  return withoutMeans(bank, frames);
}

function withoutMeans(bank: Float32Array, frames: number): Float32Array {
  const means = new Float64Array(BANK_BANDS);
  for (const [index, value] of bank.entries())
    means[index % BANK_BANDS] = (means[index % BANK_BANDS] ?? 0) + value / frames;
  return bank.map((value, index) => value - (means[index % BANK_BANDS] ?? 0));
}
