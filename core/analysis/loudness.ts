import { channelWeights, createKWeighting, type WeightingKernel } from './k-weighting.ts';
import type { LoudnessResult } from './results.ts';
import { createTruePeakMeter, type TruePeakMeter } from './true-peak.ts';

export const LOUDNESS_ANALYSER = { analyserId: 'loudness', analyserVersion: 3 } as const;

/** EBU Tech 3341: momentary over 400 ms, short-term over 3 s. Curves and gates go in steps of 100 ms. */
const STEP_MS = 100;
const STEPS_PER_SECOND = 10;
const MOMENTARY_STEPS = 4;
const SHORT_TERM_STEPS = 30;
/** The highest momentary and short-term values may lie between those steps: they are looked for in hundredths and twentieths of a second. */
const FINE_PER_STEP = 10;
const SHORT_TERM_EVERY = 5;
const ABSOLUTE_GATE_LUFS = -70;

export type LoudnessMeter = {
  /** Interleaved samples, 1.0 = full scale, whole sample frames. */
  readonly push: (samples: Float32Array) => void;
  readonly finish: () => LoudnessResult;
};

/** The work per sample, so that it can be done by faster code. */
export type LoudnessKernels = {
  readonly createWeighting: WeightingKernel;
  readonly createTruePeakMeter: () => TruePeakMeter;
};

/**
 * Loudness after ITU-R BS.1770-4 and EBU R 128: integrated with both gates, range after EBU Tech 3342, true peak, the
 * momentary and short-term curves and their highest values. Any sample rate, any chunking; memory grows by ten numbers
 * per second.
 */
export function createLoudnessMeter(
  sampleRateHz: number,
  channels: number,
  channelLayout: string,
  kernels?: LoudnessKernels,
): LoudnessMeter {
  const weights = channelWeights(channelLayout, channels);
  const weigh = createKWeighting(sampleRateHz, channels, kernels?.createWeighting);
  const peaks = weights.map(kernels?.createTruePeakMeter ?? createTruePeakMeter);
  const fine = createFineWindows();
  const energies: number[] = [];
  let step = 0;
  let sample = 0;
  let [inFine, inStep, stepStart, fineStart] = [0, 0, 0, 0];
  const endOf = (index: number) => Math.floor(((index + 1) * sampleRateHz) / (STEPS_PER_SECOND * FINE_PER_STEP));
  let end = endOf(0);
  const endFine = () => {
    if (end > fineStart) fine.push(inFine / (end - fineStart));
    inStep += inFine;
    inFine = 0;
    fineStart = end;
    step++;
    if (step % FINE_PER_STEP === 0) {
      energies.push(inStep / Math.max(1, end - stepStart));
      inStep = 0;
      stepStart = end;
    }
    end = endOf(step);
  };
  return {
    push: (samples) => {
      const count = Math.floor(samples.length / channels);
      for (let done = 0; done < count; ) {
        const run = Math.min(count - done, end - sample);
        const sums = weigh(samples, done, run);
        for (let channel = 0; channel < channels; channel++) {
          inFine += (weights[channel] ?? 0) * (sums[channel] ?? 0);
          peaks[channel]?.push(samples, done * channels + channel, channels, run);
        }
        done += run;
        sample += run;
        if (sample === end) endFine();
      }
    },
    finish: () => summarise(energies, Math.max(0, ...peaks.map((meter) => meter.peak())), fine),
  };
}

/** Follows the highest mean over 400 ms and over 3 s of energies that come each 10 ms. */
function createFineWindows() {
  const momentary = MOMENTARY_STEPS * FINE_PER_STEP;
  const shortTerm = SHORT_TERM_STEPS * FINE_PER_STEP;
  const ring = new Float64Array(shortTerm);
  let count = 0;
  const highest = { momentary: 0, shortTerm: 0 };
  const meanOfLast = (length: number) => {
    let sum = 0;
    for (let back = 1; back <= length; back++) sum += ring[(count - back) % shortTerm] ?? 0;
    return sum / length;
  };
  return {
    highest,
    push(energy: number): void {
      ring[count % shortTerm] = energy;
      count++;
      if (count >= momentary) highest.momentary = Math.max(highest.momentary, meanOfLast(momentary));
      if (count >= shortTerm && count % SHORT_TERM_EVERY === 0)
        highest.shortTerm = Math.max(highest.shortTerm, meanOfLast(shortTerm));
    },
  };
}

function summarise(
  energies: readonly number[],
  peak: number,
  { highest }: ReturnType<typeof createFineWindows>,
): LoudnessResult {
  const momentary = windows(energies, MOMENTARY_STEPS);
  const shortTerm = windows(energies, SHORT_TERM_STEPS);
  return {
    kind: 'loudness',
    ...LOUDNESS_ANALYSER,
    integratedLufs: rounded(gatedLoudness(momentary)),
    rangeLu: rounded(loudnessRange(shortTerm)),
    truePeakDbtp: peak > 0 ? rounded(20 * Math.log10(peak)) : null,
    maxMomentaryLufs: audible(highest.momentary),
    maxShortTermLufs: audible(highest.shortTerm),
    momentary: { stepMs: STEP_MS, lufs: momentary.map(audible) },
    shortTerm: {
      stepMs: STEP_MS * STEPS_PER_SECOND,
      lufs: shortTerm.filter((_, index) => index % STEPS_PER_SECOND === 0).map(audible),
    },
  };
}

/** Of an energy; null below −70 LUFS. */
function audible(energy: number): number | null {
  const loudness = loudnessOf(energy);
  return loudness < ABSOLUTE_GATE_LUFS ? null : rounded(loudness);
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
  const heard = blocks.filter((energy) => energy > energyOf(ABSOLUTE_GATE_LUFS));
  if (heard.length === 0) return undefined;
  const gate = mean(heard) / 10;
  return loudnessOf(mean(heard.filter((energy) => energy > gate)));
}

/** EBU Tech 3342: from the 10th to the 95th percentile of short-term loudness above a gate 20 LU under its mean. */
function loudnessRange(blocks: readonly number[]): number | undefined {
  const heard = blocks.filter((energy) => energy >= energyOf(ABSOLUTE_GATE_LUFS));
  if (heard.length === 0) return undefined;
  const gate = mean(heard) / 100;
  const sorted = heard.filter((energy) => energy >= gate).sort((a, b) => a - b);
  const percentile = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? 0;
  return loudnessOf(percentile(0.95)) - loudnessOf(percentile(0.1));
}

/** To a thousandth: finer digits differ between machines' last bits and mean nothing. */
function rounded(value: number): number;
function rounded(value: number | undefined): number | null;
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1000) / 1000;
}
