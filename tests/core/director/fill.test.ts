import { describe, expect, it } from 'vitest';
import { taskFor } from '../../../core/director/direct.ts';
import { fillTarget } from '../../../core/director/fill.ts';
import { lengthOf, type Pick } from '../../../core/director/objective.ts';
import { framesIn, isInside } from '../../../core/director/takes.ts';
import { randomCut } from './baselines.ts';
import { briefOf, inputOf, shippedStyle, shootOf } from './shoot.ts';

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const length = (picks: readonly Pick[]) => picks.reduce((sum, { frames }) => sum + frames, 0);
const ends = (picks: readonly Pick[]) => picks.map(({ start, frames }) => start + frames);

describe('a cut that ends short', () => {
  it.each(seeds)('grows to the length asked for as far as its last shots go on (seed %i)', (seed) => {
    const input = inputOf(shootOf(seed, 6), shippedStyle('punchy'), briefOf({ seed }));
    const task = taskFor(input);
    const short = randomCut(input, seed).slice(0, -1);
    const room = short.reduce((sum, { take, frames }) => sum + Math.max(framesIn(take, task.frame) - frames, 0), 0);
    const filled = fillTarget(task, short);
    expect(length(short)).toBeLessThan(task.target);
    expect(length(filled)).toBe(Math.min(task.target, length(short) + room));
    for (const [index, pick] of filled.entries()) {
      expect(pick.start).toBe(length(filled.slice(0, index)));
      // Only what grew is placed anew.
      const grown = pick.frames !== short[index]?.frames;
      if (grown) expect(isInside(pick.take, pick.sourceIn, lengthOf(pick.frames, task))).toBe(true);
    }
  });

  it('keeps cuts that lie on beats where they are', () => {
    const input = inputOf(shootOf(3, 6), shippedStyle('punchy'), briefOf({ seed: 3 }));
    const short = randomCut(input, 3).slice(0, -1);
    const beat = ends(short).at(-2) ?? 0;
    const task = { ...taskFor(input), beats: new Set([beat]) };
    const filled = fillTarget(task, short);
    expect(ends(filled).slice(0, -1)).toEqual(ends(short).slice(0, -1));
    expect(length(filled)).toBeGreaterThanOrEqual(length(short));
  });

  it('leaves a cut of the right length as it is', () => {
    const input = inputOf(shootOf(2, 6), shippedStyle('calm'), briefOf({ seed: 2 }));
    const whole = randomCut(input, 2);
    expect(fillTarget({ ...taskFor(input), target: length(whole) }, whole)).toEqual(whole);
  });
});
