import type { Edit } from '../../../core/timeline/edit.ts';
import { clipId, type Clip, type ClipId, type SourceLookup, type Timeline } from '../../../core/timeline/timeline.ts';
import { rateOf } from '../../../core/media/frames.ts';
import { toNumber } from '../../../core/time/rational.ts';
import { clipFrames, timeOf, type Row } from './geometry.ts';
import { snapDelta, type Snap, type SnapPoint } from './snapping.ts';

/** A drag on the timeline, from where it began. Frames are timeline frames. */
export type Gesture =
  | { readonly kind: 'scrub' }
  | { readonly kind: 'minimap' }
  | { readonly kind: 'pan'; readonly leftFrame: number; readonly x: number }
  | { readonly kind: 'marquee'; readonly x: number; readonly y: number; readonly add: boolean }
  | { readonly kind: 'move'; readonly clips: readonly Clip[]; readonly fromFrame: number; readonly fromRow: Row }
  | {
      readonly kind: 'trim';
      readonly clip: Clip;
      readonly edge: 'in' | 'out';
      readonly fromFrame: number;
      readonly ripple: boolean;
    }
  | { readonly kind: 'roll'; readonly clip: Clip; readonly fromFrame: number }
  | { readonly kind: 'slip'; readonly clip: Clip; readonly fromFrame: number };

/** Gestures that end in an edit. */
export type EditGesture = Extract<Gesture, { kind: 'move' | 'trim' | 'roll' | 'slip' }>;

export type DragContext = {
  readonly timeline: Timeline;
  readonly sources: SourceLookup;
  readonly points: readonly SnapPoint[];
  readonly pixelsPerFrame: number;
  readonly snapping: boolean;
  readonly rows: readonly Row[];
  /** Names for clips that come into being when a move lands inside others. */
  readonly newIds: readonly ClipId[];
};

export type DragResult = {
  readonly edit: Edit | undefined;
  readonly snap: Snap | undefined;
  readonly deltaFrames: number;
};

function edgesOf(gesture: EditGesture, timeline: Timeline): readonly number[] {
  switch (gesture.kind) {
    case 'move':
      return gesture.clips.flatMap((clip) => {
        const { start, end } = clipFrames(clip, timeline.rate);
        return [start, end];
      });
    case 'trim': {
      const { start, end } = clipFrames(gesture.clip, timeline.rate);
      return [gesture.edge === 'in' ? start : end];
    }
    case 'roll':
      return [clipFrames(gesture.clip, timeline.rate).end];
    case 'slip':
      return [];
  }
}

/** How many tracks of its kind a drag has moved by: up is positive for pictures, down for sound. */
function trackDelta(from: Row, to: Row | undefined): number {
  if (to?.track.kind !== from.track.kind) return 0;
  return to.trackIndex - from.trackIndex;
}

/** The edit that a drag stands for now, and what it caught on; no edit while it is where it began. */
export function dragResult(
  gesture: EditGesture,
  frame: number,
  row: Row | undefined,
  context: DragContext,
): DragResult {
  const { timeline } = context;
  const raw = Math.round(frame - gesture.fromFrame);
  const snap = context.snapping
    ? snapDelta(edgesOf(gesture, timeline), raw, context.points, context.pixelsPerFrame)
    : undefined;
  const deltaFrames = snap?.delta ?? raw;
  const tracks = gesture.kind === 'move' ? trackDelta(gesture.fromRow, row) : 0;
  if (deltaFrames === 0 && tracks === 0) return { edit: undefined, snap, deltaFrames };
  return { edit: editOf(gesture, deltaFrames, tracks, context), snap, deltaFrames };
}

function editOf(gesture: EditGesture, deltaFrames: number, tracks: number, context: DragContext): Edit | undefined {
  const { timeline } = context;
  const delta = timeOf(deltaFrames, timeline.rate);
  switch (gesture.kind) {
    case 'move':
      return {
        kind: 'move',
        clipIds: gesture.clips.map((clip) => clip.id),
        delta,
        trackDelta: tracks,
        linked: true,
        newIds: context.newIds,
      };
    case 'trim':
      return { kind: 'trim', clipId: gesture.clip.id, edge: gesture.edge, delta, ripple: gesture.ripple, linked: true };
    case 'roll':
      return { kind: 'roll', clipId: gesture.clip.id, delta, linked: true };
    case 'slip': {
      const frames = slipFrames(gesture.clip, deltaFrames, context);
      return frames === 0 ? undefined : { kind: 'slip', clipId: gesture.clip.id, frames, linked: true };
    }
  }
}

/** Dragging right shows earlier material, as in every NLE; counted in the source's own frames. */
function slipFrames(clip: Clip, deltaFrames: number, { timeline, sources }: DragContext): number {
  const frames = sources.source(clip.mediaId)?.frames;
  const rate = frames === undefined ? undefined : rateOf(frames);
  const ratio = rate === undefined ? 1 : toNumber(rate) / toNumber(timeline.rate);
  return -Math.round(deltaFrames * ratio * toNumber(clip.speed)) + 0;
}

/** Fresh names for parts that an edit may make: `count` of them, all different. */
export function freshClipIds(count: number, freshId: (prefix: string) => string): readonly ClipId[] {
  return Array.from({ length: count }, () => clipId(freshId('clip')));
}
