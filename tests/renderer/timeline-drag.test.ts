import { describe, expect, test } from 'vitest';
import { flicks } from '../../core/time/flicks.ts';
import { rational } from '../../core/time/rational.ts';
import { timeOfFrame } from '../../core/time/rate.ts';
import { clipId, type SourceLookup } from '../../core/timeline/timeline.ts';
import {
  draggedClips,
  editDrag,
  gestureOnClip,
  type DragModel,
  type Pointer,
} from '../../renderer/panels/timeline/drag.ts';
import { hitTest, LANES_TOP, rowsOf } from '../../renderer/panels/timeline/geometry.ts';
import { snapDelta, snapPoints } from '../../renderer/panels/timeline/snapping.ts';
import { picture, timelineOf } from '../native/render/film.ts';

const RATE = rational(25);
const timeline = timelineOf(
  RATE,
  [[picture('a', RATE, 0, 50, 20), picture('b', RATE, 50, 50, 20), picture('c', RATE, 150, 25, 0)], []],
  [],
);
const sources: SourceLookup = {
  source: () => ({ frames: { kind: 'constant', rate: RATE, frameCount: 200 }, audio: undefined }),
};
const rows = rowsOf(timeline, new Map(), 0);
const V1_Y = LANES_TOP + 65 + 20;

const model = (change: Partial<DragModel> = {}): DragModel => ({
  timeline,
  sources,
  rows,
  viewport: { leftFrame: 0, pixelsPerFrame: 4, scrollTop: 0, width: 1000, height: 400 },
  playheadFrame: 120,
  selected: new Set(),
  snapping: false,
  tool: 'select',
  newIds: ['n1', 'n2', 'n3', 'n4'].map(clipId),
  ...change,
});
const pointer = (x: number, y = V1_Y, keys: Partial<Pointer> = {}): Pointer => ({
  x,
  y,
  shift: false,
  alt: false,
  ctrl: false,
  ...keys,
});

function drag(from: Pointer, to: Pointer, setting: Partial<DragModel> = {}) {
  const at = model(setting);
  const hit = hitTest(rows, at.viewport, RATE, from.x, from.y - LANES_TOP);
  if (hit === undefined || !('clip' in hit)) throw new Error('no clip there');
  return editDrag(gestureOnClip(hit, from, at), to, at);
}
const frames = (count: number) => timeOfFrame(count, RATE);

describe('drags become edits', () => {
  test('a body moves by whole frames', () => {
    const { edit, preview, tip } = drag(pointer(650), pointer(650 + 41));
    expect(edit).toMatchObject({ kind: 'move', delta: frames(10), trackDelta: 0 });
    expect(preview?.tracks[0]?.clips.at(-1)?.recordIn).toBe(frames(160));
    expect(tip).toMatchObject({ text: '+10 f · 00:00:00:10', refused: false });
  });

  test('up one lane is one track higher', () => {
    expect(drag(pointer(650), pointer(650, LANES_TOP + 10)).edit).toMatchObject({ kind: 'move', trackDelta: 1 });
  });

  test('an out point trims, with Ctrl it ripples, with Alt the cut rolls', () => {
    expect(drag(pointer(198), pointer(158)).edit).toMatchObject({
      kind: 'trim',
      edge: 'out',
      delta: frames(-10),
      ripple: false,
    });
    expect(drag(pointer(198, V1_Y, { ctrl: true }), pointer(158)).edit).toMatchObject({ kind: 'trim', ripple: true });
    expect(drag(pointer(198, V1_Y, { alt: true }), pointer(158)).edit).toMatchObject({
      kind: 'roll',
      delta: frames(-10),
    });
  });

  test('the slip tool slips against the drag, in source frames', () => {
    expect(drag(pointer(100), pointer(120), { tool: 'slip' }).edit).toMatchObject({ kind: 'slip', frames: -5 });
  });

  test('beyond the media the drag says why and does nothing', () => {
    const beyond = drag(pointer(697), pointer(697 + 4 * 190));
    expect(beyond.edit).toBeUndefined();
    expect(beyond.tip?.refused).toBe(true);
  });

  test('back where it began there is no edit', () => {
    expect(drag(pointer(650), pointer(651)).edit).toBeUndefined();
  });

  test('the selection moves together', () => {
    const [a, b] = timeline.tracks[0]?.clips ?? [];
    if (a === undefined || b === undefined) throw new Error('two clips');
    expect(draggedClips(timeline, a, new Set([a.id, b.id]))).toEqual([a, b]);
    expect(draggedClips(timeline, a, new Set([b.id]))).toEqual([a]);
  });
});

describe('snapping', () => {
  test('catches the playhead before a cut at the same place, and nothing beyond 8 px', () => {
    const points = snapPoints(timeline, 100, new Set());
    expect(snapDelta([150], -49, points, 4)).toMatchObject({ delta: -50, point: { frame: 100, kind: 'playhead' } });
    expect(snapDelta([150], -47, points, 4)).toBeUndefined();
  });

  test('a drag near the playhead lands on it; Shift lets go', () => {
    const near = pointer(650 - 4 * 29);
    expect(drag(pointer(650), near, { snapping: true }).edit).toMatchObject({ delta: frames(-30) });
    expect(drag(pointer(650), { ...near, shift: true }, { snapping: true }).edit).toMatchObject({ delta: frames(-29) });
  });

  test('clips being dragged are no snap points', () => {
    const c = clipId('c@150');
    const own = snapPoints(timeline, 0, new Set([c])).filter(({ frame }) => frame === 150 || frame === 175);
    expect(own).toEqual([]);
    expect(flicks(0)).toBe(0);
  });
});
