import { create } from 'zustand';
import type { TrackId } from '../../../core/timeline/timeline.ts';
import { fitZoom, xOfFrame, zoomAround, type Viewport } from './geometry.ts';

export type Tool = 'select' | 'blade' | 'slip';

type ViewState = {
  readonly viewport: Viewport;
  readonly rowHeights: ReadonlyMap<TrackId, number>;
  readonly tool: Tool;
  readonly snapping: boolean;
  readonly setViewport: (change: Partial<Viewport>) => void;
  readonly zoom: (factor: number, x: number, totalFrames: number) => void;
  readonly fit: (totalFrames: number) => void;
  /** Scrolls by pages while playing, so that the frame is on screen. */
  readonly reveal: (frame: number) => void;
  readonly setRowHeight: (track: TrackId, height: number) => void;
  readonly setTool: (tool: Tool) => void;
  readonly toggleSnapping: () => void;
};

/** Until the panel has been measured there is no width to fit a sequence into. */
const FIRST_VIEW: Viewport = { leftFrame: 0, pixelsPerFrame: 2, scrollTop: 0, width: 0, height: 0 };

/** What part of the timeline is on screen and which tool is held. */
export const useTimelineView = create<ViewState>((set) => ({
  viewport: FIRST_VIEW,
  rowHeights: new Map(),
  tool: 'select',
  snapping: true,
  setViewport: (change) => set((state) => ({ viewport: { ...state.viewport, ...change } })),
  zoom: (factor, x, totalFrames) => set((state) => ({ viewport: zoomAround(state.viewport, factor, x, totalFrames) })),
  fit: (totalFrames) =>
    set((state) => ({
      viewport: { ...state.viewport, leftFrame: 0, pixelsPerFrame: fitZoom(state.viewport.width, totalFrames) },
    })),
  reveal: (frame) =>
    set((state) => {
      const x = xOfFrame(state.viewport, frame);
      if (x >= 0 && x <= state.viewport.width - 8) return {};
      const margin = (state.viewport.width * 0.05) / state.viewport.pixelsPerFrame;
      return { viewport: { ...state.viewport, leftFrame: Math.max(0, frame - margin) } };
    }),
  setRowHeight: (track, height) => set((state) => ({ rowHeights: new Map(state.rowHeights).set(track, height) })),
  setTool: (tool) => set({ tool }),
  toggleSnapping: () => set((state) => ({ snapping: !state.snapping })),
}));
