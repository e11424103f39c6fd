import {
  fraction,
  lastPart,
  minus,
  over,
  plus,
  rateOfDecimal,
  times,
  wholeOf,
  type CutLine,
  type Fraction,
} from './cut-list.ts';

type Json = Readonly<Record<string, unknown>>;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

/** What a path of keys leads to; an empty object where it leads nowhere. */
function at(value: unknown, ...keys: readonly string[]): Json {
  const found = keys.reduce<unknown>((inner, key) => (isJson(inner) ? inner[key] : undefined), value);
  return isJson(found) ? found : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Reads our own OTIO by walking its JSON; record positions are sums of exact durations. */
export function otioLines(source: string): readonly CutLine[] {
  const root: unknown = JSON.parse(source);
  const rate = rateOfDecimal(Number(at(root, 'global_start_time')['rate']));
  const lines: CutLine[] = [];
  const counts: Record<string, number> = {};
  for (const track of list(at(root, 'tracks')['children'])) {
    const letter = text(track['kind']).slice(0, 1);
    counts[letter] = (counts[letter] ?? 0) + 1;
    let position = fraction(0n);
    for (const item of list(track['children'])) {
      const end = plus(position, seconds(at(item, 'source_range', 'duration')));
      if (item['OTIO_SCHEMA'] === 'Clip.2') {
        const media = at(item, 'media_references', text(item['active_media_reference_key']));
        const warp = list(item['effects'])[0];
        lines.push({
          track: `${letter}${counts[letter]}`,
          file: lastPart(text(media['target_url'])),
          recordIn: wholeOf(times(position, rate), 'record in'),
          recordOut: wholeOf(times(end, rate), 'record out'),
          source: minus(
            seconds(at(item, 'source_range', 'start_time')),
            seconds(at(media, 'available_range', 'start_time')),
          ),
          speed: warp === undefined ? fraction(1n) : decimal(Number(warp['time_scalar'])),
          enabled: item['enabled'] === true && track['enabled'] === true,
        });
      }
      position = end;
    }
  }
  return lines;
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function seconds(time: Json): Fraction {
  const value = Number(time['value']);
  const rate = rateOfDecimal(Number(time['rate']));
  if (!Number.isInteger(value)) throw new Error(`fractional value ${value}`);
  return over(fraction(BigInt(value)), rate);
}

/** Speeds in these tests are small fractions. */
function decimal(value: number): Fraction {
  for (let d = 1n; d <= 12n; d += 1n) {
    const n = Math.round(value * Number(d));
    if (Math.abs(n / Number(d) - value) < 1e-9) return fraction(BigInt(n), d);
  }
  throw new Error(`no small fraction: ${value}`);
}
