import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign } from '../../../core/analysis/assignment.ts';
import { faceTracks } from '../../../core/analysis/face-tracks.ts';
import { trackBoxAt, trackDetections } from '../../../core/analysis/tracks.ts';
import { scaled } from '../../scale.ts';
import { generatedCrowd, identityScores } from './generated-crowd.ts';

const OPTIONS = { highScore: 0.6, sureScore: 0.7, fewest: 3, patience: 30 };

/** The least sum of all ways to pair rows with columns or leave them apart. */
function leastByTrying(costs: readonly number[][], limit: number, taken: ReadonlySet<number> = new Set()): number {
  const [row, ...rest] = costs;
  if (row === undefined) return 0;
  const apart = limit + leastByTrying(rest, limit, taken);
  const paired = row.map((cost, column) =>
    taken.has(column) ? Number.POSITIVE_INFINITY : cost + leastByTrying(rest, limit, new Set([...taken, column])),
  );
  return Math.min(apart, ...paired);
}

describe('assignment', () => {
  it('costs the least there is', () => {
    const matrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) =>
      fc.array(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
    fc.assert(
      fc.property(matrix, fc.double({ min: 1, max: 8, noNaN: true }), (costs, limit) => {
        const columns = costs[0]?.length ?? 0;
        const pairs = assign(Float64Array.from(costs.flat()), costs.length, columns, limit);
        const used = [...pairs].filter((column) => column >= 0);
        expect(new Set(used).size).toBe(used.length);
        const sum = [...pairs].reduce((total, column, row) => total + (costs[row]?.[column] ?? limit), 0);
        expect(sum).toBeCloseTo(leastByTrying(costs, limit), 6);
      }),
      { numRuns: scaled(100) },
    );
  });
});

describe('tracking', () => {
  it('keeps identities through crossings and occlusions', () => {
    let [idf1, switches, frames] = [0, 0, 0];
    const seeds = [101, 102, 103];
    for (const seed of seeds) {
      const { detections, truth } = generatedCrowd(seed, 3, 600);
      const scores = identityScores(truth, trackDetections(detections, OPTIONS));
      idf1 += scores.idf1 / seeds.length;
      switches += scores.switches;
      frames += 600;
    }
    expect(idf1).toBeGreaterThan(0.94);
    expect(switches / frames).toBeLessThanOrEqual(2 / 1000);
  });

  it('moves straight between looks, and says nothing before, after and in long gaps', () => {
    const at = (frame: number, x: number) => ({ frame, found: [{ box: { x, y: 0.2, w: 0.1, h: 0.1 }, score: 0.9 }] });
    const [track] = trackDetections([at(0, 0.1), at(5, 0.12), at(10, 0.14)], OPTIONS);
    if (track === undefined) throw new Error('no track');
    expect(trackBoxAt(track, 7, 5)?.x).toBeCloseTo(0.128, 9);
    expect(trackBoxAt(track, 7, 4)).toBeUndefined();
    expect(trackBoxAt(track, 5, 1)?.x).toBe(0.12);
    expect([trackBoxAt(track, -1, 5), trackBoxAt(track, 11, 5)]).toEqual([undefined, undefined]);
  });

  it('begins anew with every shot', () => {
    const shots = [
      { firstFrame: 0, lastFrame: 9 },
      { firstFrame: 10, lastFrame: 12 },
    ];
    const face = { box: { x: 0.4, y: 0.4, w: 0.1, h: 0.1 }, score: 0.9, landmarks: [] };
    const looks = [0, 4, 8, 9, 10, 12].map((frame) => ({ frame, found: [face] }));
    expect(faceTracks(looks, shots, 25).map(({ firstFrame, lastFrame }) => [firstFrame, lastFrame])).toEqual([
      [0, 9],
      [10, 12],
    ]);
  });
});
