import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignSlots, alignWords, SCLITE_COSTS } from '../../../core/transcript/align-words.ts';
import { wordErrors } from '../../../core/transcript/word-errors.ts';
import { scaled } from '../../scale.ts';
import { createRandom } from './generated-talk.ts';

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });

/** Textbook Levenshtein distance over words. */
function distance(
  first: readonly (string | number)[],
  second: readonly (string | number)[],
  substitution = 1,
  gap = 1,
): number {
  let above = Array.from({ length: second.length + 1 }, (_, column) => column * gap);
  for (const [row, word] of first.entries()) {
    const now = [(row + 1) * gap];
    for (const [column, other] of second.entries())
      now.push(
        Math.min(
          (above[column] ?? 0) + (word === other ? 0 : substitution),
          (above[column + 1] ?? 0) + gap,
          (now[column] ?? 0) + gap,
        ),
      );
    above = now;
  }
  return above[second.length] ?? 0;
}

test('an alignment holds every word of both sides once and in order, at the edit distance', () => {
  fc.assert(
    fc.property(words, words, (first, second) => {
      const pairs = alignWords(first, second);
      expect(pairs.filter(({ slot }) => slot >= 0).map(({ slot }) => slot)).toEqual(first.map((_, index) => index));
      expect(pairs.filter(({ word }) => word >= 0).map(({ word }) => word)).toEqual(second.map((_, index) => index));
      const cost = pairs.filter(({ slot, word }) => first[slot] !== second[word]).length;
      expect(cost).toBe(distance(first, second));
      expect(wordErrors(first, second).rate).toBeCloseTo(cost === 0 ? 0 : cost / Math.max(1, first.length), 9);
    }),
    { numRuns: scaled(200) },
  );
});

test('long lists, which are anchored, cost at most one percent more than the cheapest', () => {
  fc.assert(
    fc.property(fc.nat(1e9), fc.double({ min: 0, max: 0.35, noNaN: true }), (seed, errors) => {
      const random = createRandom(seed);
      const said = Array.from({ length: 900 }, () => Math.floor(random() ** 3 * 400));
      const heard = said.flatMap((word) => {
        const chance = random();
        if (chance < errors / 3) return [];
        if (chance < (errors * 2) / 3) return [Math.floor(random() * 400)];
        return chance < errors ? [word, Math.floor(random() * 400)] : [word];
      });
      const pairs = alignSlots(
        said.map((word) => [word]),
        heard,
      );
      const cost = pairs.reduce((sum, { slot, word }) => {
        if (slot < 0 || word < 0) return sum + SCLITE_COSTS.gap;
        return said[slot] === heard[word] ? sum : sum + SCLITE_COSTS.substitution;
      }, 0);
      expect(cost).toBeLessThanOrEqual(distance(said, heard, SCLITE_COSTS.substitution, SCLITE_COSTS.gap) * 1.01 + 6);
    }),
    { numRuns: scaled(5) },
  );
});

test('case, punctuation and typographic apostrophes are no errors', () => {
  expect(wordErrors(['It’s', 'Over.', '—', 'Now'], ["it's", 'over', 'now!'])).toMatchObject({ words: 3, rate: 0 });
});
