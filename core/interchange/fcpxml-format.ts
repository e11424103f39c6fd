import type { ColourDescription } from '../media/media.ts';
import type { ColourSpace } from '../timeline/timeline.ts';
import type { Rate } from '../time/rate.ts';
import { equalRational, formatRational, rational } from '../time/rational.ts';
import { flicksOfSeconds, secondsOfFlicks, type Seconds } from '../time/seconds.ts';

/** `1001/24000s`, `100/2500s`: as Final Cut writes frame durations. */
export function frameDurationText(rate: Rate): string {
  return rate.den === 1 ? `100/${rate.num * 100}s` : `${rate.den}/${rate.num}s`;
}

/** What a 32-bit denominator holds. */
export const MAX_DENOMINATOR = 2 ** 31 - 1;

/** `3s` or `18018/5s`: an FCPXML time. Its denominator has 32 bits; a finer time is rounded to the nearest flick. */
export function timeText(seconds: Seconds): string {
  const time = seconds.den > MAX_DENOMINATOR ? secondsOfFlicks(flicksOfSeconds(seconds)) : seconds;
  return `${formatRational(time)}s`;
}

/** Whether a time lies within the ten days that no edit reaches, and no reader of FCPXML has to count beyond. */
export function isCountable(time: Seconds): boolean {
  return Math.abs(time.num) <= 864_000 * time.den;
}

/** A number to ten significant digits, never with an exponent. */
export function numberText(value: number): string {
  const near = Number(value.toPrecision(10));
  if (Object.is(near, -0) || Math.abs(near) < 1e-9) return '0';
  const text = String(near);
  return text.includes('e') ? near.toFixed(10).replace(/\.?0+$/, '') : text;
}

const RATE_NAMES: readonly (readonly [Rate, string])[] = [
  [rational(24_000, 1001), '2398'],
  [rational(24), '24'],
  [rational(25), '25'],
  [rational(30_000, 1001), '2997'],
  [rational(30), '30'],
  [rational(50), '50'],
  [rational(60_000, 1001), '5994'],
  [rational(60), '60'],
];

const SIZE_NAMES: Readonly<Record<string, string>> = {
  '1280x720': '720',
  '1920x1080': '1080',
  '3840x2160': '3840x2160',
};

/** Final Cut's preset name for a size and rate; undefined (and then left out) where it has none. */
export function formatName(width: number, height: number, rate: Rate): string | undefined {
  const size = SIZE_NAMES[`${width}x${height}`];
  const fps = RATE_NAMES.find(([known]) => equalRational(known, rate))?.[1];
  return size === undefined || fps === undefined ? undefined : `FFVideoFormat${size}p${fps}`;
}

/** `conform-rate@srcFrameRate` as the DTD of every version lists it. */
export const CONFORM_RATES: Readonly<Record<string, string>> = {
  '24000/1001': '23.98',
  '24': '24',
  '25': '25',
  '30000/1001': '29.97',
  '30': '30',
  '60': '60',
  '48000/1001': '47.95',
  '48': '48',
  '50': '50',
  '60000/1001': '59.94',
};

/** ISO/IEC 23001-8 (CICP) code points of the names ffprobe gives. */
const PRIMARIES: Readonly<Record<string, number>> = { bt709: 1, bt470bg: 5, smpte170m: 6, bt2020: 9, smpte432: 12 };
const TRANSFERS: Readonly<Record<string, number>> = {
  bt709: 1,
  smpte170m: 6,
  'iec61966-2-1': 13,
  'bt2020-10': 14,
  'bt2020-12': 15,
  smpte2084: 16,
  'arib-std-b67': 18,
};
const MATRICES: Readonly<Record<string, number>> = { bt709: 1, bt470bg: 6, smpte170m: 6, bt2020nc: 9 };

const COLOUR_NAMES: Readonly<Record<string, string>> = {
  '1-1-1': 'Rec. 709',
  '6-1-6': 'Rec. 601 (NTSC)',
  '5-1-6': 'Rec. 601 (PAL)',
  '9-1-9': 'Rec. 2020',
  '9-16-9': 'Rec. 2020 PQ',
  '9-18-9': 'Rec. 2020 HLG',
};

/** FCPXML's `colorSpace`: code points of primaries, transfer and matrix, with the name where the DTD knows one. */
export function colourSpaceText(colour: ColourDescription): string | undefined {
  const primaries = PRIMARIES[colour.primaries ?? ''];
  const transfer = TRANSFERS[colour.transfer ?? ''];
  const matrix = MATRICES[colour.matrix ?? ''];
  if (primaries === undefined || transfer === undefined || matrix === undefined) return undefined;
  // SMPTE 170M, BT.2020's own and BT.709 are one curve; Final Cut's presets all say 1.
  return namedColour(`${primaries}-${[6, 14, 15].includes(transfer) ? 1 : transfer}-${matrix}`);
}

const SPACE_CODES: Readonly<Record<ColourSpace, string>> = {
  'rec601-525': '6-1-6',
  'rec601-625': '5-1-6',
  rec709: '1-1-1',
  'p3-d65': '12-1-1',
  rec2020: '9-1-9',
  'rec2020-pq': '9-16-9',
  'rec2020-hlg': '9-18-9',
};

/** The `colorSpace` of a sequence. */
export function sequenceColourText(space: ColourSpace = 'rec709'): string {
  return namedColour(SPACE_CODES[space]);
}

/** Final Cut's library setting that a colour space needs; undefined for Rec. 601 and 709. */
export function colourProcessing(space: ColourSpace | undefined): 'wide' | 'wide-hdr' | undefined {
  if (space === 'rec2020-pq' || space === 'rec2020-hlg') return 'wide-hdr';
  return space === 'rec2020' || space === 'p3-d65' ? 'wide' : undefined;
}

function namedColour(codes: string): string {
  const name = COLOUR_NAMES[codes];
  return name === undefined ? codes : `${codes} (${name})`;
}
