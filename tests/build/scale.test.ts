import { expect, test } from 'vitest';
import { scaled, testScale } from '../scale.ts';

test('a scaled count grows with the scale and is never zero', () => {
  expect(scaled(100)).toBe(Math.max(1, Math.round(100 * testScale)));
  expect(scaled(0.001)).toBeGreaterThanOrEqual(1);
});
