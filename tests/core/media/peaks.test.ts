import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPeakMeter } from '../../../core/media/peak-meter.ts';
import { decodePeaks, encodePeaks, peakBetween } from '../../../core/media/peaks.ts';
import { parseThumbnailIndex, thumbnailAt } from '../../../core/media/thumbnails.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { scaled } from '../../scale.ts';

function measure(samples: Float32Array, rate: number, channels: number, chunks: readonly number[]) {
  const meter = createPeakMeter(rate, channels);
  let at = 0;
  for (let index = 0; at < samples.length; index++) {
    const size = (chunks[index % chunks.length] ?? 1) * channels;
    meter.push(samples.subarray(at, at + size));
    at += size;
  }
  return meter.finish(flicks(42));
}

describe('peaks', () => {
  test('chunking changes nothing and the file layout keeps every number', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });
    const rates = fc.constantFrom(8000, 11_025, 22_050, 44_100);
    fc.assert(
      fc.property(sizes, rates, fc.integer({ min: 1, max: 6 }), fc.integer(), (chunks, rate, channels, seed) => {
        const samples = Float32Array.from({ length: channels * 1500 }, (_, n) => Math.sin(n * 0.7 + seed) * 1.1);
        const whole = measure(samples, rate, channels, [100_000]);
        expect(measure(samples, rate, channels, chunks)).toEqual(whole);
        expect(decodePeaks(encodePeaks(whole))).toEqual(whole);
      }),
      { numRuns: scaled(30) },
    );
  });

  test('sound of more than ten seconds keeps every bucket; damaged samples are silence; nothing has no bucket', () => {
    const samples = new Float32Array(800 * 15).fill(0.5);
    samples[5] = Number.NaN;
    samples[13] = Number.POSITIVE_INFINITY;
    const peaks = measure(samples, 800, 1, [1000]);
    expect(peaks.count).toBe(1500);
    const half = Math.round(0.5 * 32_767);
    expect(Math.abs((peaks.lanes[0]?.max[1499] ?? 0) - half)).toBeLessThanOrEqual(1);
    expect(Math.abs((peaks.lanes[0]?.rms[1024] ?? 0) - half)).toBeLessThanOrEqual(1);
    expect(peaks.lanes[0]?.min[0]).toBe(0);
    expect(measure(new Float32Array(0), 800, 2, [1])).toMatchObject({ count: 0 });
    // Fewer samples than buckets: those between hold silence.
    expect(measure(new Float32Array(5).fill(1), 40, 1, [5]).lanes[0]?.max).toContain(0);
  });

  test('a click lies in the bucket of its time, also at rates that 100 does not divide', () => {
    const rate = 11_025;
    const samples = new Float32Array(rate * 3);
    const at = Math.floor(2.505 * rate);
    samples[at] = 0.5;
    samples[at + 1] = -0.25;
    const peaks = measure(samples, rate, 1, [997]);
    expect(peaks.count).toBe(300);
    const lane = peaks.lanes[0];
    expect(lane?.max.findIndex((value) => value > 0)).toBe(250);
    expect(lane?.max[250]).toBe(16_384);
    expect(lane?.min[250]).toBe(-8192);
    if (lane === undefined) return;
    expect(peakBetween(lane, 240, 260).min).toBeCloseTo(-0.25, 3);
    expect(peakBetween(lane, 240, 260).max).toBeCloseTo(0.5, 3);
    expect(peakBetween(lane, 0, 100)).toEqual({ min: 0, max: 0, rms: 0 });
  });

  test('damaged files are refused', () => {
    const good = encodePeaks(measure(new Float32Array(4410), 44_100, 1, [4410]));
    expect(decodePeaks(good.subarray(0, good.length - 1))).toBeUndefined();
    expect(decodePeaks(new Uint8Array(3))).toBeUndefined();
    expect(decodePeaks(good.with(0, 0))).toBeUndefined();
  });
});

describe('thumbnail index', () => {
  const index = {
    format: 'montage-thumbnails',
    version: 1,
    width: 320,
    height: 180,
    thumbnails: [
      { frame: 0, start: 0, offset: 0, bytes: 10 },
      { frame: 25, start: 705_600_000, offset: 10, bytes: 12 },
    ],
  };

  test('finds the thumbnail on or before a frame', () => {
    const parsed = parseThumbnailIndex(JSON.parse(JSON.stringify(index)));
    expect(parsed).toEqual(index);
    if (parsed === undefined) return;
    expect([0, 24, 25, 900].map((frame) => thumbnailAt(parsed, frame)?.frame)).toEqual([0, 0, 25, 25]);
    expect(thumbnailAt({ ...parsed, thumbnails: [] }, 3)).toBeUndefined();
  });

  test('refuses what is not one', () => {
    expect(parseThumbnailIndex({ ...index, version: 2 })).toBeUndefined();
    expect(parseThumbnailIndex({ ...index, thumbnails: [{ frame: -1 }] })).toBeUndefined();
  });
});
