import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerOfWindow,
  framesOfWindow,
  LEARNED_WINDOW,
  learnedWindows,
  mergeLearnedShots,
} from '../../../core/analysis/learned-shots.ts';
import { assembleShots } from '../../../core/analysis/shots.ts';
import { scaled } from '../../scale.ts';

/** A probability per frame: nothing but these. */
function saying(frameCount: number, high: Readonly<Record<number, number>>, low = 0.001): readonly number[] {
  return Array.from({ length: frameCount }, (_, frame) => high[frame] ?? low);
}

describe('windows', () => {
  it('answer for every frame once, each from its own place, whatever the length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), (frameCount) => {
        const answers = Array.from({ length: learnedWindows(frameCount) }, (_, window) => {
          const frames = framesOfWindow(window, frameCount);
          expect(frames).toHaveLength(LEARNED_WINDOW.frames);
          expect(frames.every((frame) => frame >= 0 && frame < frameCount)).toBe(true);
          return answerOfWindow(Float32Array.from(frames), window, frameCount);
        }).flat();
        expect(answers).toEqual(Array.from({ length: frameCount }, (_, frame) => 1 / (1 + Math.exp(-frame))));
      }),
      { numRuns: scaled(50) },
    );
  });
});

describe('merging', () => {
  const measured = assembleShots(400, [100, 200], [{ kind: 'dissolve', firstFrame: 290, lastFrame: 310 }]);

  it('keeps exact cuts that both found, adds what the model alone found, drops what it denies', () => {
    const { shots, borders } = mergeLearnedShots(400, measured, saying(400, { 100: 0.9, 49: 0.8, 300: 0.7 }));
    expect(shots.map(({ firstFrame, transitionIn }) => [firstFrame, transitionIn.kind])).toEqual([
      [0, 'start'],
      [50, 'cut'],
      [100, 'cut'],
      [300, 'dissolve'],
    ]);
    expect(borders.map(({ frame, by }) => [frame, by])).toEqual([
      [50, 'model'],
      [100, 'both'],
      [300, 'both'],
    ]);
  });

  it('keeps what was measured where the model is not sure, and makes long changes dissolves', () => {
    const long = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [340 + at, 0.8]));
    const { shots, borders } = mergeLearnedShots(400, measured, saying(400, { 199: 0.2, ...long }));
    expect(borders).toEqual([
      { frame: 200, by: 'signal', probability: 0.2 },
      { frame: 346, by: 'model', probability: 0.8 },
    ]);
    expect(shots.at(-1)?.transitionIn).toEqual({ kind: 'dissolve', firstFrame: 340, lastFrame: 351 });
  });

  it('gives shots that abut and cover the file, and agrees with what both agree on', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 3, max: 295 }), { maxLength: 8 });
    fc.assert(
      fc.property(cuts, cuts, (own, others) => {
        const shots = assembleShots(
          300,
          own.toSorted((a, b) => a - b),
          [],
        );
        const merged = mergeLearnedShots(
          300,
          shots,
          saying(300, Object.fromEntries(others.map((cut) => [cut - 1, 0.9]))),
        );
        merged.shots.forEach((shot, index) => {
          expect(shot.firstFrame).toBe(index === 0 ? 0 : (merged.shots[index - 1]?.lastFrame ?? 0) + 1);
        });
        expect(merged.shots.at(-1)?.lastFrame).toBe(299);
        expect(merged.borders.map(({ frame }) => frame)).toEqual(
          merged.shots.slice(1).map(({ firstFrame }) => firstFrame),
        );
        const same = mergeLearnedShots(300, shots, saying(300, Object.fromEntries(own.map((cut) => [cut - 1, 0.9]))));
        expect(same.shots).toEqual(shots);
      }),
      { numRuns: scaled(100) },
    );
  });
});
