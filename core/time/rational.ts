/** An exact fraction in lowest terms with a positive denominator. */
export type Rational = { readonly num: number; readonly den: number };

function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/**
 * Builds a fraction in lowest terms.
 *
 * @throws RangeError when a part is not a safe integer or the denominator is 0
 */
export function rational(num: number, den = 1): Rational {
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || den === 0) {
    throw new RangeError(`not an exact fraction: ${num}/${den}`);
  }
  const divisor = greatestCommonDivisor(num, den) * Math.sign(den);
  return { num: num / divisor + 0, den: den / divisor };
}

/** Reads "24000/1001", "24000:1001" or "25"; undefined for anything else and for a zero denominator. */
export function parseRational(text: string): Rational | undefined {
  const match = /^(-?\d+)(?:[/:](\d+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const num = Number(match[1]);
  const den = Number(match[2] ?? '1');
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || den === 0) return undefined;
  return rational(num, den);
}

/** "24000/1001", or "25" when the denominator is 1. */
export function formatRational(value: Rational): string {
  return value.den === 1 ? String(value.num) : `${value.num}/${value.den}`;
}

/** Equality of two fractions in lowest terms. */
export function equalRational(a: Rational, b: Rational): boolean {
  return a.num === b.num && a.den === b.den;
}

/** Negative, zero or positive as a is less than, equal to or greater than b; exact. */
export function compareRational(a: Rational, b: Rational): number {
  const difference = BigInt(a.num) * BigInt(b.den) - BigInt(b.num) * BigInt(a.den);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The fraction as a float, for labels, ffmpeg arguments and formats that demand one. */
export function toNumber(value: Rational): number {
  return value.num / value.den;
}

export type Rounding = 'floor' | 'ceil' | 'nearest';

/**
 * a × b ÷ c without overflow, rounded as declared ('nearest' rounds halves up).
 * The only place where times are multiplied.
 *
 * @throws RangeError when an operand is not a safe integer, c is 0 or the result is not safe
 */
export function mulDiv(a: number, b: number, c: number, rounding: Rounding): number {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b) || !Number.isSafeInteger(c) || c === 0) {
    throw new RangeError(`mulDiv takes safe integers and a divisor other than 0: ${a} × ${b} ÷ ${c}`);
  }
  const product = a * b;
  if (Number.isSafeInteger(product) && Number.isSafeInteger(2 * c)) return divideSmall(product, c, rounding);
  const sign = c < 0 ? -1n : 1n;
  const numerator = BigInt(a) * BigInt(b) * sign;
  const denominator = BigInt(c) * sign;
  const result = Number(divideBig(numerator, denominator, rounding));
  if (!Number.isSafeInteger(result)) throw new RangeError(`mulDiv overflows: ${a} × ${b} ÷ ${c}`);
  return result;
}

function divideSmall(product: number, c: number, rounding: Rounding): number {
  const [numerator, denominator] = c < 0 ? [-product, -c] : [product, c];
  // Towards zero first: numerator − rest is never larger than the numerator, so it stays exact
  // where a remainder that counts from the floor would take it past the safe integers.
  const rest = numerator % denominator;
  const towardsZero = (numerator - rest) / denominator;
  if (rest === 0) return towardsZero + 0;
  const [floor, remainder] = rest < 0 ? [towardsZero - 1, rest + denominator] : [towardsZero, rest];
  if (rounding === 'floor') return floor + 0;
  if (rounding === 'ceil') return floor + 1;
  return remainder >= denominator - remainder ? floor + 1 : floor + 0;
}

function divideBig(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const remainder = ((numerator % denominator) + denominator) % denominator;
  const floor = (numerator - remainder) / denominator;
  if (rounding === 'floor' || remainder === 0n) return floor;
  if (rounding === 'ceil') return floor + 1n;
  return 2n * remainder >= denominator ? floor + 1n : floor;
}

/** The fraction with the smallest denominator in [low, high], by the Stern–Brocot tree; both ends above 0. */
export function simplestBetween(low: Rational, high: Rational): Rational {
  const whole = mulDiv(low.num, 1, low.den, 'ceil');
  if (compareRational(rational(whole), high) <= 0) return rational(Math.max(whole, 1));
  const floor = mulDiv(low.num, 1, low.den, 'floor');
  const rest = (value: Rational): Rational => ({ num: value.den, den: value.num - floor * value.den });
  const inverse = simplestBetween(rest(high), rest(low));
  return rational(floor * inverse.num + inverse.den, inverse.num);
}
