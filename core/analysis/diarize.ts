import { FLICKS_PER_SECOND } from '../time/flicks.ts';
import { clusterSpeakers, type ClusterRules } from './speaker-clusters.ts';
import type { TimeSpan } from './sound-results.ts';
import { VOICE_LAG, type VoiceWindow } from './voice-windows.ts';

/** One speaker's uninterrupted talk. `speaker` counts from 0 in order of appearance; confidence is 0–1. */
export type SpeakerTurn = TimeSpan & { readonly speaker: number; readonly confidence: number };

/** Windows of cepstra overlap, and vary more within one voice than neural embeddings do. */
export const VOICE_RULES: ClusterRules = {
  lag: VOICE_LAG,
  variance: 3.5,
  directions: 3,
  apart: 4.5,
  change: 8,
  fewest: 4,
};

/** Who speaks when, of windows in order of time. Windows of one speaker that abut are one turn. */
export function speakerTurns(
  windows: readonly VoiceWindow[],
  rules: ClusterRules = VOICE_RULES,
): readonly SpeakerTurn[] {
  const { labels, confidence } = clusterSpeakers(windows, rules);
  const turns: (SpeakerTurn & { readonly windows: number })[] = [];
  for (const [index, { span }] of windows.entries()) {
    const speaker = labels[index] ?? 0;
    const sure = confidence[index] ?? 0;
    const before = turns[turns.length - 1];
    if (before?.speaker === speaker && before.end === span.start) {
      const count = before.windows + 1;
      const mean = (before.confidence * before.windows + sure) / count;
      turns[turns.length - 1] = { ...before, end: span.end, confidence: mean, windows: count };
    } else turns.push({ ...span, speaker, confidence: sure, windows: 1 });
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
