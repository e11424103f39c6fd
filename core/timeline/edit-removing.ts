import { flicks, subtractFlicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import type { Edit, TrackSplice } from './edit.ts';
import { firstClipFrom, recordOut, type LocatedClip } from './lookup.ts';
import { planRipple, type OwnChange } from './ripple.ts';
import { byTrack, openTrack, selectClips } from './selection.ts';
import { refuse, type Plan, type Refused } from './splice.ts';
import type { Timeline, TrackId } from './timeline.ts';

/** Removes clips and leaves gaps. */
export function planLift(timeline: Timeline, edit: Extract<Edit, { kind: 'lift' }>): Plan {
  const selected = selectClips(timeline, edit.clipIds, edit.linked);
  if (!selected.ok) return selected;
  const changes = [...byTrack(selected.clips)].map(
    ([trackId, clips]): TrackSplice => ({ trackId, remove: clips.map((clip) => clip.id), add: [] }),
  );
  return { ok: true, changes };
}

type Stretch = { readonly start: Flicks; readonly end: Flicks; readonly clips: readonly LocatedClip[] };

/** What remains to do on the timeline that the step before left. */
export type PlanStep = (current: Timeline) => Plan;

/** Removes clips and closes the gaps: one step per stretch of removed time, the last stretch first. */
export function planRippleDelete(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'rippleDelete' }>,
): { readonly ok: true; readonly steps: readonly PlanStep[] } | Refused {
  const selected = selectClips(timeline, edit.clipIds, edit.linked);
  if (!selected.ok) return selected;
  const steps = stretches(selected.clips)
    .reverse()
    .map(
      (stretch): PlanStep =>
        (current) =>
          planStretch(current, stretch),
    );
  return { ok: true, steps };
}

/**
 * Where picture and sound of a stretch differ in length (J- and L-cuts), what follows closes up by the shortest, so
 * that nothing collides and all stay in sync.
 */
function planStretch(timeline: Timeline, stretch: Stretch): Plan {
  const own = new Map<TrackId, OwnChange & { readonly from: Flicks }>();
  let by = flicks(stretch.end - stretch.start);
  let from = stretch.end;
  for (const [trackId, clips] of byTrack(stretch.clips)) {
    const start = clips.reduce((first, clip) => Math.min(first, clip.recordIn), Number.POSITIVE_INFINITY);
    const end = flicks(clips.reduce((last, clip) => Math.max(last, recordOut(clip)), 0));
    own.set(trackId, { remove: clips.map((clip) => clip.id), add: [], from: end });
    if (end - start < by) by = flicks(end - start);
    if (end < from) from = end;
  }
  return planRipple(timeline, from, flicks(0 - by), own);
}

/** Overlapping clips, and those that abut on a track, joined to stretches of record time, ascending. */
function stretches(clips: readonly LocatedClip[]): Stretch[] {
  const joined: { start: Flicks; end: Flicks; clips: LocatedClip[] }[] = [];
  let tracks = new Set<TrackId>();
  for (const located of [...clips].sort((a, b) => a.clip.recordIn - b.clip.recordIn)) {
    const { clip, track } = located;
    const last = joined.at(-1);
    const end = recordOut(clip);
    if (last === undefined || clip.recordIn > last.end || (clip.recordIn === last.end && !tracks.has(track.id))) {
      joined.push({ start: clip.recordIn, end, clips: [located] });
      tracks = new Set([track.id]);
    } else {
      last.clips.push(located);
      tracks.add(track.id);
      if (end > last.end) last.end = end;
    }
  }
  return joined;
}

/** Closes the gap of a track that holds a time. */
export function planCloseGap(timeline: Timeline, edit: Extract<Edit, { kind: 'closeGap' }>): Plan {
  const open = openTrack(timeline, edit.trackId);
  if (!open.ok) return open;
  const { clips } = open.track;
  const next = firstClipFrom(clips, flicks(edit.at + 1));
  const after = clips[next];
  const before = clips[next - 1];
  const start = before === undefined ? ZERO_FLICKS : recordOut(before);
  if (after === undefined || start > edit.at || edit.at < 0) {
    return refuse({ reason: 'no-gap', trackId: edit.trackId, time: edit.at });
  }
  return planRipple(timeline, after.recordIn, subtractFlicks(start, after.recordIn), new Map());
}
