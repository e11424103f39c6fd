import { wordStem } from '../transcript/talk.ts';

/** A compared word as it is looked up: run, runs and running are one, so are race and races, party and parties. */
export function searchStem(word: string): string {
  const bare = wordStem(word);
  if (bare.length < 3) return word;
  return bare.replace(/[ey]$/u, '').replace(/([^aeiou\d])\1$/u, '$1');
}
