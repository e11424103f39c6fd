import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTalk } from '../../../core/transcript/talk.ts';
import { scaled } from '../../scale.ts';
import { createRandom } from './generated-talk.ts';
import { anyWords, saidWords } from './words.ts';

const said = (text: string) => saidWords(text.split(/\s+/));

/** Sentences about one thing, drawn from its words and from words that every talk has. */
function about(terms: readonly string[], sentences: number, random: () => number): string {
  const common = ['and', 'then', 'we', 'have', 'the', 'people', 'time', 'really'];
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  return Array.from({ length: sentences }, () => {
    const words = Array.from({ length: 9 }, () => (random() < 0.45 ? pick(terms) : pick(common)));
    return `${words.join(' ')}.`;
  }).join(' ');
}

const THINGS = [
  ['river', 'boat', 'water', 'fishing', 'net', 'shore'],
  ['engine', 'piston', 'valve', 'fuel', 'torque', 'cylinder'],
  ['bread', 'flour', 'oven', 'yeast', 'dough', 'crust'],
] as const;

describe('talk', () => {
  test('planted changes of topic are found within two sentences, marked by their words', () => {
    let [near, planted, found] = [0, 0, 0];
    for (let seed = 1; seed <= scaled(10); seed++) {
      const random = createRandom(seed * 977);
      const talk = readTalk(said(THINGS.map((terms) => about(terms, 16, random)).join(' ')));
      const borders = talk.topics.slice(1).map(({ start }) => talk.sentences.findIndex((one) => one.start === start));
      planted += 2;
      found += borders.length;
      near += [16, 32].filter((at) => borders.some((border) => Math.abs(border - at) <= 2)).length;
    }
    expect(near / planted).toBeGreaterThanOrEqual(0.85);
    expect(near / found).toBeGreaterThanOrEqual(0.7);
  });

  test('questions, fillers and takes that were said again', () => {
    const { sentences, slips } = readTalk(
      said(
        'Um, welcome to the old mill. We built this mill in nineteen. We built this mill in nineteen twenty. Who built it?',
      ),
    );
    expect(sentences.map(({ isQuestion }) => isQuestion)).toEqual([false, false, false, true]);
    expect(slips.map(({ kind, first, last }) => [kind, first, last])).toEqual([
      ['filler', 0, 1],
      ['repeated-take', 6, 12],
    ]);
  });

  test('a sentence that all others share words with weighs most', () => {
    const { sentences } = readTalk(
      said(
        'The mill stood by the river. The river fed the mill wheel and flour. Flour went to the baker. The wheel broke in winter.',
      ),
    );
    const best = sentences.toSorted((a, b) => b.weight - a.weight)[0];
    expect(best?.text).toBe('The river fed the mill wheel and flour.');
  });

  test('any words: sentences and topics hold all of them once and in order; slips lie inside', () => {
    fc.assert(
      fc.property(anyWords, (words) => {
        const { sentences, topics, slips } = readTalk(words);
        expect(sentences.flatMap(({ first, last }) => words.slice(first, last))).toEqual(words);
        expect(new Set(sentences.map(({ topic }) => topic)).size).toBe(topics.length);
        for (const { weight } of sentences) expect(weight >= 0 && weight <= 1).toBe(true);
        for (const slip of slips)
          expect(slip.first >= 0 && slip.last <= words.length && slip.first < slip.last).toBe(true);
        for (const { confidence } of [...topics, ...slips]) expect(confidence >= 0 && confidence <= 1).toBe(true);
      }),
      { numRuns: scaled(40) },
    );
  });
});
