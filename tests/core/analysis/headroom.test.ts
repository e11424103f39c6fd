import { expect, test } from 'vitest';
import type { FaceTrack } from '../../../core/analysis/picture-results.ts';
import { faceComposition } from '../../../core/analysis/headroom.ts';
import { measuresOf } from '../../../core/analysis/measures.ts';

const track = (y: number, h: number, portraits: FaceTrack['portraits'] = []): FaceTrack => ({
  ...{ id: 0, firstFrame: 0, lastFrame: 10, confidence: 0.9, portraits },
  seen: [0, 5, 10].map((frame) => ({ frame, score: 0.9, box: { x: 0.4, y, w: 0.15, h } })),
});

test('room above the head is what the box leaves less hair; a head that is cut off has less than none', () => {
  expect(faceComposition(track(0.2, 0.4))?.headroom).toBe(10);
  expect(faceComposition(track(0.02, 0.4))?.headroom).toBe(-8);
  expect(faceComposition({ ...track(0.2, 0.4), seen: [] })).toBeUndefined();
});

test('eyes on the upper third score highest, and portraits say where eyes are', () => {
  const best = faceComposition(track(1 / 3 - 0.16, 0.4))?.eyeLine;
  expect(best).toBe(100);
  expect(faceComposition(track(0.45, 0.4))?.eyeLine).toBeLessThan(20);
  const eyes = 0.2 + 0.3 * 0.4;
  const landmarks = [0.5, eyes, 0.6, eyes, 0.55, 0.4, 0.5, 0.5, 0.6, 0.5];
  const told = faceComposition(track(0.2, 0.4, [{ frame: 5, landmarks }]))?.eyeLine ?? 0;
  expect(told).toBeCloseTo(100 * Math.exp(-(((eyes - 1 / 3) / 0.12) ** 2)), 1);
});

test('they are measures of the face over its span, and there are none without faces', () => {
  const stamp = { analyserId: 'faces', analyserVersion: 1, kind: 'faces' as const, stride: 5 };
  const path = { kind: 'model' as const, model: 'yunet' };
  const of = (tracks: readonly FaceTrack[]) => measuresOf({ ...stamp, path, tracks }).map(({ measure }) => measure);
  expect(of([track(0.2, 0.4)])).toEqual(['face', 'headroom', 'eyeLine']);
  expect(of([])).toEqual([]);
});
