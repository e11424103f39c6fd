import { isNumbered, speakerAt, speakerName, type SpeakerTurn } from '../analysis/diarize.ts';
import type { Word } from './transcript.ts';

/**
 * Words with the speakers that were heard, by the names that were given to them (by their numbers in this file); what the
 * transcript says itself stands.
 */
export function speakersOfWords(
  words: readonly Word[],
  turns: readonly SpeakerTurn[],
  names: ReadonlyMap<number, string> = new Map(),
): readonly Word[] {
  if (turns.length === 0) return words;
  return words.map((word) => {
    const speaker = word.speaker === null ? speakerAt(turns, word) : undefined;
    return speaker === undefined ? word : { ...word, speaker: speakerName(speaker, names) };
  });
}

/** Words as they are written for readers: one voice alone that has no name is not told from any other, and gets no label. */
export function withTellingSpeakers(words: readonly Word[]): readonly Word[] {
  const speakers = new Set(words.flatMap(({ speaker }) => speaker ?? []));
  const [only] = speakers;
  if (speakers.size !== 1 || only === undefined || !isNumbered(only)) return words;
  return words.map((word) => ({ ...word, speaker: null }));
}
