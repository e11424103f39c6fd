import type { Flicks } from '../time/flicks.ts';

/**
 * How one clip gives way to the next. Sound always crosses with equal power where the clips' sound is different, whatever
 * the kind. 'wipe' uncovers and 'slide' pushes in the incoming picture towards `direction`.
 */
export type TransitionKind = 'dissolve' | 'fade-through-black' | 'wipe' | 'slide';
export type TransitionDirection = 'left' | 'right' | 'up' | 'down';

/**
 * A transition as the editor asked for it, lengths on the timeline's grid, at least one of them positive. It belongs to
 * a clip's end, so it goes where the clip goes. What is played is cut back to the media and the clips that are there
 * (`placed-transition.ts`); it grows back when they do.
 */
export type Transition = {
  readonly kind: TransitionKind;
  /** How long before the cut it starts: the incoming clip needs that much media before its in point. */
  readonly inOffset: Flicks;
  /** How long after the cut it ends: the outgoing clip needs that much media after its out point. */
  readonly outOffset: Flicks;
  /** Wipes and slides only; absent = 'right'. */
  readonly direction?: TransitionDirection | undefined;
};
