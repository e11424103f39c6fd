import { addFlicks, scaleFlicks, subtractFlicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import type { Clip, ClipId, LinkId, Timeline, Track, TrackId } from './timeline.ts';

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
  for (const [trackIndex, track] of timeline.tracks.entries()) {
    const { clips } = track;
    for (let clipIndex = 0; clipIndex < clips.length; clipIndex += 1) {
      const clip = clips[clipIndex];
      if (clip?.id === id) return { track, trackIndex, clip, clipIndex };
    }
  }
  return undefined;
}

/** Finds a track by its id. */
export function findTrack(timeline: Timeline, id: TrackId): Track | undefined {
  return timeline.tracks.find((track) => track.id === id);
}

/** The other clips with the same link, in track order. */
export function linkedPartners(timeline: Timeline, clip: Clip): readonly LocatedClip[] {
  if (clip.linkId === null) return [];
  return linkedClips(timeline, clip.linkId).filter((partner) => partner.clip.id !== clip.id);
}

/** All clips with a link, in track order. */
export function linkedClips(timeline: Timeline, linkId: LinkId): LocatedClip[] {
  const found: LocatedClip[] = [];
  for (const [trackIndex, track] of timeline.tracks.entries()) {
    const { clips } = track;
    for (let clipIndex = 0; clipIndex < clips.length; clipIndex += 1) {
      const clip = clips[clipIndex];
      if (clip?.linkId === linkId) found.push({ track, trackIndex, clip, clipIndex });
    }
  }
  return found;
}

/** Where the last clip ends; 0 when there is none. Markers do not count. */
export function timelineDuration(timeline: Timeline): Flicks {
  return timeline.tracks.reduce((longest, track) => {
    const last = track.clips.at(-1);
    return last === undefined || recordOut(last) <= longest ? longest : recordOut(last);
  }, ZERO_FLICKS);
}

/** The source time that a clip plays at a record time: its start plus the elapsed record time × speed. */
export function sourceTimeAtRecord(clip: Clip, sourceStart: Flicks, recordTime: Flicks): Flicks {
  return addFlicks(sourceStart, scaleFlicks(subtractFlicks(recordTime, clip.recordIn), clip.speed, 'nearest'));
}
