import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flicks, flicksFromSeconds } from '../../core/time/flicks.ts';
import type { Word } from '../../core/transcript/transcript.ts';
import { findWords, paragraphsOf, wordAt } from '../../renderer/panels/words/paragraphs.ts';

function spoken(text: string, speakerOf: (index: number) => string | null = () => null): readonly Word[] {
  return text.split(' ').map((word, index) => ({
    text: word,
    start: flicksFromSeconds(index),
    end: flicksFromSeconds(index + 0.8),
    confidence: 1,
    speaker: speakerOf(index),
  }));
}

const INTERVIEW = spoken('We plane the wood, um, by hand. Then we oil it. We plane it again?', (index) =>
  index < 11 ? 'Anna' : 'Ben',
);

describe('words as they are read', () => {
  it('form paragraphs that hold every word once, in order, each of one speaker', () => {
    const word = fc.constantFrom('oak.', 'plane', 'Then', 'um,', 'why?', 'wood', 'by', 'hand.');
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (texts, turn) => {
        const words = spoken(texts.join(' '), (index) => (Math.floor(index / turn) % 2 === 0 ? 'Anna' : 'Ben'));
        const { paragraphs } = paragraphsOf(words);
        const order = paragraphs.flatMap(({ first, last }) =>
          Array.from({ length: last - first }, (_, offset) => first + offset),
        );
        expect(order).toEqual(words.map((_, index) => index));
      }),
    );
  });

  it('name a speaker where another begins, and mark what fills pauses', () => {
    const { paragraphs, marks } = paragraphsOf(INTERVIEW);
    const named = paragraphs.flatMap(({ first, speaker }) => (speaker === null ? [] : [[first, speaker]]));
    expect(named).toEqual([
      [0, 'Anna'],
      [11, 'Ben'],
    ]);
    expect(marks.get(4)).toBe('filler');
  });

  it('are found by phrase, whatever case and punctuation, the last word begun', () => {
    expect(findWords(INTERVIEW, 'we PLANE')).toEqual([0, 11]);
    expect(findWords(INTERVIEW, 'wood um')).toEqual([3]);
    expect(findWords(INTERVIEW, 'the wo')).toEqual([2]);
    expect(findWords(INTERVIEW, 'plane oak')).toEqual([]);
    expect(findWords(INTERVIEW, '  , ')).toEqual([]);
  });

  it('are found by time: the last that began', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 60 * 705_600_000 }), (time) => {
        const at = wordAt(INTERVIEW, flicks(time));
        expect(INTERVIEW.filter(({ start }) => start <= time)).toHaveLength(at + 1);
      }),
    );
  });
});
