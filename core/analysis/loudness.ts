import { channelWeights, createKWeighting } from './k-weighting.ts';
import type { LoudnessResult } from './results.ts';
import { createTruePeakMeter } from './true-peak.ts';

export const LOUDNESS_ANALYSER = { analyserId: 'loudness', analyserVersion: 2 } as const;

/** Loudness is measured in steps of 100 ms: momentary over 4 of them, short-term over 30 (EBU Tech 3341). */
const STEP_MS = 100;
const STEPS_PER_SECOND = 10;
const MOMENTARY_STEPS = 4;
const SHORT_TERM_STEPS = 30;
const ABSOLUTE_GATE_LUFS = -70;

export type LoudnessMeter = {
  /** Interleaved samples, 1.0 = full scale, whole sample frames. */
  readonly push: (samples: Float32Array) => void;
  readonly finish: () => LoudnessResult;
};

/**
 * Loudness after ITU-R BS.1770-4 and EBU R 128: integrated with both gates, range after EBU Tech 3342, true peak, and
 * the momentary curve. Any sample rate, any chunking; memory grows by ten numbers per second.
 */
export function createLoudnessMeter(sampleRateHz: number, channels: number, channelLayout: string): LoudnessMeter {
  const weights = channelWeights(channelLayout, channels);
  const filters = weights.map(() => createKWeighting(sampleRateHz));
  const peaks = weights.map(() => createTruePeakMeter());
  const energies: number[] = [];
  let step = 0;
  let sample = 0;
  let inStep = 0;
  const endOfStep = () => Math.floor(((step + 1) * sampleRateHz) / STEPS_PER_SECOND);
  let end = endOfStep();
  return {
    push: (samples) => {
      const count = Math.floor(samples.length / channels);
      for (let done = 0; done < count; ) {
        const run = Math.min(count - done, end - sample);
        for (let channel = 0; channel < channels; channel++) {
          const first = done * channels + channel;
          inStep += (weights[channel] ?? 0) * (filters[channel]?.(samples, first, channels, run) ?? 0);
          peaks[channel]?.push(samples, first, channels, run);
        }
        done += run;
        sample += run;
        if (sample < end) continue;
        energies.push(inStep / (end - Math.floor((step * sampleRateHz) / STEPS_PER_SECOND)));
        inStep = 0;
        step++;
        end = endOfStep();
      }
    },
    finish: () => summarise(energies, Math.max(0, ...peaks.map((meter) => meter.peak()))),
  };
}

function summarise(energies: readonly number[], peak: number): LoudnessResult {
  const momentary = windows(energies, MOMENTARY_STEPS);
  return {
    kind: 'loudness',
    ...LOUDNESS_ANALYSER,
    integratedLufs: rounded(gatedLoudness(momentary)),
    rangeLu: rounded(loudnessRange(windows(energies, SHORT_TERM_STEPS))),
    truePeakDbtp: peak > 0 ? rounded(20 * Math.log10(peak)) : null,
    momentary: {
      stepMs: STEP_MS,
      lufs: momentary.map((energy) => {
        const loudness = loudnessOf(energy);
        return loudness < ABSOLUTE_GATE_LUFS ? null : rounded(loudness);
      }),
    },
  };
}

/** Mean energy of every run of `length` steps. */
function windows(energies: readonly number[], length: number): readonly number[] {
  const means: number[] = [];
  for (let last = length - 1; last < energies.length; last++) {
    let sum = 0;
    for (let at = last - length + 1; at <= last; at++) sum += energies[at] ?? 0;
    means.push(sum / length);
  }
  return means;
}

/** Of a weighted mean square; −Infinity for silence. */
function loudnessOf(energy: number): number {
  return -0.691 + 10 * Math.log10(energy);
}

function energyOf(loudness: number): number {
  return 10 ** ((loudness + 0.691) / 10);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** BS.1770-4: blocks above −70 LUFS, then those above 10 LU less than their loudness. */
function gatedLoudness(blocks: readonly number[]): number | undefined {
  const audible = blocks.filter((energy) => energy > energyOf(ABSOLUTE_GATE_LUFS));
  if (audible.length === 0) return undefined;
  const gate = mean(audible) / 10;
  return loudnessOf(mean(audible.filter((energy) => energy > gate)));
}

/** EBU Tech 3342: from the 10th to the 95th percentile of short-term loudness above a gate 20 LU under its mean. */
function loudnessRange(blocks: readonly number[]): number | undefined {
  const audible = blocks.filter((energy) => energy >= energyOf(ABSOLUTE_GATE_LUFS));
  if (audible.length === 0) return undefined;
  const gate = mean(audible) / 100;
  const sorted = audible.filter((energy) => energy >= gate).sort((a, b) => a - b);
  const percentile = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? 0;
  return loudnessOf(percentile(0.95)) - loudnessOf(percentile(0.1));
}

/** To a thousandth: finer digits differ between machines' last bits and mean nothing. */
function rounded(value: number): number;
function rounded(value: number | undefined): number | null;
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1000) / 1000;
}
