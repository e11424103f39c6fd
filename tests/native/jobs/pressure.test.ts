import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AT_EASE, batchOf, createPressure } from '../../../native/jobs/pressure.ts';
import { scaled } from '../../scale.ts';

const TOTAL = 16e9;

/** A machine of 16 GB and 4 cores whose free memory is told. */
function machine() {
  let free = 1;
  const pressure = createPressure(4, () => ({ totalBytes: TOTAL, availableBytes: free * TOTAL }));
  return {
    pressure,
    /** Looks until nothing changes any more; what was said. */
    settle(share: number): readonly string[] {
      free = share;
      const said: string[] = [];
      for (let sentence = pressure.look(); sentence !== undefined; sentence = pressure.look()) said.push(sentence);
      return said;
    },
  };
}

test('as memory runs short, workers go first, then batches and at last pictures get smaller; each step is said', () => {
  const { pressure, settle } = machine();
  expect(settle(0.5)).toEqual([]);
  expect(settle(0.2)).toEqual(['3.2 of 16.0 GB of memory are free: 2 of 4 workers']);
  expect(pressure.ease).toEqual(AT_EASE);
  expect(settle(0.14)).toEqual(['2.2 of 16.0 GB of memory are free: 1 of 4 workers, batches × 0.5']);
  expect(settle(0.08)).toEqual(['1.3 of 16.0 GB of memory are free: 1 of 4 workers, batches × 0.25, pictures × 0.75']);
  expect(settle(0.01).at(-1)).toBe(
    '0.2 of 16.0 GB of memory are free: 1 of 4 workers, one picture at a time, pictures × 0.5',
  );
  expect([batchOf(16, pressure.ease), batchOf(1, pressure.ease), pressure.ease.side]).toEqual([1, 1, 0.5]);
});

test('a fall takes one step a look, and all steps are taken back when memory is free again', () => {
  const { pressure, settle } = machine();
  expect(settle(0.01)).toHaveLength(3);
  const back = settle(0.9);
  expect(back).toHaveLength(3);
  expect(back.at(-1)).toBe('14.4 of 16.0 GB of memory are free: all 4 workers again');
  expect(pressure.ease).toEqual(AT_EASE);
});

test('memory that swings around a threshold does not make work swing', () => {
  const { pressure, settle } = machine();
  settle(0.14);
  const { ease } = pressure;
  for (const share of [0.151, 0.149, 0.16, 0.14, 0.17]) {
    settle(share);
    expect(pressure.ease).toEqual(ease);
  }
  settle(0.181);
  expect(pressure.ease).toEqual(AT_EASE);
});

test('whatever happened before, plenty of memory ends at ease and batches are never empty', () => {
  const check = (shares: readonly number[], usual: number) => {
    const { pressure, settle } = machine();
    for (const share of shares) {
      settle(share);
      expect(batchOf(usual, pressure.ease)).toBeGreaterThanOrEqual(1);
      expect(batchOf(usual, pressure.ease)).toBeLessThanOrEqual(usual);
    }
    settle(0.6);
    expect(pressure.ease).toEqual(AT_EASE);
  };
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(fc.array(share, { maxLength: 12 }), fc.integer({ min: 1, max: 64 }), check), {
    numRuns: scaled(100),
  });
});
