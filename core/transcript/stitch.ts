import type { TimeSpan } from '../analysis/sound-results.ts';
import { flicks, flicksFromSeconds, secondsOf, type Flicks } from '../time/flicks.ts';
import { alignWords } from './align-words.ts';
import { comparedWord, type Word } from './transcript.ts';

/** What a recogniser hears at once, and how far two hearings of the same sound overlap; seconds. */
export type WindowRules = { readonly longest: number; readonly overlap: number; readonly pause: number };
export const WHISPER_WINDOWS: WindowRules = { longest: 30, overlap: 6, pause: 0.5 };

/**
 * Cuts sound into windows that a recogniser can hear at once: at a pause where there is one in the last third of the room,
 * otherwise with an overlap. Where nobody speaks is left out; without speech spans all of it is heard.
 */
export function speechWindows(
  duration: Flicks,
  speech: readonly TimeSpan[] | undefined,
  rules: WindowRules = WHISPER_WINDOWS,
): readonly TimeSpan[] {
  const longest = flicksFromSeconds(rules.longest);
  const overlap = flicksFromSeconds(rules.overlap);
  const pause = flicksFromSeconds(rules.pause);
  const spans = speech ?? [{ start: flicks(0), end: duration }];
  const windows: TimeSpan[] = [];
  let next = 0;
  while (next < spans.length) {
    const lead = flicksFromSeconds(0.2);
    let start = flicks(Math.max(0, (spans[next]?.start ?? 0) - lead));
    for (;;) {
      const limit = start + longest;
      const last = spans.findLastIndex((span) => span.start < limit);
      const end = Math.min(duration, (spans[last]?.end ?? 0) + lead);
      const isWhole = end <= limit;
      const after = spans[last + 1];
      if (isWhole && (after === undefined || after.start - end > pause)) {
        windows.push({ start, end: flicks(Math.max(start, end)) });
        next = last + 1;
        break;
      }
      const cut = pauseBefore(spans, start, limit, pause);
      if (cut === undefined) {
        windows.push({ start, end: flicks(Math.min(duration, limit)) });
        start = flicks(limit - overlap);
      } else {
        windows.push({ start, end: cut });
        start = cut;
      }
      next = spans.findIndex((span) => span.end > start);
      if (next < 0 || start >= duration) return windows;
    }
  }
  return windows;
}

/** The middle of the longest pause in the last third before `limit`. */
function pauseBefore(spans: readonly TimeSpan[], start: Flicks, limit: number, least: Flicks): Flicks | undefined {
  const earliest = start + ((limit - start) * 2) / 3;
  let best: { readonly length: number; readonly middle: number } | undefined;
  for (const [index, { end }] of spans.entries()) {
    const after = spans[index + 1];
    if (after === undefined || end < earliest || after.start > limit) continue;
    const length = after.start - end;
    if (length >= least && length > (best?.length ?? 0)) best = { length, middle: Math.round((end + after.start) / 2) };
  }
  return best === undefined ? undefined : flicks(best.middle);
}

/** What was heard in one window, in source time. */
export type Hearing = { readonly window: TimeSpan; readonly words: readonly Word[] };

/** Two hearings of one word start at most this far apart, seconds. */
const SAME_WORD = 0.4;

/**
 * Joins what was heard in windows that follow each other. Where two overlap, both are heard up to and from a word that they
 * share, as near to the middle of the overlap as there is one: words cut by an edge of a window lie on its far side.
 * Without a shared word the cut is the widest gap of both near the middle.
 */
export function joinHearings(hearings: readonly Hearing[]): readonly Word[] {
  let words: readonly Word[] = [];
  let end = -Infinity;
  for (const { window, words: heard } of hearings) {
    words = window.start < end ? joined(words, heard, window.start, end) : [...words, ...heard];
    end = Math.max(end, window.end);
  }
  return words;
}

function joined(before: readonly Word[], after: readonly Word[], start: number, end: number): readonly Word[] {
  const near = flicksFromSeconds(SAME_WORD);
  const from = before.findIndex((word) => word.end > start - near);
  if (from < 0) return [...before, ...after];
  const last = after.findLastIndex((word) => word.start < end + near);
  const left = before.slice(from);
  const right = after.slice(0, last + 1);
  const middle = (start + end) / 2;
  let best: { slot: number; word: number } | undefined;
  let bestDistance = Infinity;
  for (const pair of alignWords(
    left.map((word) => word.text),
    right.map((word) => word.text),
  )) {
    const one = left[pair.slot];
    const other = right[pair.word];
    if (one === undefined || other === undefined || comparedWord(one.text) !== comparedWord(other.text)) continue;
    if (Math.abs(one.start - other.start) > near) continue;
    const distance = Math.abs((one.start + one.end) / 2 - middle);
    if (distance < bestDistance) [best, bestDistance] = [pair, distance];
  }
  if (best !== undefined) return [...before.slice(0, from + best.slot + 1), ...after.slice(best.word + 1)];
  const cut = widestGap([...left, ...right], start, end);
  return [...before.filter((word) => centre(word) < cut), ...after.filter((word) => centre(word) >= cut)];
}

function centre({ start, end }: Word): number {
  return (start + end) / 2;
}

/** The middle of the widest gap between words in the inner half of a span; its middle where there are none. */
function widestGap(words: readonly Word[], start: number, end: number): number {
  const low = start + (end - start) / 4;
  const high = end - (end - start) / 4;
  let reached = low;
  let best = { width: 0, middle: (start + end) / 2 };
  const inside = words.filter((word) => word.end > low && word.start < high).toSorted((a, b) => a.start - b.start);
  for (const word of [...inside.map((one) => one.start), high]) {
    if (word - reached > best.width) best = { width: word - reached, middle: (word + reached) / 2 };
    const ends = inside.filter((one) => one.start <= word).map((one) => one.end);
    reached = Math.max(reached, ...ends);
  }
  return best.middle;
}

/** Seconds that windows ask a recogniser to hear, all together. */
export function heardSeconds(windows: readonly TimeSpan[]): number {
  return windows.reduce((sum, { start, end }) => sum + secondsOf(flicks(end - start)), 0);
}
