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
import type { Crossing, WholeCut } from './whole-cut.ts';

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
  return otioWhole(source).lines;
}

/** The same with transitions and markers; clips played backwards start at the end of the frame shown first. */
export function otioWhole(source: string): WholeCut {
  const root: unknown = JSON.parse(source);
  const rate = rateOfDecimal(Number(at(root, 'global_start_time')['rate']));
  const lines: CutLine[] = [];
  const crossings: Crossing[] = [];
  const frame = (time: Fraction, what: string) => wholeOf(times(time, rate), what);
  const markers = list(at(root, 'tracks')['markers']).map(
    (one) => `${frame(seconds(at(one, 'marked_range', 'start_time')), 'a marker')} ${text(one['name'])}`,
  );
  const counts: Record<string, number> = {};
  for (const track of list(at(root, 'tracks')['children'])) {
    const letter = text(track['kind']).slice(0, 1);
    counts[letter] = (counts[letter] ?? 0) + 1;
    let position = fraction(0n);
    for (const item of list(track['children'])) {
      if (item['OTIO_SCHEMA'] === 'Transition.1') {
        crossings.push({
          track: `${letter}${counts[letter]}`,
          start: frame(minus(position, seconds(at(item, 'in_offset'))), 'a transition'),
          cut: frame(position, 'a cut'),
          end: frame(plus(position, seconds(at(item, 'out_offset'))), 'a transition'),
        });
        continue;
      }
      const end = plus(position, seconds(at(item, 'source_range', 'duration')));
      if (item['OTIO_SCHEMA'] === 'Clip.2') {
        const media = at(item, 'media_references', text(item['active_media_reference_key']));
        const warp = list(item['effects']).find((one) => 'time_scalar' in one);
        const speed = warp === undefined ? fraction(1n) : decimal(Number(warp['time_scalar']));
        const start = seconds(at(item, 'source_range', 'start_time'));
        const ownFrame = over(fraction(1n), rateOfDecimal(Number(at(item, 'source_range', 'start_time')['rate'])));
        for (const one of list(item['markers'])) {
          const place = plus(position, minus(seconds(at(one, 'marked_range', 'start_time')), start));
          markers.push(`${frame(place, 'a marker')} ${text(one['name'])}`);
        }
        lines.push({
          track: `${letter}${counts[letter]}`,
          file: lastPart(text(media['target_url'])),
          recordIn: wholeOf(times(position, rate), 'record in'),
          recordOut: wholeOf(times(end, rate), 'record out'),
          source: minus(
            speed.n < 0n ? plus(start, ownFrame) : start,
            seconds(at(media, 'available_range', 'start_time')),
          ),
          speed,
          enabled: item['enabled'] === true && track['enabled'] === true,
        });
      }
      position = end;
    }
  }
  return { lines, crossings, markers };
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
