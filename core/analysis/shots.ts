import { createGradualFinder, type GradualTransition } from './gradual-transitions.ts';
import { createHardCutFinder } from './hard-cuts.ts';
import type { Shot, ShotsResult, ShotTransition } from './results.ts';
import { comparePictures, smallPicture, type PictureKernels, type Planes } from './small-picture.ts';

export const SHOTS_ANALYSER = { analyserId: 'shots', analyserVersion: 2 } as const;

/** Takes frames one by one in decoding order and ends in shots. Memory does not grow with the file, save for the cuts. */
export type ShotDetector = {
  readonly push: (planes: Planes) => void;
  readonly finish: () => ShotsResult;
};

const PLAIN: PictureKernels = { reduce: smallPicture, compare: comparePictures };

/**
 * Finds shot boundaries: hard cuts to the frame, dissolves and fades with their frames. Flashes, whip pans and overlays
 * do not cut. The same constants serve every file; `bench/shots.ts` prints how well.
 *
 * `threshold` is a factor on how much two pictures must differ to be of two shots, 1 for what is measured: more makes it
 * choosier, less more eager.
 */
export function createShotDetector(threshold = 1, { reduce, compare }: PictureKernels = PLAIN): ShotDetector {
  const hard = createHardCutFinder(threshold, compare);
  const gradual = createGradualFinder(threshold, compare);
  const cuts: number[] = [];
  let frameCount = 0;
  return {
    push: (planes) => {
      const picture = reduce(planes);
      const cut = hard.push(picture);
      if (cut !== undefined) cuts.push(cut);
      gradual.push(picture);
      frameCount++;
    },
    finish: () => {
      cuts.push(...hard.finish());
      const shots = assembleShots(frameCount, cuts, gradual.finish());
      return {
        kind: 'shots',
        ...SHOTS_ANALYSER,
        path: { kind: 'signal', because: null },
        frameCount,
        shots,
        borders: [],
      };
    },
  };
}

/** The frame at which a gradual transition's new shot starts: the middle of the frames that hold both pictures. */
export function middleOf(transition: { readonly firstFrame: number; readonly lastFrame: number }): number {
  return Math.floor((transition.firstFrame + transition.lastFrame + 1) / 2);
}

/**
 * Shots that abut and cover the file, from its boundaries. Where they disagree a hard cut wins over a dissolve across
 * it, and a fade over the cuts inside it.
 */
export function assembleShots(
  frameCount: number,
  cuts: readonly number[],
  graduals: readonly GradualTransition[],
): readonly Shot[] {
  if (frameCount === 0) return [];
  const inside = (cut: number, span: GradualTransition) => cut >= span.firstFrame && cut <= span.lastFrame + 1;
  const fades = graduals.filter((span) => span.kind === 'fade');
  const dissolves = graduals.filter(
    (span) =>
      span.kind === 'dissolve' &&
      !cuts.some((cut) => inside(cut, span)) &&
      !fades.some((fade) => fade.firstFrame <= span.lastFrame && span.firstFrame <= fade.lastFrame),
  );
  const starts = new Map<number, ShotTransition>();
  for (const cut of cuts) if (!fades.some((fade) => inside(cut, fade))) starts.set(cut, { kind: 'cut' });
  for (const { kind, firstFrame, lastFrame } of [...fades, ...dissolves]) {
    starts.set(middleOf({ firstFrame, lastFrame }), { kind, firstFrame, lastFrame });
  }
  starts.delete(0);
  const ordered = [...starts].filter(([frame]) => frame < frameCount).sort(([a], [b]) => a - b);
  const first: readonly (readonly [number, ShotTransition])[] = [[0, { kind: 'start' }]];
  return [...first, ...ordered].map(([firstFrame, transitionIn], index) => ({
    firstFrame,
    lastFrame: (ordered[index]?.[0] ?? frameCount) - 1,
    transitionIn,
  }));
}
