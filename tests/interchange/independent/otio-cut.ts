import { fraction, minus, over, plus, rateOfDecimal, times, type Fraction } from './cut-list.ts';

type Json = Readonly<Record<string, unknown>>;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function part(value: unknown, key: string): Json {
  const found = isJson(value) ? value[key] : undefined;
  return isJson(found) ? found : {};
}

function items(value: unknown, key: string): readonly Json[] {
  const found = isJson(value) ? value[key] : undefined;
  return Array.isArray(found) ? found.filter(isJson) : [];
}

const words = (value: unknown): string => (typeof value === 'string' ? value : '');
const schema = (value: Json): string => words(value['OTIO_SCHEMA']).split('.')[0] ?? '';
const ZERO = fraction(0n);

/** A double as the fraction it is. */
function exact(value: number): Fraction {
  let scale = 1n;
  let rest = value;
  while (!Number.isInteger(rest) && scale < 1n << 60n) {
    rest *= 2;
    scale *= 2n;
  }
  return fraction(BigInt(rest), scale);
}

function seconds(time: Json): Fraction | undefined {
  const [value, rate] = [time['value'], time['rate']];
  if (typeof value !== 'number' || typeof rate !== 'number') return undefined;
  return over(exact(value), rateOfDecimal(rate));
}

const start = (range: Json): Fraction => seconds(part(range, 'start_time')) ?? ZERO;
const duration = (range: Json): Fraction | undefined => seconds(part(range, 'duration'));
const isMore = (a: Fraction, b: Fraction): boolean => a.n * b.d > b.n * a.d;

function reference(clip: Json): Json {
  const all = part(clip, 'media_references');
  return Object.keys(all).length > 0
    ? part(all, words(clip['active_media_reference_key']) || 'DEFAULT_MEDIA')
    : part(clip, 'media_reference');
}

function length(item: Json): Fraction {
  const own = duration(part(item, 'source_range')) ?? duration(part(reference(item), 'available_range'));
  if (schema(item) === 'Transition') return ZERO;
  if (own !== undefined) return own;
  const inner = items(item, 'children').map(length);
  return schema(item) === 'Stack'
    ? inner.reduce((a, b) => (isMore(b, a) ? b : a), ZERO)
    : inner.reduce((a, b) => plus(a, b), ZERO);
}

function speed(item: Json): number {
  return items(item, 'effects').reduce((product, effect) => {
    if (schema(effect) === 'FreezeFrame') return 0;
    return schema(effect) === 'LinearTimeWarp' ? product * Number(effect['time_scalar']) : product;
  }, 1);
}

const frames = (time: Fraction, rate: Fraction): string => {
  const value = times(time, rate);
  return value.d === 1n ? String(value.n) : (Number(value.n) / Number(value.d)).toFixed(6);
};

function itemLine(item: Json, from: Fraction, to: Fraction, rate: Fraction): string {
  const available = part(reference(item), 'available_range');
  const source = part(item, 'source_range');
  const first = Object.keys(source).length > 0 ? start(source) : start(available);
  return [
    `${frames(from, rate)}-${frames(to, rate)}`,
    words(item['name']),
    `from ${frames(minus(first, start(available)), rate)}`,
    `x${speed(item).toFixed(9)}`,
    item['enabled'] === false ? 'off' : 'on',
  ].join(' ');
}

function trackLines(track: Json, label: string, rate: Fraction): readonly string[] {
  const lines: string[] = [];
  let at = ZERO;
  for (const item of schema(track) === 'Track' ? items(track, 'children') : [track]) {
    const end = plus(at, length(item));
    const kind = schema(item);
    if (kind === 'Transition') {
      const [before, after] = [seconds(part(item, 'in_offset')) ?? ZERO, seconds(part(item, 'out_offset')) ?? ZERO];
      lines.push(
        `${label} transition ${frames(minus(at, before), rate)} ${frames(at, rate)} ${frames(plus(at, after), rate)}`,
      );
    } else if (kind === 'Clip' && schema(reference(item)) !== 'GeneratorReference') {
      lines.push(`${label} ${itemLine(item, at, end, rate)}`);
    } else if (kind === 'Stack' || kind === 'Track') {
      lines.push(`${label} nested ${itemLine(item, at, end, rate)}`);
      lines.push(...stackLines(item, rate).map((line) => `${label} | ${line}`));
    }
    at = end;
  }
  return lines;
}

function stackLines(stack: Json, rate: Fraction): readonly string[] {
  const counts: Record<string, number> = {};
  const tracks = schema(stack) === 'Track' ? [stack] : items(stack, 'children');
  return tracks.flatMap((track) => {
    const letter = words(track['kind']) === 'Audio' ? 'A' : 'V';
    counts[letter] = (counts[letter] ?? 0) + 1;
    return trackLines(track, `${letter}${counts[letter]}`, rate);
  });
}

/** The first rate that counts frames. */
function rateOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.map(rateOf).find((rate) => rate !== undefined);
  if (!isJson(value)) return undefined;
  const own = value['rate'];
  if (typeof own === 'number' && own <= 240) return own;
  return rateOf(Object.values(value));
}

/**
 * Reads any OTIO by its own walk and BigInt fractions: clips, nested compositions and transitions as text, in frames of
 * the timeline. It shares no code with the product.
 */
export function otioCut(text: string): readonly string[] {
  const root: unknown = JSON.parse(text);
  const global = part(root, 'global_start_time')['rate'];
  const tracks = part(root, 'tracks');
  const rate = rateOfDecimal(typeof global === 'number' ? global : (rateOf(tracks) ?? 24));
  return [`start ${frames(seconds(part(root, 'global_start_time')) ?? ZERO, rate)}`, ...stackLines(tracks, rate)];
}

/** Everything of an object's metadata but Montage's own, wherever it stands. */
export function foreignMetadataIn(text: string): readonly string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isJson(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key !== 'metadata' || !isJson(inner)) walk(inner);
      else {
        const { montage: _montage, ...others } = inner;
        if (Object.keys(others).length > 0) found.push(`${schema(value)} ${JSON.stringify(others)}`);
      }
    }
  };
  walk(JSON.parse(text));
  return found.toSorted();
}
