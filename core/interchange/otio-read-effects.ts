import { compareRational, rational, type Rational } from '../time/rational.ts';
import type { EffectParts, EffectsOf } from './otio-effect-parts.ts';
import { listAt, numberAt, objectAt, schemaOf, textAt, type JsonObject } from './otio-json.ts';
import { ownOf } from './otio-read-own.ts';
import { readPremiereEffect } from './otio-read-premiere.ts';
import { readResolveEffect } from './otio-read-resolve.ts';
import { exactSeconds } from '../time/seconds.ts';
import { fractionOfNumber } from '../time/speed-text.ts';

/** What the effects of an item come to. */
export type ReadEffects = {
  readonly speed: Rational;
  readonly parts: EffectParts;
  /** Effects that only their program can play, verbatim. */
  readonly kept: readonly JsonObject[];
};

/**
 * Speed, freeze and the motion, opacity, volume and pan of Premiere and Resolve. Further effects are kept and listed:
 * nothing here plays them.
 */
export function readEffects(of: EffectsOf): ReadEffects {
  let speed = rational(1);
  let parts: EffectParts = {};
  const kept: JsonObject[] = [];
  for (const effect of listAt(of.item, 'effects')) {
    if (ownOf(effect)?.['written'] === true) continue;
    const schema = schemaOf(effect);
    if (schema === 'FreezeFrame') {
      speed = rational(0);
    } else if (schema === 'LinearTimeWarp') {
      const factor = scalarOf(of, effect);
      if (factor === undefined) kept.push(effect);
      else speed = times(speed, factor);
    } else {
      const read = isNeutral(effect) ? {} : (readPremiereEffect(of, effect) ?? readResolveEffect(of, effect));
      if (read === undefined) kept.push(effect);
      else parts = merged(parts, read);
      if (read === undefined) listUnplayed(of, effect);
    }
  }
  return { speed, parts, kept };
}

function scalarOf(of: EffectsOf, effect: JsonObject): Rational | undefined {
  const scalar = numberAt(effect, 'time_scalar');
  if (scalar === 0) return rational(0);
  const size = scalar === undefined ? undefined : fractionOfNumber(Math.abs(scalar));
  if (scalar === undefined || size === undefined) {
    of.losses.add('speed', 'cut', of.what, of.place, `a speed of ${scalar ?? 'nothing'} cannot be held`);
    return undefined;
  }
  return scalar < 0 ? { num: -size.num, den: size.den } : size;
}

function times(a: Rational, b: Rational): Rational {
  if (compareRational(a, rational(1)) === 0) return b;
  return exactSeconds(BigInt(a.num) * BigInt(b.num), BigInt(a.den) * BigInt(b.den));
}

/** Resolve writes an empty slot for each of its own effects. */
function isNeutral(effect: JsonObject): boolean {
  const resolve = objectAt(objectAt(effect, 'metadata'), 'Resolve_OTIO');
  return Array.isArray(resolve?.['Parameters']) && resolve['Parameters'].length === 0;
}

function listUnplayed(of: EffectsOf, effect: JsonObject): void {
  const schema = schemaOf(effect);
  const resolve = objectAt(objectAt(effect, 'metadata'), 'Resolve_OTIO');
  const own = textAt(resolve, 'Effect Name');
  const name = own || textAt(effect, 'effect_name') || textAt(effect, 'name') || schema;
  const isTime = schema === 'TimeEffect';
  const message = isTime ? `its speed changes by ${name}, which is not played` : `the effect ${name} is not played`;
  of.losses.add(isTime ? 'speed' : 'effect', 'cut', of.what, of.place, message);
}

function merged(a: EffectParts, b: EffectParts): EffectParts {
  return {
    ...a,
    ...b,
    ...(a.effects === undefined && b.effects === undefined ? {} : { effects: { ...a.effects, ...b.effects } }),
    ...(a.keyframes === undefined && b.keyframes === undefined
      ? {}
      : { keyframes: { ...a.keyframes, ...b.keyframes } }),
  };
}
