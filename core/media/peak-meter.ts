import type { Flicks } from '../time/flicks.ts';
import { PEAKS_PER_SECOND, type Peaks } from './peaks.ts';

/** Takes samples as they come and ends in {@link Peaks}; the chunking does not matter. */
export type PeakMeter = {
  /** Interleaved samples, 1.0 = full scale, whole sample frames. */
  readonly push: (samples: Float32Array) => void;
  readonly finish: (start: Flicks) => Peaks;
};

/** Lowest and highest sample and sum of squares of each lane. */
export type LaneExtremes = { readonly low: Float64Array; readonly high: Float64Array; readonly energy: Float64Array };

/** Takes `count` sample frames of so many channels from frame `first` on into the lanes, so that it can be done by faster code. */
export type ExtremesKernel = (
  channels: number,
) => (samples: Float32Array, first: number, count: number, lanes: LaneExtremes) => void;

type Lane = { min: Int16Array; max: Int16Array; rms: Int16Array };

/**
 * Measures waveform peaks. Bucket k holds the samples from ⌊k × rate ÷ 100⌋ to before ⌊(k + 1) × rate ÷ 100⌋, so that
 * buckets never drift from time at rates that 100 does not divide.
 */
export function createPeakMeter(
  sampleRateHz: number,
  channels: number,
  createExtremes: ExtremesKernel = plainExtremes,
): PeakMeter {
  const take = createExtremes(channels);
  const laneCount = channels <= 2 ? channels : 1;
  const lanes: Lane[] = Array.from({ length: laneCount }, () => emptyLane(1024));
  const low = new Float64Array(laneCount).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(laneCount).fill(Number.NEGATIVE_INFINITY);
  const energy = new Float64Array(laneCount);
  let bucket = 0;
  let sample = 0;
  let inBucket = 0;
  const bucketEnd = () => Math.floor(((bucket + 1) * sampleRateHz) / PEAKS_PER_SECOND);
  let end = bucketEnd();

  const close = () => {
    lanes.forEach((lane, index) => {
      if (bucket >= lane.min.length) lanes[index] = grown(lane);
      const target = lanes[index] ?? lane;
      const count = Math.max(1, inBucket * (laneCount === channels ? 1 : channels));
      target.min[bucket] = fullScale(inBucket === 0 ? 0 : (low[index] ?? 0));
      target.max[bucket] = fullScale(inBucket === 0 ? 0 : (high[index] ?? 0));
      target.rms[bucket] = fullScale(Math.sqrt((energy[index] ?? 0) / count));
    });
    low.fill(Number.POSITIVE_INFINITY);
    high.fill(Number.NEGATIVE_INFINITY);
    energy.fill(0);
    inBucket = 0;
    bucket++;
    end = bucketEnd();
  };

  return {
    push: (samples) => {
      const count = Math.floor(samples.length / channels);
      for (let done = 0; done < count; ) {
        while (sample >= end) close();
        const run = Math.min(count - done, end - sample);
        take(samples, done, run, { low, high, energy });
        inBucket += run;
        sample += run;
        done += run;
      }
    },
    finish: (start) => {
      if (inBucket > 0) close();
      return {
        perSecond: PEAKS_PER_SECOND,
        count: bucket,
        start,
        lanes: lanes.map((lane) => ({
          min: lane.min.slice(0, bucket),
          max: lane.max.slice(0, bucket),
          rms: lane.rms.slice(0, bucket),
        })),
      };
    },
  };
}

/** Up to two channels have a lane each; more share one. */
export function plainExtremes(channels: number): ReturnType<ExtremesKernel> {
  return (samples, first, count, { low, high, energy }) => {
    for (let channel = 0; channel < channels; channel++) {
      const lane = channels <= 2 ? channel : 0;
      let [lowest, highest, squares] = [low[lane] ?? 0, high[lane] ?? 0, energy[lane] ?? 0];
      for (let n = 0, at = first * channels + channel; n < count; n++, at += channels) {
        const raw = samples[at] ?? 0;
        const value = Number.isFinite(raw) ? raw : 0;
        if (value < lowest) lowest = value;
        if (value > highest) highest = value;
        squares += value * value;
      }
      low[lane] = lowest;
      high[lane] = highest;
      energy[lane] = squares;
    }
  };
}

function emptyLane(capacity: number): Lane {
  return { min: new Int16Array(capacity), max: new Int16Array(capacity), rms: new Int16Array(capacity) };
}

function grown(lane: Lane): Lane {
  const next = emptyLane(lane.min.length * 2);
  next.min.set(lane.min);
  next.max.set(lane.max);
  next.rms.set(lane.rms);
  return next;
}

function fullScale(value: number): number {
  return Math.max(-32_767, Math.min(32_767, Math.round(value * 32_767)));
}
