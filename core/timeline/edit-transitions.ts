import { frameDuration } from '../time/rate.ts';
import { checkTransition } from './check-effects.ts';
import { headRoom, tailRoom } from './clip-source.ts';
import type { Edit, Refusal } from './edit.ts';
import { linkedPartners, recordOut, type LocatedClip } from './lookup.ts';
import { withoutAbsent } from './optional-parts.ts';
import { openClip, replacing, type ClipChange } from './selection.ts';
import { refuse, type Plan } from './splice.ts';
import type { Clip, SourceLookup, Timeline } from './timeline.ts';
import type { Transition } from './transition.ts';

/** One end of a clip at which a transition may stand, and what lies on the other side. */
type End = { readonly located: LocatedClip; readonly side: 'head' | 'tail'; readonly other: Clip | undefined };

/**
 * Puts a transition on an end of a clip, or takes it away; where another clip abuts, on the cut between them, and with
 * `linked` on the cuts of linked clips at the same time. Refused where it could not be played whole: the refusal names
 * the clip that lacks media and how much it has.
 */
export function planSetTransition(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'setTransition' }>,
  sources: SourceLookup,
): Plan {
  const named = openClip(timeline, edit.clipId);
  if (!named.ok) return named;
  const first = endOf(named, edit.edge);
  const ends = [first, ...(edit.linked ? linkedEnds(timeline, first) : [])];
  const changes: ClipChange[] = [];
  for (const end of ends) {
    const { located } = end;
    if (located.track.locked) return refuse({ reason: 'track-locked', trackId: located.track.id });
    const problem = edit.transition === null ? undefined : whyNot(timeline, end, edit.transition, sources);
    if (problem !== undefined) return refuse(problem);
    const set = { [end.side]: edit.transition ?? undefined };
    changes.push({ located, after: withoutAbsent({ ...located.clip, ...set }) });
  }
  const idle = edit.transition === null && first.located.clip[first.side] === undefined;
  return idle ? refuse({ reason: 'nothing-to-do' }) : { ok: true, changes: replacing(changes) };
}

/** The out point of a clip that another abuts is the in point of that one. */
function endOf(located: LocatedClip, edge: 'in' | 'out'): End {
  const { clips } = located.track;
  const before = clips[located.clipIndex - 1];
  if (edge === 'in') {
    const abuts = before !== undefined && recordOut(before) === located.clip.recordIn;
    return { located, side: 'head', other: abuts ? before : undefined };
  }
  const next = clips[located.clipIndex + 1];
  return next?.recordIn === recordOut(located.clip)
    ? { located: { ...located, clip: next, clipIndex: located.clipIndex + 1 }, side: 'head', other: located.clip }
    : { located, side: 'tail', other: undefined };
}

function linkedEnds(timeline: Timeline, { located, side }: End): readonly End[] {
  const { clip } = located;
  return linkedPartners(timeline, clip)
    .filter(({ clip: partner }) =>
      side === 'head' ? partner.recordIn === clip.recordIn : recordOut(partner) === recordOut(clip),
    )
    .map((partner) => endOf(partner, side === 'head' ? 'in' : 'out'));
}

function whyNot(timeline: Timeline, end: End, transition: Transition, sources: SourceLookup): Refusal | undefined {
  const { side, other } = end;
  const { clip } = end.located;
  const problem = checkTransition(side, transition, frameDuration(timeline.rate));
  if (problem !== undefined) return problem;
  const { inOffset, outOffset } = transition;
  if (other === undefined) {
    // From or to nothing it plays inside the clip alone.
    const inside = side === 'head' ? outOffset : inOffset;
    return inside > 0 && inside <= clip.duration ? undefined : tooLong(side);
  }
  const before = headRoom(clip, sources, timeline.rate);
  if (inOffset > before) return { reason: 'no-media', clipId: clip.id, available: before };
  const after = tailRoom(other, sources, timeline.rate);
  if (outOffset > after) return { reason: 'no-media', clipId: other.id, available: after };
  return inOffset > other.duration || outOffset > clip.duration ? tooLong(side) : undefined;
}

function tooLong(side: 'head' | 'tail'): Refusal {
  return { reason: 'invalid-value', field: side, message: 'a transition lies inside its clips' };
}
