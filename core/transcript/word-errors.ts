import { alignWords } from './align-words.ts';
import { comparedWord } from './transcript.ts';

export type WordErrors = {
  readonly words: number;
  readonly substitutions: number;
  readonly deletions: number;
  readonly insertions: number;
  /** Word error rate: all errors by words of the reference; may exceed 1. 0 where both are empty. */
  readonly rate: number;
};

/** Errors of recognised words against a reference, without regard to case and punctuation (NIST sclite's counts). */
export function wordErrors(reference: readonly string[], recognised: readonly string[]): WordErrors {
  const said = reference.filter((word) => comparedWord(word) !== '');
  const heard = recognised.filter((word) => comparedWord(word) !== '');
  const counts = { substitutions: 0, deletions: 0, insertions: 0 };
  for (const { slot, word } of alignWords(said, heard)) {
    if (slot < 0) counts.insertions++;
    else if (word < 0) counts.deletions++;
    else if (comparedWord(said[slot] ?? '') !== comparedWord(heard[word] ?? '')) counts.substitutions++;
  }
  const errors = counts.substitutions + counts.deletions + counts.insertions;
  return { words: said.length, ...counts, rate: errors === 0 ? 0 : errors / Math.max(1, said.length) };
}
