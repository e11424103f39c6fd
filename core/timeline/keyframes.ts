import type { Flicks } from '../time/flicks.ts';

/** What can change over a clip: the parts of its transform and crop, its opacity, gain and pan. */
export type PictureParameter =
  | 'opacity'
  | 'positionX'
  | 'positionY'
  | 'scaleX'
  | 'scaleY'
  | 'rotationDegrees'
  | 'anchorX'
  | 'anchorY'
  | 'cropLeft'
  | 'cropTop'
  | 'cropRight'
  | 'cropBottom';
export type SoundParameter = 'gainDb' | 'pan';

/**
 * A value at a time from the clip's record in; times before it or past its end are kept for trims that bring them back.
 * `interpolation` says how the value goes on to the next: in a straight line, not at all, or eased (3t² − 2t³).
 */
export type Keyframe = {
  readonly at: Flicks;
  readonly value: number;
  readonly interpolation: 'linear' | 'hold' | 'smooth';
};

/** Ascending by `at`, each time once, at least one. Before the first and after the last the value stands. */
export type Curve = readonly Keyframe[];

/** Curves replace the constant value of their parameter; absent = constant. */
export type PictureKeyframes = Readonly<Partial<Record<PictureParameter, Curve | undefined>>>;
export type SoundKeyframes = Readonly<Partial<Record<SoundParameter, Curve | undefined>>>;

/** A curve's value at a time from the clip's record in; the constant where there is no curve. */
export function valueAt(curve: Curve | undefined, at: Flicks, constant: number): number {
  if (curve === undefined) return constant;
  let low = 0;
  let high = curve.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((curve[middle]?.at ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [curve[low - 1], curve[low]];
  if (before === undefined) return after?.value ?? constant;
  if (after === undefined || before.interpolation === 'hold') return before.value;
  const t = (at - before.at) / (after.at - before.at);
  const share = before.interpolation === 'smooth' ? t * t * (3 - 2 * t) : t;
  return before.value + (after.value - before.value) * share;
}
