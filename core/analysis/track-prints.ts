import { dot } from './identity.ts';

/** A look at a face: unit vector. */
export type FaceLookPrint = { readonly frame: number; readonly vector: readonly number[] };

/** What tells the face of a track, or of a part of it, apart. */
export type TrackPrint = {
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly vector: readonly number[];
};

/** Looks of a track that are less like its most typical one are of someone else, or show too little. */
const TYPICAL = 0.35;
/** Two parts of a track are two faces where no look of one is as like any of the other … */
const MOST_ACROSS = 0.45;
/** … and those inside each are alike in the mean … */
const LEAST_WITHIN = 0.5;
/** … and each is more than a chance look. */
const FEWEST_LOOKS = 2;

/**
 * The prints of a track: one, or one for each part where it went over to another face unnoticed, e.g. at a cut that was
 * not found.
 *
 * @param looks by rising frame, at least one
 */
export function trackPrints(
  looks: readonly FaceLookPrint[],
  { firstFrame, lastFrame }: { readonly firstFrame: number; readonly lastFrame: number },
): readonly TrackPrint[] {
  const vectors = looks.map(({ vector }) => Float64Array.from(vector));
  const likeness = vectors.map((a) => vectors.map((b) => dot(a, b)));
  const seam = seamOf(likeness);
  if (seam === undefined) return [{ firstFrame, lastFrame, vector: commonPrint(looks.map(({ vector }) => vector)) }];
  const middle = Math.floor(((looks[seam - 1]?.frame ?? firstFrame) + (looks[seam]?.frame ?? lastFrame)) / 2);
  return [
    ...trackPrints(looks.slice(0, seam), { firstFrame, lastFrame: middle }),
    ...trackPrints(looks.slice(seam), { firstFrame: middle + 1, lastFrame }),
  ];
}

/** The index from which on it is another face: where the two parts are least alike; undefined where it is one. */
function seamOf(likeness: readonly (readonly number[])[]): number | undefined {
  const count = likeness.length;
  let [least, seam]: [number, number | undefined] = [Number.POSITIVE_INFINITY, undefined];
  for (let at = FEWEST_LOOKS; at <= count - FEWEST_LOOKS; at += 1) {
    const across = likeness.slice(0, at).flatMap((row) => row.slice(at));
    const before = likeness.slice(0, at).flatMap((row, index) => row.slice(0, index));
    const after = likeness.slice(at).flatMap((row, index) => row.slice(at, at + index));
    const isParted = Math.max(...across) < MOST_ACROSS && Math.min(meanOf(before), meanOf(after)) >= LEAST_WITHIN;
    if (isParted && meanOf(across) < least) [least, seam] = [meanOf(across), at];
  }
  return seam;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * One print of several looks at what should be one face: the direction of the mean of all that are like the most typical
 * look. A track that went over to another face, unnoticed, is told by whom it shows mostly.
 *
 * @param vectors unit vectors, at least one
 */
export function commonPrint(vectors: readonly (readonly number[])[]): readonly number[] {
  const looks = vectors.map((vector) => Float64Array.from(vector));
  const likeness = looks.map((a) => looks.map((b) => dot(a, b)));
  const sums = likeness.map((row) => row.reduce((sum, value) => sum + value, 0));
  const typical = sums.indexOf(Math.max(...sums));
  const kept = looks.filter((_, index) => (likeness[typical]?.[index] ?? 0) >= TYPICAL);
  const sum = (looks[0] ?? new Float64Array()).map((_, at) => kept.reduce((total, look) => total + (look[at] ?? 0), 0));
  const length = Math.hypot(...sum);
  return [...sum].map((value) => (length > 0 ? value / length : value));
}
