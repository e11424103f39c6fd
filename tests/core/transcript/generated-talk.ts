import { flicks, flicksFromSeconds } from '../../../core/time/flicks.ts';
import type { Word } from '../../../core/transcript/transcript.ts';

/** Mulberry32: numbers in 0–1 from a seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A recogniser's errors: rates of each kind, how sure it claims to be, and how far its times are off (seconds). */
export type Recogniser = {
  readonly substitutions: number;
  readonly deletions: number;
  readonly insertions: number;
  /** How well confidence tells errors: 0 not at all, 1 fully; null gives no confidences. */
  readonly insight: number | null;
  readonly jitter: number;
  /** Errors come in bursts of about this many words. */
  readonly burst: number;
};

/**
 * What a recogniser would hear of `said`: substitutions are other words of the same text that start or end alike where
 * there are some (recognisers confuse what sounds alike), insertions are short words of it. Times follow 2.6 words a second.
 */
export function heardBy(recogniser: Recogniser, said: readonly string[], random: () => number): Word[] {
  const alike = soundAlikes(said);
  const short = said.filter((word) => word.length <= 3);
  const words: Word[] = [];
  let isBad = false;
  const total = recogniser.substitutions + recogniser.deletions + recogniser.insertions;
  // Two states: errors fall only into the bad one, which holds half correct words too, so rates stay as asked.
  const share = Math.min(1, total * 2);
  const add = (text: string, at: number, isError: boolean) => {
    const jitter = (random() - 0.5) * 2 * recogniser.jitter;
    const start = Math.max(words[words.length - 1]?.start ?? 0, flicksFromSeconds(Math.max(0, at / 2.6 + jitter)));
    const sure = isError ? 0.35 + random() * 0.4 : 0.6 + random() * 0.4;
    const blind = 0.4 + random() * 0.6;
    const { insight } = recogniser;
    words.push({
      start: flicks(start),
      end: flicks(start + flicksFromSeconds(0.3)),
      text,
      confidence: insight === null ? null : sure * insight + blind * (1 - insight),
      speaker: null,
    });
  };
  for (const [index, word] of said.entries()) {
    if (random() < 1 / recogniser.burst) isBad = random() < share;
    const chance = isBad ? random() * share : 1;
    if (chance < recogniser.deletions) continue;
    if (chance < recogniser.deletions + recogniser.substitutions) {
      const others = alike.get(word.toLowerCase()) ?? said;
      add(others[Math.floor(random() * others.length)] ?? word, index, true);
      continue;
    }
    add(word, index, false);
    if (chance < total) add(short[Math.floor(random() * short.length)] ?? 'the', index + 0.5, true);
  }
  return words;
}

function soundAlikes(said: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const distinct = [...new Set(said.map((word) => word.toLowerCase()))];
  const key = (word: string) => [word.slice(0, 2), word.slice(-2)];
  const groups = new Map<string, string[]>();
  for (const word of distinct) {
    for (const part of key(word)) {
      const known = groups.get(part);
      if (known === undefined) groups.set(part, [word]);
      else known.push(word);
    }
  }
  return new Map(
    distinct.map((word) => {
      const others = key(word)
        .flatMap((part) => groups.get(part) ?? [])
        .filter((other) => other !== word);
      return [word, others.length > 0 ? others : distinct.filter((other) => other !== word)];
    }),
  );
}
