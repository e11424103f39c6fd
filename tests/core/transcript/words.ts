import fc from 'fast-check';
import type { Transcript, Word } from '../../../core/transcript/transcript.ts';
import { flicks, flicksFromSeconds } from '../../../core/time/flicks.ts';

/** Words at `rate` a second from 0, each filling its time. */
export function saidWords(
  texts: readonly string[],
  options: { speaker?: string; from?: number; rate?: number } = {},
): Word[] {
  const { speaker, from = 0, rate = 2.5 } = options;
  return texts.map((text, index) => ({
    start: flicksFromSeconds(from + index / rate),
    end: flicksFromSeconds(from + (index + 0.9) / rate),
    text,
    confidence: null,
    speaker: speaker ?? null,
  }));
}

export function transcriptOf(words: readonly Word[], timing: Transcript['timing'] = 'heard'): Transcript {
  return { language: 'en', source: { kind: 'recogniser', model: 'test' }, timing, words };
}

const letters = fc.constantFrom('a', 'b', 'é', 'ß', '你', '&', '<', '>', "'", '-', '{', '}', '\\', '1', ',', '.', '?');

/** Words of letters and signs that captions know as markup, in order, with pauses, speakers and overlaps. */
export const anyWords: fc.Arbitrary<Word[]> = fc
  .array(
    fc.record({
      text: fc.string({ unit: letters, minLength: 1, maxLength: 14 }),
      pause: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(4_000) }),
      length: fc.integer({ min: 1, max: 900 }),
      confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      speaker: fc.option(fc.constantFrom('s1', 's2')),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((list) => {
    let at = 0;
    return list.map(({ pause, length, ...word }) => {
      const start = at + pause;
      at = start + length;
      return { ...word, start: flicks(start * 705_600), end: flicks(at * 705_600) };
    });
  });
