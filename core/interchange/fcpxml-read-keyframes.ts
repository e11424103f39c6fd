import { flicks } from '../time/flicks.ts';
import { rational } from '../time/rational.ts';
import { divideSeconds, flicksOfSeconds, subtractSeconds, ZERO_SECONDS, type Seconds } from '../time/seconds.ts';
import type { Rational } from '../time/rational.ts';
import type { Curve, Keyframe } from '../timeline/keyframes.ts';
import { numbersOf, timeAttribute } from './fcpxml-read-types.ts';
import { child, childrenNamed, type XmlElement } from './xml-read.ts';

/** Points of an animated parameter, times from the clip's record in. */
export type AnimatedValues = readonly {
  readonly at: Keyframe['at'];
  readonly values: readonly number[];
  readonly interpolation: Keyframe['interpolation'];
}[];

/** How a clip's own time runs: from its start, and how much of it passes in record time. */
export type OwnTime = { readonly start: Seconds; readonly pace: Rational };

/** The parameter of a name, whatever its case. */
export function paramNamed(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return childrenNamed(element, 'param').find((param) => param.attributes.get('name')?.toLowerCase() === name);
}

/**
 * A parameter's keyframes, ascending, each time once; undefined where there are none. `plain` is what one without
 * attributes means: positions and amounts go straight, other geometry is smooth in Final Cut.
 */
export function animationOf(
  param: XmlElement | undefined,
  time: OwnTime,
  plain: 'linear' | 'smooth',
): AnimatedValues | undefined {
  const keyframes = childrenNamed(child(param, 'keyframeAnimation'), 'keyframe').flatMap((keyframe) => {
    const values = numbersOf(keyframe.attributes.get('value'));
    if (values.length === 0) return [];
    const local = timeAttribute(keyframe, 'time') ?? ZERO_SECONDS;
    const at = flicks(flicksOfSeconds(divideSeconds(subtractSeconds(local, time.start), time.pace)));
    return [{ at, values, interpolation: interpolationOf(keyframe, plain) }];
  });
  const sorted = keyframes.toSorted((a, b) => a.at - b.at);
  const once = sorted.filter((key, index) => key.at !== sorted[index + 1]?.at);
  return once.length === 0 ? undefined : once;
}

function interpolationOf(keyframe: XmlElement, plain: 'linear' | 'smooth'): 'linear' | 'smooth' {
  const curve = keyframe.attributes.get('curve');
  if (curve === 'linear') return 'linear';
  if (keyframe.attributes.get('interp')?.startsWith('ease') === true) return 'smooth';
  return curve === 'smooth' && keyframe.attributes.get('interp') !== 'linear' ? 'smooth' : plain;
}

/** One component of an animation as a curve. */
export function curveOf(
  animation: AnimatedValues | undefined,
  constant: number,
  read: (values: readonly number[]) => number,
): { readonly value: number; readonly curve: Curve | undefined } {
  const keys = animation?.map(({ at, values, interpolation }) => ({ at, value: tidy(read(values)), interpolation }));
  const [first] = keys ?? [];
  if (keys === undefined || first === undefined) return { value: constant, curve: undefined };
  // Final Cut animates both parts of a pair: the one that never changes is a plain value.
  const isPair = animation?.some(({ values }) => values.length > 1) === true;
  if (isPair && keys.every((key) => key.value === first.value)) return { value: first.value, curve: undefined };
  return { value: constant, curve: keys };
}

/** Without the last digits that conversions leave. */
export function tidy(value: number): number {
  const near = Math.round(value * 1e9) / 1e9;
  return Object.is(near, -0) || !Number.isFinite(near) ? 0 : near;
}

/** Own time that is record time. */
export const NORMAL_PACE: Rational = rational(1);
