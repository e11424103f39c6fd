import { frameOfTime, timeOfFrame, type Rate } from '../../../core/time/rate.ts';
import type { Flicks } from '../../../core/time/flicks.ts';
import { clipAt } from '../../../core/timeline/clip-time.ts';
import { firstClipFrom } from '../../../core/timeline/lookup.ts';
import type { Clip, Timeline, Track, TrackId } from '../../../core/timeline/timeline.ts';

/** Sizes of the timeline panel in CSS pixels (docs: the look's timeline section). */
export const RULER_HEIGHT = 24;
export const MARKER_LANE_HEIGHT = 14;
export const LANES_TOP = RULER_HEIGHT + MARKER_LANE_HEIGHT;
export const MINIMAP_HEIGHT = 16;
export const NAME_BAR_HEIGHT = 14;
export const ROW_GAP = 1;
/** Heights of lanes nobody has dragged: normal, and large where there is room for all of them. */
const ROW_HEIGHTS = { normal: { video: 64, audio: 56 }, large: { video: 96, audio: 80 } } as const;
export const MIN_ROW_HEIGHT = 20;
export const MAX_ROW_HEIGHT = 240;
/** Zoom limits in pixels per frame. */
export const MAX_PIXELS_PER_FRAME = 32;

/** What part of the timeline is on screen: the frame at the left edge (fractional) and the zoom. */
export type Viewport = {
  readonly leftFrame: number;
  readonly pixelsPerFrame: number;
  /** Lanes scrolled out above, px. */
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
};

/** One track's lane: `top` counts from the first lane, before scrolling. */
export type Row = { readonly track: Track; readonly trackIndex: number; readonly top: number; readonly height: number };

/**
 * Lanes from top to bottom: the highest video track first, then audio tracks in order. `room` is the height that there
 * is for all of them.
 */
export function rowsOf(timeline: Timeline, heights: ReadonlyMap<TrackId, number>, room: number): readonly Row[] {
  const indexed = timeline.tracks.map((track, trackIndex) => ({ track, trackIndex }));
  const largest = timeline.tracks.reduce((sum, { kind }) => sum + ROW_HEIGHTS.large[kind] + ROW_GAP, 0);
  const defaults = largest <= room ? ROW_HEIGHTS.large : ROW_HEIGHTS.normal;
  const video = indexed.filter(({ track }) => track.kind === 'video').reverse();
  const audio = indexed.filter(({ track }) => track.kind === 'audio');
  let top = 0;
  return [...video, ...audio].map(({ track, trackIndex }) => {
    const height = heights.get(track.id) ?? defaults[track.kind];
    const row = { track, trackIndex, top, height };
    top += height + ROW_GAP;
    return row;
  });
}

/** Height of the lanes' area of the panel. */
export function lanesHeight(viewport: Viewport): number {
  return viewport.height - LANES_TOP - MINIMAP_HEIGHT;
}

/** Height of all lanes together. */
export function rowsHeight(rows: readonly Row[]): number {
  const last = rows.at(-1);
  return last === undefined ? 0 : last.top + last.height;
}

/** x of a (fractional) frame in the lanes' canvas. */
export function xOfFrame(viewport: Viewport, frame: number): number {
  return (frame - viewport.leftFrame) * viewport.pixelsPerFrame;
}

/** The fractional frame under an x. */
export function frameAtX(viewport: Viewport, x: number): number {
  return viewport.leftFrame + x / viewport.pixelsPerFrame;
}

/** A clip's frames on the timeline: in point inclusive, out point exclusive. */
export function clipFrames(clip: Clip, rate: Rate): { readonly start: number; readonly end: number } {
  const start = frameOfTime(clip.recordIn, rate, 'nearest');
  return { start, end: start + frameOfTime(clip.duration, rate, 'nearest') };
}

/** A whole number of frames as time. */
export function timeOf(frame: number, rate: Rate): Flicks {
  return timeOfFrame(Math.round(frame), rate);
}

/** Zooms by a factor so that the frame under `x` stays there; keeps within the limits. */
export function zoomAround(viewport: Viewport, factor: number, x: number, totalFrames: number): Viewport {
  const smallest = Math.min(fitZoom(viewport.width, totalFrames), MAX_PIXELS_PER_FRAME);
  const wished = viewport.pixelsPerFrame * factor;
  const pixelsPerFrame = Math.min(Math.max(wished, smallest), MAX_PIXELS_PER_FRAME);
  const anchor = frameAtX(viewport, x);
  return { ...viewport, pixelsPerFrame, leftFrame: Math.max(0, anchor - x / pixelsPerFrame) };
}

/** Pixels per frame that show the whole sequence with a little room after its end. */
export function fitZoom(width: number, totalFrames: number): number {
  return totalFrames <= 0 ? 2 : Math.min(MAX_PIXELS_PER_FRAME, (width * 0.96) / totalFrames);
}

/** The row under a y of the lanes' area (LANES_TOP already taken off). */
export function rowAtY(rows: readonly Row[], viewport: Viewport, y: number): Row | undefined {
  const lane = y + viewport.scrollTop;
  return rows.find((row) => lane >= row.top && lane < row.top + row.height);
}

export type ClipPart = 'in' | 'out' | 'body';
export type Hit = { readonly row: Row; readonly clip: Clip; readonly part: ClipPart };

/** The clip under a point and which part: an edge within its handle zone (8 px, 6 px when the clip is narrow), or the body. */
export function hitTest(
  rows: readonly Row[],
  viewport: Viewport,
  rate: Rate,
  x: number,
  y: number,
): Hit | { readonly row: Row } | undefined {
  const row = rowAtY(rows, viewport, y);
  if (row === undefined) return undefined;
  const frame = Math.floor(frameAtX(viewport, x));
  const clip = frame < 0 ? undefined : clipAt<Clip>(row.track.clips, timeOfFrame(frame, rate));
  if (clip === undefined) return { row };
  const { start, end } = clipFrames(clip, rate);
  const [left, right] = [xOfFrame(viewport, start), xOfFrame(viewport, end)];
  const zone = right - left < 40 ? Math.min(6, (right - left) / 3) : 8;
  return { row, clip, part: x - left < zone ? 'in' : right - x <= zone ? 'out' : 'body' };
}

/** The clips of a row that are on screen, found without walking those before. */
export function visibleClips(row: Row, viewport: Viewport, rate: Rate): readonly Clip[] {
  const clips: readonly Clip[] = row.track.clips;
  const first = firstClipFrom(clips, timeOf(Math.max(0, Math.floor(viewport.leftFrame)), rate));
  const end = firstClipFrom(clips, timeOf(Math.ceil(Math.max(0, frameAtX(viewport, viewport.width))), rate));
  // The one that begins before the left edge may reach into view.
  return clips.slice(Math.max(0, first - 1), end);
}

/** Steps between labelled ruler ticks, in frames: the smallest "round" one whose labels are at least 72 px apart. */
export function rulerStep(pixelsPerFrame: number, fps: number): { readonly major: number; readonly minor: number } {
  const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((value) => value * fps);
  const frames = [1, 2, 5, 10].filter((value) => value < fps);
  const major = [...frames, ...seconds].find((step) => step * pixelsPerFrame >= 90) ?? 7200 * fps;
  if (pixelsPerFrame >= 8) return { major, minor: 1 };
  const minor = [major / 10, major / 5, major / 2].find((step) => Number.isInteger(step) && step * pixelsPerFrame >= 8);
  return { major, minor: minor ?? major };
}
