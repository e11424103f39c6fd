import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rational } from '../../../core/time/rational.ts';
import { readTimecodeEntry, timecodeProblemText } from '../../../core/time/timecode-entry.ts';
import { formatTimecode } from '../../../core/time/timecode.ts';
import { scaled } from '../../scale.ts';

const PAL = { rate: rational(25), dropFrame: false };
const NTSC_DF = { rate: rational(30_000, 1001), dropFrame: true };
const frame = (text: string, present = 100, format = PAL) => {
  const entry = readTimecodeEntry(text, present, format);
  return entry.kind === 'frame' ? entry.frame : entry.problem;
};

describe('timecode typed into a field', () => {
  test('digits fill from the right, a point is two zeros', () => {
    expect(frame('5')).toBe(5);
    expect(frame('1205')).toBe(305);
    expect(frame('12.')).toBe(300);
    expect(frame('1..')).toBe(1500);
    expect(frame('01:00:00:00')).toBe(90_000);
  });

  test('plus and minus count from the present frame, by spans', () => {
    expect(frame('+12')).toBe(112);
    expect(frame('-1.')).toBe(75);
    expect(frame('+10000', 0, NTSC_DF)).toBe(1800);
  });

  test('what names no frame says why', () => {
    expect(frame('')).toBe('syntax');
    expect(frame('+')).toBe('syntax');
    expect(frame('abc')).toBe('syntax');
    expect(frame('30')).toBe('out-of-range');
    expect(frame('10000', 0, NTSC_DF)).toBe('dropped-number');
    expect(timecodeProblemText('dropped-number', '00:01:00;00')).toContain('00:01:00;00');
    expect(timecodeProblemText('out-of-range', '30')).toContain('30');
    expect(timecodeProblemText('syntax', '')).toContain('1205');
  });

  test('every timecode as shown is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_589_407 }), fc.constantFrom(PAL, NTSC_DF), (count, format) => {
        const day = format === PAL ? 2_160_000 : 2_589_408;
        expect(frame(formatTimecode(count % day, format), 0, format)).toBe(count % day);
      }),
      { numRuns: scaled(300) },
    );
  });
});
