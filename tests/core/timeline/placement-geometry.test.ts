import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fittedSize,
  inverseOf,
  mapPoint,
  placementOf,
  type FrameSize,
  type PlacedLayer,
} from '../../../core/timeline/placement-geometry.ts';
import { NO_TRANSFORM, type Transform } from '../../../core/timeline/picture.ts';
import { scaled } from '../../scale.ts';

const size = fc.record({ width: fc.integer({ min: 2, max: 4096 }), height: fc.integer({ min: 2, max: 4096 }) });
const share = fc.double({ min: -2, max: 2, noNaN: true });
const scale = fc.oneof(fc.double({ min: 0.05, max: 5, noNaN: true }), fc.double({ min: -5, max: -0.05, noNaN: true }));
const transforms: fc.Arbitrary<Transform> = fc.record({
  positionX: share,
  positionY: share,
  scaleX: scale,
  scaleY: scale,
  rotationDegrees: fc.double({ min: -720, max: 720, noNaN: true }),
  anchorX: share,
  anchorY: share,
});
const runs = { numRuns: scaled(200) };
const frame: FrameSize = { width: 1920, height: 1080 };
const corner = (layer: PlacedLayer, x: number, y: number, fitted: FrameSize = frame) =>
  mapPoint(placementOf(fitted, frame, layer).matrix, x, y);
const near = (a: number, b: number) => Math.abs(a - b) < 1e-6 * (1 + Math.abs(a) + Math.abs(b));

describe('how a picture meets the frame', () => {
  it('is whole and touches two sides, covers it, or takes its size', () => {
    fc.assert(
      fc.property(size, size, (picture, target) => {
        const fit = fittedSize(picture, target);
        expect(fit.width <= target.width * 1.000001 && fit.height <= target.height * 1.000001).toBe(true);
        expect(near(fit.width, target.width) || near(fit.height, target.height)).toBe(true);
        const fill = fittedSize(picture, target, 'fill');
        expect(fill.width >= target.width * 0.999999 && fill.height >= target.height * 0.999999).toBe(true);
        for (const { width, height } of [fit, fill])
          expect(near(width / height, picture.width / picture.height)).toBe(true);
        expect(fittedSize(picture, target, 'stretch')).toEqual(target);
        expect(fittedSize(picture, target, 'blur')).toEqual(target);
      }),
      runs,
    );
  });
});

describe('where a transformed picture lies', () => {
  it('is in the middle of the frame, whatever the anchor, when nothing moves it', () => {
    fc.assert(
      fc.property(size, share, share, (fitted, anchorX, anchorY) => {
        const { matrix } = placementOf(fitted, frame, { transform: { ...NO_TRANSFORM, anchorX, anchorY } });
        const middle = mapPoint(matrix, 0.5, 0.5);
        expect(near(middle.x, 960) && near(middle.y, 540)).toBe(true);
        expect(near(matrix.a, fitted.width) && near(matrix.d, fitted.height)).toBe(true);
      }),
      runs,
    );
  });

  it('turns and scales around its anchor, which position alone moves', () => {
    fc.assert(
      fc.property(size, transforms, (fitted, transform) => {
        const { matrix } = placementOf(fitted, frame, { transform });
        const anchor = mapPoint(matrix, 0.5 + transform.anchorX, 0.5 + transform.anchorY);
        expect(near(anchor.x, 1920 * (0.5 + transform.positionX) + transform.anchorX * fitted.width)).toBe(true);
        expect(near(anchor.y, 1080 * (0.5 + transform.positionY) + transform.anchorY * fitted.height)).toBe(true);
        const area = Math.abs(matrix.a * matrix.d - matrix.b * matrix.c);
        expect(near(area, Math.abs(transform.scaleX * transform.scaleY) * fitted.width * fitted.height)).toBe(true);
      }),
      runs,
    );
  });

  it('turns clockwise and mirrors by negative scales', () => {
    const turned = { transform: { ...NO_TRANSFORM, rotationDegrees: 90 } };
    expect(corner(turned, 0, 0)).toEqual({ x: 1500, y: -420 });
    expect(corner(turned, 1, 0)).toEqual({ x: 1500, y: 1500 });
    expect(corner({ transform: { ...NO_TRANSFORM, scaleX: -1 } }, 0, 0)).toEqual({ x: 1920, y: 0 });
    expect(corner({ transform: { ...NO_TRANSFORM, positionX: 0.25, scaleX: 0.5, scaleY: 0.5 } }, 0, 0)).toEqual({
      x: 960,
      y: 270,
    });
  });

  it('has a way back', () => {
    fc.assert(
      fc.property(size, transforms, share, share, (fitted, transform, x, y) => {
        const { matrix } = placementOf(fitted, frame, { transform });
        const back = inverseOf(matrix);
        if (back === undefined) throw new Error('no area');
        const there = mapPoint(matrix, x, y);
        const again = mapPoint(back, there.x, there.y);
        expect(Math.abs(again.x - x) + Math.abs(again.y - y)).toBeLessThan(1e-6);
      }),
      runs,
    );
    expect(inverseOf(placementOf(frame, frame, { transform: { ...NO_TRANSFORM, scaleX: 0 } }).matrix)).toBeUndefined();
  });
});

describe('the moving edges of transitions', () => {
  const directions = fc.constantFrom('left' as const, 'right' as const, 'up' as const, 'down' as const);
  const progress = fc.double({ min: 0, max: 1, noNaN: true });

  it('share the frame between what leaves and what enters, on whole pixels', () => {
    fc.assert(
      fc.property(directions, progress, size, (direction, value, target) => {
        const placed = (kind: 'enter' | 'leave') =>
          placementOf(target, target, { motion: { kind, direction, progress: value } }).matrix;
        const [leave, enter] = [placed('leave'), placed('enter')];
        expect([leave.e, leave.f].every(Number.isInteger)).toBe(true);
        const isAcross = direction === 'left' || direction === 'right';
        const sign = direction === 'right' || direction === 'down' ? -1 : 1;
        expect(enter.e - leave.e).toBe(isAcross ? sign * target.width : 0);
        expect(enter.f - leave.f).toBe(isAcross ? 0 : sign * target.height);
        expect(Math.abs(isAcross ? leave.e : leave.f)).toBe(
          Math.round(value * (isAcross ? target.width : target.height)),
        );
      }),
      runs,
    );
  });

  it('uncover a growing share from the side they come from', () => {
    const revealed = (direction: 'left' | 'right' | 'up' | 'down') =>
      placementOf(frame, frame, { motion: { kind: 'reveal', direction, progress: 0.25 } }).window;
    expect(revealed('right')).toEqual({ x: 0, y: 0, width: 480, height: 1080 });
    expect(revealed('left')).toEqual({ x: 1440, y: 0, width: 480, height: 1080 });
    expect(revealed('down')).toEqual({ x: 0, y: 0, width: 1920, height: 270 });
    expect(revealed('up')).toEqual({ x: 0, y: 810, width: 1920, height: 270 });
  });

  it('leave a crop where the picture is', () => {
    const { shown } = placementOf(frame, frame, { crop: { left: 0.1, top: 0.2, right: 0.3, bottom: 0 } });
    expect(shown.x).toBe(0.1);
    expect(shown.width).toBeCloseTo(0.6);
    expect(shown.height).toBeCloseTo(0.8);
    expect(placementOf(frame, frame, { crop: { left: 0.6, top: 0, right: 0.6, bottom: 0 } }).shown.width).toBe(0);
  });
});
