import type { Flicks } from '../time/flicks.ts';
import { PEAKS_PER_SECOND, type Peaks } from './peaks.ts';

/** Takes samples as they come and ends in {@link Peaks}; the chunking does not matter. */
export type PeakMeter = {
  /** Interleaved samples, 1.0 = full scale, whole sample frames. */
  readonly push: (samples: Float32Array) => void;
  readonly finish: (start: Flicks) => Peaks;
};

type Lane = { min: Int16Array; max: Int16Array; rms: Int16Array };

/**
 * Measures waveform peaks. Bucket k holds the samples from ⌊k × rate ÷ 100⌋ to before ⌊(k + 1) × rate ÷ 100⌋, so that
 * buckets never drift from time at rates that 100 does not divide.
 */
export function createPeakMeter(sampleRateHz: number, channels: number): PeakMeter {
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
      for (let offset = 0; offset + channels <= samples.length; offset += channels) {
        while (sample >= end) close();
        for (let channel = 0; channel < channels; channel++) {
          const lane = laneCount === channels ? channel : 0;
          const raw = samples[offset + channel] ?? 0;
          const value = Number.isFinite(raw) ? raw : 0;
          if (value < (low[lane] ?? 0)) low[lane] = value;
          if (value > (high[lane] ?? 0)) high[lane] = value;
          energy[lane] = (energy[lane] ?? 0) + value * value;
        }
        inBucket++;
        sample++;
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
