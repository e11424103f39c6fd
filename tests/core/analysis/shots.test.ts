import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GradualTransition } from '../../../core/analysis/gradual-transitions.ts';
import { assembleShots, createShotDetector, middleOf } from '../../../core/analysis/shots.ts';
import { shrinkPlane, type Planes } from '../../../core/analysis/small-picture.ts';
import { scaled } from '../../scale.ts';
import { brighter, flat, mix, scene } from './synthetic-scenes.ts';

const run = (seed: number, length: number, speed?: number) => Array.from({ length }, (_, t) => scene(seed, t, speed));

function boundaries(frames: readonly Planes[]) {
  const detector = createShotDetector();
  for (const frame of frames) detector.push(frame);
  const { shots, frameCount } = detector.finish();
  expect(frameCount).toBe(frames.length);
  return shots.slice(1).map(({ firstFrame, transitionIn }) => ({ at: firstFrame, kind: transitionIn.kind }));
}

const cutsOf = (frames: readonly Planes[]) =>
  boundaries(frames).flatMap((found) => (found.kind === 'cut' ? [found.at] : []));

describe('shot detection', () => {
  test('finds hard cuts to the frame, whatever the lengths', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 12, max: 40 }), { minLength: 2, maxLength: 5 }), (lengths) => {
        const frames = lengths.flatMap((length, index) => run(index + 1, length));
        let at = 0;
        const expected = lengths.slice(0, -1).map((length) => (at += length));
        expect(cutsOf(frames)).toEqual(expected);
      }),
      { numRuns: scaled(10) },
    );
  });

  test('one still scene has one shot, and no frames have none', () => {
    expect(boundaries(run(3, 50))).toEqual([]);
    expect(createShotDetector().finish().shots).toEqual([]);
  });

  test.each([8, 16, 24, 48])('a dissolve of %i frames starts its new shot in the middle', (length) => {
    const mixed = Array.from({ length: length - 1 }, (_, t) => mix(scene(1, 40 + t), scene(2, t), (t + 1) / length));
    const found = boundaries([...run(1, 40), ...mixed, ...run(2, 60)]);
    expect(found).toHaveLength(1);
    expect(found[0]?.kind).toBe('dissolve');
    expect(Math.abs((found[0]?.at ?? 0) - (40 + (length - 1) / 2))).toBeLessThanOrEqual(1.5);
  });

  test('a fade through black is one boundary in its middle; a fade at either end is none', () => {
    const fadeOut = (seed: number) =>
      Array.from({ length: 12 }, (_, t) => mix(scene(seed, 40 + t), flat(16), (t + 1) / 12));
    const up = Array.from({ length: 12 }, (_, t) => mix(flat(16), scene(2, t), (t + 1) / 12));
    const found = boundaries([...run(1, 40), ...fadeOut(1), ...up, ...run(2, 40)]);
    expect(found).toHaveLength(1);
    expect(found[0]?.kind).toBe('fade');
    expect(Math.abs((found[0]?.at ?? 0) - 52)).toBeLessThanOrEqual(2);
    expect(boundaries([...up, ...run(2, 40), ...fadeOut(2)])).toHaveLength(0);
  });

  test('a flash of up to three frames is no cut', () => {
    for (const length of [1, 2, 3]) {
      const frames = run(4, 60).map((frame, at) => (at >= 30 && at < 30 + length ? brighter(frame, 120) : frame));
      expect(boundaries(frames)).toEqual([]);
      const white = run(4, 60).map((frame, at) => (at >= 30 && at < 30 + length ? flat(235) : frame));
      expect(boundaries(white)).toEqual([]);
    }
  });

  test('a whip pan is no cut', () => {
    let position = 0;
    const frames = Array.from({ length: 60 }, (_, t) => {
      position += t > 20 && t < 35 ? 9 : 0.2;
      return scene(5, position, 1);
    });
    expect(boundaries(frames)).toEqual([]);
  });
});

describe('assembling shots', () => {
  const spans = fc.tuple(
    fc.nat(190),
    fc.integer({ min: 3, max: 20 }),
    fc.constantFrom('dissolve' as const, 'fade' as const),
  );

  test('shots abut and cover the file', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(199)), fc.array(spans), (cuts, drawn) => {
        const graduals: GradualTransition[] = drawn.map(([firstFrame, length, kind]) => ({
          kind,
          firstFrame,
          lastFrame: firstFrame + length,
        }));
        const shots = assembleShots(200, cuts, graduals);
        let next = 0;
        for (const shot of shots) {
          expect(shot.firstFrame).toBe(next);
          expect(shot.lastFrame).toBeGreaterThanOrEqual(shot.firstFrame);
          next = shot.lastFrame + 1;
        }
        expect(next).toBe(200);
      }),
      { numRuns: scaled(200) },
    );
  });

  test('the middle belongs to the new shot', () => {
    expect(middleOf({ firstFrame: 10, lastFrame: 12 })).toBe(11);
    expect(middleOf({ firstFrame: 10, lastFrame: 13 })).toBe(12);
  });
});

test('shrinking a plane averages boxes and keeps its mean', () => {
  const plane = Uint8Array.from({ length: 320 * 180 }, (_, at) => (at * 31) % 256);
  const small = shrinkPlane(plane, { width: 320, height: 180 }, { width: 64, height: 36 });
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(small)).toBeCloseTo(mean(plane), 3);
  expect(shrinkPlane(Uint8Array.of(7), { width: 1, height: 1 }, { width: 4, height: 2 })).toEqual(
    new Float32Array(8).fill(7),
  );
});
