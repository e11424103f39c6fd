import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLoudnessMeter } from '../../../core/analysis/loudness.ts';
import { createSoundFaultMeter } from '../../../core/analysis/sound-faults.ts';
import { createPeakMeter } from '../../../core/media/peak-meter.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { createPassKernels } from '../../../native/kernels/pass-kernels.ts';
import { scaled } from '../../scale.ts';

const LAYOUTS = ['mono', 'stereo', '2.1', 'quad', '5.0', '5.1'] as const;

/** Tones with noise, stretches of silence, clipping and values that are no numbers, cut into pieces anywhere. */
const sounds = fc
  .record({
    channels: fc.integer({ min: 1, max: 6 }),
    rate: fc.constantFrom(8000, 11_025, 44_100, 48_000),
    seed: fc.nat(10_000),
    gain: fc.constantFrom(0, 0.001, 0.3, 0.99, 3),
    odd: fc.array(
      fc.record({ at: fc.nat(12_000), value: fc.constantFrom(Number.NaN, Infinity, -Infinity, 1, -1, 0) }),
      {
        maxLength: 6,
      },
    ),
    pieces: fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 12 }),
  })
  .map(({ channels, rate, seed, gain, odd, pieces }) => {
    let state = seed;
    const samples = Float32Array.from({ length: 2500 * channels }, (_, n) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const tone = Math.sin((n / channels) * 0.07 * (1 + (n % channels)));
      return gain * (0.8 * tone + 0.2 * (state / 2 ** 31 - 1)) * (n % 3000 < 2200 ? 1 : 0);
    });
    for (const { at, value } of odd) samples[at % samples.length] = value;
    return { channels, rate, samples, pieces, layout: LAYOUTS[channels - 1] ?? '' };
  });

function inPieces(
  samples: Float32Array,
  channels: number,
  pieces: readonly number[],
  push: (part: Float32Array) => void,
) {
  for (let at = 0, n = 0; at < samples.length; n++) {
    const end = at + channels * (pieces[n % pieces.length] ?? 1);
    push(samples.subarray(at, end));
    at = end;
  }
}

describe('kernels for samples', () => {
  const runs = { numRuns: scaled(40) };

  test('loudness and true peak are those of the plain functions, to the bit', () => {
    fc.assert(
      fc.property(sounds, ({ channels, rate, samples, pieces, layout }) => {
        const plain = createLoudnessMeter(rate, channels, layout);
        const fast = createLoudnessMeter(rate, channels, layout, createPassKernels());
        plain.push(samples);
        inPieces(samples, channels, pieces, fast.push);
        expect(fast.finish()).toEqual(plain.finish());
      }),
      runs,
    );
  });

  test('so are peaks and the faults of sound', () => {
    fc.assert(
      fc.property(sounds, ({ channels, rate, samples, pieces, layout }) => {
        const kernels = createPassKernels();
        const faults = [undefined, kernels.pairLevels].map((pair) =>
          createSoundFaultMeter(rate, channels, layout, pair),
        );
        const peaks = [undefined, kernels.createExtremes].map((made) => createPeakMeter(rate, channels, made));
        faults.forEach((meter, n) => inPieces(samples, channels, n === 0 ? [2500] : pieces, meter.push));
        peaks.forEach((meter, n) => inPieces(samples, channels, n === 0 ? [2500] : pieces, meter.push));
        const [plainFaults, fastFaults] = faults.map((meter) => meter.finish(flicks(0)));
        expect(fastFaults).toEqual(plainFaults);
        const [plainPeaks, fastPeaks] = peaks.map((meter) => meter.finish(flicks(0)));
        expect(fastPeaks).toEqual(plainPeaks);
      }),
      runs,
    );
  });

  test('a bare filter of one channel gives each run the same sum', () => {
    const samples = Float32Array.from({ length: 480 }, (_, n) => Math.sin(n * n));
    const [plain, fast] = [undefined, createPassKernels()].map((kernels) => {
      const meter = createLoudnessMeter(48_000, 1, 'mono', kernels);
      for (let n = 0; n < 60; n++) meter.push(samples);
      return meter.finish();
    });
    expect(fast).toEqual(plain);
    expect(fast?.integratedLufs).not.toBeNull();
  });
});
