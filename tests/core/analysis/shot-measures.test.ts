import { describe, expect, test } from 'vitest';
import { createFrameMeter, exposureOf, sharpnessOf, shiftBetween } from '../../../core/analysis/frame-measures.ts';
import { createShotMeter } from '../../../core/analysis/shot-measures.ts';
import type { Shot } from '../../../core/analysis/results.ts';
import type { Planes } from '../../../core/analysis/small-picture.ts';
import { flat, mix, scene } from './synthetic-scenes.ts';

const shot = (firstFrame: number, lastFrame: number): Shot => ({
  firstFrame,
  lastFrame,
  transitionIn: { kind: 'cut' },
});

function measure(frames: readonly Planes[], shots: readonly Shot[] = [shot(0, frames.length - 1)]) {
  const meter = createShotMeter();
  for (const frame of frames) meter.push(frame);
  return meter.finish(shots).shots;
}

/** Every pixel the mean of the 3 × 3 around it. */
function blurred({ width, height, y, u, v }: Planes): Planes {
  const soft = y.map((_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    let [sum, count] = [0, 0];
    for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(width - 1, column + 1); c++, count++) {
        sum += y[r * width + c] ?? 0;
      }
    }
    return Math.round(sum / count);
  });
  return { width, height, y: soft, u, v };
}

describe('shot measures', () => {
  test('blur lowers sharpness, contrast does not', () => {
    for (const seed of [1, 2, 3]) {
      const picture = scene(seed);
      const once = blurred(picture);
      const sharpness = ({ y }: Planes) => sharpnessOf(y, 64, 36);
      expect(sharpness(once)).toBeLessThan(sharpness(picture) - 3);
      expect(sharpness(blurred(once))).toBeLessThan(sharpness(once));
      expect(Math.abs(sharpness(mix(picture, flat(120), 0.4)) - sharpness(picture))).toBeLessThan(6);
    }
  });

  test('exposure falls towards black, white and clipping', () => {
    const exposure = (luma: (n: number) => number) => {
      const histogram = new Uint32Array(256);
      for (let n = 0; n < 1000; n++)
        histogram[Math.round(luma(n / 1000))] = (histogram[Math.round(luma(n / 1000))] ?? 0) + 1;
      return exposureOf(histogram, 1000);
    };
    const full = exposure((n) => 40 + 170 * n);
    expect(full).toBeGreaterThan(90);
    expect(exposure((n) => 18 + 40 * n)).toBeLessThan(50);
    expect(exposure((n) => 190 + 43 * n)).toBeLessThan(50);
    expect(exposure((n) => Math.min(235, 90 + 240 * n))).toBeLessThan(full - 20);
  });

  test('an even pan is motion but steady; a trembling one is not; a tripod is both calm and steady', () => {
    const frames = (position: (t: number) => number) => Array.from({ length: 40 }, (_, t) => scene(7, position(t), 1));
    const [still] = measure(frames(() => 0));
    const [pan] = measure(frames((t) => 1.5 * t));
    const [shaky] = measure(frames((t) => 1.5 * t + (t % 2 === 0 ? 3 : -3)));
    expect(still).toMatchObject({ motion: 0, steadiness: 100 });
    expect(pan?.motion).toBeGreaterThan(10);
    expect(pan?.steadiness).toBeGreaterThan(70);
    expect(shaky?.steadiness).toBeLessThan(30);
  });

  test('the best frame is the sharp one among blurred ones, and no frame of two pictures', () => {
    const soft = blurred(blurred(scene(4)));
    const frames = Array.from({ length: 20 }, (_, t) => (t === 13 ? scene(4) : soft));
    expect(measure(frames)[0]?.bestFrame).toBe(13);
    const dissolving: readonly Shot[] = [
      shot(0, 9),
      { firstFrame: 10, lastFrame: 19, transitionIn: { kind: 'dissolve', firstFrame: 6, lastFrame: 13 } },
    ];
    const [first, second] = measure(frames, dissolving);
    expect(first?.bestFrame).toBeLessThan(6);
    expect(second?.bestFrame).toBeGreaterThan(13);
  });

  test('colour means, and one frame is enough', () => {
    expect(measure([flat(77)])[0]).toMatchObject({
      meanColour: [77, 128, 128],
      bestFrame: 0,
      motion: 0,
      steadiness: 100,
    });
    expect(createFrameMeter()(flat(30)).change).toBe(0);
  });

  test('finds how far a profile moved, between pixels too', () => {
    const profile = (offset: number) => Float32Array.from({ length: 320 }, (_, n) => 60 * Math.sin((n - offset) / 9));
    for (const offset of [-11, -2.5, 0, 0.5, 7])
      expect(shiftBetween(profile(0), profile(offset))).toBeCloseTo(offset, 0);
  });
});
