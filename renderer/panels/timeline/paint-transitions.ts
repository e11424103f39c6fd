import { frameDuration } from '../../../core/time/rate.ts';
import { sourcesOf } from '../../../core/timeline/generated-media.ts';
import { placedTransitions, transitionSpan, type PlacedTransition } from '../../../core/timeline/placed-transition.ts';
import type { Clip, Track } from '../../../core/timeline/timeline.ts';
import type { TransitionKind } from '../../../core/timeline/transition.ts';
import { xOfFrame } from './geometry.ts';
import { middleEllipsis, NAME_FONT, type Box, type ClipScene } from './paint-clips.ts';

const NAMES: Record<TransitionKind, string> = {
  dissolve: 'Dissolve',
  'fade-through-black': 'Through black',
  wipe: 'Wipe',
  slide: 'Slide',
};

/** Transitions as they play, over the cuts of a row; a corner warns where media cut one short. */
export function paintTransitions(
  context: CanvasRenderingContext2D,
  scene: ClipScene,
  track: Track,
  top: number,
  height: number,
): void {
  const { timeline } = scene;
  if (track.clips.every((clip) => clip.head === undefined && clip.tail === undefined)) return;
  const frame = frameDuration(timeline.rate);
  for (const placed of placedTransitions<Clip>(track.clips, sourcesOf(timeline, scene.sources), timeline.rate)) {
    const { start, end } = transitionSpan(placed);
    const x = xOfFrame(scene.viewport, start / frame);
    const width = xOfFrame(scene.viewport, end / frame) - x;
    if (x + width < 0 || x > scene.viewport.width || width < 2) continue;
    const lower = Math.round(height * 0.45);
    paintTransition(context, scene, placed, { x, y: top + height - lower, width, height: lower });
  }
}

function paintTransition(
  context: CanvasRenderingContext2D,
  scene: ClipScene,
  placed: PlacedTransition,
  box: Box,
): void {
  const { transition, from, to } = placed;
  context.fillStyle = 'rgba(10,10,10,0.72)';
  context.fillRect(box.x, box.y, box.width - 1, box.height);
  context.strokeStyle = 'rgba(242,242,242,0.7)';
  context.lineWidth = 1;
  context.strokeRect(box.x + 0.5, box.y + 0.5, Math.max(box.width - 2, 1), box.height - 1);
  context.beginPath();
  // What goes falls, what comes rises; between two clips both lines cross.
  if (from !== undefined) line(context, box, 'falling');
  if (to !== undefined) line(context, box, 'rising');
  context.stroke();
  const asked = transition.inOffset + transition.outOffset;
  if (from !== undefined && to !== undefined && placed.inOffset + placed.outOffset < asked) {
    context.fillStyle = scene.palette.warn;
    context.beginPath();
    context.moveTo(box.x + box.width - 1, box.y);
    context.lineTo(box.x + box.width - 9, box.y);
    context.lineTo(box.x + box.width - 1, box.y + 8);
    context.fill();
  }
  if (box.width < 56 || box.height < 14) return;
  context.font = NAME_FONT;
  const text = middleEllipsis(context, NAMES[transition.kind], box.width - 12);
  const width = context.measureText(text).width;
  context.fillStyle = 'rgba(10,10,10,0.85)';
  context.fillRect(box.x + 3, box.y + 2, width + 6, 14);
  context.fillStyle = '#f2f2f2';
  context.fillText(text, box.x + 6, box.y + 13);
}

function line(context: CanvasRenderingContext2D, box: Box, way: 'rising' | 'falling'): void {
  const [left, right] = way === 'rising' ? [box.y + box.height, box.y] : [box.y, box.y + box.height];
  context.moveTo(box.x + 1, left);
  context.lineTo(box.x + box.width - 2, right);
}
