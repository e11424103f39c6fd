import type { Flicks } from '../time/flicks.ts';
import type { TrackSplice } from './edit.ts';
import { firstClipFrom } from './lookup.ts';
import { refuse, type Plan } from './splice.ts';
import type { ClipId, LinkId, Timeline, TrackId } from './timeline.ts';

/** What a ripple does to one track besides shifting it. */
export type OwnChange = Pick<TrackSplice, 'remove' | 'add'> & {
  /** Where later material starts on this track; the common time where absent. */
  readonly from?: Flicks | undefined;
};

/**
 * Shifts later material of all unlocked tracks by the same time, along with what happens to single tracks.
 *
 * Material is later when it starts at or after `from`. What started before stays (a music bed under a cut stays whole),
 * unless it is linked to something that moves: then it and what follows it on its track move too, so that no picture
 * leaves its sound. Refused where that would move a locked track or the very clips that the edit names.
 */
export function planRipple(timeline: Timeline, from: Flicks, by: Flicks, own: ReadonlyMap<TrackId, OwnChange>): Plan {
  const removed = new Set([...own.values()].flatMap((change) => change.remove));
  const starts = timeline.tracks.map((track) =>
    track.locked ? track.clips.length : firstClipFrom(track.clips, own.get(track.id)?.from ?? from),
  );
  const problem = by === 0 ? undefined : pullLinked(timeline, starts, removed, own);
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
  for (let settled = false; !settled; ) {
    settled = true;
    const moving = movingLinks(timeline, starts, removed);
    if (moving.size === 0) return undefined;
    for (const [index, track] of timeline.tracks.entries()) {
      const limit = starts[index] ?? 0;
      for (let at = 0; at < limit; at += 1) {
        const clip = track.clips[at];
        if (clip === undefined || clip.linkId === null || !moving.has(clip.linkId) || removed.has(clip.id)) continue;
        if (track.locked) return refuse({ reason: 'track-locked', trackId: track.id });
        if (own.has(track.id)) return refuse({ reason: 'would-overlap', trackId: track.id, clipId: clip.id });
        starts[index] = at;
        settled = false;
        break;
      }
    }
  }
  return undefined;
}

function movingLinks(timeline: Timeline, starts: readonly number[], removed: ReadonlySet<ClipId>): ReadonlySet<LinkId> {
  const moving = new Set<LinkId>();
  for (const [index, track] of timeline.tracks.entries()) {
    for (let at = starts[index] ?? 0; at < track.clips.length; at += 1) {
      const clip = track.clips[at];
      const link = clip?.linkId ?? null;
      if (clip !== undefined && link !== null && !removed.has(clip.id)) moving.add(link);
    }
  }
  return moving;
}
