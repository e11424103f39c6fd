import { assertNever } from '../errors.ts';
import { planMove, planOverwrite } from './edit-placing.ts';
import { putMarker, removeMarker } from './edit-markers.ts';
import { addTrack, removeTrack, setClip, setTimeline, setTrack } from './edit-properties.ts';
import { planCloseGap, planLift, planRippleDelete, type PlanStep } from './edit-removing.ts';
import { planFreeze, planRetime } from './edit-retiming.ts';
import { planSlip } from './edit-slipping.ts';
import { planInsert, planSplit } from './edit-splitting.ts';
import { planRoll, planTrim } from './edit-trimming.ts';
import type { Edit, EditOutcome } from './edit.ts';
import { sourcesOf } from './generated-media.ts';
import { applySplices, refuse, type Plan } from './splice.ts';
import type { SourceLookup, Timeline } from './timeline.ts';

/**
 * The only way a timeline changes: in the engine, in the renderer, in tests. Pure; what cannot be is refused with a
 * reason and leaves the timeline as it was. The inverse takes the result back to exactly the same value.
 *
 * Linked sound moves by exactly the record time that its picture's edge moves; the picture then shows the source frame
 * on screen at the sound's time, so sync never drifts (docs/decisions/0010-sound-is-the-clock.md).
 */
export function applyEdit(timeline: Timeline, edit: Edit, sources: SourceLookup): EditOutcome {
  try {
    return apply(timeline, edit, sourcesOf(timeline, sources));
  } catch (error) {
    // Exact time is bounded to ±147 days; an edit that leads beyond is refused like any other impossible one.
    if (error instanceof RangeError) return refuse({ reason: 'invalid-value', field: 'time', message: error.message });
    throw error;
  }
}

function apply(timeline: Timeline, edit: Edit, sources: SourceLookup): EditOutcome {
  switch (edit.kind) {
    case 'insert':
      return applyPlan(timeline, planInsert(timeline, edit, sources), sources);
    case 'overwrite':
      return applyPlan(timeline, planOverwrite(timeline, edit, sources), sources);
    case 'lift':
      return applyPlan(timeline, planLift(timeline, edit), sources);
    case 'rippleDelete': {
      const plan = planRippleDelete(timeline, edit);
      return plan.ok ? applySteps(timeline, plan.steps, sources) : plan;
    }
    case 'closeGap':
      return applyPlan(timeline, planCloseGap(timeline, edit), sources);
    case 'trim':
      return applyPlan(timeline, planTrim(timeline, edit, sources), sources);
    case 'roll':
      return applyPlan(timeline, planRoll(timeline, edit, sources), sources);
    case 'slip':
      return applyPlan(timeline, planSlip(timeline, edit, sources), sources);
    case 'move':
      return applyPlan(timeline, planMove(timeline, edit, sources), sources);
    case 'split':
      return applyPlan(timeline, planSplit(timeline, edit, sources), sources);
    case 'freeze':
      return applyPlan(timeline, planFreeze(timeline, edit), sources);
    case 'retime':
      return applyPlan(timeline, planRetime(timeline, edit, sources), sources);
    case 'splice':
      return applySplices(timeline, edit.changes, sources);
    case 'group':
      return applyGroup(timeline, edit, sources);
    case 'setClip':
      return setClip(timeline, edit, sources);
    case 'setTrack':
      return setTrack(timeline, edit);
    case 'setTimeline':
      return setTimeline(timeline, edit);
    case 'addTrack':
      return addTrack(timeline, edit, sources);
    case 'removeTrack':
      return removeTrack(timeline, edit);
    case 'putMarker':
      return putMarker(timeline, edit);
    case 'removeMarker':
      return removeMarker(timeline, edit);
    default:
      return assertNever(edit);
  }
}

function applyPlan(timeline: Timeline, plan: Plan, sources: SourceLookup): EditOutcome {
  return plan.ok ? applySplices(timeline, plan.changes, sources) : plan;
}

function applySteps(timeline: Timeline, steps: readonly PlanStep[], sources: SourceLookup): EditOutcome {
  return inTurn(
    timeline,
    steps.map((step) => (current: Timeline) => applyPlan(current, step(current), sources)),
    'Ripple delete',
  );
}

function applyGroup(timeline: Timeline, group: Extract<Edit, { kind: 'group' }>, sources: SourceLookup): EditOutcome {
  return inTurn(
    timeline,
    group.edits.map((edit) => (current: Timeline) => apply(current, edit, sources)),
    group.label,
  );
}

/** All or none; the inverse undoes the last first. */
function inTurn(
  timeline: Timeline,
  steps: readonly ((current: Timeline) => EditOutcome)[],
  label: string,
): EditOutcome {
  if (steps.length === 0) return refuse({ reason: 'nothing-to-do' });
  let current = timeline;
  const inverses: Edit[] = [];
  for (const step of steps) {
    const outcome = step(current);
    if (!outcome.ok) return outcome;
    current = outcome.timeline;
    inverses.push(outcome.inverse);
  }
  const [only] = inverses;
  const inverse: Edit =
    inverses.length === 1 && only !== undefined ? only : { kind: 'group', label, edits: inverses.reverse() };
  return { ok: true, timeline: current, inverse };
}
