import { flicks, FLICKS_PER_SECOND } from '../time/flicks.ts';
import type { Aspect, Brief } from './suggestion.ts';

/** What a brief's words say, and how each was understood. */
export type ReadBrief = {
  readonly fields: Partial<Pick<Brief, 'duration' | 'styleId' | 'aspect'>>;
  /** One entry per field, as shown to the user: "length 2:00". */
  readonly understood: readonly string[];
};

const NUMBERS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  'forty-five': 45,
  fifty: 50,
  sixty: 60,
  ninety: 90,
};

const STYLES: readonly (readonly [string, RegExp])[] = [
  ['music-video', /\bmusic[- ](?:video|led)\b|\b(?:to|on) the beat\b/],
  ['documentary', /\bdocumentar(?:y|ies)\b|\binterviews?\b|\breportage\b/],
  ['punchy', /\b(?:fast|punchy|energetic|quick|snappy|dynamic|trailer|teaser)\b/],
  ['calm', /\b(?:calm|slow|gentle|quiet|peaceful|relaxed|poetic)\b/],
];

const ASPECTS: readonly (readonly [Aspect, RegExp])[] = [
  ['9:16', /\b9\s*[:x×]\s*16\b|\bvertical\b|\b(?:reels?|shorts|tiktok|stories)\b|\bportrait (?:format|mode|video)\b/],
  ['4:5', /\b4\s*[:x×]\s*5\b/],
  ['1:1', /\b1\s*[:x×]\s*1\b|\bsquare\b/],
  ['16:9', /\b16\s*[:x×]\s*9\b|\bwidescreen\b|\blandscape (?:format|mode|video)\b/],
];

/**
 * Reads length, look and shape from a sentence such as "A two-minute portrait, calm". Words it does not know are left
 * alone; where several fit, the earliest in the text counts.
 */
export function briefFromText(text: string): ReadBrief {
  const words = text.toLowerCase();
  const seconds = secondsIn(words);
  const styleId = earliest(words, STYLES);
  const aspect = earliest(words, ASPECTS);
  return {
    fields: {
      ...(seconds === undefined ? {} : { duration: flicks(Math.round(seconds * FLICKS_PER_SECOND)) }),
      ...(styleId === undefined ? {} : { styleId }),
      ...(aspect === undefined ? {} : { aspect }),
    },
    understood: [
      ...(seconds === undefined ? [] : [`length ${clock(seconds)}`]),
      ...(styleId === undefined ? [] : [`look ${styleId}`]),
      ...(aspect === undefined ? [] : [`shape ${aspect}`]),
    ],
  };
}

function earliest<Name extends string>(words: string, rules: readonly (readonly [Name, RegExp])[]): Name | undefined {
  let found: { readonly name: Name; readonly at: number } | undefined;
  for (const [name, rule] of rules) {
    const at = words.search(rule);
    if (at >= 0 && (found === undefined || at < found.at)) found = { name, at };
  }
  return found?.name;
}

const WORD = Object.keys(NUMBERS)
  .sort((a, b) => b.length - a.length)
  .join('|');
const LENGTH = new RegExp(
  `(?<![\\w.])(\\d+(?:\\.\\d+)?|${WORD}|half an?)[\\s-]*(hours?|h|minutes?|mins?|m|seconds?|secs?|s)\\b`,
  'g',
);
/** A clock time, but not a picture shape. */
const CLOCK = /(?<![\d:])(\d{1,2}):([0-5]\d)(?![\d:])/g;
const SHAPES = new Set(['16:09', '9:16']);

/** Seconds named in words or figures; minutes and seconds that follow each other add up. */
function secondsIn(words: string): number | undefined {
  const matches = [...words.matchAll(LENGTH)];
  const [first, second] = matches;
  if (first !== undefined) {
    const sum = lengthOfMatch(first);
    const follows =
      second !== undefined && /^(?:\s|,|and)*$/.test(words.slice(first.index + first[0].length, second.index));
    const total = follows ? sum + lengthOfMatch(second) : sum;
    return total > 0 ? total : undefined;
  }
  for (const match of words.matchAll(CLOCK)) {
    const seconds = Number(match[1]) * 60 + Number(match[2]);
    if (seconds > 0 && !SHAPES.has(match[0])) return seconds;
  }
  return undefined;
}

function lengthOfMatch(match: RegExpExecArray): number {
  const [, count = '', unit = ''] = match;
  const amount = count.startsWith('half') ? 0.5 : (NUMBERS[count] ?? Number(count));
  return amount * (unit.startsWith('h') ? 3600 : unit.startsWith('m') ? 60 : 1);
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
