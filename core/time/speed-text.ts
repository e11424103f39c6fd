import { compareRational, mulDiv, rational, simplestBetween, type Rational } from './rational.ts';

/** A speed as text with at most six decimals of per cent: 2/3 is 66.666667. */
export function percentText(speed: Rational): string {
  const millionths = mulDiv(speed.num, 100_000_000, speed.den, 'nearest');
  const whole = Math.floor(millionths / 1_000_000);
  const decimals = String(millionths % 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return decimals === '' ? String(whole) : `${whole}.${decimals}`;
}

/**
 * The simplest fraction that a decimal stands for, within half a unit of its last digit: 66.666667 ÷ 100 is 2/3.
 * Undefined for what is no positive number.
 */
export function fractionOfDecimal(text: string, unit: number): Rational | undefined {
  const match = /^\+?(\d{1,9})(?:\.(\d*))?$/.exec(text.trim());
  if (match === null) return undefined;
  const decimals = (match[2] ?? '').slice(0, 6);
  const scale = 10 ** decimals.length;
  const value = Number(match[1]) * scale + Number(decimals === '' ? '0' : decimals);
  if (value === 0) return undefined;
  // A whole or short decimal means itself; a full one was rounded.
  if (decimals.length < 6) return rational(value, scale * unit);
  return simplestBetween(rational(2 * value - 1, 2 * scale * unit), rational(2 * value + 1, 2 * scale * unit));
}

/** The simplest fraction within one part in 10^12 of a double, for JSON numbers; undefined unless positive and finite. */
export function fractionOfNumber(value: number): Rational | undefined {
  if (!Number.isFinite(value) || value <= 0 || value > 1e6 || value < 1e-6) return undefined;
  const scale = value > 1 ? 1e9 : 1e12;
  const near = Math.round(value * scale);
  if (Number.isInteger(value)) return rational(value);
  return simplestBetween(rational(near - 1, scale), rational(near + 1, scale));
}

/** Tenths of a frame per second that an EDL's M2 line states for a speed. */
export function m2Tenths(speed: Rational, fps: number): number {
  return mulDiv(speed.num * 10, fps, speed.den, 'nearest');
}

/**
 * The speed an EDL event means: the simplest fraction that agrees with both its M2 line (tenths of fps) and its
 * source and record lengths (whole frames); the M2 line alone where they disagree.
 */
export function speedOfM2(tenths: number, fps: number, sourceFrames: number, recordFrames: number): Rational {
  const low = rational(2 * tenths - 1, 20 * fps);
  const high = rational(2 * tenths + 1, 20 * fps);
  if (recordFrames <= 0 || sourceFrames <= 0) return simplestBetween(low, high);
  const spanLow = rational(2 * sourceFrames - 1, 2 * recordFrames);
  const spanHigh = rational(2 * sourceFrames + 1, 2 * recordFrames);
  const from = compareRational(low, spanLow) < 0 ? spanLow : low;
  const to = compareRational(high, spanHigh) < 0 ? high : spanHigh;
  return compareRational(from, to) <= 0 ? simplestBetween(from, to) : rational(tenths, 10 * fps);
}
