import type { Flicks } from '../time/flicks.ts';
import { checkNames, movedBy, newNames, partOf, relinked, type Part } from './carve.ts';
import type { Edit, TrackSplice } from './edit.ts';
import { roomFor } from './edit-placing.ts';
import { clipAt } from './clip-time.ts';
import { firstClipFrom, linkedPartners, recordOut, type LocatedClip } from './lookup.ts';
import { heldBack, planRipple, takesRipples, type OwnChange } from './ripple.ts';
import { selectClips } from './selection.ts';
import { refuse, type Plan, type Refused } from './splice.ts';
import type { Clip, ClipId, LinkId, SourceLookup, Timeline, TrackId } from './timeline.ts';

type Halves = { readonly located: LocatedClip; readonly left: Clip; readonly right: Clip };

/** Cuts clips in two; what lies right of the cut is linked anew among itself. */
export function planSplit(timeline: Timeline, edit: Extract<Edit, { kind: 'split' }>, sources: SourceLookup): Plan {
  const selected = selectClips(timeline, edit.clipIds, edit.linked);
  if (!selected.ok) return selected;
  if (selected.clips.length === 0) return refuse({ reason: 'nothing-to-do' });
  const order = new Map(edit.clipIds.map((id, index) => [id, index]));
  const named = selected.clips
    .filter(({ clip }) => order.has(clip.id))
    .sort((a, b) => (order.get(a.clip.id) ?? 0) - (order.get(b.clip.id) ?? 0));
  const outside = named.find(({ clip }) => !crosses(clip, edit.at));
  if (outside !== undefined) return refuse({ reason: 'outside-clip', clipId: outside.clip.id, time: edit.at });
  const partners = selected.clips.filter(({ clip }) => !order.has(clip.id) && crosses(clip, edit.at));
  const cut = cutAt(timeline, [...named, ...partners], edit.at, edit.newIds, sources);
  if (!cut.ok) return cut;
  const changes = new Map<TrackId, { remove: ClipId[]; add: Clip[] }>();
  const change = (trackId: TrackId) => {
    const known = changes.get(trackId) ?? { remove: [], add: [] };
    changes.set(trackId, known);
    return known;
  };
  for (const { located, left, right } of cut.halves) {
    change(located.track.id).remove.push(located.clip.id);
    change(located.track.id).add.push(left, right);
  }
  for (const { located, after } of cut.followers) {
    change(located.track.id).remove.push(after.id);
    change(located.track.id).add.push(after);
  }
  return {
    ok: true,
    changes: [...changes].map(([trackId, { remove, add }]): TrackSplice => ({ trackId, remove, add })),
  };
}

function crosses(clip: Clip, at: Flicks): boolean {
  return clip.recordIn < at && at < recordOut(clip);
}

type Cut =
  | {
      readonly ok: true;
      readonly halves: readonly Halves[];
      /** Whole clips right of the cut whose link was cut: they go with the right-hand parts. */
      readonly followers: readonly { readonly located: LocatedClip; readonly after: Clip }[];
    }
  | Refused;

function cutAt(
  timeline: Timeline,
  clips: readonly LocatedClip[],
  at: Flicks,
  newIds: readonly ClipId[],
  sources: SourceLookup,
): Cut {
  const names = newNames(newIds);
  const halves: Halves[] = [];
  for (const located of clips) {
    const { clip } = located;
    const left = partOf(timeline, clip, { start: clip.recordIn, end: at }, clip.id, sources);
    if (!left.ok) return left;
    const right = partOf(timeline, clip, { start: at, end: recordOut(clip) }, names.take(), sources);
    if (!right.ok) return right;
    halves.push({ located, left: left.clip, right: right.clip });
  }
  const missing = checkNames(names, newIds);
  if (missing !== undefined) return missing;
  const later = followersOf(timeline, clips, at);
  const parts: Part[] = [...halves.map(({ right }) => right), ...later.map(({ clip }) => clip)].map((clip) => ({
    clip,
    ordinal: 1,
  }));
  const named = relinked(parts);
  return {
    ok: true,
    halves: halves.map((half, index) => ({ ...half, right: named[index] ?? half.right })),
    followers: later.map((located, index) => ({ located, after: named[halves.length + index] ?? located.clip })),
  };
}

/** Partners of cut clips that start at or after the cut, once each. */
function followersOf(timeline: Timeline, clips: readonly LocatedClip[], at: Flicks): readonly LocatedClip[] {
  const seen = new Set<LinkId>();
  const found: LocatedClip[] = [];
  for (const { clip } of clips) {
    if (clip.linkId === null || seen.has(clip.linkId)) continue;
    seen.add(clip.linkId);
    found.push(
      ...linkedPartners(timeline, clip).filter((partner) => partner.clip.recordIn >= at && !partner.track.locked),
    );
  }
  return found;
}

/** Makes room on all unlocked tracks and places clips in it. */
export function planInsert(timeline: Timeline, edit: Extract<Edit, { kind: 'insert' }>, sources: SourceLookup): Plan {
  const room = roomFor(timeline, edit);
  if (!room.ok) return room;
  const crossing: LocatedClip[] = [];
  for (const [trackIndex, track] of timeline.tracks.entries()) {
    const moves = room.placed.has(track.id) || takesRipples(track);
    const clip = moves ? clipAt<Clip>(track.clips, edit.at) : undefined;
    if (clip === undefined || clip.recordIn === edit.at) continue;
    crossing.push({ track, trackIndex, clip, clipIndex: firstClipFrom(track.clips, clip.recordIn) });
    const held = linkedPartners(timeline, clip).find(
      (partner) =>
        !takesRipples(partner.track) && !room.placed.has(partner.track.id) && recordOut(partner.clip) > edit.at,
    );
    if (held !== undefined) return refuse(heldBack(held));
  }
  const cut = cutAt(timeline, crossing, edit.at, edit.newIds, sources);
  if (!cut.ok) return cut;
  const own = new Map<TrackId, OwnChange>();
  const change = (trackId: TrackId, remove: readonly ClipId[], add: readonly Clip[]) => {
    const known = own.get(trackId);
    own.set(trackId, {
      remove: [...(known?.remove ?? []), ...remove],
      add: [...(known?.add ?? []), ...add],
      from: edit.at,
    });
  };
  for (const [trackId, clips] of room.placed) change(trackId, [], clips);
  for (const { located, left, right } of cut.halves) {
    change(located.track.id, [located.clip.id], [left, movedBy(right, room.length)]);
  }
  for (const { located, after } of cut.followers) change(located.track.id, [after.id], [movedBy(after, room.length)]);
  return planRipple(timeline, edit.at, room.length, own);
}
