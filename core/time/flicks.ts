import type { Branded } from '../brand.ts';
import { mulDiv, type Rational, type Rounding } from './rational.ts';

/** An integer count of 1/705 600 000 s. One frame of every listed rate and one sample of every usual audio rate is whole. */
export type Flicks = Branded<number, 'Flicks'>;

export const FLICKS_PER_SECOND = 705_600_000;

/**
 * Brands a count of flicks.
 *
 * @throws RangeError when it is not a safe integer (±147 days)
 */
export function flicks(count: number): Flicks {
  if (!Number.isSafeInteger(count)) throw new RangeError(`not a whole number of flicks: ${count}`);
  return (count + 0) as Flicks;
}

export const ZERO_FLICKS: Flicks = flicks(0);

/** a + b. */
export function addFlicks(a: Flicks, b: Flicks): Flicks {
  return flicks(a + b);
}

/** a − b. */
export function subtractFlicks(a: Flicks, b: Flicks): Flicks {
  return flicks(a - b);
}

/** A time scaled by an exact factor, rounded as declared. */
export function scaleFlicks(time: Flicks, factor: Rational, rounding: Rounding): Flicks {
  return flicks(mulDiv(time, factor.num, factor.den, rounding));
}

/** Ticks of a time base (seconds per tick, e.g. 1/15360) in flicks, rounded to the nearest. */
export function flicksFromTicks(ticks: number, timeBase: Rational): Flicks {
  const scaled = mulDiv(FLICKS_PER_SECOND, timeBase.num, 1, 'nearest');
  return flicks(mulDiv(ticks, scaled, timeBase.den, 'nearest'));
}

/** Seconds as a float for ffmpeg arguments and labels; never for arithmetic on times. */
export function secondsOf(time: Flicks): number {
  return time / FLICKS_PER_SECOND;
}

/** The nearest flicks to a float of seconds, for input at the edges only. */
export function flicksFromSeconds(seconds: number): Flicks {
  return flicks(Math.round(seconds * FLICKS_PER_SECOND));
}
