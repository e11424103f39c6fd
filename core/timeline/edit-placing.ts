import { addFlicks, flicks, subtractFlicks, type Flicks } from '../time/flicks.ts';
import { carve, checkNames, movedBy, newNames, relinked, type NewNames, type Part } from './carve.ts';
import type { Edit, Placement, TrackSplice } from './edit.ts';
import { recordOut, type LocatedClip } from './lookup.ts';
import { openTrack, selectClips } from './selection.ts';
import { refuse, type Plan, type Refused } from './splice.ts';
import type { Clip, ClipId, SourceLookup, Timeline, Track, TrackId } from './timeline.ts';

/** Places clips over what is there. */
export function planOverwrite(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'overwrite' }>,
  sources: SourceLookup,
): Plan {
  if (edit.placements.length === 0) return refuse({ reason: 'nothing-to-do' });
  const names = newNames(edit.newIds);
  const plan = planPlacing(timeline, edit.placements, new Map(), names, sources);
  return checkNames(names, edit.newIds) ?? plan;
}

/** Moves clips in time and across tracks, over what is there. */
export function planMove(timeline: Timeline, edit: Extract<Edit, { kind: 'move' }>, sources: SourceLookup): Plan {
  const selected = selectClips(timeline, edit.clipIds, edit.linked);
  if (!selected.ok) return selected;
  if (selected.clips.length === 0 || (edit.delta === 0 && edit.trackDelta === 0))
    return refuse({ reason: 'nothing-to-do' });
  const named = new Set(edit.clipIds);
  const placements: Placement[] = [];
  const leaving = new Map<TrackId, Set<ClipId>>();
  for (const located of selected.clips) {
    const target = targetTrack(timeline, located, named.has(located.clip.id) ? edit.trackDelta : 0);
    if (target === undefined) {
      return refuse({ reason: 'invalid-value', field: 'trackDelta', message: 'there is no such track of this kind' });
    }
    placements.push({ trackId: target.id, clip: movedBy(located.clip, edit.delta) });
    const ids = leaving.get(located.track.id) ?? new Set();
    leaving.set(located.track.id, ids.add(located.clip.id));
  }
  const names = newNames(edit.newIds);
  const plan = planPlacing(timeline, placements, leaving, names, sources);
  return checkNames(names, edit.newIds) ?? plan;
}

/** The track that is `trackDelta` tracks of its kind further; undefined where there is none. */
export function targetTrack(timeline: Timeline, { track }: LocatedClip, trackDelta: number): Track | undefined {
  if (trackDelta === 0) return track;
  const kindred = timeline.tracks.filter((other) => other.kind === track.kind);
  return kindred[kindred.indexOf(track) + trackDelta];
}

function placementsByTrack(placements: readonly Placement[]): ReadonlyMap<TrackId, readonly Clip[]> {
  const groups = new Map<TrackId, Clip[]>();
  for (const { trackId, clip } of placements) {
    const group = groups.get(trackId);
    if (group === undefined) groups.set(trackId, [clip]);
    else group.push(clip);
  }
  return groups;
}

/** Clears the record time of what is placed, once `leaving` has left. */
export function planPlacing(
  timeline: Timeline,
  placements: readonly Placement[],
  leaving: ReadonlyMap<TrackId, ReadonlySet<ClipId>>,
  names: NewNames,
  sources: SourceLookup,
): Plan {
  const placed = placementsByTrack(placements);
  for (const trackId of placed.keys()) {
    const open = openTrack(timeline, trackId);
    if (!open.ok) return open;
  }
  const parts: { trackId: TrackId; part: Part }[] = [];
  const removes = new Map<TrackId, readonly ClipId[]>();
  for (const track of timeline.tracks) {
    const clips = placed.get(track.id);
    const gone = leaving.get(track.id);
    if (clips === undefined && gone === undefined) continue;
    const spans = (clips ?? []).map((clip) => ({ start: clip.recordIn, end: recordOut(clip) }));
    const carved = carve(timeline, track, spans, (clip) => gone?.has(clip.id) !== true, names, sources);
    if (!carved.ok) return carved;
    removes.set(track.id, [...(gone ?? []), ...carved.remove]);
    parts.push(...carved.parts.map((part) => ({ trackId: track.id, part })));
  }
  const adds = new Map<TrackId, Clip[]>([...removes.keys()].map((id) => [id, [...(placed.get(id) ?? [])]]));
  for (const [index, clip] of relinked(parts.map(({ part }) => part)).entries()) {
    const trackId = parts[index]?.trackId;
    if (trackId !== undefined) adds.get(trackId)?.push(clip);
  }
  const changes = [...removes].map(
    ([trackId, remove]): TrackSplice => ({ trackId, remove, add: adds.get(trackId) ?? [] }),
  );
  return { ok: true, changes };
}

/** The room that an insert makes, or why it cannot. */
export function roomFor(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'insert' }>,
): { readonly ok: true; readonly length: Flicks; readonly placed: ReadonlyMap<TrackId, readonly Clip[]> } | Refused {
  if (edit.placements.length === 0) return refuse({ reason: 'nothing-to-do' });
  let end = edit.at;
  for (const { trackId, clip } of edit.placements) {
    const open = openTrack(timeline, trackId);
    if (!open.ok) return open;
    if (clip.recordIn < edit.at) {
      return refuse({
        reason: 'invalid-value',
        field: 'placements',
        message: 'inserted clips start at or after the insert point',
      });
    }
    if (clip.duration <= 0) return refuse({ reason: 'too-short', clipId: clip.id });
    end = flicks(Math.max(end, addFlicks(clip.recordIn, clip.duration)));
  }
  return { ok: true, length: subtractFlicks(end, edit.at), placed: placementsByTrack(edit.placements) };
}
