import { FLICKS_PER_SECOND } from '../time/flicks.ts';
import type { SpeakerClusters } from './speaker-clusters.ts';
import type { TimeSpan } from './sound-results.ts';

/** One speaker's uninterrupted talk. `speaker` counts from 0 in order of appearance; confidence is 0–1. */
export type SpeakerTurn = TimeSpan & { readonly speaker: number; readonly confidence: number };

/** Who speaks when, of pieces of speech in order of time and what was found of each. Pieces of one speaker that abut are one turn. */
export function speakerTurns(
  pieces: readonly { readonly span: TimeSpan }[],
  { labels, confidence }: SpeakerClusters,
): readonly SpeakerTurn[] {
  const turns: (SpeakerTurn & { readonly pieces: number })[] = [];
  for (const [index, { span }] of pieces.entries()) {
    const speaker = labels[index] ?? 0;
    const sure = confidence[index] ?? 0;
    const before = turns[turns.length - 1];
    if (before?.speaker === speaker && before.end === span.start) {
      const count = before.pieces + 1;
      const mean = (before.confidence * before.pieces + sure) / count;
      turns[turns.length - 1] = { ...before, end: span.end, confidence: mean, pieces: count };
    } else turns.push({ ...span, speaker, confidence: sure, pieces: 1 });
  }
  return turns.map(({ start, end, speaker, confidence: sure }) => ({ start, end, speaker, confidence: sure }));
}

/** The speaker in whose turn the middle of a span lies; otherwise of the nearest turn no further than a second away. */
export function speakerAt(turns: readonly SpeakerTurn[], { start, end }: TimeSpan): number | undefined {
  const middle = (start + end) / 2;
  const distance = (turn: SpeakerTurn) => Math.max(turn.start - middle, middle - turn.end, 0);
  let low = 0;
  let high = turns.length;
  while (low < high) {
    const at = (low + high) >> 1;
    if ((turns[at]?.end ?? 0) < middle) low = at + 1;
    else high = at;
  }
  const near = turns.slice(Math.max(0, low - 1), low + 1).toSorted((a, b) => distance(a) - distance(b))[0];
  return near !== undefined && distance(near) <= FLICKS_PER_SECOND ? near.speaker : undefined;
}

/** What a speaker of a file is called: by name, or by their number in the file, from 1. */
export function speakerName(speaker: number, names: ReadonlyMap<number, string>): string {
  return names.get(speaker) ?? `Speaker ${speaker + 1}`;
}

/** Whether somebody is called by their number alone. */
export function isNumbered(name: string): boolean {
  return /^Speaker \d+$/u.test(name);
}
