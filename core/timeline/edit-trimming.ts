import { addFlicks, flicks, subtractFlicks, type Flicks } from '../time/flicks.ts';
import { frameDuration } from '../time/rate.ts';
import { moveHead, tailRoom, withDuration, type ClipOutcome } from './clip-source.ts';
import type { Edit, TrackSplice } from './edit.ts';
import { linkedPartners, recordOut, type LocatedClip } from './lookup.ts';
import { planRippleFor } from './ripple.ts';
import { openClip, replacing, selectClips, type ClipChange } from './selection.ts';
import { refuse, type Plan, type Refused } from './splice.ts';
import type { Clip, SourceLookup, Timeline } from './timeline.ts';

type TrimEdit = Extract<Edit, { kind: 'trim' }>;

/** Moves one edge of a clip and of its linked partners. */
export function planTrim(timeline: Timeline, edit: TrimEdit, sources: SourceLookup): Plan {
  const selected = selectClips(timeline, [edit.clipId], edit.linked);
  if (!selected.ok) return selected;
  if (edit.delta === 0) return refuse({ reason: 'nothing-to-do' });
  const changes: ClipChange[] = [];
  for (const located of selected.clips) {
    const trimmed = trimEdge(timeline, located.clip, edit, sources);
    if (!trimmed.ok) return trimmed;
    changes.push({ located, after: trimmed.clip });
  }
  if (!edit.ripple) {
    return { ok: true, changes: replacing(changes) };
  }
  return planRippleTrim(timeline, edit, changes);
}

function trimEdge(timeline: Timeline, clip: Clip, edit: TrimEdit, sources: SourceLookup): ClipOutcome {
  const duration =
    edit.edge === 'in' ? subtractFlicks(clip.duration, edit.delta) : addFlicks(clip.duration, edit.delta);
  if (duration < frameDuration(timeline.rate)) return refuse({ reason: 'too-short', clipId: clip.id });
  if (edit.edge === 'in') return moveHead(timeline, clip, edit.delta, sources, true);
  const available = tailRoom(clip, sources, timeline.rate);
  return edit.delta > available
    ? refuse({ reason: 'no-media', clipId: clip.id, available })
    : { ok: true, clip: withDuration(clip, duration) };
}

/** With ripple the in point stays where it is on the timeline and what follows closes up or makes room. */
function planRippleTrim(timeline: Timeline, edit: TrimEdit, changes: readonly ClipChange[]): Plan {
  if (edit.edge === 'out') return planRippleFor(timeline, edit.clipId, edit.delta, changes);
  const staying = changes.map(({ located, after }) => ({
    located,
    after: { ...after, recordIn: located.clip.recordIn },
  }));
  return planRippleFor(timeline, edit.clipId, flicks(0 - edit.delta), staying);
}

/** Moves the cut between a clip and the one that abuts it; linked cuts of the same two takes go along. */
export function planRoll(timeline: Timeline, edit: Extract<Edit, { kind: 'roll' }>, sources: SourceLookup): Plan {
  const left = openClip(timeline, edit.clipId);
  if (!left.ok) return left;
  const right = abutting(left);
  if (right === undefined) return refuse({ reason: 'not-adjacent', clipId: edit.clipId });
  if (edit.delta === 0) return refuse({ reason: 'nothing-to-do' });
  const cuts: { left: LocatedClip; right: Clip }[] = [{ left, right }];
  if (edit.linked && right.linkId !== null) {
    for (const partner of linkedPartners(timeline, left.clip)) {
      const other = abutting(partner);
      if (other?.linkId !== right.linkId) continue;
      if (partner.track.locked) return refuse({ reason: 'track-locked', trackId: partner.track.id });
      cuts.push({ left: partner, right: other });
    }
  }
  const changes: TrackSplice[] = [];
  for (const cut of cuts) {
    const ends = rollCut(timeline, cut.left.clip, cut.right, edit.delta, sources);
    if (!ends.ok) return ends;
    changes.push({ trackId: cut.left.track.id, remove: [cut.left.clip.id, cut.right.id], add: ends.clips });
  }
  return { ok: true, changes };
}

function abutting(left: LocatedClip): Clip | undefined {
  const next = left.track.clips[left.clipIndex + 1];
  return next?.recordIn === recordOut(left.clip) ? next : undefined;
}

function rollCut(
  timeline: Timeline,
  left: Clip,
  right: Clip,
  delta: Flicks,
  sources: SourceLookup,
): { readonly ok: true; readonly clips: readonly Clip[] } | Refused {
  const frame = frameDuration(timeline.rate);
  if (left.duration + delta < frame) return refuse({ reason: 'too-short', clipId: left.id });
  if (right.duration - delta < frame) return refuse({ reason: 'too-short', clipId: right.id });
  const available = tailRoom(left, sources, timeline.rate);
  if (delta > available) return refuse({ reason: 'no-media', clipId: left.id, available });
  const head = moveHead(timeline, right, delta, sources, true);
  return head.ok ? { ok: true, clips: [withDuration(left, addFlicks(left.duration, delta)), head.clip] } : head;
}
