import { formatTimecode, type TimecodeFormat } from '../../../core/time/timecode.ts';
import { nominalFps } from '../../../core/time/rate.ts';
import type { Timeline } from '../../../core/timeline/timeline.ts';
import { clipFrames, frameAtX, RULER_HEIGHT, rulerStep, xOfFrame, type Viewport } from './geometry.ts';
import type { Palette } from './palette.ts';

const LABEL_FONT = '500 10px "JetBrains Mono", monospace';

/** Ticks and timecode labels; labels in the upper half so that the playhead's head below never covers them. */
export function paintRuler(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  palette: Palette,
  timeline: Pick<Timeline, 'rate' | 'startFrame' | 'dropFrame'>,
): void {
  context.fillStyle = palette.head;
  context.fillRect(0, 0, viewport.width, RULER_HEIGHT);
  const format: TimecodeFormat = { rate: timeline.rate, dropFrame: timeline.dropFrame };
  const { major, minor } = rulerStep(viewport.pixelsPerFrame, nominalFps(timeline.rate));
  const first = Math.floor(viewport.leftFrame / minor) * minor;
  const last = frameAtX(viewport, viewport.width);
  context.font = LABEL_FONT;
  context.textBaseline = 'alphabetic';
  for (let frame = first; frame <= last; frame += minor) {
    const x = Math.round(xOfFrame(viewport, frame)) + 0.5;
    const labelled = frame % major === 0;
    context.fillStyle = palette.line;
    context.fillRect(x - 0.5, labelled ? 13 : 19, 1, labelled ? 11 : 5);
    if (!labelled) continue;
    context.fillStyle = palette.dim;
    context.fillText(formatTimecode(timeline.startFrame + frame, format), x + 3, 11);
  }
}

/** The range between in and out, and the flags at its ends. */
export function paintRange(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  palette: Palette,
  range: { readonly in: number | null; readonly out: number | null },
  totalFrames: number,
): void {
  if (range.in === null && range.out === null) return;
  const left = xOfFrame(viewport, range.in ?? 0);
  const right = xOfFrame(viewport, range.out === null ? totalFrames : range.out + 1);
  context.globalAlpha = 0.2;
  context.fillStyle = palette.accent;
  context.fillRect(left, 0, Math.max(right - left, 1), RULER_HEIGHT);
  context.globalAlpha = 1;
  context.fillStyle = palette.accent;
  if (range.in !== null) context.fillRect(left, RULER_HEIGHT - 8, 2, 8);
  if (range.out !== null) context.fillRect(right - 2, RULER_HEIGHT - 8, 2, 8);
}

/** Line and head; dark hairlines beside it keep it visible on red and white pictures. */
export function paintPlayhead(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  palette: Palette,
  frame: number,
  bottom: number,
): void {
  const x = Math.round(xOfFrame(viewport, frame));
  if (x < -6 || x > viewport.width + 6) return;
  context.fillStyle = 'rgba(10,10,10,0.8)';
  context.fillRect(x - 1, RULER_HEIGHT, 1, bottom - RULER_HEIGHT);
  context.fillRect(x + 1, RULER_HEIGHT, 1, bottom - RULER_HEIGHT);
  context.fillStyle = palette.playhead;
  context.fillRect(x, RULER_HEIGHT - 4, 1, bottom - RULER_HEIGHT + 4);
  context.beginPath();
  context.moveTo(x - 5, RULER_HEIGHT - 11);
  context.lineTo(x + 6, RULER_HEIGHT - 11);
  context.lineTo(x + 6, RULER_HEIGHT - 4);
  context.lineTo(x + 0.5, RULER_HEIGHT);
  context.lineTo(x - 5, RULER_HEIGHT - 4);
  context.closePath();
  context.fill();
}

/** The whole sequence in 16 px: each track a thin line in its kind's colour, and the view box. */
export function paintMinimap(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  palette: Palette,
  timeline: Timeline,
  area: { readonly top: number; readonly height: number; readonly totalFrames: number },
): void {
  const total = Math.max(area.totalFrames, frameAtX(viewport, viewport.width) * 0.5, 1);
  const scale = viewport.width / total;
  context.fillStyle = palette.gap;
  context.fillRect(0, area.top, viewport.width, area.height);
  const lanes = [...timeline.tracks].sort((a, b) => (a.kind === b.kind ? 0 : a.kind === 'video' ? -1 : 1));
  const pitch = Math.min(3, (area.height - 4) / Math.max(lanes.length, 1));
  for (const [index, track] of lanes.entries()) {
    context.fillStyle = track.kind === 'video' ? palette.video.edge : palette.speech.edge;
    for (const clip of track.clips) {
      const { start, end } = clipFrames(clip, timeline.rate);
      context.fillRect(
        start * scale,
        area.top + 2 + index * pitch,
        Math.max((end - start) * scale - 0.5, 0.5),
        Math.max(pitch - 1, 1),
      );
    }
  }
  const [left, right] = [viewport.leftFrame * scale, frameAtX(viewport, viewport.width) * scale];
  context.strokeStyle = palette.dim;
  context.lineWidth = 1;
  const width = Math.min(right, viewport.width) - left;
  context.strokeRect(Math.round(left) + 0.5, area.top + 0.5, Math.max(Math.round(width) - 1, 4), area.height - 1);
}
