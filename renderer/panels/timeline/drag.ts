import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { describeRefusal } from '../../../core/timeline/describe-refusal.ts';
import type { Edit } from '../../../core/timeline/edit.ts';
import type { Clip, ClipId, SourceLookup, Timeline } from '../../../core/timeline/timeline.ts';
import { formatTimecode } from '../../../core/time/timecode.ts';
import {
  clipFrames,
  frameAtX,
  hitTest,
  LANES_TOP,
  rowAtY,
  xOfFrame,
  type Hit,
  type Row,
  type Viewport,
} from './geometry.ts';
import { dragResult, type EditGesture, type Gesture } from './gestures.ts';
import type { Box } from './paint-clips.ts';
import { snapPoints, type Snap } from './snapping.ts';
import type { Tool } from './view-store.ts';

/** What the pointer works on. */
export type DragModel = {
  readonly timeline: Timeline;
  readonly sources: SourceLookup;
  readonly rows: readonly Row[];
  readonly viewport: Viewport;
  readonly playheadFrame: number;
  readonly selected: ReadonlySet<ClipId>;
  readonly snapping: boolean;
  readonly tool: Tool;
  readonly newIds: readonly ClipId[];
};

export type Pointer = {
  readonly x: number;
  readonly y: number;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
};

/** What a drag shows before it is let go. `edit` is what letting go would do. */
export type DragView = {
  readonly gesture: Gesture;
  readonly preview: Timeline | undefined;
  readonly edit: Edit | undefined;
  readonly snap: Snap | undefined;
  readonly marquee: Box | undefined;
  readonly tip:
    | { readonly x: number; readonly y: number; readonly text: string; readonly refused: boolean }
    | undefined;
};

/** A clip and its linked partners, and all that is selected if it is among that. */
export function draggedClips(timeline: Timeline, clip: Clip, selected: ReadonlySet<ClipId>): readonly Clip[] {
  if (!selected.has(clip.id)) return [clip];
  return timeline.tracks.flatMap((track) => track.clips.filter((other) => selected.has(other.id)));
}

/** The clip that begins exactly where this one ends, on its track. */
function abutting(hit: Hit, timeline: Timeline): boolean {
  const { end } = clipFrames(hit.clip, timeline.rate);
  return hit.row.track.clips.some((clip) => clipFrames(clip, timeline.rate).start === end);
}

/**
 * Which gesture a press on a clip begins: edges trim (Ctrl/Cmd ripples, Alt on an out point rolls the cut), bodies move,
 * with the slip tool they slip.
 */
export function gestureOnClip(hit: Hit, pointer: Pointer, model: DragModel): EditGesture {
  const fromFrame = frameAtX(model.viewport, pointer.x);
  if (model.tool === 'slip') return { kind: 'slip', clip: hit.clip, fromFrame };
  if (hit.part === 'body') {
    return { kind: 'move', clips: draggedClips(model.timeline, hit.clip, model.selected), fromFrame, fromRow: hit.row };
  }
  if (pointer.alt && hit.part === 'out' && abutting(hit, model.timeline))
    return { kind: 'roll', clip: hit.clip, fromFrame };
  return { kind: 'trim', clip: hit.clip, edge: hit.part, fromFrame, ripple: pointer.ctrl };
}

const signed = (frames: number) => `${frames > 0 ? '+' : '−'}${Math.abs(frames)} f`;

function tipText(deltaFrames: number, timeline: Timeline): string {
  const length = formatTimecode(Math.abs(deltaFrames), { rate: timeline.rate, dropFrame: timeline.dropFrame });
  return `${signed(deltaFrames)} · ${length}`;
}

/** Where a drag of clips or edges stands: the timeline as it would be, or why it can't. */
export function editDrag(gesture: EditGesture, pointer: Pointer, model: DragModel): DragView {
  const { timeline, viewport } = model;
  const moved = gesture.kind === 'move' ? gesture.clips : [gesture.clip];
  const dragged = new Set(moved.map((clip) => clip.id));
  const result = dragResult(
    gesture,
    frameAtX(viewport, pointer.x),
    rowAtY(model.rows, viewport, pointer.y - LANES_TOP),
    {
      timeline,
      sources: model.sources,
      points: snapPoints(timeline, model.playheadFrame, dragged),
      pixelsPerFrame: viewport.pixelsPerFrame,
      // Held Shift inverts snapping while dragging.
      snapping: model.snapping !== pointer.shift,
      rows: model.rows,
      newIds: model.newIds,
    },
  );
  const { x, y } = pointer;
  if (result.edit === undefined) {
    return { gesture, preview: undefined, edit: undefined, snap: result.snap, marquee: undefined, tip: undefined };
  }
  const outcome = applyEdit(timeline, result.edit, model.sources);
  const text = outcome.ok ? tipText(result.deltaFrames, timeline) : describeRefusal(outcome.refusal);
  return {
    gesture,
    preview: outcome.ok ? outcome.timeline : undefined,
    edit: outcome.ok ? result.edit : undefined,
    snap: result.snap,
    marquee: undefined,
    tip: { x, y, text, refused: !outcome.ok },
  };
}

/** The rubber band from where it began, and the clips it touches. */
export function marqueeDrag(
  gesture: Extract<Gesture, { kind: 'marquee' }>,
  pointer: Pointer,
  model: DragModel,
): { readonly view: DragView; readonly touched: readonly ClipId[] } {
  const box: Box = {
    x: Math.min(gesture.x, pointer.x),
    y: Math.min(gesture.y, pointer.y),
    width: Math.abs(pointer.x - gesture.x),
    height: Math.abs(pointer.y - gesture.y),
  };
  const touched = model.rows.flatMap((row) => {
    const top = LANES_TOP + row.top - model.viewport.scrollTop;
    if (top > box.y + box.height || top + row.height < box.y) return [];
    return row.track.clips.filter((clip) => {
      const { start, end } = clipFrames(clip, model.timeline.rate);
      return xOfFrame(model.viewport, end) > box.x && xOfFrame(model.viewport, start) < box.x + box.width;
    });
  });
  const view: DragView = {
    gesture,
    preview: undefined,
    edit: undefined,
    snap: undefined,
    marquee: box,
    tip: undefined,
  };
  return { view, touched: touched.map((clip) => clip.id) };
}

/** The cursor over a point. */
export function cursorAt(pointer: Pointer, model: DragModel): string {
  if (pointer.y < LANES_TOP) return 'default';
  const hit = hitTest(model.rows, model.viewport, model.timeline.rate, pointer.x, pointer.y - LANES_TOP);
  if (model.tool === 'blade') return 'crosshair';
  if (hit === undefined || !('clip' in hit)) return 'default';
  if (model.tool === 'slip') return 'ew-resize';
  if (hit.part === 'body') return 'default';
  if (pointer.alt && hit.part === 'out' && abutting(hit, model.timeline)) return 'col-resize';
  return hit.part === 'in' ? 'w-resize' : 'e-resize';
}
