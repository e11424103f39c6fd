import type { TimeSpan } from '../../../core/analysis/sound-results.ts';
import { joinHearings } from '../../../core/transcript/stitch.ts';
import type { Word } from '../../../core/transcript/transcript.ts';
import { flicks, flicksFromSeconds } from '../../../core/time/flicks.ts';
import { createRandom } from './generated-talk.ts';
import { longTalk, realText } from './rover-cases.ts';

const text = realText('decisions');

/** Talk as it is said: words of 0.12–0.5 s, little or no pause between most, a longer one now and then. */
export function talk(count: number, seed: number): Word[] {
  const random = createRandom(seed);
  let at = 0.3;
  return longTalk(text, count, seed).map((word) => {
    const start = at + (random() < 0.06 ? random() * 2.5 : random() * 0.08);
    at = start + 0.12 + random() * 0.38;
    return { start: flicksFromSeconds(start), end: flicksFromSeconds(at), text: word, confidence: 0.9, speaker: null };
  });
}

/** Hears whole words with times up to 60 ms off; a word cut by an edge is left out or heard as something else. */
export function stub(words: readonly Word[], window: TimeSpan, random: () => number): Word[] {
  return words.flatMap((word) => {
    if (word.end <= window.start || word.start >= window.end) return [];
    const isCut = word.start < window.start || word.end > window.end;
    if (isCut && random() < 0.5) return [];
    const shift = flicksFromSeconds((random() - 0.5) * 0.12);
    const start = flicks(Math.max(window.start, word.start + shift));
    return [
      {
        ...word,
        start,
        end: flicks(Math.max(start, Math.min(window.end, word.end + shift))),
        text: isCut ? 'cut-off' : word.text,
      },
    ];
  });
}

/** Talk cut at random places, heard piece by piece and joined: what was said, what came out, and how many cuts there were. */
export function cutAndJoined(seed: number): {
  readonly said: readonly string[];
  readonly joined: readonly string[];
  readonly cuts: number;
} {
  const random = createRandom(seed * 7919);
  const words = talk(600, seed);
  const duration = words[words.length - 1]?.end ?? flicks(0);
  const windows: TimeSpan[] = [];
  let start = 0;
  for (;;) {
    const end = Math.min(duration, start + flicksFromSeconds(8 + random() * 22));
    windows.push({ start: flicks(start), end: flicks(end) });
    if (end >= duration) break;
    start = end - flicksFromSeconds(3 + random() * 3);
  }
  const joined = joinHearings(windows.map((window) => ({ window, words: stub(words, window, random) })));
  return {
    said: words.map(({ text: word }) => word),
    joined: joined.map(({ text: word }) => word),
    cuts: windows.length - 1,
  };
}
