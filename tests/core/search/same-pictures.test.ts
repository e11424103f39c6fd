import fc from 'fast-check';
import { expect, it } from 'vitest';
import { halfPicture } from '../../../core/analysis/camera-motion.ts';
import { descriptorDistance, pictureDescriptor } from '../../../core/analysis/picture-scores.ts';
import { NEAR_DUPLICATE } from '../../../core/analysis/shot-scores.ts';
import { randomSource } from '../../../core/director/random.ts';
import { scaled } from '../../scale.ts';

/** Soft blobs of light and colour: a picture by its seed, at any size, lightness and crop. */
function look(
  seed: number,
  change: { readonly lighter?: number; readonly zoom?: number; readonly width?: number } = {},
) {
  const { lighter = 0, zoom = 1, width = 320 } = change;
  const random = randomSource(seed);
  const blobs = Array.from({ length: 9 }, () => [random(), random(), 0.1 + 0.3 * random(), random() - 0.5] as const);
  const plane = (wide: number, high: number, shift: number, base: number) =>
    Uint8Array.from({ length: wide * high }, (_, at) => {
      const x = 0.5 + (((at % wide) + 0.5) / wide - 0.5) / zoom;
      const y = 0.5 + ((Math.floor(at / wide) + 0.5) / high - 0.5) / zoom;
      const sum = blobs.reduce((light, [u, v, size, strength], n) => {
        const distance = ((x - u) ** 2 + (y - v) ** 2) / size ** 2;
        return light + (((n + shift) % 3) + 1) * strength * Math.exp(-distance);
      }, 0);
      return Math.max(16, Math.min(235, base + 60 * sum));
    });
  const height = (width * 9) / 16;
  const y = plane(width, height, 0, 110 + lighter);
  const [u, v] = [plane(width / 2, height / 2, 1, 128), plane(width / 2, height / 2, 2, 128)];
  return pictureDescriptor({ width, height, y, u, v }, halfPicture(y, width, height));
}

const seed = fc.integer({ min: 1, max: 1e6 });

it('the same picture a little lighter, closer or smaller is a near-duplicate', () => {
  fc.assert(
    fc.property(seed, (one) => {
      const original = look(one);
      expect(descriptorDistance(original, look(one))).toBe(0);
      for (const change of [{ lighter: 10 }, { zoom: 1.03 }, { width: 256 }, { lighter: -8, zoom: 1.02 }]) {
        expect([change, descriptorDistance(original, look(one, change)) < NEAR_DUPLICATE]).toEqual([change, true]);
      }
    }),
    { numRuns: scaled(8) },
  );
});

it('pictures of different places are hardly ever taken for each other', () => {
  const looks = Array.from({ length: 24 }, (_, n) => look(5000 + n));
  const pairs = looks.flatMap((a, n) => looks.slice(n + 1).map((b) => descriptorDistance(a, b)));
  expect(pairs.filter((distance) => distance < NEAR_DUPLICATE).length / pairs.length).toBeLessThan(0.01);
});
