import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { storyCurve } from '../../../core/analysis/story-curve.ts';
import { scaled } from '../../scale.ts';
import { plantedStory } from './planted-story.ts';

describe('story beats of footage without words', () => {
  test('four of five planted hooks and climaxes are found within 2 s', () => {
    const count = 60;
    const near = { hook: 0, climax: 0 };
    for (let seed = 1; seed <= count; seed++) {
      const planted = plantedStory(seed);
      for (const { kind, second } of storyCurve(planted.input).moments) {
        if (Math.abs(second - planted[kind]) <= 2) near[kind]++;
      }
    }
    expect(near.hook).toBeGreaterThanOrEqual(0.8 * count);
    expect(near.climax).toBeGreaterThanOrEqual(0.8 * count);
  });

  test('footage in which nothing stands out, or of which nothing is known, has no moments', () => {
    const still = Array.from({ length: 60 }, () => 5);
    for (const input of [
      {},
      { motion: still },
      { motion: still, loudness: still.map(() => null) },
      { motion: [1, 9, 1] },
    ]) {
      expect(storyCurve(input).moments).toEqual([]);
    }
  });

  test('units do not matter; moments lie in the footage', () => {
    const curve = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 12, maxLength: 80 });
    fc.assert(
      fc.property(curve, fc.double({ min: 0.1, max: 10, noNaN: true }), (motion, factor) => {
        const { tension, moments } = storyCurve({ motion });
        const other = storyCurve({ motion: motion.map((value) => value * factor) });
        other.tension.forEach((value, second) => expect(Math.abs(value - (tension[second] ?? 0))).toBeLessThan(0.01));
        for (const { second, confidence } of moments) {
          expect(second).toBeGreaterThanOrEqual(0);
          expect(second).toBeLessThan(motion.length);
          expect(confidence).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: scaled(50) },
    );
  });
});
