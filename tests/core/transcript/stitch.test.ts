import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimeSpan } from '../../../core/analysis/sound-results.ts';
import { heardSeconds, joinHearings, speechWindows, WHISPER_WINDOWS } from '../../../core/transcript/stitch.ts';
import { flicks, flicksFromSeconds, secondsOf } from '../../../core/time/flicks.ts';
import { scaled } from '../../scale.ts';
import { createRandom } from './generated-talk.ts';
import { cutAndJoined, stub, talk } from './cut-talk.ts';

test('sound cut at random places and joined again loses or doubles no word', () => {
  const cuts = scaled(2_000);
  let made = 0;
  for (let seed = 1; made < cuts; seed++) {
    const { said, joined, cuts: here } = cutAndJoined(seed);
    expect(joined).toEqual(said);
    made += here;
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
