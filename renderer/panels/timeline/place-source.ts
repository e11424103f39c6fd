import type { MediaEntry } from '../../../core/contract/model.ts';
import { startOfFrame, type SourceFrames } from '../../../core/media/frames.ts';
import { rational } from '../../../core/time/rational.ts';
import { timeOfFrame } from '../../../core/time/rate.ts';
import { describeRefusal } from '../../../core/timeline/describe-refusal.ts';
import type { Edit } from '../../../core/timeline/edit.ts';
import { placeByMarks, type EditMarks, type MarkedSource } from '../../../core/timeline/three-point.ts';
import {
  clipId,
  linkId,
  type Clip,
  type Source,
  type SourceLookup,
  type Timeline,
} from '../../../core/timeline/timeline.ts';
import { freshId } from '../../ids.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { usePlayerStore } from '../../stores/player.ts';
import { applyEditNow } from '../../stores/timeline.ts';
import { useToastsStore } from '../../stores/toasts.ts';
import { clipFrames, timeOf } from './geometry.ts';
import { freshClipIds } from './gestures.ts';
import { STILL_SECONDS } from './timeline-edits.ts';

/** Marks of the source viewer as source times; a file without pictures is marked on its sound. */
function sourceMarks(entry: MediaEntry, frames: SourceFrames | undefined): Pick<EditMarks, 'sourceIn' | 'sourceOut'> {
  const { ranges } = usePlayerStore.getState();
  // A still has no end of its own.
  if (frames?.kind === 'still') return { sourceOut: timeOfFrame(STILL_SECONDS, rational(1)) };
  if (frames === undefined || entry.media.kind !== 'video') return {};
  const { in: first, out: last } = ranges.source;
  return {
    ...(first !== null && { sourceIn: startOfFrame(frames, first) }),
    ...(last !== null && { sourceOut: startOfFrame(frames, last + 1) }),
  };
}

/** Where a file goes: picture to the first open video track, its first stream of sound to the first open audio track. */
function markedSource(timeline: Timeline, entry: MediaEntry, source: Source): MarkedSource {
  const open = (kind: Clip['kind']) => timeline.tracks.find((track) => track.kind === kind && !track.locked)?.id;
  const [video, audio] = [open('video'), open('audio')];
  const pictured = source.frames !== undefined && video !== undefined;
  const heard = source.audio !== undefined && audio !== undefined;
  return {
    mediaId: entry.media.id,
    name: entry.media.name,
    linkId: pictured && heard ? linkId(freshId('link')) : null,
    picture: pictured ? { trackId: video, clipId: clipId(freshId('clip')) } : undefined,
    sound: heard ? [{ trackId: audio, clipId: clipId(freshId('clip')), streamOrdinal: 0 }] : [],
  };
}

/**
 * Three- and four-point editing: marks of the source and of the program, else the playhead. With four marks the source's
 * out point gives way, or its speed with `fill`.
 */
export function placeSource(
  timeline: Timeline,
  sources: SourceLookup,
  kind: 'insert' | 'overwrite',
  fill = false,
): void {
  const { sourceId, ranges, frames } = usePlayerStore.getState();
  const entry = sourceId === null ? undefined : useLibraryStore.getState().entries.get(sourceId);
  const source = entry === undefined ? undefined : sources.source(entry.media.id);
  if (entry === undefined || source === undefined) return;
  const { in: first, out: last } = ranges.program;
  const marks: EditMarks = {
    ...sourceMarks(entry, source.frames),
    ...(first !== null && { recordIn: timeOf(first, timeline.rate) }),
    ...(last !== null && { recordOut: timeOf(last + 1, timeline.rate) }),
    playhead: timeOf(frames.program, timeline.rate),
    fourth: fill ? 'fit-to-fill' : 'ignore-source-out',
  };
  const marked = placeByMarks(timeline, marks, markedSource(timeline, entry, source), sources);
  if (!marked.ok) {
    const text = `Not possible: ${describeRefusal(marked.refusal)}.`;
    useToastsStore.getState().add({ kind: 'error', text });
    return;
  }
  const { at, placements } = marked;
  const newIds = freshClipIds(timeline.tracks.length * 2, freshId);
  const edit: Edit = kind === 'insert' ? { kind, at, placements, newIds } : { kind, placements, newIds };
  if (!applyEditNow(edit)) return;
  const end = Math.max(...placements.map(({ clip }) => clipFrames(clip, timeline.rate).end));
  usePlayerStore.getState().showProgram();
  usePlayerStore.setState((store) => ({ frames: { ...store.frames, program: end } }));
}
