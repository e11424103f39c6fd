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

type Kind = Edit['kind'];

/** An edit of a kind, in the form that lets a table by kind be called with it. */
type EditOf<Name extends Kind> = {
  [Each in Name]: Extract<Edit, { readonly kind: Each }> & { readonly kind: Each };
}[Name];

/** Carries out edits of each kind; `sources` knows files, and in a nested timeline what the one that holds it knows. */
const APPLIERS: {
  readonly [Name in Kind]: (timeline: Timeline, edit: EditOf<Name>, sources: SourceLookup) => EditOutcome;
} = {
  insert: planned(planInsert),
  overwrite: planned(planOverwrite),
  append: planned(planAppend),
  replace: planned(planReplace),
  duplicate: planned(planDuplicate),
  lift: planned(planLift),
  liftRange: planned(planLiftRange),
  rippleDelete: inSteps(planRippleDelete, 'Ripple delete'),
  extract: inSteps(planExtract, 'Extract'),
  closeGap: planned(planCloseGap),
  trim: planned(planTrim),
  roll: planned(planRoll),
  slip: planned(planSlip),
  slide: planned(planSlide),
  swap: planned(planSwap),
  move: planned(planMove),
  split: planned(planSplit),
  joinThrough: planned(planJoinThrough),
  link: planned(planLink),
  unlink: planned(planUnlink),
  freeze: planned(planFreeze),
  retime: planned(planRetime),
  setTransition: planned(planSetTransition),
  setKeyframe: planned(planSetKeyframe),
  removeKeyframe: planned(planRemoveKeyframe),
  putClipMarker: planned(planPutClipMarker),
  removeClipMarker: planned(planRemoveClipMarker),
  setClip: (timeline, edit, sources) => setClip(timeline, edit, sourcesOf(timeline, sources)),
  setTrack,
  setTimeline,
  addTrack: (timeline, edit, sources) => addTrack(timeline, edit, sourcesOf(timeline, sources)),
  removeTrack,
  moveTrack,
  putMarker,
  removeMarker,
  nest,
  putNested: (timeline, edit, sources) => putNested(timeline, edit, sources),
  removeNested,
  editNested: (timeline, edit, sources) => editNested(timeline, edit, sources, apply),
  splice: (timeline, edit, sources) => applySplices(timeline, edit.changes, sourcesOf(timeline, sources)),
  group: (timeline, edit, sources) => {
    const steps = edit.edits.map((inner) => (current: Timeline) => apply(current, inner, sources));
    return inTurn(timeline, steps, edit.label);
  },
};

function apply<Name extends Kind>(timeline: Timeline, edit: EditOf<Name>, sources: SourceLookup): EditOutcome {
  return APPLIERS[edit.kind](timeline, edit, sources);
}

/** An edit that comes down to one splice. */
function planned<One extends Edit>(plan: (timeline: Timeline, edit: One, sources: SourceLookup) => Plan) {
  return (timeline: Timeline, edit: One, sources: SourceLookup): EditOutcome => {
    const all = sourcesOf(timeline, sources);
    const made = plan(timeline, edit, all);
    return made.ok ? applySplices(timeline, made.changes, all) : made;
  };
}

/** An edit that comes down to several splices, each planned on what the one before left. */
function inSteps<One extends Edit>(
  plan: (timeline: Timeline, edit: One, sources: SourceLookup) => ReturnType<typeof planRippleDelete>,
  label: string,
) {
  return (timeline: Timeline, edit: One, sources: SourceLookup): EditOutcome => {
    const all = sourcesOf(timeline, sources);
    const made = plan(timeline, edit, all);
    if (!made.ok) return made;
    const steps = made.steps.map((step: PlanStep) => (current: Timeline): EditOutcome => {
      const next = step(current);
      return next.ok ? applySplices(current, next.changes, all) : next;
    });
    return inTurn(timeline, steps, label);
  };
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
