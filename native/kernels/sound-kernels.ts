import type { LoudnessKernels } from '../../core/analysis/loudness.ts';
import type { PairLevels } from '../../core/analysis/sound-faults.ts';
import { truePeakTables } from '../../core/analysis/true-peak.ts';
import { plainExtremes, type ExtremesKernel } from '../../core/media/peak-meter.ts';
import type { KernelMemory } from './memory.ts';

/** The loops over samples: the same numbers as the plain functions give, to the bit. */
export type SoundKernels = LoudnessKernels & {
  readonly createExtremes: ExtremesKernel;
  readonly pairLevels: PairLevels;
};

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** The sound kernels of one instance. Two channels share a vector; an odd one out shares it with nothing that is looked at. */
export function soundKernels(memory: KernelMemory): SoundKernels {
  const samples = memory.area();
  const put = (values: Float32Array, first: number, count: number, channels: number): number =>
    samples.put(values.subarray(first * channels, (first + count) * channels));
  return {
    createWeighting: weightingKernel(memory, put),
    createTruePeakMeter: truePeakKernel(memory),
    createExtremes: extremesKernel(memory, put),
    pairLevels: pairKernel(memory, put),
  };
}

/** Copies sample frames in and gives where they are. */
type Put = (values: Float32Array, first: number, count: number, channels: number) => number;

function weightingKernel({ run, area, doubles }: KernelMemory, put: Put): LoudnessKernels['createWeighting'] {
  return (sections, channels) => {
    const coefficients = area().put(
      Float64Array.from(sections.flatMap(({ b0, b1, b2, a1, a2 }) => [b0, b1, b2, a1, a2])),
    );
    const pairs = Array.from({ length: Math.ceil(channels / 2) }, () => area().put(new Float64Array(10)));
    const sums = new Float64Array(channels);
    return (samples, first, count) => {
      const at = put(samples, first, count, channels);
      pairs.forEach((state, pair) => {
        run.weigh(at + 2 * FLOAT * pair, channels * FLOAT, count, coefficients, state);
        const [left = 0, right = 0] = doubles(state + 64, 2);
        sums[2 * pair] = left;
        if (2 * pair + 1 < channels) sums[2 * pair + 1] = right;
      });
      return sums;
    };
  };
}

const TRUE_PEAK_BYTES = 1432;

function truePeakKernel({ run, area }: KernelMemory): LoudnessKernels['createTruePeakMeter'] {
  let tables: number | undefined;
  return () => {
    tables ??= area().put(truePeakTables());
    const shared = tables;
    const state = area().put(new Uint8Array(TRUE_PEAK_BYTES));
    const samples = area();
    return {
      push: (values, first, stride, count) => {
        const at = samples.put(values.subarray(first, first + count * stride));
        run.truePeak(at, stride * FLOAT, count, state, shared);
      },
      peak: () => run.truePeakEnd(state, shared),
    };
  };
}

function extremesKernel({ run, area, doubles }: KernelMemory, put: Put): ExtremesKernel {
  return (channels) => {
    // More channels share one lane, whose sum depends on their order.
    if (channels > 2) return plainExtremes(channels);
    const state = area().room(48);
    return (samples, first, count, lanes) => {
      const at = put(samples, first, count, channels);
      const kept = doubles(state, 6);
      const parts = [lanes.low, lanes.high, lanes.energy];
      parts.forEach((part, n) => kept.set(part, 2 * n));
      run.extremes(at, channels * FLOAT, count, state);
      parts.forEach((part, n) => part.set(kept.subarray(2 * n, 2 * n + part.length)));
    };
  };
}

function pairKernel({ run, area, doubles }: KernelMemory, put: Put): PairLevels {
  const state = area().room(56);
  return (samples, first, count, { sums, squares }) => {
    const at = put(samples, first, count, 2);
    const kept = doubles(state, 7);
    kept.set(sums);
    kept.set(squares, 2);
    run.levels(at, 2 * FLOAT, count, state);
    sums.set(kept.subarray(0, 2));
    squares.set(kept.subarray(2, 4));
    return { largest: kept.subarray(4, 6), product: kept[6] ?? 0 };
  };
}
