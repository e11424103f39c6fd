import type { ChangeId } from '../../../core/director/suggestion.ts';
import type { Clip, ClipId } from '../../../core/timeline/timeline.ts';
import { frameOfTime } from '../../../core/time/rate.ts';
import {
  lanesHeight,
  LANES_TOP,
  MARKER_LANE_HEIGHT,
  MINIMAP_HEIGHT,
  RULER_HEIGHT,
  xOfFrame,
  visibleClips,
  type Row,
} from './geometry.ts';
import { boxOf, hatch, paintClip, type Box, type ClipScene } from './paint-clips.ts';
import { paintMinimap, paintPlayhead, paintRange, paintRuler } from './paint-ruler.ts';
import { paintTransitions } from './paint-transitions.ts';
import type { Snap } from './snapping.ts';

export type Decision = 'open' | 'accepted' | 'refused';

/** A clip that is only suggested: which change it belongs to and what was decided. */
export type Ghost = { readonly changeId: ChangeId; readonly number: number; readonly decision: Decision };

/** Everything one drawing of the timeline shows. */
export type TimelineScene = ClipScene & {
  readonly rows: readonly Row[];
  readonly ghosts: ReadonlyMap<ClipId, Ghost>;
  readonly selected: ReadonlySet<ClipId>;
  /** Of the ghost the pointer or the keyboard is on. */
  readonly activeChange: ChangeId | null;
  readonly playheadFrame: number;
  readonly range: { readonly in: number | null; readonly out: number | null };
  readonly totalFrames: number;
  readonly snap: Snap | undefined;
  readonly marquee: Box | undefined;
  readonly tip:
    | { readonly x: number; readonly y: number; readonly text: string; readonly refused: boolean }
    | undefined;
};

/** Width kept free of the name at the right end of a suggested clip for its tag. */
const TAG_ROOM = 34;
const BADGE_FONT = '500 10px "Inter Variable", system-ui, sans-serif';

function dashed(context: CanvasRenderingContext2D, box: Box, colour: string, dash: readonly number[]): void {
  context.setLineDash([...dash]);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.strokeRect(box.x + 0.75, box.y + 0.75, Math.max(box.width - 2.5, 1), box.height - 1.5);
  context.setLineDash([]);
}

function tag(context: CanvasRenderingContext2D, box: Box, text: string, fill: string): void {
  context.font = BADGE_FONT;
  const width = context.measureText(text).width + 8;
  if (box.width < width + 10) return;
  context.fillStyle = fill;
  context.fillRect(box.x + box.width - width - 3, box.y + 2, width, 13);
  context.fillStyle = '#0a0a0a';
  context.textBaseline = 'alphabetic';
  context.fillText(text, box.x + box.width - width + 1, box.y + 12);
}

/** Suggested clips: dashed while open, solid with a tick once accepted, faded with a cross once refused. */
function paintGhost(context: CanvasRenderingContext2D, scene: TimelineScene, clip: Clip, ghost: Ghost, box: Box): void {
  const { palette } = scene;
  const active = scene.activeChange === ghost.changeId;
  if (ghost.decision === 'refused') {
    context.globalAlpha = 0.22;
    paintClip(context, scene, clip, box, TAG_ROOM);
    context.globalAlpha = 1;
    hatch(context, { ...box, width: Math.max(box.width - 1, 1) }, palette.line, 8);
    dashed(context, box, active ? palette.strong : palette.line, [2, 3]);
    tag(context, box, `✕ ${ghost.number}`, palette.dim);
    return;
  }
  context.globalAlpha = ghost.decision === 'open' ? 0.78 : 1;
  paintClip(context, scene, clip, box, TAG_ROOM);
  context.globalAlpha = 0.1;
  context.fillStyle = palette.suggest;
  if (ghost.decision === 'open') context.fillRect(box.x, box.y, Math.max(box.width - 1, 1), box.height);
  context.globalAlpha = 1;
  dashed(context, box, palette.suggest, ghost.decision === 'open' ? [5, 3] : []);
  tag(context, box, ghost.decision === 'open' ? `✦ ${ghost.number}` : `✓ ${ghost.number}`, palette.suggest);
  if (active) outline(context, box, palette.strong);
}

function outline(context: CanvasRenderingContext2D, box: Box, colour: string): void {
  context.strokeStyle = '#0a0a0a';
  context.lineWidth = 1;
  context.strokeRect(box.x + 2.5, box.y + 2.5, Math.max(box.width - 6, 1), box.height - 5);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(box.x + 1, box.y + 1, Math.max(box.width - 3, 1), box.height - 2);
}

function paintRow(context: CanvasRenderingContext2D, scene: TimelineScene, row: Row): void {
  const { viewport, palette } = scene;
  const top = LANES_TOP + row.top - viewport.scrollTop;
  context.fillStyle = palette.lane;
  context.fillRect(0, top, viewport.width, row.height);
  const { track } = row;
  const isCaptions = track.kind === 'video' && track.captions !== undefined;
  const own: TimelineScene = isCaptions ? { ...scene, palette: { ...palette, title: palette.caption } } : scene;
  for (const clip of visibleClips(row, viewport, scene.timeline.rate)) {
    const box = boxOf(scene, clip, top, row.height);
    const ghost = scene.ghosts.get(clip.id);
    if (ghost === undefined) paintClip(context, own, clip, box);
    else paintGhost(context, own, clip, ghost, box);
    if (scene.selected.has(clip.id)) outline(context, box, '#ffffff');
  }
  paintTransitions(context, scene, track, top, row.height);
  if (!row.track.enabled) {
    context.fillStyle = 'rgba(10,10,10,0.55)';
    context.fillRect(0, top, viewport.width, row.height);
  }
  if (row.track.locked) hatch(context, { x: 0, y: top, width: viewport.width, height: row.height }, palette.line, 8);
}

/** Markers as pentagons, suggestions as ticks. */
function paintMarkerLane(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { viewport, palette, timeline } = scene;
  context.fillStyle = palette.gap;
  context.fillRect(0, RULER_HEIGHT, viewport.width, MARKER_LANE_HEIGHT);
  context.fillStyle = palette.suggest;
  for (const row of scene.rows) {
    if (row.track.kind !== 'video') continue;
    for (const clip of visibleClips(row, viewport, timeline.rate)) {
      if (scene.ghosts.get(clip.id)?.decision !== 'open') continue;
      const box = boxOf(scene, clip, 0, 0);
      context.fillRect(Math.round(box.x), RULER_HEIGHT + 5, 5, 5);
    }
  }
  context.fillStyle = palette.accent;
  for (const marker of timeline.markers) {
    const x = Math.round(xOfFrame(viewport, frameOfTime(marker.at, timeline.rate, 'nearest')));
    const y = RULER_HEIGHT + 2;
    context.beginPath();
    context.moveTo(x - 4, y);
    context.lineTo(x + 4, y);
    context.lineTo(x + 4, y + 6);
    context.lineTo(x, y + 10);
    context.lineTo(x - 4, y + 6);
    context.fill();
  }
}

function paintDragMarks(context: CanvasRenderingContext2D, scene: TimelineScene, bottom: number): void {
  const { snap, viewport, marquee, tip, palette } = scene;
  if (snap !== undefined) {
    const x = Math.round(xOfFrame(viewport, snap.point.frame)) + 0.5;
    context.setLineDash([3, 3]);
    context.strokeStyle = '#ffffff';
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, RULER_HEIGHT);
    context.lineTo(x, bottom);
    context.stroke();
    context.setLineDash([]);
    context.font = BADGE_FONT;
    context.fillStyle = palette.text;
    context.fillText(snap.point.kind, x + 4, RULER_HEIGHT + 10);
  }
  if (marquee !== undefined) {
    context.fillStyle = 'rgba(255,255,255,0.08)';
    context.fillRect(marquee.x, marquee.y, marquee.width, marquee.height);
    context.strokeStyle = palette.text;
    context.lineWidth = 1;
    context.strokeRect(marquee.x + 0.5, marquee.y + 0.5, marquee.width, marquee.height);
  }
  if (tip !== undefined) paintTip(context, scene, tip);
}

function paintTip(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  tip: NonNullable<TimelineScene['tip']>,
): void {
  context.font = '500 11px "JetBrains Mono", monospace';
  const width = context.measureText(tip.text).width + 12;
  const x = Math.min(Math.max(tip.x + 12, 2), scene.viewport.width - width - 2);
  const y = Math.max(tip.y - 26, 2);
  context.fillStyle = 'rgba(10,10,10,0.92)';
  context.fillRect(x, y, width, 20);
  context.fillStyle = tip.refused ? scene.palette.error : scene.palette.strong;
  context.textBaseline = 'alphabetic';
  context.fillText(tip.text, x + 6, y + 14);
}

/** Draws the whole panel, back to front. */
export function paintTimeline(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { viewport, palette, totalFrames } = scene;
  const bottom = LANES_TOP + lanesHeight(viewport);
  context.fillStyle = palette.gap;
  context.fillRect(0, 0, viewport.width, viewport.height);
  context.save();
  context.beginPath();
  context.rect(0, LANES_TOP, viewport.width, lanesHeight(viewport));
  context.clip();
  for (const row of scene.rows) paintRow(context, scene, row);
  context.restore();
  paintRuler(context, viewport, palette, scene.timeline);
  paintMarkerLane(context, scene);
  paintRange(context, viewport, palette, scene.range, totalFrames);
  paintMinimap(context, viewport, palette, scene.timeline, { top: bottom, height: MINIMAP_HEIGHT, totalFrames });
  paintDragMarks(context, scene, bottom);
  paintPlayhead(context, viewport, palette, scene.playheadFrame, bottom);
}
