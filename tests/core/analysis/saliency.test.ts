import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { salientPoint } from '../../../core/analysis/saliency.ts';
import { scaled } from '../../scale.ts';

const [width, height] = [160, 90];
const flat = () => new Uint8Array(width * height).fill(120);

describe('where the eye goes', () => {
  it('is what stands out, wherever it is', () => {
    const place = fc.record({
      x: fc.integer({ min: 20, max: 130 }),
      y: fc.integer({ min: 15, max: 65 }),
      bright: fc.boolean(),
    });
    fc.assert(
      fc.property(place, ({ x, y, bright }) => {
        const pixels = flat();
        for (let row = y; row < y + 10; row += 1) pixels.fill(bright ? 240 : 10, row * width + x, row * width + x + 10);
        const point = salientPoint({ pixels, width, height });
        expect(Math.abs((point?.x ?? 9) - (x + 5) / width)).toBeLessThan(0.15);
        expect(Math.abs((point?.y ?? 9) - (y + 5) / height)).toBeLessThan(0.3);
      }),
      { numRuns: scaled(30) },
    );
  });

  it('is nowhere in even pictures and where everything is alike', () => {
    expect(salientPoint({ pixels: flat(), width, height })).toBeUndefined();
    const chequered = flat().map((_, n) => ((Math.floor(n / 8) + Math.floor(n / width / 8)) % 2 === 0 ? 40 : 200));
    expect(salientPoint({ pixels: chequered, width, height })).toBeUndefined();
  });
});
