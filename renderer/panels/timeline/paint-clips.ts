import { frameAtOffset } from '../../../core/timeline/clip-time.ts';
import { peakBetween } from '../../../core/media/peaks.ts';
import { FLICKS_PER_SECOND, flicks } from '../../../core/time/flicks.ts';
import { frameDuration } from '../../../core/time/rate.ts';
import { toNumber } from '../../../core/time/rational.ts';
import { nestedTimeline } from '../../../core/timeline/generated-media.ts';
import type { AudioClip, Clip, SourceLookup, Timeline, VideoClip } from '../../../core/timeline/timeline.ts';
import { clipFrames, frameAtX, NAME_BAR_HEIGHT, xOfFrame, type Viewport } from './geometry.ts';
import type { MediaImages } from './media-images.ts';
import type { ClipColours, Palette } from './palette.ts';

export const NAME_FONT = '500 11px "Inter Variable", system-ui, sans-serif';

/** Where a clip is drawn. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** What painting clips looks things up in. */
export type ClipScene = {
  readonly timeline: Timeline;
  readonly viewport: Viewport;
  readonly palette: Palette;
  readonly images: MediaImages;
  readonly sources: SourceLookup;
  readonly isOffline: (clip: Clip) => boolean;
  readonly isMusic: (clip: Clip) => boolean;
};

/** Colours of a clip's kind. */
export function coloursOf(scene: ClipScene, clip: Clip): ClipColours {
  const { palette } = scene;
  if (nestedTimeline(scene.timeline, clip.mediaId) !== undefined) return palette.nested;
  if (clip.kind === 'video') return clip.title === undefined ? palette.video : palette.title;
  return scene.isMusic(clip) ? palette.music : palette.speech;
}

/** Shortens in the middle so that the extension and what stands before it survive. */
export function middleEllipsis(context: CanvasRenderingContext2D, name: string, width: number): string {
  if (context.measureText(name).width <= width) return name;
  for (let kept = name.length - 1; kept >= 4; kept -= 1) {
    const tail = Math.min(Math.ceil(kept / 2), 8);
    const text = `${name.slice(0, kept - tail)}…${name.slice(-tail)}`;
    if (context.measureText(text).width <= width) return text;
  }
  return '';
}

/** Diagonal stripes over a box. */
export function hatch(context: CanvasRenderingContext2D, box: Box, colour: string, pitch: number): void {
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  const first = Math.floor((box.x - box.height) / pitch) * pitch;
  for (let x = first; x < box.x + box.width; x += pitch) {
    context.moveTo(x, box.y + box.height);
    context.lineTo(x + box.height, box.y);
  }
  context.stroke();
  context.restore();
}

/** Pictures at their own time: each cell shows the frame at its left edge; cells keep their place while scrolling. */
function paintPictures(context: CanvasRenderingContext2D, scene: ClipScene, clip: VideoClip, box: Box): void {
  const { images, viewport, timeline } = scene;
  const frames = scene.sources.source(clip.mediaId)?.frames;
  const aspect = images.aspect(clip.mediaId);
  if (frames === undefined || aspect === undefined || box.height < 20) return;
  const cell = Math.max(box.height * aspect, 16);
  const last = Math.min(box.x + box.width, viewport.width);
  const firstCell = Math.max(0, Math.floor(-box.x / cell));
  for (let index = firstCell, x = box.x + firstCell * cell; x < last; index += 1, x += cell) {
    const record = Math.floor(((index * cell) / viewport.pixelsPerFrame) * frameDuration(timeline.rate));
    const bitmap = images.picture(clip.mediaId, frameAtOffset(clip, frames, flicks(record)));
    if (bitmap === undefined) continue;
    const width = Math.min(cell, box.x + box.width - x);
    context.drawImage(bitmap, 0, 0, bitmap.width * (width / cell), bitmap.height, x, box.y, width, box.height);
  }
}

/** Height of a level in a half of `half` pixels: decibels down to −60, so that quiet speech can be seen. */
function levelHeight(level: number, half: number): number {
  if (level <= 0.001) return 0;
  return Math.min(1, 1 + (20 * Math.log10(level)) / 60) * half;
}

/** One column a pixel: peak body and brighter RMS core; a dotted line while nothing is known. */
function paintWave(context: CanvasRenderingContext2D, scene: ClipScene, clip: AudioClip, box: Box): void {
  const { viewport, timeline } = scene;
  const peaks = scene.images.peaks(clip.mediaId);
  const wave = coloursOf(scene, clip).wave;
  const middle = box.y + box.height / 2;
  context.fillStyle = wave;
  const [left, right] = [Math.max(Math.floor(box.x), 0), Math.min(Math.ceil(box.x + box.width), viewport.width)];
  if (peaks === undefined) {
    context.globalAlpha = 0.5;
    for (let x = left; x < right; x += 4) context.fillRect(x, middle, 1, 1);
    context.globalAlpha = 1;
    return;
  }
  const gain = 10 ** (clip.gainDb / 20);
  const perFrame = (frameDuration(timeline.rate) / FLICKS_PER_SECOND) * toNumber(clip.speed) * peaks.perSecond;
  const origin = ((clip.sourceIn - peaks.start) / FLICKS_PER_SECOND) * peaks.perSecond;
  const start = clipFrames(clip, timeline.rate).start;
  const half = box.height / 2 - 1;
  for (let x = left; x < right; x += 1) {
    const from = origin + (frameAtX(viewport, x) - start) * perFrame;
    const to = Math.max(from + perFrame / viewport.pixelsPerFrame, from + 1);
    const lane = peaks.lanes[0];
    if (lane === undefined) break;
    const span = peakBetween(lane, from, to);
    const level = Math.max(span.max, -span.min) * gain;
    const body = levelHeight(level, half);
    const core = levelHeight(span.rms * gain, half);
    context.fillStyle = level >= 1 ? '#ffffff' : wave;
    context.globalAlpha = 0.45;
    context.fillRect(x, middle - body, 1, Math.max(body * 2, 1));
    context.globalAlpha = 1;
    if (core > 0.5) context.fillRect(x, middle - core, 1, core * 2);
  }
}

function paintFades(context: CanvasRenderingContext2D, scene: ClipScene, clip: Clip, box: Box): void {
  const perFlick = scene.viewport.pixelsPerFrame / frameDuration(scene.timeline.rate);
  context.fillStyle = 'rgba(0,0,0,0.45)';
  const [fadeIn, fadeOut] = [(clip.fadeIn ?? 0) * perFlick, (clip.fadeOut ?? 0) * perFlick];
  if (fadeIn >= 1) {
    context.beginPath();
    context.moveTo(box.x, box.y + box.height);
    context.lineTo(box.x, box.y);
    context.lineTo(box.x + fadeIn, box.y);
    context.fill();
  }
  if (fadeOut >= 1) {
    const right = box.x + box.width;
    context.beginPath();
    context.moveTo(right, box.y + box.height);
    context.lineTo(right, box.y);
    context.lineTo(right - fadeOut, box.y);
    context.fill();
  }
}

function paintName(context: CanvasRenderingContext2D, scene: ClipScene, clip: Clip, box: Box, reserved: number): void {
  const left = Math.max(box.x, 0) + 5;
  const room = Math.min(box.x + box.width, scene.viewport.width) - left - 5 - reserved;
  if (room < 24) return;
  context.font = NAME_FONT;
  context.textBaseline = 'alphabetic';
  const offline = scene.isOffline(clip) ? 'Offline · ' : '';
  const text = middleEllipsis(context, `${offline}${clip.name}`, room);
  context.fillStyle = '#f2f2f2';
  context.fillText(text, left, box.y + 11);
}

/** Body, pictures or wave, name and state of one clip; more is drawn the wider it is. The name keeps clear of `reserved` px. */
export function paintClip(
  context: CanvasRenderingContext2D,
  scene: ClipScene,
  clip: Clip,
  box: Box,
  reserved = 0,
): void {
  const colours = coloursOf(scene, clip);
  const offline = scene.isOffline(clip);
  if (box.width < 3) {
    context.fillStyle = colours.edge;
    context.fillRect(box.x, box.y, Math.max(box.width, 1), box.height);
    return;
  }
  const inner: Box = { ...box, width: Math.max(box.width - 1, 2) };
  const bar = box.height >= 32 ? NAME_BAR_HEIGHT : 0;
  const content: Box = { ...inner, y: box.y + bar, height: box.height - bar };
  context.save();
  context.beginPath();
  context.rect(inner.x, inner.y, inner.width, inner.height);
  context.clip();
  if (!clip.enabled) context.globalAlpha = 0.35;
  context.fillStyle = offline ? scene.palette.offline : colours.well;
  context.fillRect(inner.x, inner.y, inner.width, inner.height);
  context.fillStyle = offline ? scene.palette.offline : colours.bar;
  context.fillRect(inner.x, inner.y, inner.width, bar);
  if (offline) hatch(context, content, scene.palette.offlineHatch, 8);
  else if (clip.kind === 'video' && clip.title !== undefined) paintWords(context, scene, clip, content);
  else if (box.width >= 12 && clip.kind === 'video') paintPictures(context, scene, clip, content);
  else if (box.width >= 12 && clip.kind === 'audio') paintWave(context, scene, clip, content);
  paintFades(context, scene, clip, content);
  context.strokeStyle = offline ? scene.palette.offlineHatch : colours.edge;
  context.lineWidth = 1;
  context.strokeRect(inner.x + 0.5, inner.y + 0.5, inner.width - 1, inner.height - 1);
  if (box.width >= 50) paintName(context, scene, clip, inner, reserved);
  paintSpeed(context, clip, inner);
  context.restore();
}

/** The first words of a title or caption, where pictures would be. */
function paintWords(context: CanvasRenderingContext2D, scene: ClipScene, clip: VideoClip, box: Box): void {
  const left = Math.max(box.x, 0) + 5;
  const room = box.x + box.width - left - 5;
  if (room < 24 || box.height < 16) return;
  context.font = NAME_FONT;
  context.textBaseline = 'alphabetic';
  context.fillStyle = coloursOf(scene, clip).wave;
  const words = (clip.title?.text ?? '').replaceAll('\n', ' · ');
  context.fillText(middleEllipsis(context, words, room), left, box.y + box.height / 2 + 4);
}

/** "200 %", "−100 %" or "Freeze", and which way it plays along the lower edge. */
function paintSpeed(context: CanvasRenderingContext2D, clip: Clip, box: Box): void {
  const { num, den } = clip.speed;
  if (num === den || box.width < 60 || box.height < 40) return;
  const percent = Math.round(toNumber(clip.speed) * 100);
  const text = num === 0 ? '❄ Freeze' : `${percent < 0 ? '−' : ''}${Math.abs(percent)} %`;
  context.font = '500 10px "Inter Variable", system-ui, sans-serif';
  const width = context.measureText(text).width + 8;
  context.fillStyle = 'rgba(10,10,10,0.8)';
  // Under the name: transitions lie over the lower edge.
  const top = box.y + NAME_BAR_HEIGHT + 3;
  context.fillRect(box.x + box.width - width - 4, top, width, 14);
  context.fillStyle = '#f2f2f2';
  context.fillText(text, box.x + box.width - width, top + 10);
  if (num !== 0) paintChevrons(context, box, num < 0 ? -1 : 1);
}

function paintChevrons(context: CanvasRenderingContext2D, box: Box, way: 1 | -1): void {
  context.strokeStyle = 'rgba(242,242,242,0.75)';
  context.lineWidth = 1;
  context.beginPath();
  const y = box.y + box.height - 5;
  for (let x = box.x + 10; x < box.x + box.width - 10; x += 24) {
    context.moveTo(x - 2 * way, y - 3);
    context.lineTo(x + 2 * way, y);
    context.lineTo(x - 2 * way, y + 3);
  }
  context.stroke();
}

/** The box of a clip in its row. */
export function boxOf(scene: Pick<ClipScene, 'timeline' | 'viewport'>, clip: Clip, top: number, height: number): Box {
  const { start, end } = clipFrames(clip, scene.timeline.rate);
  const x = xOfFrame(scene.viewport, start);
  return { x, y: top, width: xOfFrame(scene.viewport, end) - x, height };
}
