import { FLICKS_PER_SECOND, flicks, type Flicks } from './flicks.ts';
import type { Rate } from './rate.ts';
import { mulDiv, rational, type Rational, type Rounding } from './rational.ts';

/**
 * Exact seconds as a fraction: the common ground of formats that each count in their own unit.
 * All arithmetic runs on BigInt and is reduced once.
 */
export type Seconds = Rational;

export const ZERO_SECONDS: Seconds = rational(0);

/**
 * Builds a fraction in lowest terms from BigInts. One whose parts exceed 2^53 (hours of sound between samples times an
 * odd speed) is rounded to the nearest flick.
 */
export function exactSeconds(num: bigint, den: bigint): Seconds {
  const divisor = greatestCommonDivisor(num < 0n ? -num : num, den);
  const [n, d] = [num / divisor, den / divisor];
  if (isSafe(n) && isSafe(d)) return rational(Number(n), Number(d));
  const unit = BigInt(FLICKS_PER_SECOND);
  const count = (2n * n * unit + d) / (2n * d);
  return rational(Number(count), FLICKS_PER_SECOND);
}

function isSafe(value: bigint): boolean {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= -BigInt(Number.MAX_SAFE_INTEGER);
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** a + b. */
export function addSeconds(a: Seconds, b: Seconds): Seconds {
  const [an, ad, bn, bd] = [BigInt(a.num), BigInt(a.den), BigInt(b.num), BigInt(b.den)];
  return exactSeconds(an * bd + bn * ad, ad * bd);
}

/** a − b. */
export function subtractSeconds(a: Seconds, b: Seconds): Seconds {
  return addSeconds(a, { num: -b.num, den: b.den });
}

/** a × factor. */
export function multiplySeconds(a: Seconds, factor: Rational): Seconds {
  return exactSeconds(BigInt(a.num) * BigInt(factor.num), BigInt(a.den) * BigInt(factor.den));
}

/**
 * a ÷ divisor, for divisors above 0.
 */
export function divideSeconds(a: Seconds, divisor: Rational): Seconds {
  return multiplySeconds(a, { num: divisor.den, den: divisor.num });
}

/** When frame n of a constant rate starts, exactly. */
export function secondsOfFrame(frame: number, rate: Rate): Seconds {
  return exactSeconds(BigInt(frame) * BigInt(rate.den), BigInt(rate.num));
}

/** Frames of a rate in a span of seconds, rounded as declared. */
export function framesInSeconds(seconds: Seconds, rate: Rate, rounding: Rounding): number {
  const frames = multiplySeconds(seconds, rate);
  return mulDiv(frames.num, 1, frames.den, rounding);
}

/** Whether a span is a whole number of frames. */
export function isWholeFrames(seconds: Seconds, rate: Rate): boolean {
  return multiplySeconds(seconds, rate).den === 1;
}

/** Exact seconds of a count of flicks. */
export function secondsOfFlicks(time: Flicks): Seconds {
  return rational(time, FLICKS_PER_SECOND);
}

/** The nearest flicks; exact for whole frames of listed rates. */
export function flicksOfSeconds(seconds: Seconds): Flicks {
  return flicks(mulDiv(seconds.num, FLICKS_PER_SECOND, seconds.den, 'nearest'));
}
