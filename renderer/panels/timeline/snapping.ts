import { frameOfTime } from '../../../core/time/rate.ts';
import type { ClipId, Timeline } from '../../../core/timeline/timeline.ts';
import { clipFrames } from './geometry.ts';

/** What a drag caught, in order of priority. */
export type SnapKind = 'playhead' | 'cut' | 'marker' | 'start';
export type SnapPoint = { readonly frame: number; readonly kind: SnapKind };
export type Snap = { readonly delta: number; readonly point: SnapPoint };

/** Distance in pixels at which an edge is caught; it is let go at twice that. */
export const SNAP_PIXELS = 8;
const PRIORITY: readonly SnapKind[] = ['playhead', 'cut', 'marker', 'start'];

/** Everything an edge may catch on, but the edges of the clips being dragged. */
export function snapPoints(timeline: Timeline, playhead: number, dragged: ReadonlySet<ClipId>): readonly SnapPoint[] {
  const points: SnapPoint[] = [
    { frame: playhead, kind: 'playhead' },
    { frame: 0, kind: 'start' },
  ];
  for (const track of timeline.tracks) {
    for (const clip of track.clips) {
      if (dragged.has(clip.id)) continue;
      const { start, end } = clipFrames(clip, timeline.rate);
      points.push({ frame: start, kind: 'cut' }, { frame: end, kind: 'cut' });
    }
  }
  for (const marker of timeline.markers) {
    points.push({ frame: frameOfTime(marker.at, timeline.rate, 'nearest'), kind: 'marker' });
  }
  return points;
}

/**
 * The change to `delta` (frames) that puts one of the dragged edges on a snap point within reach; undefined when none is.
 * The nearest wins; at equal distance the kind with priority.
 */
export function snapDelta(
  edges: readonly number[],
  delta: number,
  points: readonly SnapPoint[],
  pixelsPerFrame: number,
): Snap | undefined {
  const reach = SNAP_PIXELS / pixelsPerFrame;
  let best: (Snap & { readonly distance: number }) | undefined;
  for (const edge of edges) {
    for (const point of points) {
      const distance = Math.abs(point.frame - (edge + delta));
      if (distance > reach) continue;
      const lead = best === undefined ? 1 : best.distance - distance;
      const rank = best === undefined ? 0 : PRIORITY.indexOf(best.point.kind) - PRIORITY.indexOf(point.kind);
      if (lead > 0 || (lead === 0 && rank > 0)) best = { delta: point.frame - edge, point, distance };
    }
  }
  return best === undefined ? undefined : { delta: best.delta, point: best.point };
}
