import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign } from '../../../core/analysis/assignment.ts';
import { faceTracks } from '../../../core/analysis/face-tracks.ts';
import { trackBoxAt, trackDetections } from '../../../core/analysis/tracks.ts';
import { rejoined, untangled } from '../../../core/analysis/untangle-tracks.ts';
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
  it.each([
    [3, 0.96, 0.5],
    [8, 0.96, 1],
    [20, 0.96, 1.5],
  ])('keeps identities of %d through crossings and occlusions', (count, leastIdf1, mostSwitches) => {
    let [idf1, switches, frames] = [0, 0, 0];
    const seeds = [101, 102, 103];
    for (const seed of seeds) {
      const { detections, truth } = generatedCrowd(seed, count, 600);
      const scores = identityScores(truth, trackDetections(detections, OPTIONS));
      idf1 += scores.idf1 / seeds.length;
      switches += scores.switches;
      frames += 600;
    }
    expect(idf1).toBeGreaterThan(leastIdf1);
    expect((switches / frames) * 1000).toBeLessThanOrEqual(mostSwitches);
  });

  it('gives back what two that crossed were wrongly given of each other, and leaves alone what was right', () => {
    const walk = (from: number, step: number, size: number) =>
      Array.from({ length: 40 }, (_, frame) => {
        const box = { x: from + step * frame, y: 0.4, w: size, h: size };
        return { frame, box, score: 0.9 };
      });
    fc.assert(
      fc.property(
        fc.double({ min: 0.005, max: 0.02, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (step, late) => {
          const mistake = 20 + Math.round((late * 0.03) / step);
          const [right, left] = [walk(0.5 - 20 * step, step, 0.1), walk(0.5 + 20 * step, -step, 0.08)];
          const truth = [right, left];
          const taken = untangled(
            [
              [...right.slice(0, mistake), ...left.slice(mistake)],
              [...left.slice(0, mistake), ...right.slice(mistake)],
            ],
            OPTIONS.highScore,
          );
          const sizesAt = (tracks: typeof taken, frame: number) => tracks.map((seen) => seen[frame]?.box.w);
          for (const frame of [0, 5, 35, 39]) expect(sizesAt(taken, frame)).toEqual(sizesAt(truth, frame));
          expect(untangled(truth, OPTIONS.highScore)).toEqual(truth);
        },
      ),
      { numRuns: scaled(50) },
    );
  });

  it('puts together what was lost behind something and came out where it was going', () => {
    const seen = (frames: readonly number[]) =>
      frames.map((frame) => ({ frame, box: { x: 0.1 + 0.01 * frame, y: 0.4, w: 0.08, h: 0.1 }, score: 0.9 }));
    const [before, after] = [seen([0, 1, 2, 3, 4, 5]), seen([25, 26, 27, 28, 29])];
    const joining = { ...OPTIONS, looks: Array.from({ length: 30 }, (_, frame) => frame) };
    expect(rejoined([before, after], joining)).toEqual([[...before, ...after]]);
    expect(rejoined([before, after], { ...joining, patience: 10 })).toEqual([before, after]);
    const elsewhere = after.map((one) => ({ ...one, box: { ...one.box, y: 0.8 } }));
    expect(rejoined([before, elsewhere], joining)).toHaveLength(2);
  });

  it('tells apart two who were hidden at once and came out as each other', () => {
    const seen = (frames: readonly number[], y: number) =>
      frames.map((frame) => ({ frame, box: { x: 0.1 + 0.01 * frame, y, w: 0.08, h: 0.1 }, score: 0.9 }));
    const [early, late] = [
      [0, 1, 2, 3, 4, 5],
      [16, 17, 18, 19, 20],
    ];
    const truth = [0.3, 0.42].map((y) => [...seen(early, y), ...seen(late, y)]);
    const mixed = [
      [...seen(early, 0.3), ...seen(late, 0.42)],
      [...seen(early, 0.42), ...seen(late, 0.3)],
    ];
    const joining = { ...OPTIONS, looks: Array.from({ length: 21 }, (_, frame) => frame) };
    expect(rejoined(mixed, joining)).toEqual(truth);
    expect(rejoined(truth, joining)).toEqual(truth);
  });

  it('does not let what looks a little like a hidden thing, once, take its track', () => {
    const at = (frame: number, x: number, score: number) => ({
      frame,
      found: [{ box: { x, y: 0.4, w: 0.08, h: 0.1 }, score }],
    });
    const before = [0, 1, 2, 3, 4, 5].map((frame) => at(frame, 0.1 + 0.01 * frame, 0.9));
    const after = [19, 20, 21, 22, 23].map((frame) => at(frame, 0.1 + 0.01 * frame, 0.9));
    const hidden = (look: number | undefined) =>
      Array.from({ length: 13 }, (_, n) => (n + 6 === look ? at(look, 0.24, 0.4) : { frame: n + 6, found: [] }));
    const [plain] = trackDetections([...before, ...hidden(undefined), ...after], OPTIONS);
    const tracks = trackDetections([...before, ...hidden(14), ...after], OPTIONS);
    expect(tracks).toEqual([plain]);
    // Seen again at the next look it is believed.
    const twice = [...before, ...hidden(14).map((look) => (look.frame === 15 ? at(15, 0.25, 0.4) : look)), ...after];
    expect(trackDetections(twice, OPTIONS)[0]?.seen.map(({ frame }) => frame)).toContain(14);
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
