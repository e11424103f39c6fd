import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrameStarts, encodeFrameStarts } from '../../../core/media/frame-starts.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { scaled } from '../../scale.ts';

describe('frame times as bytes', () => {
  test('come back as they were, from anywhere in a larger buffer', () => {
    const rising = fc.uniqueArray(fc.nat({ max: 2 ** 50 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(rising, fc.nat({ max: 3 }), (times, lead) => {
        const sorted = times.toSorted((a, b) => a - b);
        const [starts, end] = [sorted.slice(0, -1), flicks(sorted.at(-1) ?? 0)];
        const bytes = encodeFrameStarts(starts, end);
        const shifted = new Uint8Array(bytes.length + lead);
        shifted.set(bytes, lead);
        expect(decodeFrameStarts(shifted.subarray(lead))).toEqual({ starts: Float64Array.from(starts), end });
      }),
      { numRuns: scaled(200) },
    );
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['half a number', new Uint8Array(12)],
    ['a time before zero', encodeFrameStarts([-5], flicks(9))],
    ['one time twice', encodeFrameStarts([0, 7, 7], flicks(9))],
    ['a fraction', encodeFrameStarts([0, 0.5], flicks(9))],
    ['an end before the last start', encodeFrameStarts([0, 7], flicks(3))],
  ])('%s is not read', (_, bytes) => {
    expect(decodeFrameStarts(bytes)).toBeUndefined();
  });
});
