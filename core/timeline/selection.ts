import { findTrack, linkedClips, locateClip, type LocatedClip } from './lookup.ts';
import type { TrackSplice } from './edit.ts';
import { refuse, type Refused } from './splice.ts';
import type { Clip, ClipId, LinkId, Timeline, Track, TrackId } from './timeline.ts';

export type Selection = { readonly ok: true; readonly clips: readonly LocatedClip[] } | Refused;

/** The named clips and, where asked, all they are linked with, in track order; refused if one is unknown or locked. */
export function selectClips(timeline: Timeline, ids: readonly ClipId[], linked: boolean): Selection {
  const named = namedClips(timeline, [...new Set(ids)]);
  if (!named.ok) return named;
  const links = new Set(linked ? named.clips.flatMap(({ clip }) => clip.linkId ?? []) : []);
  const clips = links.size === 0 ? named.clips : withPartners(timeline, named.clips, links);
  const locked = clips.find(({ track }) => track.locked);
  return locked === undefined ? { ok: true, clips } : refuse({ reason: 'track-locked', trackId: locked.track.id });
}

/** Up to here clips are looked for one by one, which beats hashing ten thousand ids. */
const FEW = 4;

function namedClips(timeline: Timeline, ids: readonly ClipId[]): Selection {
  const wanted = new Set(ids);
  const found =
    ids.length <= FEW
      ? ids.flatMap((id) => locateClip(timeline, id) ?? [])
      : collect(timeline, (clip) => wanted.has(clip.id));
  const known = found.length < ids.length ? new Set(found.map(({ clip }) => clip.id)) : undefined;
  const unknown = known && ids.find((id) => !known.has(id));
  if (unknown !== undefined) return refuse({ reason: 'unknown-clip', clipId: unknown });
  return { ok: true, clips: found.sort(byPlace) };
}

const byPlace = (a: LocatedClip, b: LocatedClip) => a.trackIndex - b.trackIndex || a.clipIndex - b.clipIndex;

function withPartners(
  timeline: Timeline,
  named: readonly LocatedClip[],
  links: ReadonlySet<LinkId>,
): readonly LocatedClip[] {
  const [only] = links;
  const partners =
    links.size === 1 && only !== undefined
      ? linkedClips(timeline, only)
      : collect(timeline, ({ linkId }) => linkId !== null && links.has(linkId));
  return [...partners, ...named.filter(({ clip }) => clip.linkId === null)].sort(byPlace);
}

function collect(timeline: Timeline, wanted: (clip: Clip) => boolean): LocatedClip[] {
  const found: LocatedClip[] = [];
  for (const [trackIndex, track] of timeline.tracks.entries()) {
    for (let clipIndex = 0; clipIndex < track.clips.length; clipIndex += 1) {
      const clip = track.clips[clipIndex];
      if (clip !== undefined && wanted(clip)) found.push({ track, trackIndex, clip, clipIndex });
    }
  }
  return found;
}

/** Clips gathered by the track they lie on, in track order. */
export function byTrack(clips: readonly LocatedClip[]): ReadonlyMap<TrackId, readonly Clip[]> {
  const groups = new Map<TrackId, Clip[]>();
  for (const { track, clip } of clips) {
    const group = groups.get(track.id);
    if (group === undefined) groups.set(track.id, [clip]);
    else group.push(clip);
  }
  return groups;
}

/** A clip and what it becomes, on its track, with its id or (after splits) besides others. */
export type ClipChange = { readonly located: LocatedClip; readonly after: Clip };

/** One splice per track for clips that change in place. */
export function replacing(changes: readonly ClipChange[]): readonly TrackSplice[] {
  const splices = new Map<TrackId, { trackId: TrackId; remove: ClipId[]; add: Clip[] }>();
  for (const { located, after } of changes) {
    const splice = splices.get(located.track.id) ?? { trackId: located.track.id, remove: [], add: [] };
    splice.remove.push(located.clip.id);
    splice.add.push(after);
    splices.set(located.track.id, splice);
  }
  return [...splices.values()];
}

/** Finds a clip to change, refused if it is unknown or its track locked. */
export function openClip(timeline: Timeline, id: ClipId): ({ readonly ok: true } & LocatedClip) | Refused {
  const located = locateClip(timeline, id);
  if (located === undefined) return refuse({ reason: 'unknown-clip', clipId: id });
  return located.track.locked
    ? refuse({ reason: 'track-locked', trackId: located.track.id })
    : { ok: true, ...located };
}

/** The named track if it takes changes, or the refusal. */
export function openTrack(timeline: Timeline, id: Track['id']): { readonly ok: true; readonly track: Track } | Refused {
  const track = findTrack(timeline, id);
  if (track === undefined) return refuse({ reason: 'unknown-track', trackId: id });
  return track.locked ? refuse({ reason: 'track-locked', trackId: id }) : { ok: true, track };
}
