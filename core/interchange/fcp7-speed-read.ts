import { compareRational, rational, type Rational } from '../time/rational.ts';
import { childrenNamed, childText, type XmlElement } from './xml-read.ts';
import { exactSeconds } from '../time/seconds.ts';
import { fractionOfDecimal } from '../time/speed-text.ts';
import { numberText } from './fcp7-values.ts';

/** How a clip's Time Remap plays it. */
export type ReadSpeed = {
  /** Source time per record time, negative backwards, 0 held. */
  readonly speed: Rational;
  /** The source frame on screen at `in`, where a graph says so: on the clip's grid. */
  readonly graphIn: Rational | undefined;
  readonly blend: boolean;
  readonly lost: { readonly kind: 'curve' | 'speed'; readonly message: string } | undefined;
};

/** Reads a Time Remap effect for a clip that spans `from` … `to` in its own frames. */
export function readTimeRemap(effect: XmlElement, from: number, to: number): ReadSpeed {
  const parameters = new Map(
    childrenNamed(effect, 'parameter').map((one) => [childText(one, 'parameterid') ?? '', one]),
  );
  const value = (key: string) => childText(parameters.get(key), 'value')?.trim();
  const blend = value('frameblending')?.toUpperCase() === 'TRUE';
  const stated = statedSpeed(value('speed') ?? '100', value('reverse')?.toUpperCase() === 'TRUE');
  if (value('variablespeed') === '1') {
    const straight = straightPart(graphOf(parameters.get('graphdict')), from, to);
    if (straight !== undefined) return { ...straight, blend, lost: undefined };
    const lost = { kind: 'curve', message: 'its speed curve becomes a constant speed' } as const;
    return { speed: stated ?? rational(1), graphIn: undefined, blend, lost };
  }
  if (stated !== undefined) return { speed: stated, graphIn: undefined, blend, lost: undefined };
  const message = `a speed of ${(value('speed') ?? '').slice(0, 40)} per cent cannot be held`;
  return { speed: rational(1), graphIn: undefined, blend, lost: { kind: 'speed', message } };
}

function statedSpeed(text: string, reverse: boolean): Rational | undefined {
  if (Number(text) === 0) return rational(0);
  const isNegative = text.startsWith('-');
  const speed = fractionOfDecimal(text.replace(/^-/, ''), 100);
  if (speed === undefined || compareRational(speed, rational(1000)) > 0) return undefined;
  return reverse || isNegative ? rational(-speed.num, speed.den) : speed;
}

type Point = { readonly when: number; readonly value: number };

function graphOf(parameter: XmlElement | undefined): readonly Point[] {
  return childrenNamed(parameter, 'keyframe')
    .flatMap((keyframe) => {
      const [when, value] = [numberText(keyframe, 'when'), numberText(keyframe, 'value')];
      return when === undefined || value === undefined ? [] : [{ when: Math.round(when), value: Math.round(value) }];
    })
    .toSorted((a, b) => a.when - b.when);
}

/** The one slope of a graph between two frames, as FCP curves without bends have it; undefined where it bends. */
function straightPart(
  graph: readonly Point[],
  from: number,
  to: number,
): Pick<ReadSpeed, 'speed' | 'graphIn'> | undefined {
  let found: { readonly speed: Rational; readonly graphIn: Rational } | undefined;
  for (const [index, start] of graph.entries()) {
    const end = graph[index + 1];
    if (end === undefined || end.when <= start.when || end.when <= from || start.when >= to) continue;
    const speed = rational(end.value - start.value, end.when - start.when);
    if (found !== undefined && compareRational(found.speed, speed) !== 0) return undefined;
    const run = BigInt(from - start.when) * BigInt(speed.num) + BigInt(start.value) * BigInt(speed.den);
    found ??= { speed, graphIn: exactSeconds(run, BigInt(speed.den)) };
  }
  const [first, last] = [graph[0], graph.at(-1)];
  if (first === undefined || last === undefined || first.when > from || last.when < to) return undefined;
  return found;
}
