import { comparePictures, type Difference, type PictureKernels, type SmallPicture } from './small-picture.ts';

/** Frames before and after a candidate that set how much change is usual here. */
const NEIGHBOURS = 10;
/** A picture that is back within this many frames was a flash, a glitch or an insert, not a cut. */
const FLASH_FRAMES = 5;
/** Least change of structure and tones together, of structure alone, and of the picture's area. */
const LEAST_CHANGE = 0.48;
const LEAST_RESIDUAL = 0.2;
const LEAST_SPREAD = 0.4;
/** A cut stands out from its surroundings by this factor: sustained motion does not. */
const STAND_OUT = 1.5;
/** And by this one from the two frames on each side: a whip pan takes more than one frame. */
const NEAR = 2;
const NEAR_STAND_OUT = 1.6;
/** The picture is back when no more than this share of the change is left. */
const BACK = 0.6;

/** Finds hard cuts while frames stream by; answers {@link HardCutFinder.delay} frames late. */
export type HardCutFinder = {
  /** Takes the next frame and gives the first frame of a new shot once one is certain. */
  readonly push: (picture: SmallPicture) => number | undefined;
  /** The cuts still undecided at the end of the file. */
  readonly finish: () => readonly number[];
};

type Entry = { readonly picture: SmallPicture; readonly difference: Difference; readonly change: number };

const NO_DIFFERENCE: Difference = { residual: 0, spread: 0, tones: 0 };

/** Whether two pictures are unrelated, as the two sides of a cut are. */
function areUnrelated(difference: Difference, threshold: number): boolean {
  return (
    difference.residual + difference.tones >= threshold * LEAST_CHANGE &&
    difference.residual >= threshold * LEAST_RESIDUAL &&
    difference.spread >= Math.min(1, threshold * LEAST_SPREAD)
  );
}

/**
 * The threshold is local and robust, after the adaptive detectors of PySceneDetect: the change at a cut must exceed the
 * third largest change among its neighbours, so that two more cuts close by do not hide it. `threshold` is a factor on the least change.
 */
export function createHardCutFinder(
  threshold = 1,
  compare: PictureKernels['compare'] = comparePictures,
): HardCutFinder {
  const window: Entry[] = [];
  let pushed = 0;
  let decided = 0;

  const at = (frame: number): Entry | undefined => window[frame - (pushed - window.length)];

  const changeAt = (frame: number): number => (frame > 0 ? (at(frame)?.change ?? 0) : 0);

  const decide = (frame: number): number | undefined => {
    const entry = at(frame);
    if (entry === undefined || frame === 0 || !areUnrelated(entry.difference, threshold)) return undefined;
    const around: number[] = [];
    for (let offset = -NEIGHBOURS; offset <= NEIGHBOURS; offset++) {
      const other = offset === 0 ? undefined : at(frame + offset);
      if (other !== undefined && frame + offset > 0) around.push(other.change);
    }
    around.sort((a, b) => b - a);
    if (entry.change < STAND_OUT * (around[Math.min(2, around.length - 1)] ?? 0)) return undefined;
    for (let offset = 1; offset <= NEAR; offset++) {
      const near = Math.max(changeAt(frame - offset), changeAt(frame + offset));
      if (entry.change < NEAR_STAND_OUT * near) return undefined;
    }
    return comesBack(frame, entry) ? undefined : frame;
  };

  const comesBack = (frame: number, { difference, change }: Entry): boolean => {
    for (let before = 1; before < FLASH_FRAMES; before++) {
      for (let after = 0; before + after <= FLASH_FRAMES; after++) {
        if (before === 1 && after === 0) continue;
        const [a, b] = [at(frame - before), at(frame + after)];
        if (a === undefined || b === undefined) continue;
        const across = compare(a.picture, b.picture);
        const left = across.residual + across.tones;
        if (across.residual < 0.7 * difference.residual && left < BACK * change) return true;
      }
    }
    return false;
  };

  return {
    push: (picture) => {
      const previous = window.at(-1);
      const difference = previous === undefined ? NO_DIFFERENCE : compare(previous.picture, picture);
      window.push({ picture, difference, change: difference.residual + difference.tones });
      pushed++;
      if (window.length > 2 * NEIGHBOURS + 2) window.shift();
      return pushed > NEIGHBOURS ? decide(decided++) : undefined;
    },
    finish: () => {
      const cuts: number[] = [];
      while (decided < pushed) {
        const cut = decide(decided++);
        if (cut !== undefined) cuts.push(cut);
      }
      return cuts;
    },
  };
}
