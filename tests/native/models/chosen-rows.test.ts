import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withChosenRows } from '../../../native/models/chosen-rows.ts';
import { floats, integers, type Tensors } from '../../../native/models/tensors.ts';
import { scaled } from '../../scale.ts';

const score = fc.oneof(fc.float({ min: -1, max: 2, noNaN: true }), fc.constant(Number.NaN));

describe('rows of outputs', () => {
  it('are those whose scores are high enough, each with its index, in order; other outputs stay', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(score, score), { maxLength: 60 }),
        fc.double({ min: 0.01, max: 1 }),
        (all, least) => {
          const outputs: Tensors = {
            a: { type: 'float32', dims: [1, all.length, 1], data: Float32Array.from(all, ([one]) => one) },
            b: {
              type: 'float32',
              dims: [1, all.length, 2],
              data: Float32Array.from(all.flatMap(([, two], n) => [n, two])),
            },
            other: { type: 'float32', dims: [1], data: Float32Array.of(7) },
          };
          const scores = [
            { output: 'a', column: 0 },
            { output: 'b', column: 1 },
          ];
          const chosen = withChosenRows(outputs, [{ outputs: { a: 1, b: 2 }, scores, least, indexes: 'which' }]);
          const clipped = (value: number) => Math.min(1, Math.max(0, value));
          const wanted = all.flatMap(([one, two], n) => (clipped(one) * clipped(two) >= least ? [n] : []));
          expect([...integers(chosen, 'which')]).toEqual(wanted);
          expect([...floats(chosen, 'a')]).toEqual(wanted.map((n) => all[n]?.[0]));
          expect([...floats(chosen, 'b')]).toEqual(wanted.flatMap((n) => [n, all[n]?.[1]]));
          expect(floats(chosen, 'other')).toEqual(Float32Array.of(7));
        },
      ),
      { numRuns: scaled(60) },
    );
  });
});
