import { randomBelow, randomSource, type RandomSource } from '../../core/director/random.ts';

/** What is hostile to readers of numbers, times, names and markup. */
const TOKENS: readonly string[] = [
  '-1',
  '0',
  '1e308',
  '-1e15',
  '999999999999',
  '9007199254740993',
  '0.5',
  'NaN',
  'Infinity',
  '1/0s',
  '-1/25s',
  '9999999999999999999/1s',
  '2147483648/2147483647s',
  '8640000s',
  '99:99:99:99',
  '23:59:59;29',
  '-00:00:01:00',
  '"',
  "'",
  '<',
  '</x>',
  '<a/>',
  ']]>',
  '<![CDATA[',
  '&#0;',
  '&#x110000;',
  '&lol;',
  '\u0000',
  '\uFEFF',
  '\ud800',
  '\u202e',
  '{',
  '[',
  'null',
  'true',
  '\n',
  '\r\n',
  '-->',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  'file://host/x',
];

/** The numbers, times and quoted words of a text. */
const VALUES = /"[^"\n]*"|>[^<>\n]+<|-?\d+(?:[.:;/,]\d+)*/g;

type Mutate = (text: string, random: RandomSource) => string;

const span = (text: string, random: RandomSource, longest: number): readonly [number, number] => {
  const from = randomBelow(random, text.length + 1);
  return [from, Math.min(text.length, from + randomBelow(random, longest))];
};

const token = (random: RandomSource) => TOKENS[randomBelow(random, TOKENS.length)] ?? '';

/** Characters taken out, something put in. */
const splice: Mutate = (text, random) => {
  const [from, to] = span(text, random, 40);
  return `${text.slice(0, from)}${randomBelow(random, 2) === 0 ? token(random) : ''}${text.slice(to)}`;
};

/** One value becomes another one of the same text, or a hostile one; what is around it stays whole. */
const revalue: Mutate = (text, random) => {
  const found = [...text.matchAll(VALUES)];
  const place = found[randomBelow(random, found.length)];
  if (place === undefined) return splice(text, random);
  const [old] = place;
  const other = found[randomBelow(random, found.length)]?.[0] ?? '';
  const inside = other.replace(/^["<>]|["<>]$/g, '');
  const value = randomBelow(random, 3) === 0 ? inside : token(random);
  const quote = /^["<>]/.test(old) ? ([old.slice(0, 1), old.slice(-1)] as const) : (['', ''] as const);
  return `${text.slice(0, place.index)}${quote[0]}${value}${quote[1]}${text.slice(place.index + old.length)}`;
};

/** A bare number without its quotes, negated, made huge or fractional. */
const renumber: Mutate = (text, random) => {
  const found = [...text.matchAll(/-?\d+/g)];
  const place = found[randomBelow(random, found.length)];
  if (place === undefined) return splice(text, random);
  const number = Number(place[0]);
  const changed = [-number, number + 1, number - 1, number * 1000, number * 1e9, 0, 2 ** 53, number + 0.5][
    randomBelow(random, 8)
  ];
  return `${text.slice(0, place.index)}${String(changed)}${text.slice(place.index + place[0].length)}`;
};

/** Lines that are gone, doubled, or change places: elements and events in a wrong order or with the same ids. */
const relines: Mutate = (text, random) => {
  const lines = text.split('\n');
  const from = randomBelow(random, lines.length);
  const count = 1 + randomBelow(random, 12);
  const some = lines.splice(from, count);
  const how = randomBelow(random, 3);
  if (how === 1) lines.splice(from, 0, ...some, ...some);
  if (how === 2) lines.splice(randomBelow(random, lines.length + 1), 0, ...some);
  return lines.join('\n');
};

/** The text ends too early. */
const cutOff: Mutate = (text, random) => text.slice(0, randomBelow(random, text.length));

/** A byte that is another one. */
const flip: Mutate = (text, random) => {
  const at = randomBelow(random, text.length);
  const bit = 1 << randomBelow(random, 8);
  return `${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ bit)}${text.slice(at + 1)}`;
};

const WORDS: readonly unknown[] = [
  null,
  -1,
  0,
  0.5,
  1e15,
  -1e308,
  '',
  [],
  {},
  true,
  'Stack.1',
  'Transition.1',
  'FreezeFrame.1',
  'LinearTimeWarp.1',
];

/** Values of a JSON text that are others: of another kind, or another part of the same text. */
const rejson: Mutate = (text, random) => {
  const parts: unknown[] = [];
  JSON.parse(text, (_, value: unknown) => {
    parts.push(value);
    return value;
  });
  const at = new Set(Array.from({ length: 1 + randomBelow(random, 4) }, () => randomBelow(random, parts.length)));
  let seen = -1;
  return JSON.stringify(
    JSON.parse(text, (_, value: unknown) => {
      seen += 1;
      if (!at.has(seen)) return value;
      const pool = randomBelow(random, 2) === 0 ? parts : WORDS;
      return pool[randomBelow(random, pool.length)];
    }),
  );
};

const ANY: readonly Mutate[] = [splice, revalue, revalue, renumber, renumber, relines, cutOff, flip];

/** A text changed in one to three places; the same seed changes the same text in the same way. */
export function mutated(text: string, seed: number): string {
  const random = randomSource(seed);
  if (text.startsWith('{') && randomBelow(random, 2) === 0) return rejson(text, random);
  let changed = text;
  for (let count = 1 + randomBelow(random, 3); count > 0; count -= 1)
    changed = (ANY[randomBelow(random, ANY.length)] ?? splice)(changed, random);
  return changed;
}
