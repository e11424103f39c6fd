import { expect, test } from 'vitest';
import { exposureOf } from '../../../core/analysis/exposure.ts';

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
