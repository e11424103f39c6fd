import { InvalidArgumentError } from 'commander';
import type { Box } from '../core/analysis/boxes.ts';
import { CUT_FORMATS, type CutFormat } from '../core/contract/cut.ts';
import { isListedRate, LISTED_RATES, type Rate } from '../core/time/rate.ts';
import { formatRational, parseRational, rational } from '../core/time/rational.ts';

/** Reads a port, 1–65535. */
export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 1 to 65535.');
}

/** Reads a whole number. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text.trim()) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a whole number.');
}

/** Reads a number of either sign. */
export function signedNumber(text: string): number {
  const value = Number(text.trim().replace('−', '-'));
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number.');
}

/** Reads a number from 0 to 1. */
export function partOfOne(text: string): number {
  const value = signedNumber(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}

/** Reads a number of seconds from 0. */
export function seconds(text: string): number {
  const value = signedNumber(text);
  if (value >= 0) return value;
  throw new InvalidArgumentError('It must be a number of seconds from 0.');
}

/** Reads a positive number of seconds. */
export function positiveSeconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number of seconds above 0.');
}

/** What people write for rates that are not whole. */
const DECIMAL_RATES: ReadonlyMap<string, Rate> = new Map(
  Object.entries<Rate>({
    '12.5': rational(25, 2),
    '23.976': rational(24_000, 1001),
    '23.98': rational(24_000, 1001),
    '29.97': rational(30_000, 1001),
    '47.952': rational(48_000, 1001),
    '59.94': rational(60_000, 1001),
    '119.88': rational(120_000, 1001),
  }),
);

/** Reads a timeline rate: 25, 30000/1001, 23.976. */
export function rateValue(text: string): Rate {
  const rate = DECIMAL_RATES.get(text.trim()) ?? parseRational(text);
  if (rate !== undefined && rate.num > 0 && isListedRate(rate)) return rate;
  throw new InvalidArgumentError(`It must be one of ${LISTED_RATES.map(formatRational).join(', ')}.`);
}

/** Reads a picture size: 1920x1080. */
export function sizeValue(text: string): { readonly width: number; readonly height: number } {
  const match = /^(\d{2,4})[x×](\d{2,4})$/i.exec(text.trim());
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  if (match !== null && width >= 16 && height >= 16 && width <= 8192 && height <= 8192) return { width, height };
  throw new InvalidArgumentError('It must be a size such as 1920x1080.');
}

/** Reads a part of the picture, left, top, width and height in parts of 1: 0,0,1,0.8. */
export function regionValue(text: string): Box {
  const parts = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [x = Number.NaN, y = Number.NaN, w = Number.NaN, h = Number.NaN, ...more] = parts;
  const fits = x >= 0 && y >= 0 && w >= 0.05 && h >= 0.05 && x + w <= 1 + 1e-9 && y + h <= 1 + 1e-9;
  if (fits && more.length === 0) return { x, y, w, h };
  throw new InvalidArgumentError('It must be left, top, width and height in parts of 1, such as 0,0,1,0.8.');
}

/** Reads a factor on a threshold, a quarter to four times. */
export function thresholdFactor(text: string): number {
  const value = signedNumber(text);
  if (value >= 0.25 && value <= 4) return value;
  throw new InvalidArgumentError('It must be a number from 0.25 to 4.');
}

/** Reads a list of cut formats: otio,fcpxml,mp4. */
export function formatList(text: string): readonly CutFormat[] {
  const names = text.split(',').map((name) => name.trim());
  const formats = CUT_FORMATS.filter((format) => names.includes(format));
  const unknown = names.find((name) => !CUT_FORMATS.some((format) => format === name));
  if (unknown === undefined && formats.length > 0) return formats;
  throw new InvalidArgumentError(`It must be a list of ${CUT_FORMATS.join(', ')}.`);
}
