import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimeSpan } from '../../../core/analysis/sound-results.ts';
import { heardSeconds, joinHearings, speechWindows, WHISPER_WINDOWS } from '../../../core/transcript/stitch.ts';
import type { Word } from '../../../core/transcript/transcript.ts';
import { flicks, flicksFromSeconds, secondsOf } from '../../../core/time/flicks.ts';
import { scaled } from '../../scale.ts';
import { createRandom } from './generated-talk.ts';
import { longTalk, realText } from './rover-cases.ts';

const text = realText('decisions');

/** Talk as it is said: words of 0.12–0.5 s, little or no pause between most, a longer one now and then. */
function talk(count: number, seed: number): Word[] {
  const random = createRandom(seed);
  let at = 0.3;
  return longTalk(text, count, seed).map((word) => {
    const start = at + (random() < 0.06 ? random() * 2.5 : random() * 0.08);
    at = start + 0.12 + random() * 0.38;
    return { start: flicksFromSeconds(start), end: flicksFromSeconds(at), text: word, confidence: 0.9, speaker: null };
  });
}

/** Hears whole words with times up to 60 ms off; a word cut by an edge is left out or heard as something else. */
function stub(words: readonly Word[], window: TimeSpan, random: () => number): Word[] {
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

test('sound cut at random places and joined again loses or doubles no word', () => {
  const cuts = scaled(2_000);
  let made = 0;
  for (let seed = 1; made < cuts; seed++) {
    const random = createRandom(seed * 7919);
    const words = talk(600, seed);
    const duration = words[words.length - 1]?.end ?? flicks(0);
    const windows: TimeSpan[] = [];
    let start = 0;
    while (start < duration) {
      const end = Math.min(duration, start + flicksFromSeconds(8 + random() * 22));
      windows.push({ start: flicks(start), end: flicks(end) });
      if (end >= duration) break;
      start = end - flicksFromSeconds(3 + random() * 3);
      made++;
    }
    const joined = joinHearings(windows.map((window) => ({ window, words: stub(words, window, random) })));
    expect(joined.map((word) => word.text)).toEqual(words.map((word) => word.text));
  }
});

test('windows hold all speech, are no longer than a recogniser hears, and joined lose nothing', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.boolean(), (seed, hasSpans) => {
      const random = createRandom(seed);
      const words = talk(300, seed);
      const duration = flicks((words[words.length - 1]?.end ?? 0) + flicksFromSeconds(5));
      const spans = words.reduce<TimeSpan[]>((all, { start, end }) => {
        const before = all[all.length - 1];
        if (before !== undefined && start - before.end < flicksFromSeconds(0.3))
          all[all.length - 1] = { ...before, end };
        else all.push({ start, end });
        return all;
      }, []);
      const windows = speechWindows(duration, hasSpans ? spans : undefined);
      for (const { start, end } of windows) expect(secondsOf(flicks(end - start))).toBeLessThanOrEqual(30.001);
      const joined = joinHearings(windows.map((window) => ({ window, words: stub(words, window, random) })));
      expect(joined.map((word) => word.text)).toEqual(words.map((word) => word.text));
      expect(heardSeconds(windows)).toBeLessThan(secondsOf(duration) * (30 / (30 - WHISPER_WINDOWS.overlap)) + 1);
    }),
    { numRuns: scaled(20) },
  );
});

test('silence is not heard', () => {
  const at = (start: number, end: number) => ({ start: flicksFromSeconds(start), end: flicksFromSeconds(end) });
  expect(speechWindows(flicksFromSeconds(3600), [])).toEqual([]);
  expect(heardSeconds(speechWindows(flicksFromSeconds(3600), [at(10, 20), at(3000, 3005)]))).toBeCloseTo(15.8, 3);
});
