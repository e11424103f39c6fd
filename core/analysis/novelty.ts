import { median } from './median.ts';

/** One silent second must not outweigh all others. */
const FARTHEST = 6;

/** Where curves change for long: `at` is the first value after the change; `strength` counts usual steps of the curves. */
export type NoveltyPeak = { readonly at: number; readonly strength: number };

/**
 * Places where the means of curves, `halfWidth` values before and after, differ most: the diagonal of Foote's
 * checkerboard ("Automatic audio segmentation using a measure of audio novelty", 2000). Curves have equal lengths and
 * are counted in the median of their steps; peaks lie at least `halfWidth` apart and are at least `least` high.
 */
export function noveltyPeaks(
  curves: readonly (readonly number[])[],
  { halfWidth, least }: { readonly halfWidth: number; readonly least: number },
): readonly NoveltyPeak[] {
  const novelty = noveltyOf(curves, halfWidth);
  const found: NoveltyPeak[] = [];
  novelty.forEach((strength, at) => {
    if (strength < least) return;
    for (let near = Math.max(0, at - halfWidth); near <= at + halfWidth; near++) {
      const other = novelty[near] ?? 0;
      if (other > strength || (other === strength && near < at)) return;
    }
    found.push({ at, strength });
  });
  return found;
}

/** The difference at each place, 0 where one side is shorter than a quarter of the width. */
export function noveltyOf(curves: readonly (readonly number[])[], halfWidth: number): readonly number[] {
  const length = curves[0]?.length ?? 0;
  const sums = curves.map((curve) => {
    const middle = median(curve);
    const restless = median(curve.slice(1).map((value, n) => Math.abs(value - (curve[n] ?? 0))));
    const running = new Float64Array(length + 1);
    curve.forEach((value, n) => {
      const units = restless > 1e-9 ? (value - middle) / restless : Math.sign(value - middle);
      running[n + 1] = (running[n] ?? 0) + Math.max(-FARTHEST, Math.min(FARTHEST, units));
    });
    return running;
  });
  return Array.from({ length }, (_, at) => {
    const [before, after] = [Math.min(at, halfWidth), Math.min(length - at, halfWidth)];
    if (Math.min(before, after) < halfWidth / 4) return 0;
    let sum = 0;
    for (const running of sums) {
      const here = running[at] ?? 0;
      const left = (here - (running[at - before] ?? 0)) / before;
      const right = ((running[at + after] ?? 0) - here) / after;
      sum += (right - left) ** 2;
    }
    return Math.sqrt(sum);
  });
}
