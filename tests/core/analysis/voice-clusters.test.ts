import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packCell, unpackCell, VOICE_DIMENSIONS, type VoiceCell } from '../../../core/analysis/voice-cells.ts';
import { clusterVoices } from '../../../core/analysis/voice-clusters.ts';
import { flicksFromSeconds } from '../../../core/time/flicks.ts';
import { scaled } from '../../scale.ts';
import { createRandom } from '../transcript/generated-talk.ts';
import { confusion } from './speaker-sets.ts';

/** Turns that everybody has: who is heard for a few seconds among several is not told apart (see `clusterVoices`). */
const LEAST_TURNS = 3;

/** Half seconds of voices whose frames are noisy around a middle of their own, which itself wanders from cell to cell. */
function talk(voices: number, turns: number, cellsPerTurn: number, seed: number) {
  const random = createRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const middles = Array.from({ length: voices }, () =>
    Float64Array.from({ length: VOICE_DIMENSIONS }, () => 3 * normal()),
  );
  const truth: number[] = [];
  const cells: VoiceCell[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const voice = turn < LEAST_TURNS * voices ? turn % voices : Math.floor(random() * voices);
    for (let n = 0; n < cellsPerTurn; n++) {
      const middle = middles[voice]?.map((value) => value + 0.4 * normal()) ?? new Float64Array(VOICE_DIMENSIONS);
      const sums = new Float64Array(VOICE_DIMENSIONS);
      const products = new Float64Array(VOICE_DIMENSIONS ** 2);
      for (let frame = 0; frame < 20; frame++) {
        const row = middle.map((value) => value + 1.5 * normal());
        for (const [p, value] of row.entries()) {
          sums[p] = (sums[p] ?? 0) + value;
          for (const [q, other] of row.entries())
            products[p * VOICE_DIMENSIONS + q] = (products[p * VOICE_DIMENSIONS + q] ?? 0) + value * other;
        }
      }
      const at = cells.length / 2;
      cells.push({
        ...{ count: 20, sums, products, run: turn },
        span: { start: flicksFromSeconds(at), end: flicksFromSeconds(at + 0.5) },
      });
      truth.push(voice);
    }
  }
  return { cells, truth };
}

describe('voices without a model', () => {
  test.each([1, 2, 3, 5])('%i are counted and told apart', (voices) => {
    const talks = scaled(1);
    let right = 0;
    for (let seed = 1; seed <= talks; seed++) {
      const { cells, truth } = talk(voices, 4 * voices, 12, 40 * voices + seed);
      const { speakers, labels, confidence } = clusterVoices(cells);
      expect(speakers).toBeLessThanOrEqual(voices);
      expect(confidence.every((sure) => sure > 0 && sure <= 1)).toBe(true);
      if (speakers === voices && confusion(truth, labels) < 0.03) right++;
    }
    expect(right).toBeGreaterThanOrEqual(talks * 0.8);
  });

  test('talk with more pieces than are compared with each other is clustered as well', () => {
    const { cells, truth } = talk(3, 300, 5, 9);
    const { speakers, labels } = clusterVoices(cells);
    expect(speakers).toBe(3);
    expect(confusion(truth, labels)).toBeLessThan(0.03);
  });

  test('nothing, or nothing loud, is nobody or one', () => {
    expect(clusterVoices([])).toEqual({ speakers: 0, labels: [], confidence: [] });
    const { cells } = talk(1, 1, 3, 1);
    const silent = cells.map((cell) => ({
      ...cell,
      count: 0,
      sums: new Float64Array(18),
      products: new Float64Array(324),
    }));
    expect(clusterVoices(silent).labels).toEqual([0, 0, 0]);
  });

  test('packed cells come back to their hundredths', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        for (const cell of talk(1, 1, 1, seed).cells) {
          const back = unpackCell(packCell(cell));
          expect(back.count).toBe(cell.count);
          for (const [n, sum] of cell.sums.entries()) expect(Math.abs(sum - (back.sums[n] ?? 0))).toBeLessThan(0.11);
          for (const [n, product] of cell.products.entries())
            expect(Math.abs(product - (back.products[n] ?? 0))).toBeLessThan(3);
        }
      }),
      { numRuns: scaled(20) },
    );
  });
});
