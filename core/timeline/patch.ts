import { equalData } from './equal-data.ts';
import type {
  AudioClip,
  AudioTrack,
  Clip,
  ClipId,
  Marker,
  Timeline,
  Track,
  TrackId,
  VideoClip,
  VideoTrack,
} from './timeline.ts';

/** A track's own fields without its clips. */
export type TrackHead = Omit<VideoTrack, 'clips'> | Omit<AudioTrack, 'clips'>;

/** What changed on one track; a track that was not there before starts empty. */
export type TrackPatch = {
  readonly head: TrackHead;
  readonly remove: readonly ClipId[];
  readonly put: readonly Clip[];
};

export type TimelineHead = Omit<Timeline, 'schema' | 'id' | 'tracks' | 'markers'>;

/**
 * The effect of an edit as plain data: what to put where, with no rule of editing in it. Replaying it needs neither
 * sources nor the version of `applyEdit` that made it.
 */
export type TimelinePatch = {
  /** All the timeline's own fields where one of them changed. */
  readonly head?: TimelineHead | undefined;
  /** All tracks in order where tracks came, went or changed places. */
  readonly order?: readonly TrackId[] | undefined;
  readonly tracks: readonly TrackPatch[];
  readonly markers?: readonly Marker[] | undefined;
};

/** What takes `before` to `after`: `applyPatch(before, timelinePatch(before, after))` equals `after`. */
export function timelinePatch(before: Timeline, after: Timeline): TimelinePatch {
  const earlier = new Map(before.tracks.map((track) => [track.id, track]));
  const order = after.tracks.map((track) => track.id);
  const reordered = order.length !== before.tracks.length || order.some((id, index) => before.tracks[index]?.id !== id);
  const tracks = after.tracks.flatMap((track) => trackPatch(earlier.get(track.id), track) ?? []);
  return {
    ...(!equalData(headOf(before), headOf(after)) && { head: headOf(after) }),
    ...(reordered && { order }),
    tracks,
    ...(!equalData(before.markers, after.markers) && { markers: after.markers }),
  };
}

/** Plays a patch onto the timeline it was made from. */
export function applyPatch(before: Timeline, patch: TimelinePatch): Timeline {
  const tracks = new Map(before.tracks.map((track) => [track.id, track]));
  for (const change of patch.tracks) tracks.set(change.head.id, patchedTrack(tracks.get(change.head.id), change));
  const order = patch.order ?? before.tracks.map((track) => track.id);
  const { schema, id } = before;
  return {
    schema,
    id,
    ...(patch.head ?? headOf(before)),
    tracks: order.flatMap((id) => tracks.get(id) ?? []),
    markers: patch.markers ?? before.markers,
  };
}

function headOf(timeline: Timeline): TimelineHead {
  const { schema: _schema, id: _id, tracks: _tracks, markers: _markers, ...head } = timeline;
  return head;
}

function trackHead(track: Track): TrackHead {
  const { clips: _clips, ...head } = track;
  return head;
}

function trackPatch(before: Track | undefined, after: Track): TrackPatch | undefined {
  if (before === after) return undefined;
  const earlier = new Map<ClipId, Clip>(before?.clips.map((clip) => [clip.id, clip]));
  const kept = new Set<ClipId>(after.clips.map((clip) => clip.id));
  const remove = [...earlier.keys()].filter((id) => !kept.has(id));
  const put = after.clips.filter((clip) => !equalData(earlier.get(clip.id), clip));
  const head = trackHead(after);
  const unchanged =
    before !== undefined && remove.length === 0 && put.length === 0 && equalData(trackHead(before), head);
  return unchanged ? undefined : { head, remove, put };
}

function patchedTrack(before: Track | undefined, { head, remove, put }: TrackPatch): Track {
  const gone = new Set<ClipId>([...remove, ...put.map((clip) => clip.id)]);
  const clips: readonly Clip[] = before?.clips ?? [];
  const merged = [...clips.filter((clip) => !gone.has(clip.id)), ...put].sort((a, b) => a.recordIn - b.recordIn);
  return head.kind === 'video'
    ? { ...head, clips: merged.filter(isVideo) }
    : { ...head, clips: merged.filter(isAudio) };
}

function isVideo(clip: Clip): clip is VideoClip {
  return clip.kind === 'video';
}

function isAudio(clip: Clip): clip is AudioClip {
  return clip.kind === 'audio';
}
