import { addFlicks, flicks, subtractFlicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import type { Rate } from '../time/rate.ts';
import { headRoom, tailRoom } from './clip-source.ts';
import type { Clip, SourceLookup } from './timeline.ts';
import type { Transition } from './transition.ts';

/** A transition as it plays: from `cut − inOffset` up to `cut + outOffset`, both on the grid, not both 0. */
export type PlacedTransition<Kind extends Clip = Clip> = {
  readonly transition: Transition;
  readonly cut: Flicks;
  readonly inOffset: Flicks;
  readonly outOffset: Flicks;
  /** What goes; undefined where it comes from nothing. */
  readonly from: Kind | undefined;
  /** What comes; undefined where it goes to nothing. */
  readonly to: Kind | undefined;
};

/** When a placed transition starts and ends on the timeline. */
export function transitionSpan(placed: PlacedTransition): { readonly start: Flicks; readonly end: Flicks } {
  return { start: subtractFlicks(placed.cut, placed.inOffset), end: addFlicks(placed.cut, placed.outOffset) };
}

/**
 * The transition at the in point of clip `index`. Undefined where none plays: none asked for, no media for it, no room
 * in the clips.
 */
export function placedHead<Kind extends Clip>(
  clips: readonly Kind[],
  index: number,
  sources: SourceLookup,
  rate: Rate,
): PlacedTransition<Kind> | undefined {
  const to = clips[index];
  if (to?.head === undefined) return undefined;
  const { head } = to;
  const from = abutsBefore(clips, index) ? clips[index - 1] : undefined;
  if (from === undefined) return placed(head, to.recordIn, ZERO_FLICKS, shorter(head.outOffset, to.duration), { to });
  // The transition before has the first claim on the outgoing clip.
  const claimed = placedOut(clips, index - 1, sources, rate);
  const inOffset = shorter(shorter(head.inOffset, headRoom(to, sources, rate)), Math.max(0, from.duration - claimed));
  const outOffset = shorter(shorter(head.outOffset, tailRoom(from, sources, rate)), to.duration);
  return placed(head, to.recordIn, inOffset, outOffset, { from, to });
}

/** The transition at the out point of clip `index` where no clip abuts: to nothing. */
export function placedTail<Kind extends Clip>(
  clips: readonly Kind[],
  index: number,
  sources: SourceLookup,
  rate: Rate,
): PlacedTransition<Kind> | undefined {
  const from = clips[index];
  if (from?.tail === undefined) return undefined;
  const end = addFlicks(from.recordIn, from.duration);
  if (clips[index + 1]?.recordIn === end) return undefined;
  const room = Math.max(0, from.duration - placedOut(clips, index, sources, rate));
  return placed(from.tail, end, shorter(from.tail.inOffset, room), ZERO_FLICKS, { from });
}

/** All transitions of a track as they play, ascending. */
export function placedTransitions<Kind extends Clip>(
  clips: readonly Kind[],
  sources: SourceLookup,
  rate: Rate,
): readonly PlacedTransition<Kind>[] {
  return clips
    .flatMap((_, index) => [placedHead(clips, index, sources, rate), placedTail(clips, index, sources, rate)])
    .filter((placed) => placed !== undefined);
}

/** How much of clip `index` the transition at its in point takes, without what that one yields to its own forerunner. */
function placedOut(clips: readonly Clip[], index: number, sources: SourceLookup, rate: Rate): Flicks {
  const clip = clips[index];
  if (clip?.head === undefined) return ZERO_FLICKS;
  const before = abutsBefore(clips, index) ? clips[index - 1] : undefined;
  const wanted = shorter(clip.head.outOffset, clip.duration);
  return before === undefined ? wanted : shorter(wanted, tailRoom(before, sources, rate));
}

function abutsBefore(clips: readonly Clip[], index: number): boolean {
  const before = clips[index - 1];
  return before !== undefined && before.recordIn + before.duration === clips[index]?.recordIn;
}

function shorter(a: Flicks, b: number): Flicks {
  return b < a ? flicks(b) : a;
}

function placed<Kind extends Clip>(
  transition: Transition,
  cut: Flicks,
  inOffset: Flicks,
  outOffset: Flicks,
  ends: { readonly from?: Kind | undefined; readonly to?: Kind | undefined },
): PlacedTransition<Kind> | undefined {
  if (inOffset + outOffset <= 0) return undefined;
  return { transition, cut, inOffset, outOffset, from: ends.from, to: ends.to };
}
