import type { Flicks } from '../time/flicks.ts';
import type { Refusal, TrackSplice } from './edit.ts';
import { firstClipFrom, recordOut, type LocatedClip } from './lookup.ts';
import type { ClipChange } from './selection.ts';
import { refuse, type Plan } from './splice.ts';
import type { Clip, ClipId, LinkId, Timeline, Track, TrackId } from './timeline.ts';

/** What a ripple does to one track besides shifting it. */
export type OwnChange = Pick<TrackSplice, 'remove' | 'add'> & {
  /** Where later material starts on this track; the common time where absent. */
  readonly from?: Flicks | undefined;
};

/** Whether a ripple that is not about a track itself moves it. */
export function takesRipples(track: Track): boolean {
  return !track.locked && track.syncLock !== false;
}

/** Why a clip that would have to move with its partner does not. */
export function heldBack({ track, clip }: Pick<LocatedClip, 'track' | 'clip'>): Refusal {
  return track.locked
    ? { reason: 'track-locked', trackId: track.id }
    : { reason: 'sync-lock-off', trackId: track.id, clipId: clip.id };
}

/** Puts changed clips in the place of those they were and moves what followed the named one, and each on its track. */
export function planRippleFor(timeline: Timeline, id: ClipId, by: Flicks, changes: readonly ClipChange[]): Plan {
  const own = new Map<TrackId, OwnChange>();
  let from: Flicks | undefined;
  for (const { located, after } of changes) {
    const out = recordOut(located.clip);
    const same = own.get(located.track.id);
    own.set(located.track.id, {
      remove: [...(same?.remove ?? []), located.clip.id],
      add: [...(same?.add ?? []), after],
      from: same?.from !== undefined && same.from > out ? same.from : out,
    });
    if (located.clip.id === id) from = out;
  }
  return from === undefined ? { ok: true, changes: [] } : planRipple(timeline, from, by, own);
}

/**
 * Shifts later material of all tracks by the same time, along with what happens to single tracks. Locked tracks stay;
 * so do those whose sync lock is off, unless the edit is about them.
 *
 * Material is later when it starts at or after `from`. What started before stays (a music bed under a cut stays whole),
 * unless it is linked to something that moves: then it and what follows it on its track move too, so that no picture
 * leaves its sound. Refused where that would move a track that stays, or the very clips that the edit names.
 */
export function planRipple(timeline: Timeline, from: Flicks, by: Flicks, own: ReadonlyMap<TrackId, OwnChange>): Plan {
  const removed = new Set([...own.values()].flatMap((change) => change.remove));
  const starts = timeline.tracks.map((track) =>
    takesRipples(track) || own.has(track.id)
      ? firstClipFrom(track.clips, own.get(track.id)?.from ?? from)
      : track.clips.length,
  );
  const problem =
    by === 0 ? undefined : (pullLinked(timeline, starts, removed, own) ?? partedChange(timeline, starts, from, own));
  if (problem !== undefined) return problem;
  const changes: TrackSplice[] = [];
  for (const [index, track] of timeline.tracks.entries()) {
    const change = own.get(track.id);
    const first = track.clips[starts[index] ?? track.clips.length];
    const shift = first === undefined || by === 0 ? undefined : { from: first.recordIn, by };
    if (change === undefined && shift === undefined) continue;
    changes.push({
      trackId: track.id,
      remove: change?.remove ?? [],
      add: change?.add ?? [],
      ...(shift === undefined ? {} : { shift }),
    });
  }
  return { ok: true, changes };
}

/** Lowers the starts of tracks until no link crosses them. */
function pullLinked(
  timeline: Timeline,
  starts: number[],
  removed: ReadonlySet<ClipId>,
  own: ReadonlyMap<TrackId, OwnChange>,
): Plan | undefined {
  for (;;) {
    const crossing = crossingLinks(timeline, starts, removed);
    if (crossing.size === 0) return undefined;
    for (const [index, track] of timeline.tracks.entries()) {
      const first = track.clips.findIndex(
        (clip) => clip.linkId !== null && crossing.has(clip.linkId) && !removed.has(clip.id),
      );
      const clip = track.clips[first];
      if (clip === undefined || first >= (starts[index] ?? 0)) continue;
      if (track.locked || (track.syncLock === false && !own.has(track.id))) return refuse(heldBack({ track, clip }));
      if (own.has(track.id)) return refuse({ reason: 'would-overlap', trackId: track.id, clipId: clip.id });
      starts[index] = first;
    }
  }
}

/** Refuses to pull along what is linked to a clip that changes and stays before the ripple. */
function partedChange(
  timeline: Timeline,
  starts: readonly number[],
  from: Flicks,
  own: ReadonlyMap<TrackId, OwnChange>,
): Plan | undefined {
  for (const [index, { clips }] of timeline.tracks.entries()) {
    for (let at = starts[index] ?? clips.length; at < clips.length; at += 1) {
      const pulled = clips[at];
      if (pulled === undefined || pulled.recordIn >= from) break;
      if (pulled.linkId === null) continue;
      for (const [trackId, { add }] of own) {
        const staying = add.find((clip) => clip.linkId === pulled.linkId && clip.recordIn < from);
        if (staying !== undefined) return refuse({ reason: 'would-overlap', trackId, clipId: staying.id });
      }
    }
  }
  return undefined;
}

/** Links with clips that move and clips that stay. The side with fewer clips is hashed: usually there are none. */
function crossingLinks(
  timeline: Timeline,
  starts: readonly number[],
  removed: ReadonlySet<ClipId>,
): ReadonlySet<LinkId> {
  const all = timeline.tracks.reduce((sum, track) => sum + track.clips.length, 0);
  const staying = starts.reduce((sum, start) => sum + start, 0);
  const fewStay = staying <= all / 2;
  const fewer = new Set<LinkId>();
  forEachLinked(timeline, starts, fewStay, (clip, link) => {
    if (!removed.has(clip.id)) fewer.add(link);
  });
  const crossing = new Set<LinkId>();
  if (fewer.size === 0) return crossing;
  forEachLinked(timeline, starts, !fewStay, (clip, link) => {
    if (fewer.has(link) && !removed.has(clip.id)) crossing.add(link);
  });
  return crossing;
}

/** Visits the linked clips of all tracks before (`staying`) or from their starts on. */
function forEachLinked(
  timeline: Timeline,
  starts: readonly number[],
  staying: boolean,
  visit: (clip: Clip, link: LinkId) => void,
): void {
  for (const [index, { clips }] of timeline.tracks.entries()) {
    const start = starts[index] ?? clips.length;
    for (let at = staying ? 0 : start; at < (staying ? start : clips.length); at += 1) {
      const clip = clips[at];
      if (clip !== undefined && clip.linkId !== null) visit(clip, clip.linkId);
    }
  }
}
