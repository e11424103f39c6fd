import type { MediaId } from '../../../core/media/media.ts';
import type { Edit, Placement } from '../../../core/timeline/edit.ts';
import { ZERO_FLICKS } from '../../../core/time/flicks.ts';
import type { SourceLookup, Timeline } from '../../../core/timeline/timeline.ts';
import { freshId } from '../../ids.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { usePlayerStore } from '../../stores/player.ts';
import { applyEditNow, createTimeline } from '../../stores/timeline.ts';
import { clipFrames, timeOf } from './geometry.ts';
import { freshClipIds } from './gestures.ts';
import { placements } from './timeline-edits.ts';

/** Clips of files one after another from a frame on. */
function inARow(
  timeline: Timeline,
  ids: readonly MediaId[],
  fromFrame: number,
  sources: SourceLookup,
): readonly Placement[] {
  const { entries } = useLibraryStore.getState();
  const row: Placement[] = [];
  let frame = fromFrame;
  for (const id of ids) {
    const entry = entries.get(id);
    if (entry === undefined) continue;
    const placed = placements(timeline, entry, timeOf(frame, timeline.rate), sources);
    row.push(...placed);
    frame = Math.max(frame, ...placed.map(({ clip }) => clipFrames(clip, timeline.rate).end));
  }
  return row;
}

/** Puts files of the bin on the timeline: over what is there, or with Ctrl/Cmd between it. */
export function placeMedia(
  timeline: Timeline,
  ids: readonly MediaId[],
  frame: number,
  insert: boolean,
  sources: SourceLookup,
): void {
  const placed = inARow(timeline, ids, Math.max(0, Math.round(frame)), sources);
  if (placed.length === 0) return;
  const newIds = freshClipIds(timeline.tracks.length * 2 + placed.length, freshId);
  const at = placed[0]?.clip.recordIn ?? ZERO_FLICKS;
  const edit: Edit = insert
    ? { kind: 'insert', at, placements: placed, newIds }
    : { kind: 'overwrite', placements: placed, newIds };
  if (applyEditNow(edit)) usePlayerStore.getState().showProgram();
}

/** Makes the first sequence at the rate of the footage and puts the files on it. */
export async function startSequenceWith(ids: readonly MediaId[], sources: SourceLookup): Promise<void> {
  const timeline = await createTimeline('Sequence 1');
  if (timeline !== undefined) placeMedia(timeline, ids, 0, false, sources);
}
