import { flicks, secondsOf } from '../../core/time/flicks.ts';
import { spreadWords } from '../../core/transcript/spread-words.ts';
import type { Word } from '../../core/transcript/transcript.ts';
import type { SpokenWords } from './spoken-words.ts';

/** How far starts and ends of words are from the true ones, seconds. */
export function boundaryErrors(found: readonly Word[], truth: readonly Word[]): readonly number[] {
  return truth.flatMap((word, index) => {
    const other = found[index];
    if (other === undefined) return [Infinity, Infinity];
    return [other.start - word.start, other.end - word.end].map((off) => Math.abs(secondsOf(flicks(off))));
  });
}

/** Words as a recogniser with stamps of sentences alone has them: spread by their letters. */
export function spreadSentences({ words, sentences }: SpokenWords): readonly (readonly Word[])[] {
  return sentences.map(({ first, end }) => {
    const own = words.slice(first, end);
    const [begins, ends] = [own[0]?.start, own[own.length - 1]?.end];
    if (begins === undefined || ends === undefined) return [];
    const text = own.map((word) => word.text).join(' ');
    return spreadWords(text, begins, ends, { confidence: null, speaker: null });
  });
}
