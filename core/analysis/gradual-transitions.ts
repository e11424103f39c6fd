import { comparePictures, type Difference, type PictureKernels, type SmallPicture } from './small-picture.ts';

/** Lengths of dissolve that are tried, in frames from the last pure frame to the next pure one. */
const SPANS = [6, 8, 12, 16, 24, 32, 48, 64, 96, 128] as const;
const HISTORY = 224;
/** A picture whose luma spreads less than this, and lies near black or white, is what fades go through. */
const FLAT_CONTRAST = 5;
const DARKEST = 40;
const BRIGHTEST = 210;
/** Largest share of the change from the one picture to the other that mixing the two leaves unexplained. */
const MOST_UNEXPLAINED = 0.35;
const MEAN_UNEXPLAINED = 0.25;
const MOST_BENT = 0.13;
/** Least mean change between the two pictures, 0–255. */
const LEAST_CHANGE = 6;
/** A fade takes at least this many frames on each side of the flat picture. */
const LEAST_FADE = 3;
/** The pictures on both sides of a gradual transition differ by more than a moved camera or a title makes them. */
const LEAST_DIFFERENCE = 0.65;
const LEAST_SPREAD = 0.5;

export type GradualTransition = {
  readonly kind: 'dissolve' | 'fade';
  /** Inclusive frames that hold both pictures, or the one fading. */
  readonly firstFrame: number;
  readonly lastFrame: number;
};

export type GradualFinder = {
  readonly push: (picture: SmallPicture) => void;
  readonly finish: () => readonly GradualTransition[];
};

type Compare = PictureKernels['compare'];
/** Whether two pictures are of two scenes. */
type AreOther = (a: SmallPicture, b: SmallPicture) => boolean;
type Candidate = { readonly from: number; readonly to: number; readonly score: number };

/**
 * Finds dissolves and fades through a flat picture while frames stream by.
 *
 * A dissolve is a straight line: each of its frames is (1 − α) A + α B of the pictures on both sides, with α growing
 * evenly (Hanjalic, "Shot-boundary detection: unraveled and resolved?", 2002). Motion is not on that line, and A and B
 * must be unrelated pictures. A fade is a run of flat frames with contrast falling evenly before and rising after it.
 * `threshold` is a factor on how much the pictures on both sides must differ.
 */
export function createGradualFinder(threshold = 1, compare: Compare = comparePictures): GradualFinder {
  const areOther: AreOther = (a, b) => areOtherScenes(compare(a, b), threshold);
  const history: SmallPicture[] = [];
  const found: GradualTransition[] = [];
  const fades = createFadeFinder(areOther);
  let pushed = 0;
  let best: Candidate | undefined;

  const at = (frame: number): SmallPicture | undefined => history[frame - (pushed - history.length)];

  const close = () => {
    if (best === undefined) return;
    found.push({ kind: 'dissolve', ...edges(best, at) });
    best = undefined;
  };

  return {
    push: (picture) => {
      history.push(picture);
      pushed++;
      if (history.length > HISTORY) history.shift();
      const fade = fades.push(picture);
      if (fade !== undefined) found.push(fade);
      const to = pushed - 1;
      for (const span of SPANS) {
        const candidate = mixtureScore(to - span, to, at, areOther);
        if (candidate === undefined) continue;
        if (best !== undefined && candidate.from > best.to) close();
        if (best === undefined || candidate.score > best.score) best = candidate;
      }
      if (best !== undefined && to - best.to > 32) close();
    },
    finish: () => {
      close();
      return found;
    },
  };
}

function areOtherScenes({ residual, tones, spread }: Difference, threshold: number): boolean {
  return residual + tones >= threshold * LEAST_DIFFERENCE && spread >= Math.min(1, threshold * LEAST_SPREAD);
}

function isFlat(picture: SmallPicture): boolean {
  return picture.contrast < FLAT_CONTRAST && (picture.mean < DARKEST || picture.mean > BRIGHTEST);
}

type Lookup = (frame: number) => SmallPicture | undefined;

/** How well the frames between two are mixtures of them; undefined when they are not. */
function mixtureScore(from: number, to: number, at: Lookup, areOther: AreOther): Candidate | undefined {
  const [a, b] = [at(from), at(to)];
  if (from < 0 || a === undefined || b === undefined) return undefined;
  if (a.contrast < 2 * FLAT_CONTRAST || b.contrast < 2 * FLAT_CONTRAST) return undefined;
  const length = squaredDistance(a.coarse, b.coarse);
  if (length < LEAST_CHANGE * LEAST_CHANGE * a.coarse.length) return undefined;
  let unexplained = 0;
  for (const quarter of [2, 1, 3]) {
    const middle = at(from + Math.round(((to - from) * quarter) / 4));
    if (middle === undefined) return undefined;
    const mixed = mixtureOf(middle.coarse, a.coarse, b.coarse, length);
    const expected = Math.round(((to - from) * quarter) / 4) / (to - from);
    if (Math.abs(mixed.share - expected) > MOST_BENT || mixed.unexplained > MOST_UNEXPLAINED) return undefined;
    unexplained += mixed.unexplained / 3;
  }
  if (unexplained > MEAN_UNEXPLAINED || !areOther(a, b)) return undefined;
  return { from, to, score: Math.sqrt(length) * (1 - unexplained) };
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = (b[index] ?? 0) - (a[index] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

/** Least-squares share of b in a mixture of a and b, and the length of the rest relative to the way from a to b. */
function mixtureOf(middle: Float32Array, a: Float32Array, b: Float32Array, length: number) {
  let along = 0;
  let total = 0;
  for (let index = 0; index < a.length; index++) {
    const way = (b[index] ?? 0) - (a[index] ?? 0);
    const gone = (middle[index] ?? 0) - (a[index] ?? 0);
    along += way * gone;
    total += gone * gone;
  }
  const share = along / length;
  return { share, unexplained: Math.sqrt(Math.max(0, total / length - share * share)) };
}

/** The dissolve's first and last mixed frame: where the straight line through its middle reaches either picture. */
function edges(candidate: Candidate, at: Lookup): { readonly firstFrame: number; readonly lastFrame: number } {
  const [a, b] = [at(candidate.from), at(candidate.to)];
  const whole = { firstFrame: candidate.from + 1, lastFrame: candidate.to - 1 };
  if (a === undefined || b === undefined) return whole;
  const length = squaredDistance(a.coarse, b.coarse);
  const points: (readonly [number, number])[] = [];
  for (let frame = candidate.from; frame <= candidate.to; frame++) {
    const middle = at(frame);
    if (middle === undefined) continue;
    const { share } = mixtureOf(middle.coarse, a.coarse, b.coarse, length);
    if (share > 0.15 && share < 0.85) points.push([frame, share]);
  }
  const count = points.length;
  if (count < 3) return whole;
  const meanFrame = points.reduce((sum, [frame]) => sum + frame, 0) / count;
  const meanShare = points.reduce((sum, [, share]) => sum + share, 0) / count;
  const spread = points.reduce((sum, [frame]) => sum + (frame - meanFrame) ** 2, 0);
  const slope = points.reduce((sum, [frame, share]) => sum + (frame - meanFrame) * (share - meanShare), 0) / spread;
  if (!(slope > 0)) return whole;
  const start = meanFrame - meanShare / slope;
  const end = start + 1 / slope;
  const firstFrame = Math.max(1, Math.floor(start + 1e-6) + 1);
  return { firstFrame, lastFrame: Math.max(firstFrame, Math.ceil(end - 1e-6) - 1) };
}

type Fading = { readonly outFrom: number; readonly before: SmallPicture };

type FadeFinder = { readonly push: (picture: SmallPicture) => GradualTransition | undefined };

/** Follows contrast down to a flat picture and up again. */
function createFadeFinder(areOther: AreOther): FadeFinder {
  let frame = -1;
  let previous: SmallPicture | undefined;
  let fallFrom = 0;
  let beforeFall: SmallPicture | undefined;
  let flat: Fading | undefined;
  let rise: { readonly from: number; held: number } | undefined;

  const fallingTo = (picture: SmallPicture): boolean =>
    previous !== undefined && picture.contrast < previous.contrast - 0.05;

  /** Keeps where contrast started to fall without a break. */
  const followFall = (picture: SmallPicture) => {
    if (fallingTo(picture)) return;
    fallFrom = frame + 1;
    beforeFall = picture;
  };

  const enterFlat = () => {
    const gradual = beforeFall !== undefined && frame - fallFrom >= LEAST_FADE;
    flat = gradual && beforeFall !== undefined ? { outFrom: fallFrom, before: beforeFall } : undefined;
  };

  const endRise = (last: SmallPicture, lastFrame: number): GradualTransition | undefined => {
    const [fading, rising] = [flat, rise];
    flat = undefined;
    rise = undefined;
    if (fading === undefined || rising === undefined || lastFrame - rising.from < LEAST_FADE) return undefined;
    if (!areOther(fading.before, last)) return undefined;
    return { kind: 'fade', firstFrame: fading.outFrom, lastFrame };
  };

  return {
    push: (picture) => {
      frame++;
      const wasFlat = previous !== undefined && isFlat(previous);
      const nowFlat = isFlat(picture);
      let result: GradualTransition | undefined;
      if (nowFlat && !wasFlat) {
        rise = undefined;
        enterFlat();
      } else if (!nowFlat && wasFlat && flat !== undefined) {
        rise = { from: frame, held: 0 };
      } else if (rise !== undefined && previous !== undefined) {
        if (picture.contrast > previous.contrast + 0.05) rise.held = 0;
        else if (++rise.held >= 2) result = endRise(previous, frame - 2);
      }
      if (!nowFlat) followFall(picture);
      previous = picture;
      return result;
    },
  };
}
