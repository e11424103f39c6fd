import { useEffect, useRef, type RefObject } from 'react';
import type { Clip, ClipId } from '../../../core/timeline/timeline.ts';
import type { Edit } from '../../../core/timeline/edit.ts';
import { cursorAt, editDrag, gestureOnClip, marqueeDrag, type DragModel, type DragView, type Pointer } from './drag.ts';
import { frameAtX, hitTest, LANES_TOP, MINIMAP_HEIGHT, RULER_HEIGHT } from './geometry.ts';
import type { Gesture } from './gestures.ts';

/** What the pointer does to the rest of the window. */
export type PointerPorts = {
  /** Fresh at every call: the model must be what is on screen. */
  readonly model: () => DragModel;
  readonly editable: () => boolean;
  readonly seek: (frame: number) => void;
  readonly apply: (edit: Edit) => void;
  readonly select: (clips: readonly ClipId[], add: boolean) => void;
  /** A click on a clip that is only suggested; true when it was one. */
  readonly pickGhost: (clip: Clip) => boolean;
  /** The clip under the pointer while nothing is dragged. */
  readonly hover: (clip: Clip | undefined) => void;
  readonly blade: (clip: Clip, frame: number) => void;
  readonly openSource: (clip: Clip) => void;
  readonly zoom: (factor: number, x: number) => void;
  readonly scroll: (frames: number, pixels: number) => void;
  readonly scrollTo: (leftFrame: number) => void;
  readonly totalFrames: () => number;
  readonly show: (view: DragView | undefined) => void;
};

const pointerOf = (event: MouseEvent, element: HTMLElement): Pointer => {
  const box = element.getBoundingClientRect();
  return {
    x: event.clientX - box.left,
    y: event.clientY - box.top,
    shift: event.shiftKey,
    alt: event.altKey,
    ctrl: event.ctrlKey || event.metaKey,
  };
};

const viewOf = (gesture: Gesture): DragView => ({
  gesture,
  preview: undefined,
  edit: undefined,
  snap: undefined,
  marquee: undefined,
  tip: undefined,
});

function clipUnder(pointer: Pointer, model: DragModel): Clip | undefined {
  if (pointer.y < LANES_TOP) return undefined;
  const hit = hitTest(model.rows, model.viewport, model.timeline.rate, pointer.x, pointer.y - LANES_TOP);
  return hit !== undefined && 'clip' in hit ? hit.clip : undefined;
}

/** The clip and its partners as one selection. */
function withPartners(clip: Clip, model: DragModel): readonly ClipId[] {
  if (clip.linkId === null) return [clip.id];
  return model.timeline.tracks.flatMap((track) =>
    track.clips.filter((other) => other.linkId === clip.linkId).map((other) => other.id),
  );
}

function pressLanes(pointer: Pointer, ports: PointerPorts, model: DragModel): Gesture | undefined {
  const hit = hitTest(model.rows, model.viewport, model.timeline.rate, pointer.x, pointer.y - LANES_TOP);
  if (hit === undefined || !('clip' in hit)) {
    if (!pointer.shift) ports.select([], false);
    return { kind: 'marquee', x: pointer.x, y: pointer.y, add: pointer.shift };
  }
  if (ports.pickGhost(hit.clip) || !ports.editable()) return undefined;
  if (model.tool === 'blade') {
    ports.blade(hit.clip, Math.round(frameAtX(model.viewport, pointer.x)));
    return undefined;
  }
  const partners = pointer.alt && hit.part === 'body' ? [hit.clip.id] : withPartners(hit.clip, model);
  if (!model.selected.has(hit.clip.id) || pointer.shift) ports.select(partners, pointer.shift);
  return gestureOnClip(hit, pointer, ports.model());
}

/** A menu is about what it was opened on. */
function selectForMenu(clip: Clip | undefined, ports: PointerPorts, model: DragModel): void {
  if (clip !== undefined && !model.selected.has(clip.id)) ports.select(withPartners(clip, model), false);
}

function press(event: PointerEvent, pointer: Pointer, ports: PointerPorts): Gesture | undefined {
  const model = ports.model();
  if (event.button === 1) return { kind: 'pan', leftFrame: model.viewport.leftFrame, x: pointer.x };
  if (event.button === 2) selectForMenu(clipUnder(pointer, model), ports, model);
  if (event.button !== 0) return undefined;
  if (pointer.y < RULER_HEIGHT) return { kind: 'scrub' };
  if (pointer.y >= model.viewport.height - MINIMAP_HEIGHT) return { kind: 'minimap' };
  if (pointer.y < LANES_TOP) return { kind: 'scrub' };
  return pressLanes(pointer, ports, model);
}

function move(gesture: Gesture, pointer: Pointer, ports: PointerPorts): DragView {
  const model = ports.model();
  const { viewport } = model;
  switch (gesture.kind) {
    case 'scrub':
      ports.seek(Math.max(0, Math.floor(frameAtX(viewport, pointer.x))));
      return viewOf(gesture);
    case 'minimap': {
      const total = Math.max(ports.totalFrames(), frameAtX(viewport, viewport.width) * 0.5, 1);
      const half = viewport.width / viewport.pixelsPerFrame / 2;
      ports.scrollTo(Math.max(0, (pointer.x / viewport.width) * total - half));
      return viewOf(gesture);
    }
    case 'pan':
      ports.scrollTo(Math.max(0, gesture.leftFrame - (pointer.x - gesture.x) / viewport.pixelsPerFrame));
      return viewOf(gesture);
    case 'marquee': {
      const { view, touched } = marqueeDrag(gesture, pointer, model);
      ports.select(touched, gesture.add);
      return view;
    }
    case 'move':
    case 'trim':
    case 'roll':
    case 'slip':
      return editDrag(gesture, pointer, model);
  }
}

/** Wheel: scroll as moved; Shift sideways; Ctrl/Cmd or Alt zooms at the pointer by 1.25 a notch. */
function wheel(event: WheelEvent, element: HTMLElement, ports: PointerPorts): void {
  event.preventDefault();
  const { viewport } = ports.model();
  if (event.ctrlKey || event.metaKey || event.altKey) {
    const notches =
      -Math.sign(event.deltaY || event.deltaX) * Math.min(Math.abs(event.deltaY || event.deltaX) / 100, 3);
    ports.zoom(1.25 ** notches, pointerOf(event, element).x);
    return;
  }
  const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
  ports.scroll(sideways / viewport.pixelsPerFrame, event.shiftKey ? 0 : event.deltaY);
}

/** A press becomes a drag after this many pixels, so that a shaky click moves nothing. */
const DRAG_PIXELS = 3;

type Live = { gesture: Gesture; view: DragView | undefined; readonly from: Pointer; moved: boolean };

function attach(element: HTMLCanvasElement, ports: PointerPorts): () => void {
  let live: Live | undefined;
  const end = () => {
    live = undefined;
    ports.show(undefined);
  };
  const onDown = (event: PointerEvent) => {
    const pointer = pointerOf(event, element);
    const gesture = press(event, pointer, ports);
    if (gesture === undefined) return;
    element.setPointerCapture(event.pointerId);
    live = { gesture, view: undefined, from: pointer, moved: false };
    if (gesture.kind === 'scrub' || gesture.kind === 'minimap') live.view = move(gesture, pointer, ports);
  };
  const onMove = (event: PointerEvent) => {
    const pointer = pointerOf(event, element);
    if (live === undefined) {
      element.style.cursor = cursorAt(pointer, ports.model());
      ports.hover(clipUnder(pointer, ports.model()));
      return;
    }
    live.moved ||= Math.hypot(pointer.x - live.from.x, pointer.y - live.from.y) >= DRAG_PIXELS;
    if (!live.moved && live.gesture.kind !== 'scrub') return;
    live.view = move(live.gesture, pointer, ports);
    ports.show(live.view);
  };
  const onUp = () => {
    const edit = live?.moved === true ? live.view?.edit : undefined;
    end();
    if (edit !== undefined) ports.apply(edit);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || live === undefined) return;
    event.stopPropagation();
    end();
  };
  const onDouble = (event: MouseEvent) => {
    const clip = clipUnder(pointerOf(event, element), ports.model());
    if (clip !== undefined) ports.openSource(clip);
  };
  const onWheel = (event: WheelEvent) => wheel(event, element, ports);
  const stop = new AbortController();
  const { signal } = stop;
  element.addEventListener('pointerdown', onDown, { signal });
  element.addEventListener('pointermove', onMove, { signal });
  element.addEventListener('pointerup', onUp, { signal });
  element.addEventListener('pointercancel', end, { signal });
  element.addEventListener('dblclick', onDouble, { signal });
  element.addEventListener('wheel', onWheel, { signal, passive: false });
  window.addEventListener('keydown', onKey, { signal, capture: true });
  return () => stop.abort();
}

/** Connects the pointer to the timeline's canvas. */
export function usePointer(canvas: RefObject<HTMLCanvasElement | null>, ports: PointerPorts): void {
  const latest = useRef(ports);
  useEffect(() => {
    latest.current = ports;
  });
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    // The listeners live as long as the canvas; what they call is always of the latest render.
    return attach(element, {
      model: () => latest.current.model(),
      editable: () => latest.current.editable(),
      seek: (frame) => latest.current.seek(frame),
      apply: (edit) => latest.current.apply(edit),
      select: (clips, add) => latest.current.select(clips, add),
      pickGhost: (clip) => latest.current.pickGhost(clip),
      hover: (clip) => latest.current.hover(clip),
      blade: (clip, frame) => latest.current.blade(clip, frame),
      openSource: (clip) => latest.current.openSource(clip),
      zoom: (factor, x) => latest.current.zoom(factor, x),
      scroll: (frames, pixels) => latest.current.scroll(frames, pixels),
      scrollTo: (frame) => latest.current.scrollTo(frame),
      totalFrames: () => latest.current.totalFrames(),
      show: (view) => latest.current.show(view),
    });
  }, [canvas]);
}
