import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { applyPatch, timelinePatch } from '../../../core/timeline/patch.ts';
import { timelinePatchSchema } from '../../../core/timeline/schema.ts';
import { scaled } from '../../scale.ts';
import { draws, editOf, rates } from './edit-scripts.ts';
import { SOURCES, timelineOf } from './footage.ts';
import { startingCut } from './starting-cut.ts';

describe('the stored effect of an edit', () => {
  it('takes any timeline to its successor, also through JSON, and back', () => {
    fc.assert(
      fc.property(rates, draws, (rate, script) => {
        let timeline = startingCut(rate);
        for (const [step, draw] of script.entries()) {
          const outcome = applyEdit(timeline, editOf(timeline, draw, step), SOURCES);
          if (!outcome.ok) continue;
          const stored: unknown = JSON.parse(JSON.stringify(timelinePatch(timeline, outcome.timeline)));
          expect(applyPatch(timeline, timelinePatchSchema.parse(stored))).toEqual(outcome.timeline);
          expect(applyPatch(outcome.timeline, timelinePatch(outcome.timeline, timeline))).toEqual(timeline);
          timeline = outcome.timeline;
        }
      }),
      { numRuns: scaled(60) },
    );
  });

  it('is empty where nothing changed, and small where one clip did', () => {
    const cut = startingCut({ num: 25, den: 1 });
    expect(timelinePatch(cut, structuredClone(cut))).toEqual({ tracks: [] });
    const clip = cut.tracks[0]?.clips[0];
    if (clip === undefined) throw new Error('the cut has a clip');
    const outcome = applyEdit(cut, { kind: 'setClip', clipId: clip.id, set: { name: 'other' } }, SOURCES);
    if (!outcome.ok) throw new Error('a clip can be renamed');
    const patch = timelinePatch(cut, outcome.timeline);
    expect(patch.tracks.map(({ remove, put }) => [remove.length, put.length])).toEqual([[0, 1]]);
  });

  it('brings tracks, takes them away and reorders them', () => {
    const one = timelineOf([[], []], [[]]);
    const turned = { ...one, tracks: [...one.tracks].reverse() };
    const fewer = { ...one, tracks: one.tracks.slice(1) };
    for (const [before, after] of [
      [one, turned],
      [one, fewer],
      [fewer, one],
    ] as const) {
      expect(applyPatch(before, timelinePatch(before, after))).toEqual(after);
    }
  });
});
