import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { frameOfTime } from '../../../core/time/rate.ts';
import { timelineDuration } from '../../../core/timeline/lookup.ts';
import type { Clip, SourceLookup, Timeline } from '../../../core/timeline/timeline.ts';
import type { Engine } from '../../engine.ts';
import { useEngine } from '../../engine-context.ts';
import { freshId } from '../../ids.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { usePlayerStore } from '../../stores/player.ts';
import { useSelectionStore } from '../../stores/selection.ts';
import { useSuggestionsStore } from '../../stores/suggestions.ts';
import { applyEditNow } from '../../stores/timeline.ts';
import type { DragModel, DragView } from './drag.ts';
import { GhostActions } from './ghost-actions.tsx';
import { lanesHeight, rowsHeight, rowsOf, timeOf, type Row } from './geometry.ts';
import { freshClipIds } from './gestures.ts';
import { createMediaImages, type MediaImages } from './media-images.ts';
import { paintTimeline, type Ghost, type TimelineScene } from './paint-timeline.ts';
import { readPalette } from './palette.ts';
import { splitEdit } from './timeline-edits.ts';
import { TimelineMenu } from './timeline-menu.tsx';
import { usePointer } from './use-pointer.ts';
import { useTimelineView } from './view-store.ts';

type Props = {
  readonly timeline: Timeline;
  readonly sources: SourceLookup;
  readonly ghosts: ReadonlyMap<Clip['id'], Ghost>;
};

/** Pieces that one edit may cut clips into; far more than any drag needs. */
const SPARE_IDS = 64;

function useImages(engine: Engine, redraw: () => void): MediaImages {
  return useMemo(
    () =>
      createMediaImages(
        (id) => useLibraryStore.getState().entries.get(id),
        (kind, handle) => engine.bytes(kind, handle),
        redraw,
      ),
    [engine, redraw],
  );
}

/** Music is what analysis found a pulse in and what has no pictures. */
function isMusic(clip: Clip): boolean {
  const entry = useLibraryStore.getState().entries.get(clip.mediaId);
  return entry?.media.kind === 'audio' && typeof entry.summary.tempoBpm === 'number';
}

function isOffline(clip: Clip): boolean {
  return useLibraryStore.getState().entries.get(clip.mediaId)?.media.online === false;
}

/** Keeps the canvas as large as its box, in device pixels, and calls back when that changes. */
function useCanvasSize(canvas: RefObject<HTMLCanvasElement | null>): void {
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      [element.width, element.height] = [width * devicePixelRatio, height * devicePixelRatio];
      useTimelineView.getState().setViewport({ width, height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [canvas]);
}

function sceneOf(
  props: Props,
  rows: readonly Row[],
  images: MediaImages,
  drag: DragView | undefined,
  element: Element,
): TimelineScene {
  const view = useTimelineView.getState();
  const player = usePlayerStore.getState();
  const timeline = drag?.preview ?? props.timeline;
  return {
    timeline,
    viewport: view.viewport,
    palette: readPalette(element),
    images,
    sources: props.sources,
    isOffline,
    isMusic,
    rows: drag?.preview === undefined ? rows : rowsOf(timeline, view.rowHeights, lanesHeight(view.viewport)),
    ghosts: props.ghosts,
    selected: useSelectionStore.getState().clips,
    activeChange: useSuggestionsStore.getState().hovered ?? useSuggestionsStore.getState().selected,
    playheadFrame: player.frames.program,
    range: player.ranges.program,
    totalFrames: frameOfTime(timelineDuration(timeline), timeline.rate, 'ceil'),
    snap: drag?.snap,
    marquee: drag?.marquee,
    tip: drag?.tip,
  };
}

/** The lanes: drawn on canvas, worked with the pointer. */
export function TimelineCanvas(props: Props) {
  const { timeline, sources, ghosts } = props;
  const engine = useEngine();
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const [version, setVersion] = useState(0);
  const [drag, setDrag] = useState<DragView>();
  const redraw = useCallback(() => setVersion((value) => value + 1), []);
  const images = useImages(engine, redraw);
  const { viewport, rowHeights, tool, snapping } = useTimelineView();
  const room = lanesHeight(viewport);
  const rows = useMemo(() => rowsOf(timeline, rowHeights, room), [timeline, rowHeights, room]);
  const [spareIds, setSpareIds] = useState(() => freshClipIds(SPARE_IDS, freshId));
  useCanvasSize(canvas);
  useRedraw(canvas, () => sceneOf(props, rows, images, drag, document.documentElement), version);

  const model = (): DragModel => ({
    timeline,
    sources,
    rows,
    viewport,
    playheadFrame: usePlayerStore.getState().frames.program,
    selected: useSelectionStore.getState().clips,
    snapping,
    tool,
    newIds: spareIds,
  });
  const totalFrames = () => frameOfTime(timelineDuration(timeline), timeline.rate, 'ceil');
  usePointer(canvas, {
    model,
    editable: () => ghosts.size === 0,
    seek: (frame) => usePlayerStore.getState().seekProgram(frame),
    apply: (edit) => {
      applyEditNow(edit);
      setSpareIds(freshClipIds(SPARE_IDS, freshId));
    },
    select: (clips, add) => useSelectionStore.getState()[add ? 'addClips' : 'selectClips'](clips),
    pickGhost: (clip) => {
      const change = ghostUnder(ghosts, clip);
      if (change !== null) useSuggestionsStore.getState().select(change);
      return change !== null;
    },
    hover: (clip) => useSuggestionsStore.getState().hover(ghostUnder(ghosts, clip)),
    blade: (clip, frame) => applyEditNow(splitEdit(timeline, [clip.id], timeOf(frame, timeline.rate))),
    openSource: (clip) => usePlayerStore.getState().showSource(clip.mediaId),
    zoom: (factor, x) => useTimelineView.getState().zoom(factor, x, totalFrames()),
    scroll: (frames, pixels) => scrollBy(frames, pixels, rowsHeight(rows)),
    scrollTo: (leftFrame) => useTimelineView.getState().setViewport({ leftFrame }),
    totalFrames,
    show: setDrag,
  });
  return (
    <TimelineMenu>
      <div className="relative h-full" onPointerLeave={() => useSuggestionsStore.getState().hover(null)}>
        <canvas ref={canvas} data-testid="timeline-canvas" className="block h-full w-full touch-none" aria-hidden />
        <GhostActions timeline={timeline} ghosts={ghosts} rows={rows} viewport={viewport} />
      </div>
    </TimelineMenu>
  );
}

function ghostUnder(ghosts: Props['ghosts'], clip: Clip | undefined): Ghost['changeId'] | null {
  return clip === undefined ? null : (ghosts.get(clip.id)?.changeId ?? null);
}

function scrollBy(frames: number, pixels: number, height: number): void {
  const { viewport, setViewport } = useTimelineView.getState();
  const deepest = Math.max(0, height - lanesHeight(viewport));
  setViewport({
    leftFrame: Math.max(0, viewport.leftFrame + frames),
    scrollTop: Math.min(Math.max(0, viewport.scrollTop + pixels), deepest),
  });
}

/** Draws at most once a display frame, whenever something that is drawn changed. */
function useRedraw(canvas: RefObject<HTMLCanvasElement | null>, scene: () => TimelineScene, version: number): void {
  const latest = useRef(scene);
  const pending = useRef(0);
  const schedule = useCallback(() => {
    if (pending.current !== 0) return;
    pending.current = requestAnimationFrame(() => {
      pending.current = 0;
      const context = canvas.current?.getContext('2d', { alpha: false });
      if (context === null || context === undefined) return;
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      paintTimeline(context, latest.current());
    });
  }, [canvas]);
  useEffect(() => {
    latest.current = scene;
    schedule();
  });
  useEffect(() => {
    const stops = [
      usePlayerStore.subscribe(schedule),
      useSelectionStore.subscribe(schedule),
      useSuggestionsStore.subscribe(schedule),
      useTimelineView.subscribe(schedule),
      useLibraryStore.subscribe(schedule),
    ];
    // The theme's colours are read when drawing.
    const theme = new MutationObserver(schedule);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      theme.disconnect();
      for (const stop of stops) stop();
      cancelAnimationFrame(pending.current);
      pending.current = 0;
    };
  }, [schedule]);
  useEffect(schedule, [schedule, version]);
}
