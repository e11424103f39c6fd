import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flicks, flicksFromSeconds } from '../../core/time/flicks.ts';
import { rational } from '../../core/time/rational.ts';
import {
  formatBytes,
  formatDuration,
  formatEta,
  formatRate,
  parseDurationSeconds,
  splitName,
} from '../../renderer/format.ts';
import { rejectionText } from '../../renderer/microcopy.ts';
import { evaluateNumber } from '../../renderer/number-expression.ts';
import { selectRange, shownBadges } from '../../renderer/panels/bin/bin-rows.ts';
import { dbOf, METER_FLOOR_DB, meterParts } from '../../renderer/panels/meters/meter-scale.ts';
import { scoreStep } from '../../renderer/score.ts';
import { matchRank } from '../../renderer/shell/palette-items.ts';

describe('numbers for people', () => {
  it('write lengths that read back as the same seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_399 }), (seconds) => {
        expect(parseDurationSeconds(formatDuration(flicksFromSeconds(seconds)))).toBe(seconds);
      }),
    );
    expect(formatDuration(flicks(1))).toBe('0:01');
    expect(formatDuration(flicks(0))).toBe('0:00');
    for (const text of ['', '0', '-5', 'two', '1:2:3:4', '99999:00'])
      expect(parseDurationSeconds(text)).toBeUndefined();
  });

  it('keep three digits of a size at most and never the wrong unit', () => {
    expect(formatBytes(2_100_000_000)).toBe('2.1 GB');
    expect(formatBytes(412e9)).toBe('412 GB');
    expect(formatBytes(999_600)).toBe('1.0 MB');
    expect(formatBytes(0)).toBe('0 B');
  });

  it('round what is left and name rates as editors do', () => {
    expect(formatEta(21_000)).toBe('about 25 s left');
    expect(formatEta(240_000)).toBe('about 4 min left');
    expect(formatRate(rational(24_000, 1001))).toBe('23.976');
    expect(formatRate(rational(30_000, 1001))).toBe('29.97');
    expect(formatRate(rational(25))).toBe('25');
  });

  it('read sums, and changes of the present value', () => {
    expect(evaluateNumber('12*2', 5)).toBe(24);
    expect(evaluateNumber('+6', 5)).toBe(11);
    expect(evaluateNumber('-6', 5)).toBe(-6);
    expect(evaluateNumber('--6', 5)).toBe(-1);
    expect(evaluateNumber('1,5', 0)).toBe(1.5);
    expect(evaluateNumber('2*(3-1)', 0)).toBe(4);
    for (const text of ['', 'abc', '1/0', '2**', '(1', '1 2 3x']) expect(evaluateNumber(text, 1)).toBeUndefined();
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999 }),
        fc.integer({ min: 0, max: 999 }),
        fc.integer({ min: 0, max: 999 }),
        (a, b, c) => {
          expect(evaluateNumber(`${a}+${b}*${c}`, 0)).toBe(a + b * c);
          expect(evaluateNumber(`+${a}`, b)).toBe(a + b);
        },
      ),
    );
  });

  it('give a score five steps that rise with it', () => {
    expect([34, 55, 72, 88, 96].map((score) => scoreStep(score).word)).toEqual([
      'weak',
      'fair',
      'good',
      'great',
      'great',
    ]);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (a, b) => {
          if (a <= b) expect(scoreStep(a).segments).toBeLessThanOrEqual(scoreStep(b).segments);
          expect(scoreStep(a).segments).toBeGreaterThanOrEqual(1);
          expect(scoreStep(a).segments).toBeLessThanOrEqual(5);
        },
      ),
    );
  });
});

describe('names', () => {
  it('lose nothing when split, and keep take number and extension whole', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(splitName(name).join('')).toBe(name);
      }),
    );
    expect(splitName('Interview_Ann_take_12.mov')[1]).toBe('_12.mov');
  });

  it('show at most three badges', () => {
    expect(shownBadges(['Offline', 'HDR', 'VFR'])).toEqual(['Offline', 'HDR', 'VFR']);
    expect(shownBadges(['Offline', 'HDR', 'VFR', 'Rotated'])).toEqual(['Offline', 'HDR', '+2']);
  });

  it('select from one row to another in either direction', () => {
    const order = ['a', 'b', 'c', 'd'];
    expect(selectRange(order, 'b', 'd')).toEqual(['b', 'c', 'd']);
    expect(selectRange(order, 'd', 'b')).toEqual(['b', 'c', 'd']);
    expect(selectRange(order, undefined, 'c')).toEqual(['c']);
  });

  it('say why a file was skipped', () => {
    const fault = { code: 'E_NOT_MEDIA', message: 'not media' } as const;
    expect(rejectionText({ path: '/a/notes.docx', fault })).toBe("'notes.docx' is not media. Skipped.");
    const denied = { code: 'E_DENIED', message: 'the file may not be read', hint: 'change its rights' } as const;
    expect(rejectionText({ path: 'b.mov', fault: denied })).toBe(
      "'b.mov': The file may not be read. Change its rights.",
    );
  });

  it('find commands by any words, names that start so first', () => {
    expect(matchRank('Split at playhead', 'split')).toBe(0);
    expect(matchRank('Split at playhead', 'playhead split')).toBe(1);
    expect(matchRank('Split at playhead', 'roll')).toBeUndefined();
  });
});

describe('meters', () => {
  it('fill from the floor to the level without gaps, and warn only at the top', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2, noNaN: true }), (peak) => {
        const db = dbOf(peak);
        const parts = meterParts(db);
        parts.forEach((part, index) => expect(part.from).toBe(parts[index - 1]?.to ?? METER_FLOOR_DB));
        if (parts.length > 0) expect(parts.at(-1)?.to).toBeCloseTo(Math.min(0, db));
        expect(parts.some((part) => part.token === '--error')).toBe(db >= 0);
      }),
    );
  });
});
