import { flicks, type Flicks } from '../time/flicks.ts';
import { carve, checkNames, newNames, relinked, type Part } from './carve.ts';
import type { Edit, TrackSplice } from './edit.ts';
import type { PlanStep } from './edit-removing.ts';
import { planSplit } from './edit-splitting.ts';
import { clipAt } from './clip-time.ts';
import { firstClipFrom } from './lookup.ts';
import { planRipple, type OwnChange } from './ripple.ts';
import { openTrack } from './selection.ts';
import { refuse, type Plan, type Refused } from './splice.ts';
import type { Clip, ClipId, SourceLookup, Timeline, Track, TrackId } from './timeline.ts';

type RangeEdit = Extract<Edit, { kind: 'liftRange' | 'extract' }>;

type Lanes = { readonly ok: true; readonly tracks: readonly Track[] } | Refused;

/** The chosen tracks, in track order, once each; refused where one is unknown or locked or the range is empty. */
function lanesOf(timeline: Timeline, edit: RangeEdit): Lanes {
  if (edit.start >= edit.end) return refuse({ reason: 'invalid-value', field: 'end', message: 'a range has a length' });
  if (edit.start < 0) return refuse({ reason: 'before-start', time: edit.start });
  const wanted = new Set<TrackId>();
  for (const id of edit.trackIds) {
    const open = openTrack(timeline, id);
    if (!open.ok) return open;
    wanted.add(id);
  }
  const tracks = timeline.tracks.filter((track) => wanted.has(track.id));
  return tracks.length === 0 ? refuse({ reason: 'nothing-to-do' }) : { ok: true, tracks };
}

/** Clears a range of the chosen tracks and leaves the gap. */
export function planLiftRange(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'liftRange' }>,
  sources: SourceLookup,
): Plan {
  const lanes = lanesOf(timeline, edit);
  if (!lanes.ok) return lanes;
  const names = newNames(edit.newIds);
  const removes: { trackId: TrackId; remove: readonly ClipId[] }[] = [];
  const parts: { trackId: TrackId; part: Part }[] = [];
  for (const track of lanes.tracks) {
    const carved = carve(timeline, track, [{ start: edit.start, end: edit.end }], () => true, names, sources);
    if (!carved.ok) return carved;
    removes.push({ trackId: track.id, remove: carved.remove });
    parts.push(...carved.parts.map((part) => ({ trackId: track.id, part })));
  }
  const clips = relinked(parts.map(({ part }) => part));
  const addsOf = (trackId: TrackId) => clips.filter((_, index) => parts[index]?.trackId === trackId);
  const changes = removes.map(({ trackId, remove }): TrackSplice => ({ trackId, remove, add: addsOf(trackId) }));
  return checkNames(names, edit.newIds) ?? { ok: true, changes };
}

/**
 * Clears a range of the chosen tracks and closes the gap there and on all sync-locked tracks: cuts at both ends, then
 * removes what lies between. What lies in the range on other tracks is in the way.
 */
export function planExtract(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'extract' }>,
  sources: SourceLookup,
): { readonly ok: true; readonly steps: readonly PlanStep[] } | Refused {
  const lanes = lanesOf(timeline, edit);
  if (!lanes.ok) return lanes;
  const atEnd = crossing(lanes.tracks, edit.end);
  const atStart = crossing(lanes.tracks, edit.start);
  const needed = atEnd.length + atStart.length;
  if (needed > edit.newIds.length) return refuse({ reason: 'missing-new-id', needed });
  const cut =
    (clipIds: readonly ClipId[], at: Flicks, newIds: readonly ClipId[]): PlanStep =>
    (current) =>
      planSplit(current, { kind: 'split', clipIds, at, newIds, linked: false }, sources);
  const ids = lanes.tracks.map((track) => track.id);
  return {
    ok: true,
    steps: [
      ...(atEnd.length > 0 ? [cut(atEnd, edit.end, edit.newIds.slice(0, atEnd.length))] : []),
      ...(atStart.length > 0 ? [cut(atStart, edit.start, edit.newIds.slice(atEnd.length))] : []),
      (current) => closeRange(current, ids, edit),
    ],
  };
}

/** The clips of tracks that a time lies inside. */
function crossing(tracks: readonly Track[], at: Flicks): readonly ClipId[] {
  return tracks.flatMap((track) => {
    const clip = clipAt<Clip>(track.clips, at);
    return clip !== undefined && clip.recordIn < at ? [clip.id] : [];
  });
}

/** Removes the clips of tracks inside a range that no clip crosses, and closes it. */
function closeRange(timeline: Timeline, ids: readonly TrackId[], { start, end }: RangeEdit): Plan {
  const own = new Map<TrackId, OwnChange>();
  for (const track of timeline.tracks) {
    if (!ids.includes(track.id)) continue;
    const inside = track.clips.slice(firstClipFrom(track.clips, start), firstClipFrom(track.clips, end));
    own.set(track.id, { remove: inside.map((clip) => clip.id), add: [], from: end });
  }
  return planRipple(timeline, end, flicks(start - end), own);
}
