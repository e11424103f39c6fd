import fc from 'fast-check';
import { expect, it } from 'vitest';
import { descriptorDistance } from '../../../core/analysis/picture-scores.ts';
import { diverseOrder, lookLikeness, repeatedLooks } from '../../../core/search/look-alikes.ts';
import { cosineOf, packVector, unitVector, unpackVector } from '../../../core/search/vectors.ts';
import { scaled } from '../../scale.ts';

const look = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 48, maxLength: 48 });
const vector = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 64, maxLength: 64 });

it('vectors come out of their bytes as they went in, cosines within a hundredth', () => {
  fc.assert(
    fc.property(vector, vector, (a, b) => {
      const [one, other] = [unitVector(a), unitVector(b)];
      const packed = packVector(one);
      expect(packed).toHaveLength(128);
      expect(cosineOf(unpackVector(packed), unpackVector(packVector(other)))).toBeCloseTo(cosineOf(one, other), 1.7);
      const self = cosineOf(one, unpackVector(packed));
      if (a.some((value) => Math.abs(value) > 1e-3)) expect(self).toBeGreaterThan(0.999);
    }),
    { numRuns: scaled(100) },
  );
});

it('distances of looks are a metric, and a look is like itself', () => {
  fc.assert(
    fc.property(look, look, look, (a, b, c) => {
      expect(descriptorDistance(a, a)).toBe(0);
      expect(lookLikeness(a, a)).toBe(1);
      expect(descriptorDistance(a, b)).toBe(descriptorDistance(b, a));
      expect(descriptorDistance(a, c)).toBeLessThanOrEqual(descriptorDistance(a, b) + descriptorDistance(b, c) + 1e-9);
      expect(repeatedLooks([a, b, a])[2]).toBe(0);
    }),
    { numRuns: scaled(100) },
  );
});

it('the varied order holds everything once, starts with the best, and without variety is the order by worth', () => {
  fc.assert(
    fc.property(
      fc.array(look, { minLength: 1, maxLength: 12 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (looks, weight) => {
        const worths = looks.map((_, index) => 1 - index / 100);
        const likeness = (a: number, b: number) => lookLikeness(looks[a] ?? [], looks[b] ?? []);
        const order = diverseOrder(worths, likeness, { weight, count: looks.length });
        expect(order.toSorted((a, b) => a - b)).toEqual(looks.map((_, index) => index));
        expect(order[0]).toBe(0);
        expect(diverseOrder(worths, likeness, { weight: 0, count: 99 })).toEqual(looks.map((_, index) => index));
      },
    ),
    { numRuns: scaled(50) },
  );
});

it('of twins and a stranger the stranger comes second', () => {
  const looks = [Array<number>(48).fill(10), Array<number>(48).fill(11), Array<number>(48).fill(240)];
  const likeness = (a: number, b: number) => lookLikeness(looks[a] ?? [], looks[b] ?? []);
  expect(diverseOrder([1, 0.9, 0.5], likeness, { weight: 0.5, count: 2 })).toEqual([0, 2]);
});
