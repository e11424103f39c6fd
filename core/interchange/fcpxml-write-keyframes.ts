import { MontageError } from '../errors.ts';
import { flicks, type Flicks } from '../time/flicks.ts';
import { addSeconds, secondsOfFlicks, type Seconds } from '../time/seconds.ts';
import { valueAt, type Curve, type Keyframe } from '../timeline/keyframes.ts';
import { isCountable, numberText, timeText } from './fcpxml-format.ts';
import { node, type XmlNode } from './xml-write.ts';

/** Curves as one list of points; `exact` is false where the joint curve leaves the single ones between its points. */
export type JointCurve = {
  readonly points: readonly JointPoint[];
  readonly exact: boolean;
  /** Steps were written as ramps within one frame: Final Cut has none. */
  readonly stepped: boolean;
};

type JointPoint = {
  readonly at: Flicks;
  readonly values: readonly number[];
  readonly interpolation: 'linear' | 'smooth';
};

/** The curves of parameters that FCPXML keyframes together; undefined where none of them has one. */
export function jointCurve(
  curves: readonly (Curve | undefined)[],
  constants: readonly number[],
  frame: Flicks,
): JointCurve | undefined {
  const ramps = curves.map((curve) => (curve === undefined ? undefined : withoutSteps(curve, frame)));
  const times = [...new Set(ramps.flatMap((curve) => curve?.map(({ at }) => at) ?? []))].toSorted((a, b) => a - b);
  if (times.length === 0) return undefined;
  let exact = true;
  const points = times.map((at): JointPoint => {
    const segments = ramps.flatMap((curve) => (curve === undefined ? [] : [segmentAt(curve, at)]));
    const moving = segments.filter((segment) => segment.isMoving);
    const isSmooth = moving.some((segment) => segment.interpolation === 'smooth');
    if (isSmooth && moving.some((segment) => segment.interpolation !== 'smooth' || !segment.isWhole)) exact = false;
    if (ramps.some((curve) => curve !== undefined && splitsEase(curve, at))) exact = false;
    const values = ramps.map((curve, index) => valueAt(curve, at, constants[index] ?? 0));
    return { at, values, interpolation: isSmooth ? 'smooth' : 'linear' };
  });
  const stepped = curves.some((curve) => curve?.slice(0, -1).some((key) => key.interpolation === 'hold'));
  return { points, exact, stepped };
}

/** A step holds until one frame before the next value. */
function withoutSteps(curve: Curve, frame: Flicks): Curve {
  return curve.flatMap((key, index): readonly Keyframe[] => {
    if (key.interpolation !== 'hold') return [key];
    const next = curve[index + 1];
    const held: Keyframe = { ...key, interpolation: 'linear' };
    if (next === undefined || next.at - frame <= key.at) return [held];
    return [held, { ...held, at: flicks(next.at - frame) }];
  });
}

function segmentAt(curve: Curve, at: Flicks) {
  const index = curve.findLastIndex((key) => key.at <= at);
  const [from, to] = [curve[index], curve[index + 1]];
  return {
    interpolation: from?.interpolation ?? 'linear',
    isMoving: from !== undefined && to !== undefined && from.value !== to.value,
    isWhole: from?.at === at,
  };
}

/** Whether a point falls inside an eased, moving segment of a curve. */
function splitsEase(curve: Curve, at: Flicks): boolean {
  const segment = segmentAt(curve, at);
  return segment.isMoving && !segment.isWhole && segment.interpolation === 'smooth';
}

/**
 * Which attributes Final Cut takes on a parameter's keyframes: position none, the other geometry `curve`, amounts both.
 * Others make it ignore the parameter (andrewarrow/cutlass wiki, "Animation and Effects").
 */
type KeyframeAttributes = 'none' | 'curve' | 'both';

/**
 * `<param><keyframeAnimation>`; `start` is the clip's local start.
 *
 * @throws MontageError E_INTERCHANGE_FCPXML where a keyframe lies more than ten days from the start of its media
 */
export function animatedParam(
  name: string,
  curve: JointCurve,
  start: Seconds,
  attributes: KeyframeAttributes,
  text: (values: readonly number[]) => string,
  fades: readonly (XmlNode | undefined)[] = [],
): XmlNode {
  const keyframes = curve.points.map(({ at, values, interpolation }) => {
    const isSmooth = interpolation === 'smooth';
    return node('keyframe', {
      time: timeText(countable(addSeconds(start, secondsOfFlicks(at)), name)),
      value: text(values),
      interp: attributes === 'both' ? (isSmooth ? 'ease' : 'linear') : undefined,
      curve: attributes === 'none' ? undefined : isSmooth ? 'smooth' : 'linear',
    });
  });
  return node('param', { name }, [...fades, node('keyframeAnimation', {}, keyframes)]);
}

function countable(time: Seconds, name: string): Seconds {
  if (isCountable(time)) return time;
  const message = 'a keyframe lies further from the start of its media than the ten days that FCPXML counts';
  const hint = 'take that keyframe away, or export OpenTimelineIO';
  throw new MontageError({ code: 'E_INTERCHANGE_FCPXML', message, where: name, hint, stage: 'export' });
}

/** Numbers separated by spaces. */
export function valuesText(values: readonly number[]): string {
  return values.map(numberText).join(' ');
}
