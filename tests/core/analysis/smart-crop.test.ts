import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cropPath, tautString } from '../../../core/analysis/crop-path.ts';
import { cropCurves, planSmartCrop, type CropOrder } from '../../../core/analysis/smart-crop.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { valueAt } from '../../../core/timeline/keyframes.ts';
import { fittedSize } from '../../../core/timeline/placement-geometry.ts';
import { scaled } from '../../scale.ts';
import { framesInside, generatedFaces } from './generated-faces.ts';

const FRAME = 705_600_000 / 25;
const PORTRAIT: CropOrder = { sourceAspect: 16 / 9, targetAspect: 9 / 16, framesPerSecond: 25, stride: 5, faces: [] };

/** All frames of shots in order, at 25 per second. */
const shownOnce = (shots: readonly { readonly lastFrame: number }[]) =>
  Array.from({ length: (shots.at(-1)?.lastFrame ?? -1) + 1 }, (_, frame) => ({ at: flicks(frame * FRAME), frame }));

describe('the taut string', () => {
  it('stays in its tube and is no longer than any other path that does', () => {
    const tube = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.5, noNaN: true })),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(tube, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40 }), (pairs, picks) => {
        const low = Float64Array.from(pairs, ([from]) => from);
        const high = Float64Array.from(pairs, ([from, room]) => from + room);
        const path = tautString({ low, high });
        const other = pairs.map(([from, room], n) => from + room * (picks[n] ?? 0));
        const length = (values: ArrayLike<number>) =>
          Array.from(values).reduce((sum, value, n) => sum + (n === 0 ? 0 : Math.abs(value - (values[n - 1] ?? 0))), 0);
        path.forEach((value, n) => {
          expect(value).toBeGreaterThanOrEqual((low[n] ?? 0) - 1e-9);
          expect(value).toBeLessThanOrEqual((high[n] ?? 0) + 1e-9);
        });
        expect(length(path)).toBeLessThanOrEqual(length(other) + 1e-9);
      }),
      { numRuns: scaled(100) },
    );
  });
});

describe('the path of a crop', () => {
  it('never jumps, and keeps what must be seen wherever some path as fast as it may be could', () => {
    const step = fc.double({ min: -0.018, max: 0.018, noNaN: true });
    const frames = fc.array(fc.tuple(step, fc.double({ min: 0, max: 0.1, noNaN: true })), {
      minLength: 2,
      maxLength: 120,
    });
    fc.assert(
      fc.property(frames, (pairs) => {
        let centre = 0.5;
        // A tube around a path that keeps to the limit: it can be kept to.
        const way = Float64Array.from(pairs, ([by]) => (centre = Math.min(1, Math.max(0, centre + by))));
        const must = {
          low: way.map((value, n) => value - (pairs[n]?.[1] ?? 0)),
          high: way.map((value, n) => value + (pairs[n]?.[1] ?? 0)),
        };
        const path = cropPath({ low: way, high: way }, must, { velocity: 0.008, haste: 0.018, ease: 15 });
        path.forEach((value, n) => {
          expect(value).toBeGreaterThanOrEqual((must.low[n] ?? 0) - 1e-9);
          expect(value).toBeLessThanOrEqual((must.high[n] ?? 0) + 1e-9);
          expect(Math.abs(value - (path[n - 1] ?? value))).toBeLessThanOrEqual(0.018 + 1e-9);
        });
      }),
      { numRuns: scaled(100) },
    );
  });

  it('does not jump either where what must be seen does, and is there until then', () => {
    const must = {
      low: Float64Array.from({ length: 100 }, (_, n) => (n < 50 ? 0.2 : 0.7)),
      high: Float64Array.from({ length: 100 }, (_, n) => (n < 50 ? 0.3 : 0.8)),
    };
    const path = cropPath(must, must, { velocity: 0.01, haste: 0.018, ease: 15 });
    path.forEach((value, n) => expect(Math.abs(value - (path[n - 1] ?? value))).toBeLessThanOrEqual(0.018 + 1e-9));
    for (const at of [0, 25, 49]) expect(path[at]).toBeLessThanOrEqual(0.3 + 1e-9);
    expect(path[99]).toBeGreaterThanOrEqual(0.7 - 1e-9);
  });
});

describe('smart crop', () => {
  it('keeps the face inside, moves evenly, stays in the picture, and starts anew with each shot', () => {
    let [inside, frames] = [0, 0];
    for (const seed of [1, 2, 3]) {
      const shots = generatedFaces(seed, 12);
      for (const targetAspect of [9 / 16, 4 / 5, 1]) {
        const order = { ...PORTRAIT, targetAspect, faces: shots.map(({ track }) => track) };
        planSmartCrop(shots, order).forEach(({ centres, window, axis, subject }, n) => {
          expect([axis, subject]).toEqual(['x', 'faces']);
          const truth = shots[n]?.truth ?? [];
          expect(centres).toHaveLength(truth.length);
          inside += framesInside(truth, centres, window, 'x');
          frames += truth.length;
          centres.forEach((centre, at) => {
            expect(centre).toBeGreaterThanOrEqual(window / 2 - 1e-9);
            expect(centre).toBeLessThanOrEqual(1 - window / 2 + 1e-9);
            if (at > 0) expect(Math.abs(centre - (centres[at - 1] ?? 0))).toBeLessThanOrEqual(0.02);
          });
        });
      }
    }
    expect(inside / frames).toBeGreaterThan(0.98);
  });

  it('stands still while the subject stays about where it is', () => {
    const [shot] = generatedFaces(5, 1);
    if (shot === undefined) throw new Error('no shot');
    const still = shot.track.seen.map(({ frame, score }) => ({
      frame,
      score,
      box: { x: 0.3 + 0.01 * Math.sin(frame), y: 0.3, w: 0.1, h: 0.2 },
    }));
    const [crop] = planSmartCrop([shot], { ...PORTRAIT, faces: [{ ...shot.track, seen: still }] });
    expect(new Set(crop?.centres).size).toBe(1);
    expect(cropCurves(crop === undefined ? [] : [crop], shownOnce([shot])).keyframes.positionX).toHaveLength(1);
  });

  it('follows the most important faces that fit together, else the most important one', () => {
    const face = (id: number, x: number, w: number) => ({
      ...{ id, firstFrame: 0, lastFrame: 49, confidence: 0.9, portraits: [] },
      seen: [0, 49].map((frame) => ({ frame, box: { x, y: 0.2, w, h: w * 1.5 }, score: 0.9 })),
    });
    const shots = [{ firstFrame: 0, lastFrame: 49 }];
    const centre = (...faces: ReturnType<typeof face>[]) =>
      planSmartCrop(shots, { ...PORTRAIT, faces })[0]?.centres[20] ?? 0;
    const window = 81 / 256;
    // Both fit: between them. They do not: the larger one.
    expect(Math.abs(centre(face(0, 0.4, 0.08), face(1, 0.52, 0.08)) - 0.5)).toBeLessThan(0.02);
    const apart = centre(face(0, 0.1, 0.12), face(1, 0.8, 0.06));
    expect(apart - window / 2).toBeLessThanOrEqual(0.1);
    expect(apart + window / 2).toBeLessThan(0.8);
  });

  it('says which path it took where there are no faces', () => {
    const shots = [0, 100, 200].map((firstFrame) => ({ firstFrame, lastFrame: firstFrame + 99 }));
    const seen = [{ frame: 50, box: { x: 0.7, y: 0.2, w: 0.2, h: 0.6 }, score: 0.8 }];
    const objects = [{ id: 0, firstFrame: 50, lastFrame: 50, seen }];
    const crops = planSmartCrop(shots, { ...PORTRAIT, objects, salient: new Map([[100, { x: 0.2, y: 0.5 }]]) });
    expect(crops.map(({ subject }) => subject)).toEqual(['objects', 'saliency', 'centre']);
    const [first, second, third] = crops.map(({ centres }) => centres[50] ?? 0);
    expect(first).toBeGreaterThan(0.7);
    expect(second).toBeLessThan(0.3);
    expect(third).toBe(0.5);
  });

  it('becomes keyframes that show exactly the planned window in a frame of 1080 × 1920, cuts included', () => {
    const shots = generatedFaces(9, 4);
    const crops = planSmartCrop(shots, { ...PORTRAIT, faces: shots.map(({ track }) => track) });
    const { fit, keyframes } = cropCurves(crops, shownOnce(shots));
    const frame = { width: 1080, height: 1920 };
    const picture = fittedSize({ width: 1920, height: 1080 }, frame, fit);
    expect(Math.round(picture.height)).toBe(1920);
    for (const { firstFrame, centres } of crops) {
      centres.forEach((centre, n) => {
        const position = valueAt(keyframes.positionX, flicks((firstFrame + n) * FRAME), 0);
        // Where the frame's middle lies in the picture.
        const shown = 0.5 - (position * frame.width) / picture.width;
        expect(Math.abs(shown - centre)).toBeLessThan(0.001);
        expect(Math.abs(position) * frame.width).toBeLessThanOrEqual((picture.width - frame.width) / 2 + 0.5);
      });
    }
  });

  it('cuts above and below where the target is wider, and nothing where both have one shape', () => {
    const shots = generatedFaces(11, 3);
    const faces = shots.map(({ track }) => track);
    const wide = planSmartCrop(shots, { ...PORTRAIT, sourceAspect: 9 / 16, targetAspect: 16 / 9, faces });
    expect(wide.every(({ axis }) => axis === 'y')).toBe(true);
    expect(cropCurves(wide, shownOnce(shots)).keyframes.positionY).toBeDefined();
    const same = planSmartCrop(shots, { ...PORTRAIT, sourceAspect: 9 / 16, faces });
    expect(cropCurves(same, shownOnce(shots))).toEqual({ fit: 'fill', keyframes: {} });
  });
});
