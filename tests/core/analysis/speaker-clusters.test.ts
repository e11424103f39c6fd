import { describe, expect, test } from 'vitest';
import { speakerAt } from '../../../core/analysis/diarize.ts';
import { clusterSpeakers } from '../../../core/analysis/speaker-clusters.ts';
import { symmetricEigen } from '../../../core/analysis/symmetric-eigen.ts';
import { flicksFromSeconds } from '../../../core/time/flicks.ts';
import { scaled } from '../../scale.ts';
import { createRandom } from '../transcript/generated-talk.ts';
import { confusion, plainClusters, speakerSet } from './speaker-sets.ts';

describe('grouping windows by speaker', () => {
  test('2 to 10 speakers: the exact count in 90 % of sets, at most half the errors of plain clustering', () => {
    const seeds = Array.from({ length: scaled(9) }, (_, index) => index + 1);
    const found = seeds.map((seed) => {
      const { windows, truth, speakers } = speakerSet(seed);
      const ours = clusterSpeakers(windows);
      return {
        isExact: ours.speakers === speakers,
        ours: confusion(truth, ours.labels),
        // The plain way is slow: every second set is enough to compare with.
        plain: seed % 2 === 0 ? confusion(truth, plainClusters(windows, 0.8)) : undefined,
      };
    });
    const compared = found.filter(({ plain }) => plain !== undefined);
    const sum = (of: 'ours' | 'plain') => compared.reduce((total, one) => total + (one[of] ?? 0), 0);
    expect(found.filter(({ isExact }) => isExact).length / seeds.length).toBeGreaterThanOrEqual(0.9);
    expect(sum('ours')).toBeLessThanOrEqual(sum('plain') / 2);
  });

  test('one speaker is one; nothing is nobody; labels start at 0 in order of appearance', () => {
    const { windows, truth } = speakerSet(1);
    const [first] = truth;
    const alone = windows.filter((_, index) => truth[index] === first);
    expect(clusterSpeakers(alone).speakers).toBe(1);
    expect(clusterSpeakers([])).toEqual({ speakers: 0, labels: [], confidence: [] });
    const { labels, confidence } = clusterSpeakers(windows);
    expect([...new Set(labels)]).toEqual([...new Set(labels)].toSorted((a, b) => a - b));
    expect(confidence.every((sure) => sure >= 0 && sure <= 1)).toBe(true);
  });

  test('words take the speaker of the turn they lie in, or of one within a second', () => {
    const turn = (start: number, end: number, speaker: number) => ({
      start: flicksFromSeconds(start),
      end: flicksFromSeconds(end),
      speaker,
      confidence: 1,
    });
    const turns = [turn(0, 2, 0), turn(2, 3, 1), turn(10, 12, 0)];
    const at = (seconds: number) =>
      speakerAt(turns, { start: flicksFromSeconds(seconds), end: flicksFromSeconds(seconds + 0.1) });
    expect([1, 1.99, 2.5, 3.5, 6, 9.5, 11, 20].map(at)).toEqual([0, 1, 1, 1, undefined, 0, 0, undefined]);
  });
});

test('eigenvectors are turned by the matrix into multiples of themselves', () => {
  const random = createRandom(3);
  const half = Array.from({ length: 12 }, () => Float64Array.from({ length: 12 }, () => random() - 0.5));
  const matrix = half.map((row, p) => row.map((value, q) => value + (half[q]?.[p] ?? 0)));
  const { values, vectors } = symmetricEigen(matrix);
  for (const [index, vector] of vectors.entries()) {
    const turned = matrix.map((row) => row.reduce((sum, value, n) => sum + value * (vector[n] ?? 0), 0));
    for (const [n, value] of turned.entries()) expect(value).toBeCloseTo((values[index] ?? 0) * (vector[n] ?? 0), 9);
    expect(values[index] ?? 0).toBeLessThanOrEqual(values[index - 1] ?? Infinity);
  }
});
