import { readTalk } from '../../../core/transcript/talk.ts';
import { comparedWord, type Word } from '../../../core/transcript/transcript.ts';
import type { Flicks } from '../../../core/time/flicks.ts';

/** Words that are read together, by index; `last` is exclusive. */
export type Paragraph = {
  readonly first: number;
  readonly last: number;
  /** Who speaks, where that changes. */
  readonly speaker: string | null;
};

/** What an editor would cut: a sound that fills a pause, or a take that is said again. */
export type WordMark = 'filler' | 'repeated-take';

/** Below this confidence a recogniser's word is shown as unsure. */
const UNSURE_WORD = 0.5;

/** Whether a recogniser, or several that were voted, doubt a word. */
export function isUnsure({ confidence }: Word): boolean {
  return confidence !== null && confidence < UNSURE_WORD;
}

/** After so many words the next sentence begins a paragraph. */
const LONG_ENOUGH = 40;

/** Talk as it is read: sentences of one speaker about one thing together. */
export function paragraphsOf(words: readonly Word[]): {
  readonly paragraphs: readonly Paragraph[];
  /** By word index. */
  readonly marks: ReadonlyMap<number, WordMark>;
} {
  const talk = readTalk(words);
  const paragraphs: Paragraph[] = [];
  let topic: number | undefined;
  let speaker: string | null = null;
  for (const sentence of talk.sentences) {
    const whose = words[sentence.first]?.speaker ?? null;
    const open = paragraphs.at(-1);
    if (open !== undefined && whose === speaker && sentence.topic === topic && open.last - open.first < LONG_ENOUGH) {
      paragraphs[paragraphs.length - 1] = { ...open, last: sentence.last };
    } else {
      paragraphs.push({ first: sentence.first, last: sentence.last, speaker: whose === speaker ? null : whose });
    }
    topic = sentence.topic;
    speaker = whose;
  }
  const marks = new Map<number, WordMark>();
  for (const { kind, first, last } of talk.slips) {
    for (let index = first; index < last; index += 1) marks.set(index, kind);
  }
  return { paragraphs, marks };
}

/** The word that is said at a time, or the last one before it; -1 before the first. */
export function wordAt(words: readonly Word[], time: Flicks): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle]?.start ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where a phrase is said, by the index of its first word; case and punctuation do not count, the last word may be begun. */
export function findWords(words: readonly Word[], phrase: string): readonly number[] {
  const wanted = phrase
    .split(/\s+/)
    .map(comparedWord)
    .filter((word) => word !== '');
  if (wanted.length === 0) return [];
  const said = words.map(({ text }) => comparedWord(text));
  return said.flatMap((_, at) => {
    const isHere = wanted.every((word, offset) => {
      const other = said[at + offset] ?? '';
      return offset === wanted.length - 1 ? other.startsWith(word) : other === word;
    });
    return isHere ? [at] : [];
  });
}
