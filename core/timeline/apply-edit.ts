import { assertNever } from '../errors.ts';
import { planAppend, planDuplicate, planReplace } from './edit-copying.ts';
import { planJoinThrough, planLink, planUnlink } from './edit-joining.ts';
import { planPutClipMarker, planRemoveClipMarker, planRemoveKeyframe, planSetKeyframe } from './edit-keyframes.ts';
import { putMarker, removeMarker } from './edit-markers.ts';
import { editNested, nest, putNested, removeNested } from './edit-nesting.ts';
import { planMove, planOverwrite } from './edit-placing.ts';
import { setClip, setTimeline, setTrack } from './edit-properties.ts';
import { planExtract, planLiftRange } from './edit-ranges.ts';
import { planCloseGap, planLift, planRippleDelete, type PlanStep } from './edit-removing.ts';
import { planFreeze, planRetime } from './edit-retiming.ts';
import { planSlide, planSwap } from './edit-sliding.ts';
import { planSlip } from './edit-slipping.ts';
import { planInsert, planSplit } from './edit-splitting.ts';
import { addTrack, moveTrack, removeTrack } from './edit-tracks.ts';
import { planSetTransition } from './edit-transitions.ts';
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
    return apply(timeline, edit, sources);
  } catch (error) {
    // Exact time is bounded to ±147 days; an edit that leads beyond is refused like any other impossible one.
    if (error instanceof RangeError) return refuse({ reason: 'invalid-value', field: 'time', message: error.message });
    throw error;
  }
}

/** `sources` knows files, and in a nested timeline what the one that holds it knows. */
function apply(timeline: Timeline, edit: Edit, sources: SourceLookup): EditOutcome {
  const all = sourcesOf(timeline, sources);
  switch (edit.kind) {
    case 'splice':
      return applySplices(timeline, edit.changes, all);
    case 'group': {
      const steps = edit.edits.map((inner) => (current: Timeline) => apply(current, inner, sources));
      return inTurn(timeline, steps, edit.label);
    }
    case 'rippleDelete':
      return applySteps(timeline, planRippleDelete(timeline, edit), 'Ripple delete', all);
    case 'extract':
      return applySteps(timeline, planExtract(timeline, edit, all), 'Extract', all);
    case 'setClip':
      return setClip(timeline, edit, all);
    case 'setTrack':
      return setTrack(timeline, edit);
    case 'setTimeline':
      return setTimeline(timeline, edit);
    case 'addTrack':
      return addTrack(timeline, edit, all);
    case 'removeTrack':
      return removeTrack(timeline, edit);
    case 'moveTrack':
      return moveTrack(timeline, edit);
    case 'putMarker':
      return putMarker(timeline, edit);
    case 'removeMarker':
      return removeMarker(timeline, edit);
    case 'nest':
      return nest(timeline, edit, sources);
    case 'putNested':
      return putNested(timeline, edit, sources);
    case 'removeNested':
      return removeNested(timeline, edit);
    case 'editNested':
      return editNested(timeline, edit, sources, apply);
    default: {
      const plan = planOf(timeline, edit, all);
      return plan.ok ? applySplices(timeline, plan.changes, all) : plan;
    }
  }
}

/** The edits that come down to one splice. */
type PlannedEdit = Exclude<
  Edit,
  {
    readonly kind:
      | 'splice'
      | 'group'
      | 'rippleDelete'
      | 'extract'
      | 'setClip'
      | 'setTrack'
      | 'setTimeline'
      | 'addTrack'
      | 'removeTrack'
      | 'moveTrack'
      | 'putMarker'
      | 'removeMarker'
      | 'nest'
      | 'putNested'
      | 'removeNested'
      | 'editNested';
  }
>;

function planOf(timeline: Timeline, edit: PlannedEdit, sources: SourceLookup): Plan {
  switch (edit.kind) {
    case 'insert':
      return planInsert(timeline, edit, sources);
    case 'overwrite':
      return planOverwrite(timeline, edit, sources);
    case 'append':
      return planAppend(timeline, edit);
    case 'replace':
      return planReplace(timeline, edit, sources);
    case 'duplicate':
      return planDuplicate(timeline, edit, sources);
    case 'lift':
      return planLift(timeline, edit);
    case 'liftRange':
      return planLiftRange(timeline, edit, sources);
    case 'closeGap':
      return planCloseGap(timeline, edit);
    case 'trim':
      return planTrim(timeline, edit, sources);
    case 'roll':
      return planRoll(timeline, edit, sources);
    case 'slip':
      return planSlip(timeline, edit, sources);
    case 'slide':
      return planSlide(timeline, edit, sources);
    case 'swap':
      return planSwap(timeline, edit);
    case 'move':
      return planMove(timeline, edit, sources);
    case 'split':
      return planSplit(timeline, edit, sources);
    case 'joinThrough':
      return planJoinThrough(timeline, edit, sources);
    case 'freeze':
      return planFreeze(timeline, edit);
    case 'retime':
      return planRetime(timeline, edit, sources);
    default:
      return planProperty(timeline, edit, sources);
  }
}

/** Of the planned edits, those that move no clip. */
type PropertyEdit = Extract<
  PlannedEdit,
  {
    readonly kind:
      | 'link'
      | 'unlink'
      | 'setTransition'
      | 'setKeyframe'
      | 'removeKeyframe'
      | 'putClipMarker'
      | 'removeClipMarker';
  }
>;

function planProperty(timeline: Timeline, edit: PropertyEdit, sources: SourceLookup): Plan {
  switch (edit.kind) {
    case 'link':
      return planLink(timeline, edit);
    case 'unlink':
      return planUnlink(timeline, edit);
    case 'setTransition':
      return planSetTransition(timeline, edit, sources);
    case 'setKeyframe':
      return planSetKeyframe(timeline, edit);
    case 'removeKeyframe':
      return planRemoveKeyframe(timeline, edit);
    case 'putClipMarker':
      return planPutClipMarker(timeline, edit);
    case 'removeClipMarker':
      return planRemoveClipMarker(timeline, edit);
    default:
      return assertNever(edit);
  }
}

function applySteps(
  timeline: Timeline,
  plan: ReturnType<typeof planRippleDelete>,
  label: string,
  sources: SourceLookup,
): EditOutcome {
  if (!plan.ok) return plan;
  const steps = plan.steps.map((step: PlanStep) => (current: Timeline): EditOutcome => {
    const next = step(current);
    return next.ok ? applySplices(current, next.changes, sources) : next;
  });
  return inTurn(timeline, steps, label);
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
