import type { FrameIndex } from '../media/frames.ts';
import { addFlicks, scaleFlicks, subtractFlicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { clipAt, frameAtOffset } from './clip-time.ts';
import type { Clip, ClipId, SourceLookup, Timeline, Track, TrackId, VideoClip, VideoTrack } from './timeline.ts';

/** Where a clip lies. */
export type LocatedClip = {
  readonly track: Track;
  readonly trackIndex: number;
  readonly clip: Clip;
  readonly clipIndex: number;
};

/** Where a clip ends on the timeline (the first time it is no longer on). */
export function recordOut(clip: Pick<Clip, 'recordIn' | 'duration'>): Flicks {
  return addFlicks(clip.recordIn, clip.duration);
}

/** The index of the first clip that starts at or after a time; the number of clips if none does. */
export function firstClipFrom(clips: readonly Clip[], time: Flicks): number {
  let low = 0;
  let high = clips.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((clips[middle]?.recordIn ?? Number.POSITIVE_INFINITY) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Finds a clip by its id. */
export function locateClip(timeline: Timeline, id: ClipId): LocatedClip | undefined {
  return locate(timeline, (clip) => clip.id === id);
}

function locate(timeline: Timeline, wanted: (clip: Clip) => boolean): LocatedClip | undefined {
  for (const [trackIndex, track] of timeline.tracks.entries()) {
    for (let clipIndex = 0; clipIndex < track.clips.length; clipIndex += 1) {
      const clip = track.clips[clipIndex];
      if (clip !== undefined && wanted(clip)) return { track, trackIndex, clip, clipIndex };
    }
  }
  return undefined;
}

/** The track that holds a clip. */
export function trackOf(timeline: Timeline, id: ClipId): Track | undefined {
  return locateClip(timeline, id)?.track;
}

/** Finds a track by its id. */
export function findTrack(timeline: Timeline, id: TrackId): Track | undefined {
  return timeline.tracks.find((track) => track.id === id);
}

/** The other clips with the same link, in track order. */
export function linkedPartners(timeline: Timeline, clip: Clip): readonly LocatedClip[] {
  const { linkId } = clip;
  if (linkId === null) return [];
  const partners: LocatedClip[] = [];
  for (const [trackIndex, track] of timeline.tracks.entries()) {
    for (let clipIndex = 0; clipIndex < track.clips.length; clipIndex += 1) {
      const other = track.clips[clipIndex];
      if (other?.linkId === linkId && other.id !== clip.id) {
        partners.push({ track, trackIndex, clip: other, clipIndex });
      }
    }
  }
  return partners;
}

/** Where the last clip ends; 0 when there is none. Markers do not count. */
export function timelineDuration(timeline: Timeline): Flicks {
  return timeline.tracks.reduce((longest, track) => {
    const last = track.clips.at(-1);
    return last === undefined || recordOut(last) <= longest ? longest : recordOut(last);
  }, ZERO_FLICKS);
}

/** The topmost enabled picture at a time, on the enabled video tracks: what the viewer shows. Undefined = black. */
export function visibleClipAt(
  timeline: Timeline,
  time: Flicks,
): { readonly track: VideoTrack; readonly clip: VideoClip } | undefined {
  for (let index = timeline.tracks.length - 1; index >= 0; index -= 1) {
    const track = timeline.tracks[index];
    if (track?.kind !== 'video' || !track.enabled) continue;
    const clip = clipAt(track.clips, time);
    if (clip?.enabled === true) return { track, clip };
  }
  return undefined;
}

/** The source time that a clip plays at a record time: its start plus the elapsed record time × speed. */
export function sourceTimeAtRecord(clip: Clip, sourceStart: Flicks, recordTime: Flicks): Flicks {
  return addFlicks(sourceStart, scaleFlicks(subtractFlicks(recordTime, clip.recordIn), clip.speed, 'nearest'));
}

/**
 * The source frame that a clip shows at a record time: the last one that starts at or before the clip's source time.
 * The one rule of viewer, renderer and exporters. Times outside the clip give the frame it would show if it went on.
 * Undefined while the media is unknown or has no picture.
 */
export function videoFrameAtRecord(clip: VideoClip, sources: SourceLookup, recordTime: Flicks): FrameIndex | undefined {
  const frames = sources.source(clip.mediaId)?.frames;
  if (frames === undefined) return undefined;
  return frameAtOffset(clip, frames, subtractFlicks(recordTime, clip.recordIn));
}
