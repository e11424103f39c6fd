import { speakerAt, type SpeakerTurn } from '../analysis/diarize.ts';
import type { Word } from './transcript.ts';

/** Words with the speakers that were heard; what the transcript says itself stands. */
export function speakersOfWords(words: readonly Word[], turns: readonly SpeakerTurn[]): readonly Word[] {
  if (turns.length === 0) return words;
  return words.map((word) => {
    const speaker = word.speaker === null ? speakerAt(turns, word) : undefined;
    return speaker === undefined ? word : { ...word, speaker: `Speaker ${speaker + 1}` };
  });
}
