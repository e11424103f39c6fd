import { describe, expect, it } from 'vitest';
import { lengthRanges } from '../../../core/director/arrange.ts';
import { taskFor } from '../../../core/director/direct.ts';
import { improve } from '../../../core/director/improve.ts';
import { scoreArrangement, type Pick } from '../../../core/director/objective.ts';
import { randomSource } from '../../../core/director/random.ts';
import { takesOf } from '../../../core/director/takes.ts';
import { mediaId } from '../../../core/media/media.ts';
import { randomCut } from './baselines.ts';
import { briefOf, inputOf, shippedStyle, shootOf } from './shoot.ts';

describe('local search', () => {
  it('never lowers the score, keeps the length and brings in what must be used', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const style = shippedStyle('punchy');
      const free = inputOf(shootOf(seed, 7), style, briefOf({ seed }));
      let end = 0;
      const start = randomCut(free, seed)
        .filter(({ take }) => take.media.id !== 'file2' && take.media.id !== 'file5')
        .map((pick) => ({ ...pick, start: (end += pick.frames) - pick.frames }));
      const asked = { ...free, brief: { ...free.brief, mustUse: [mediaId('file2'), mediaId('file5')] } };
      const [task, takes] = [taskFor(asked), takesOf(asked)];
      const better = improve(task, takes, lengthRanges(task, takes), start, randomSource(seed));
      expect(scoreArrangement(task, better).total).toBeGreaterThan(scoreArrangement(task, start).total);
      const length = (picks: readonly Pick[]) => picks.reduce((sum, { frames }) => sum + frames, 0);
      expect(length(better)).toBe(length(start));
      const used = better.map(({ take }) => take.media.id);
      expect(used).toEqual(expect.arrayContaining(['file2', 'file5']));
    }
  });
});
