import { addFlicks, subtractFlicks } from '../time/flicks.ts';
import { partOf } from './carve.ts';
import { withTimesMoved } from './clip-anchors.ts';
import type { Edit } from './edit.ts';
import { equalData } from './equal-data.ts';
import { linkedPartners, recordOut, type LocatedClip } from './lookup.ts';
import { withoutAbsent } from './optional-parts.ts';
import { openClip, replacing, selectClips, type ClipChange } from './selection.ts';
import { refuse, type Plan, type Refused } from './splice.ts';
import type { Clip, ClipId, LinkId, SourceLookup, Timeline, TrackId } from './timeline.ts';

type Pair = { readonly left: LocatedClip; readonly right: LocatedClip };

/** Makes one clip of two that play on as if they had never been cut, and of linked pairs of the same two takes. */
export function planJoinThrough(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'joinThrough' }>,
  sources: SourceLookup,
): Plan {
  const left = openClip(timeline, edit.clipId);
  if (!left.ok) return left;
  const right = abutting(left);
  if (right === undefined) return refuse({ reason: 'not-adjacent', clipId: edit.clipId });
  const pairs: Pair[] = [{ left, right }];
  if (edit.linked && left.clip.linkId !== null) {
    for (const partner of linkedPartners(timeline, left.clip)) {
      const other = abutting(partner);
      if (other?.clip.linkId !== right.clip.linkId || other.clip.linkId === null) continue;
      if (partner.track.locked) return refuse({ reason: 'track-locked', trackId: partner.track.id });
      pairs.push({ left: partner, right: other });
    }
  }
  const changes = new Map<TrackId, { trackId: TrackId; remove: ClipId[]; add: Clip[] }>();
  const on = (trackId: TrackId) => {
    const known = changes.get(trackId) ?? { trackId, remove: [], add: [] };
    changes.set(trackId, known);
    return known;
  };
  for (const pair of pairs) {
    const joined = joinedClip(timeline, pair.left.clip, pair.right.clip, sources);
    if (!joined.ok) return joined;
    on(pair.left.track.id).remove.push(pair.left.clip.id, pair.right.clip.id);
    on(pair.left.track.id).add.push(joined.clip);
  }
  const followers = followersOf(timeline, pairs);
  if (!followers.ok) return followers;
  for (const { located, after } of followers.changes) {
    on(located.track.id).remove.push(after.id);
    on(located.track.id).add.push(after);
  }
  return { ok: true, changes: [...changes.values()] };
}

function abutting(left: LocatedClip): LocatedClip | undefined {
  const clip = left.track.clips[left.clipIndex + 1];
  if (clip?.recordIn !== recordOut(left.clip)) return undefined;
  return { ...left, clip, clipIndex: left.clipIndex + 1 };
}

/** Clips that were linked with a right-hand part only: they go with the whole. */
function followersOf(
  timeline: Timeline,
  pairs: readonly Pair[],
): { readonly ok: true; readonly changes: readonly ClipChange[] } | Refused {
  const [first] = pairs;
  const from = first?.right.clip.linkId;
  const to = first?.left.clip.linkId;
  if (first === undefined || from === null || to === null || to === undefined || from === to) {
    return { ok: true, changes: [] };
  }
  const joined = new Set<ClipId>(pairs.map(({ right }) => right.clip.id));
  const rest = linkedPartners(timeline, first.right.clip).filter(({ clip }) => !joined.has(clip.id));
  const locked = rest.find(({ track }) => track.locked);
  if (locked !== undefined) return refuse({ reason: 'track-locked', trackId: locked.track.id });
  return { ok: true, changes: rest.map((located) => ({ located, after: { ...located.clip, linkId: to } })) };
}

/** The clip that, split at the cut, gives these two; refused where none does. */
function joinedClip(
  timeline: Timeline,
  left: Clip,
  right: Clip,
  sources: SourceLookup,
): { readonly ok: true; readonly clip: Clip } | Refused {
  const apart = refuse({ reason: 'not-continuous', clipId: right.id });
  const duration = addFlicks(left.duration, right.duration);
  const linkId = left.linkId ?? right.linkId;
  const ends = { duration, linkId, tail: right.tail };
  const whole: Clip | undefined =
    left.kind === 'audio' && right.kind === 'audio'
      ? { ...left, ...ends, fadeOut: right.fadeOut }
      : left.kind === 'video' && right.kind === 'video'
        ? { ...left, ...ends, fadeOut: right.fadeOut }
        : undefined;
  if (whole === undefined) return apart;
  const parts = [left, right].map((half) => {
    const span = { start: half.recordIn, end: recordOut(half) };
    const part = partOf(timeline, withoutAbsent(whole), span, half.id, sources);
    return part.ok && continues(part.clip, half);
  });
  if (parts.includes(false)) return apart;
  const later = withTimesMoved(right, subtractFlicks(right.recordIn, left.recordIn)).markers ?? [];
  const markers = [
    ...(left.markers ?? []),
    ...later.filter(({ id }) => left.markers?.every((own) => own.id !== id) ?? true),
  ];
  return { ok: true, clip: withoutAbsent({ ...whole, markers: markers.length > 0 ? markers : undefined }) };
}

/** Sound may start this far off, less than a tenth of a sample. */
const INAUDIBLE = 1024;

/** Whether half a clip is what splitting would give, whatever it is called and noted. */
function continues(part: Clip, half: Clip): boolean {
  const near = part.kind === 'audio' && Math.abs(part.sourceIn - half.sourceIn) <= INAUDIBLE;
  const bare = ({ name: _name, note: _note, linkId: _link, markers: _markers, sourceIn, ...rest }: Clip) =>
    near ? rest : { ...rest, sourceIn };
  return equalData(bare(part), bare(half));
}

/** Links clips, which leave the links they had. */
export function planLink(timeline: Timeline, edit: Extract<Edit, { kind: 'link' }>): Plan {
  const selected = selectClips(timeline, edit.clipIds, false);
  if (!selected.ok) return selected;
  if (selected.clips.length < 2) return refuse({ reason: 'nothing-to-do' });
  const chosen = new Set(selected.clips.map(({ clip }) => clip.id));
  const taken = timeline.tracks.some(({ clips }) =>
    clips.some((clip: Clip) => clip.linkId === edit.linkId && !chosen.has(clip.id)),
  );
  if (taken) return refuse({ reason: 'duplicate-id', id: edit.linkId });
  return relinking(timeline, selected.clips, edit.linkId);
}

/** Takes clips out of their links. */
export function planUnlink(timeline: Timeline, edit: Extract<Edit, { kind: 'unlink' }>): Plan {
  const selected = selectClips(timeline, edit.clipIds, false);
  if (!selected.ok) return selected;
  return relinking(timeline, selected.clips, null);
}

/** Clips with another link; a former partner that is left alone is linked to nothing, unless its track is locked. */
function relinking(timeline: Timeline, clips: readonly LocatedClip[], linkId: LinkId | null): Plan {
  const changing = clips.filter(({ clip }) => clip.linkId !== linkId);
  if (changing.length === 0) return refuse({ reason: 'nothing-to-do' });
  const ids = new Set<ClipId>(clips.map(({ clip }) => clip.id));
  const changes: ClipChange[] = changing.map((located) => ({ located, after: { ...located.clip, linkId } }));
  const left = new Set<LinkId>();
  for (const { clip } of changing) {
    if (clip.linkId === null || left.has(clip.linkId)) continue;
    left.add(clip.linkId);
    const rest = linkedPartners(timeline, clip).filter((partner) => !ids.has(partner.clip.id));
    const [only, second] = rest;
    if (only === undefined || second !== undefined || only.track.locked) continue;
    changes.push({ located: only, after: { ...only.clip, linkId: null } });
  }
  return { ok: true, changes: replacing(changes) };
}
