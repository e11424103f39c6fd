import type { MediaEntry } from '../../../core/contract/model.ts';
import { frameCountOf, frameIndex, startOfFrame } from '../../../core/media/frames.ts';
import { addFlicks, flicks, ZERO_FLICKS, type Flicks } from '../../../core/time/flicks.ts';
import { frameOfTime, timeOfFrame } from '../../../core/time/rate.ts';
import { rational } from '../../../core/time/rational.ts';
import type { Edit, Placement } from '../../../core/timeline/edit.ts';
import { clipAt } from '../../../core/timeline/clip-time.ts';
import { recordOut } from '../../../core/timeline/lookup.ts';
import {
  clipId,
  linkId,
  type Clip,
  type ClipId,
  type Source,
  type SourceLookup,
  type Timeline,
} from '../../../core/timeline/timeline.ts';
import { freshId } from '../../ids.ts';
import { freshClipIds } from './gestures.ts';

/** Cuts these clips and their partners at a time. */
export function splitEdit(timeline: Timeline, clipIds: readonly ClipId[], at: Flicks): Edit {
  const count = timeline.tracks.length * 2 + clipIds.length;
  return { kind: 'split', clipIds, at, newIds: freshClipIds(count, freshId), linked: true };
}

/** Clips under a time that can be cut there: those selected, or all when none of them is. */
export function clipsToSplit(
  timeline: Timeline,
  at: Flicks,
  selected: ReadonlySet<ClipId>,
  all: boolean,
): readonly Clip[] {
  const under = timeline.tracks.flatMap((track): readonly Clip[] => {
    const clip = track.locked ? undefined : clipAt<Clip>(track.clips, at);
    return clip === undefined || clip.recordIn === at ? [] : [clip];
  });
  const chosen = under.filter((clip) => selected.has(clip.id));
  return all || chosen.length === 0 ? under : chosen;
}

/** One of a linked group is enough for an edit that takes partners along. */
export function withoutPartners(clips: readonly Clip[]): readonly ClipId[] {
  const seen = new Set<string>();
  return clips
    .filter((clip) => {
      if (clip.linkId === null) return true;
      if (seen.has(clip.linkId)) return false;
      seen.add(clip.linkId);
      return true;
    })
    .map((clip) => clip.id);
}

/** Every cut of the timeline in ascending frames, without repeats. */
export function cutFrames(timeline: Timeline): readonly number[] {
  const frames = new Set<number>();
  for (const track of timeline.tracks) {
    for (const clip of track.clips) {
      frames.add(frameOfTime(clip.recordIn, timeline.rate, 'nearest'));
      frames.add(frameOfTime(recordOut(clip), timeline.rate, 'nearest'));
    }
  }
  return [...frames].sort((a, b) => a - b);
}

/** Stills are placed for this long unless trimmed. */
export const STILL_SECONDS = 5;

/** A file's source time: from its first frame to the end of its last; of the sound where there are no pictures. */
function spanTime(source: Source): { readonly from: Flicks; readonly to: Flicks } {
  const { frames, audio } = source;
  if (frames === undefined) return { from: audio?.start ?? ZERO_FLICKS, to: audio?.end ?? ZERO_FLICKS };
  if (frames.kind === 'still') return { from: ZERO_FLICKS, to: timeOfFrame(STILL_SECONDS, rational(1)) };
  return { from: ZERO_FLICKS, to: startOfFrame(frames, frameCountOf(frames)) };
}

/** Whole timeline frames within a span of source time, as time. */
function wholeFrames(timeline: Timeline, length: number): Flicks {
  return timeOfFrame(frameOfTime(flicks(Math.max(length, 0)), timeline.rate, 'floor'), timeline.rate);
}

/** The sound of a span as far as the file has it: it may begin later and end earlier than the picture. */
function soundPart(
  timeline: Timeline,
  source: Source,
  span: { from: Flicks; to: Flicks },
): { skip: Flicks; length: Flicks } | undefined {
  if (source.audio === undefined) return undefined;
  const late = Math.max(source.audio.start - span.from, 0);
  const skip = timeOfFrame(frameOfTime(flicks(late), timeline.rate, 'ceil'), timeline.rate);
  const length = wholeFrames(timeline, Math.min(span.to, source.audio.end) - span.from - skip);
  return length > 0 ? { skip, length } : undefined;
}

/** Clips that put a whole file on the timeline: its picture on the first open video track, its sound below, linked. */
export function placements(
  timeline: Timeline,
  entry: MediaEntry,
  at: Flicks,
  sources: SourceLookup,
): readonly Placement[] {
  const source = sources.source(entry.media.id);
  if (source === undefined) return [];
  const open = (kind: Clip['kind']) => timeline.tracks.find((track) => track.kind === kind && !track.locked)?.id;
  const [videoTrack, audioTrack] = [open('video'), open('audio')];
  const time = spanTime(source);
  const length = wholeFrames(timeline, time.to - time.from);
  const sound = soundPart(timeline, source, time);
  const pictured = source.frames !== undefined && videoTrack !== undefined && length > 0;
  const heard = sound !== undefined && audioTrack !== undefined;
  const base = {
    mediaId: entry.media.id,
    name: entry.media.name,
    speed: rational(1),
    enabled: true,
    linkId: pictured && heard ? linkId(freshId('link')) : null,
    note: '',
  };
  const placed: Placement[] = [];
  if (pictured) {
    const sourceIn = frameIndex(0);
    const id = clipId(freshId('clip'));
    placed.push({
      trackId: videoTrack,
      clip: { ...base, kind: 'video', id, recordIn: at, duration: length, sourceIn, opacity: 1 },
    });
  }
  if (heard) {
    placed.push({
      trackId: audioTrack,
      clip: {
        ...base,
        kind: 'audio',
        id: clipId(freshId('clip')),
        recordIn: addFlicks(at, sound.skip),
        duration: sound.length,
        sourceIn: addFlicks(time.from, sound.skip),
        streamOrdinal: 0,
        gainDb: 0,
        fadeIn: ZERO_FLICKS,
        fadeOut: ZERO_FLICKS,
      },
    });
  }
  return placed;
}
