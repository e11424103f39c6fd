import {
  allInside,
  fraction,
  inside,
  lastPart,
  minus,
  over,
  parseElements,
  plus,
  times,
  wholeOf,
  type CutLine,
  type Element,
  type Fraction,
} from './cut-list.ts';
import type { Crossing, WholeCut } from './whole-cut.ts';

const time = (text = '0s'): Fraction => {
  const match = /^(-?\d+)(?:\/(\d+))?s$/.exec(text);
  if (match === null) throw new Error(`no time: ${text}`);
  return fraction(BigInt(match[1] ?? '0'), BigInt(match[2] ?? '1'));
};

/** Reads our own FCPXML: the spine is V1, lanes count from it; checks that spine children abut. */
export function fcpxmlLines(text: string): readonly CutLine[] {
  return fcpxmlWhole(text).lines;
}

/** The same with transitions and markers; compound clips of one file count as that file. */
export function fcpxmlWhole(text: string): WholeCut {
  const root = parseElements(text);
  const resources = inside(root, 'resources');
  const sequence = inside(inside(inside(inside(root, 'library'), 'event'), 'project'), 'sequence');
  const format = allInside(resources, 'format').find((one) => one.at['id'] === sequence?.at['format']);
  const frame = time(format?.at['frameDuration']);
  const assets = new Map(allInside(resources, 'asset').map((asset) => [asset.at['id'], asset]));
  const compounds = new Map(allInside(resources, 'media').map((one) => [one.at['id'], one]));
  const tcStart = time(sequence?.at['tcStart']);
  const crossings: Crossing[] = [];
  const markers: string[] = [];
  const frameOf = (at: Fraction, what: string) => wholeOf(over(at, frame), what);
  const cross = (lane: number) => (start: Fraction, cut: Fraction, end: Fraction) => {
    const [a, b, c] = [frameOf(start, 'a transition'), frameOf(cut, 'a cut'), frameOf(end, 'a transition')];
    crossings.push({ track: `V${lane + 1}`, start: a, cut: b, end: c });
  };
  const mark = (item: Element, record: Fraction) => {
    for (const one of item.inner.filter(({ tag }) => tag.endsWith('marker'))) {
      const at = plus(record, minus(time(one.at['start']), time(item.at['start'])));
      markers.push(`${frameOf(at, 'a marker')} ${one.at['value'] ?? ''}`);
    }
  };
  const isStill = (asset: Element) =>
    allInside(resources, 'format').some(
      (one) => one.at['id'] === asset.at['format'] && one.at['name'] === 'FFVideoFormatRateUndefined',
    );
  const lines: CutLine[] = [];
  const add = (item: Element, record: Fraction, lane: number) => {
    const whole = inside(inside(compounds.get(item.at['ref']), 'sequence'), 'spine')?.inner[0];
    const asset = assets.get((whole ?? item).at['ref']);
    if (asset === undefined) throw new Error('unknown asset');
    if (whole !== undefined && whole.at['offset'] !== whole.at['start']) throw new Error('a compound with a clock');
    const start = time(item.at['start']);
    const [first, last] = allInside(inside(item, 'timeMap'), 'timept');
    const speed =
      first === undefined || last === undefined
        ? fraction(1n)
        : over(
            minus(time(last.at['value']), time(first.at['value'])),
            minus(time(last.at['time']), time(first.at['time'])),
          );
    const local =
      first === undefined ? start : plus(time(first.at['value']), times(minus(start, time(first.at['time'])), speed));
    const base = {
      file: lastPart(inside(asset, 'media-rep')?.at['src'] ?? ''),
      recordIn: wholeOf(over(record, frame), 'record in'),
      recordOut: wholeOf(over(plus(record, time(item.at['duration'])), frame), 'record out'),
      source: isStill(asset) ? fraction(0n) : minus(local, time(asset.at['start'])),
      speed,
      enabled: item.at['enabled'] !== '0',
    };
    const use = item.at['srcEnable'] ?? 'all';
    if (asset.at['hasVideo'] === '1' && use !== 'audio') lines.push({ ...base, track: `V${lane + 1}` });
    if (asset.at['hasAudio'] === '1' && use !== 'video')
      lines.push({ ...base, track: `A${lane < 0 ? -lane : lane + 1}` });
  };
  walkStory(inside(sequence, 'spine')?.inner ?? [], tcStart, tcStart, cross(0), (item, record) => {
    mark(item, record);
    if (playsFile(item)) add(item, record, 0);
    for (const connected of item.inner.filter((one) => one.at['lane'] !== undefined)) {
      const at = plus(record, minus(time(connected.at['offset']), time(item.at['start'])));
      const lane = Number(connected.at['lane']);
      if (connected.tag === 'spine') {
        walkStory(connected.inner, fraction(0n), minus(fraction(0n), at), cross(lane), (one, place) => {
          mark(one, place);
          if (playsFile(one)) add(one, place, lane);
        });
      } else if (playsFile(connected)) {
        mark(connected, at);
        add(connected, at, lane);
      }
    }
  });
  return { lines, crossings, markers };
}

const playsFile = (item: Element): boolean => ['asset-clip', 'video', 'clip', 'ref-clip'].includes(item.tag);

/** Clips of a storyline with their record time; they abut, and transitions lie over their cuts. */
function walkStory(
  items: readonly Element[],
  first: Fraction,
  zero: Fraction,
  cross: (start: Fraction, cut: Fraction, end: Fraction) => void,
  visit: (item: Element, record: Fraction) => void,
): void {
  let expected = first;
  for (const item of items) {
    const offset = time(item.at['offset']);
    if (item.tag === 'transition') {
      const end = plus(offset, time(item.at['duration']));
      if (minus(expected, offset).n < 0n || minus(end, expected).n < 0n) throw new Error('a transition misses its cut');
      cross(minus(offset, zero), minus(expected, zero), minus(end, zero));
      continue;
    }
    if (minus(offset, expected).n !== 0n) throw new Error('storyline children do not abut');
    expected = plus(offset, time(item.at['duration']));
    visit(item, minus(offset, zero));
  }
}

/** A transition of the main storyline: frames of its start, cut and end, and what crosses. */
type TransitionLine = {
  readonly start: number;
  readonly cut: number;
  readonly end: number;
  readonly of: string;
};

/** Transitions, markers, gains and heard channels of our own FCPXML's main storyline, by record frame. */
export function fcpxmlDetails(text: string): {
  readonly transitions: readonly TransitionLine[];
  readonly markers: readonly string[];
  readonly gains: readonly string[];
  readonly channels: readonly string[];
} {
  const root = parseElements(text);
  const sequence = inside(inside(inside(inside(root, 'library'), 'event'), 'project'), 'sequence');
  const format = allInside(inside(root, 'resources'), 'format').find((one) => one.at['id'] === sequence?.at['format']);
  const tcStart = time(sequence?.at['tcStart']);
  const frameOf = (at: Fraction) => wholeOf(over(minus(at, tcStart), time(format?.at['frameDuration'])), 'a time');
  const items = inside(sequence, 'spine')?.inner ?? [];
  const transitions = items.flatMap((item, index): TransitionLine[] => {
    if (item.tag !== 'transition') return [];
    const next = items[index + 1];
    const before = items[index - 1];
    const cut =
      next === undefined ? plus(time(before?.at['offset']), time(before?.at['duration'])) : time(next.at['offset']);
    const start = time(item.at['offset']);
    const of = item.inner.map((filter) => filter.tag.replace('filter-', '')).join('+');
    return [{ start: frameOf(start), cut: frameOf(cut), end: frameOf(plus(start, time(item.at['duration']))), of }];
  });
  const clips = items.filter((item) => item.tag !== 'transition');
  const markers = clips.flatMap((item) =>
    item.inner
      .filter((one) => one.tag.endsWith('marker'))
      .map((one) => {
        const at = plus(time(item.at['offset']), minus(time(one.at['start']), time(item.at['start'])));
        return `${frameOf(at)} ${one.tag} ${one.at['value'] ?? ''}`;
      }),
  );
  const everything = clips.flatMap((item) => [item, ...item.inner]);
  const gains = everything.flatMap((item) => allInside(item, 'adjust-volume').map((one) => one.at['amount'] ?? ''));
  const channels = everything.flatMap((item) =>
    allInside(item, 'audio-channel-source')
      .filter((one) => one.at['active'] !== '0')
      .map((one) => one.at['srcCh'] ?? ''),
  );
  return { transitions, markers, gains, channels };
}
