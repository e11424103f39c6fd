import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeTranscripts } from '../../../core/transcript/rover.ts';
import { comparedWord, type Transcript } from '../../../core/transcript/transcript.ts';
import { wordErrors } from '../../../core/transcript/word-errors.ts';
import { scaled } from '../../scale.ts';
import { heardByAll, realText, ROVER_SETS } from './rover-cases.ts';
import { anyWords, saidWords, transcriptOf } from './words.ts';

const texts = ({ words }: Transcript) => words.map(({ text }) => text);
const text = realText('decisions');

describe('merging transcripts', () => {
  test.each(Object.entries(ROVER_SETS))('%s: not worse than the best single one', (_, set) => {
    const runs = scaled(2);
    const rates = Array.from({ length: runs }, (_, run) => {
      const from = (run * 500) % (text.length - 2000);
      const said = text.slice(from, from + 2000);
      const heard = heardByAll(set, said, run + 1);
      const single = Math.min(...heard.map((one) => wordErrors(said, texts(one)).rate));
      return { single, voted: wordErrors(said, texts(mergeTranscripts(heard).transcript)).rate };
    });
    const mean = (of: 'single' | 'voted') => rates.reduce((sum, rate) => sum + rate[of], 0) / runs;
    // Where one is far better than two others, it loses the vote now and then.
    expect(mean('voted')).toBeLessThanOrEqual(mean('single') * 1.02);
    expect(rates.filter(({ single, voted }) => voted > single).length).toBeLessThanOrEqual(runs / 10);
  });

  test('independent errors: at least 15 % fewer than the best single one', () => {
    const said = text.slice(0, 3000);
    const heard = heardByAll(ROVER_SETS['three alike'] ?? [], said, 77);
    const single = Math.min(...heard.map((one) => wordErrors(said, texts(one)).rate));
    expect(wordErrors(said, texts(mergeTranscripts(heard).transcript)).rate).toBeLessThan(single * 0.7);
  });

  test('copies of one transcript are that transcript, agreed by all; so is one alone', () => {
    fc.assert(
      fc.property(anyWords, fc.integer({ min: 1, max: 4 }), (words, count) => {
        const kept = words.filter((word) => comparedWord(word.text) !== '');
        const { transcript, alternatives } = mergeTranscripts(Array.from({ length: count }, () => transcriptOf(words)));
        expect(transcript.words).toEqual(kept.map((word) => ({ ...word, confidence: 1 })));
        expect(transcript.agreement?.every((share) => share === 1)).toBe(true);
        expect(alternatives.every((list) => list.length === 0)).toBe(true);
      }),
      { numRuns: scaled(40) },
    );
  });

  test('any transcripts: every word was heard by somebody, starts rise, shares and chances are shares', () => {
    fc.assert(
      fc.property(fc.array(anyWords, { minLength: 1, maxLength: 4 }), (lists) => {
        const { transcript, alternatives, reliability } = mergeTranscripts(lists.map((words) => transcriptOf(words)));
        const heard = new Set(lists.flat().map(({ text: word }) => word));
        for (const [index, word] of transcript.words.entries()) {
          expect(heard.has(word.text)).toBe(true);
          expect(word.end).toBeGreaterThanOrEqual(word.start);
          expect(word.start).toBeGreaterThanOrEqual(transcript.words[index - 1]?.start ?? 0);
          const chances = (alternatives[index] ?? []).map(({ probability }) => probability);
          const total = chances.reduce((sum, chance) => sum + chance, word.confidence ?? 0);
          expect(total).toBeGreaterThan(0.9);
          expect(total).toBeLessThan(1.000001);
        }
        expect([...(transcript.agreement ?? [2]), ...reliability].every((share) => share >= 0 && share <= 1)).toBe(
          true,
        );
      }),
      { numRuns: scaled(40) },
    );
  });

  test('the majority wins, the outvoted word is kept as an alternative, times are medians', () => {
    const lists = ['the cat sat', 'the cap sat', 'the cat sat down'].map((line) => line.split(' '));
    const { transcript, alternatives } = mergeTranscripts(lists.map((list) => transcriptOf(saidWords(list))));
    expect(texts(transcript)).toEqual(['the', 'cat', 'sat']);
    expect(transcript.agreement).toEqual([1, 2 / 3, 1]);
    expect(alternatives[1]?.[0]?.text).toBe('cap');
  });
});
