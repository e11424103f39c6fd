import { createPowerSpectrum } from './spectrum.ts';

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

export type OnsetEnvelope = { readonly strength: Float32Array; readonly bass: Float32Array };

/**
 * Spectral flux after Böck and Widmer ("Maximum filter vibrato suppression for onset detection", 2013), without their
 * maximum filter: the rise of logarithmic energy in 32 bands, summed. Value n belongs to the time n ÷ 100 s.
 */
export function createOnsetMeter(sampleRateHz: number, channels: number): OnsetMeter {
  // About 46 ms: long enough to tell bass notes apart, short enough to place a drum.
  const length = 2 ** Math.max(7, Math.round(Math.log2(sampleRateHz * 0.046)));
  const spectrum = createPowerSpectrum(length);
  const edges = bandEdges(sampleRateHz, length);
  const bassBands = edges.filter((bin) => (bin * sampleRateHz) / length <= BASS_HZ).length;
  const window = new Float32Array(length);
  const strength: number[] = [];
  const bass: number[] = [];
  let before = new Float64Array(BANDS);
  let now = new Float64Array(BANDS);
  // The window is centred on its time: half of it lies before the first sample.
  let filled = length / 2;
  let next = 0;
  let start = -length / 2;

  const measure = () => {
    const power = spectrum(window);
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
      for (let at = 0; at + channels <= samples.length; at += channels) {
        let sum = 0;
        for (let channel = 0; channel < channels; channel++) sum += samples[at + channel] ?? 0;
        window[filled++] = Number.isFinite(sum) ? sum / channels : 0;
        if (filled === length) advance();
      }
    },
    finish: () => ({ strength: Float32Array.from(strength), bass: Float32Array.from(bass) }),
  };
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
