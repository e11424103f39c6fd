import { flicks, type Flicks } from '../time/flicks.ts';
import { mulDiv } from '../time/rational.ts';
import type { Word } from './transcript.ts';

/** The words of a text over a span, each as long as its letters and one more are of all; they abut and fill the span. */
export function spreadWords(
  text: string,
  start: Flicks,
  end: Flicks,
  said: Pick<Word, 'confidence' | 'speaker'>,
): readonly Word[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const letters = words.reduce((sum, word) => sum + word.length + 1, 0);
  let before = 0;
  const at = (count: number) => flicks(start + mulDiv(end - start, count, letters, 'nearest'));
  return words.map((word) => {
    const from = at(before);
    before += word.length + 1;
    return { start: from, end: at(before), text: word, ...said };
  });
}
