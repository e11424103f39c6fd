import {
  allInside,
  fraction,
  inside,
  lastPart,
  minus,
  over,
  plus,
  parseElements,
  textInside,
  times,
  type CutLine,
  type Element,
  type Fraction,
} from './cut-list.ts';
import type { Crossing, WholeCut } from './whole-cut.ts';

function rateIn(element: Element | undefined): Fraction {
  const rate = inside(element, 'rate');
  const base = BigInt(textInside(rate, 'timebase'));
  const ntsc = textInside(rate, 'ntsc');
  if (ntsc !== 'TRUE' && ntsc !== 'FALSE') throw new Error('ntsc must be TRUE or FALSE');
  return ntsc === 'TRUE' ? fraction(base * 1000n, 1001n) : fraction(base);
}

/** Reads our own xmeml by `in` alone, as an editor that ignores Premiere's ticks; checks links, ids and files. */
export function fcp7Lines(text: string): readonly CutLine[] {
  return fcp7Whole(text, 'in').lines;
}

/** The same with transitions and markers, by `in` or, as Premiere, by its ticks. */
export function fcp7Whole(text: string, by: 'in' | 'ticks'): WholeCut {
  const sequence = inside(parseElements(text), 'sequence');
  const media = inside(sequence, 'media');
  const tracks = (kind: string) => allInside(inside(media, kind), 'track');
  const items = [...tracks('video'), ...tracks('audio')].flatMap((track) => allInside(track, 'clipitem'));
  const ids = items.map((item) => item.at['id'] ?? '');
  if (new Set(ids).size !== ids.length) throw new Error('clipitem ids repeat');
  for (const item of items) checkLinks(item, items);
  const files = new Map<string, string>();
  for (const item of items) {
    const file = inside(item, 'file');
    const id = file?.at['id'] ?? '';
    const url = textInside(file, 'pathurl');
    if (url !== '' && files.has(id)) throw new Error(`${id} is described twice`);
    if (url === '' && !files.has(id)) throw new Error(`${id} is named before it is described`);
    if (url !== '') files.set(id, url);
  }
  const lines: CutLine[] = [];
  const crossings: Crossing[] = [];
  const markers = allInside(sequence, 'marker').map((one) => `${textInside(one, 'in')} ${textInside(one, 'name')}`);
  for (const [letter, kind] of [
    ['V', 'video'],
    ['A', 'audio'],
  ] as const) {
    let number = 0;
    for (const track of tracks(kind)) {
      // Only the first channel of an exploded sound stands for it.
      if ((track.at['currentExplodedTrackIndex'] ?? '0') !== '0') continue;
      number += 1;
      for (const [index, item] of track.inner.entries()) {
        if (item.tag === 'transitionitem') crossings.push({ track: `${letter}${number}`, ...cutIn(item) });
        if (item.tag !== 'clipitem') continue;
        const edges = edgesIn(item, track.inner[index - 1], track.inner[index + 1]);
        lines.push(lineOf(item, `${letter}${number}`, files, textInside(track, 'enabled'), edges, by));
        for (const one of allInside(item, 'marker')) {
          const since = Number(textInside(one, 'in')) - Number(textInside(item, 'in')) - edges.before;
          markers.push(`${edges.start + since} ${textInside(one, 'name')}`);
        }
      }
    }
  }
  return { lines, crossings, markers };
}

type Edges = { readonly start: number; readonly end: number; readonly before: number; readonly after: number };

/** The cut inside a transition: its edge or, halves downwards, its middle. */
function cutIn(transition: Element | undefined): { cut: number; start: number; end: number } {
  if (transition?.tag !== 'transitionitem') throw new Error('-1 stands at no transition');
  const [start, end] = [Number(textInside(transition, 'start')), Number(textInside(transition, 'end'))];
  const alignment = textInside(transition, 'alignment');
  const middle = Math.floor((start + end) / 2);
  return { cut: alignment.startsWith('start') ? start : alignment.startsWith('end') ? end : middle, start, end };
}

/** Record edges at the cuts, and how far `in` and `out` reach beyond them into transitions. */
function edgesIn(item: Element, previous: Element | undefined, next: Element | undefined): Edges {
  const [start, end] = [Number(textInside(item, 'start')), Number(textInside(item, 'end'))];
  const head = start === -1 ? cutIn(previous) : undefined;
  const tail = end === -1 ? cutIn(next) : undefined;
  return {
    start: head?.cut ?? start,
    end: tail?.cut ?? end,
    before: head === undefined ? 0 : head.cut - head.start,
    after: tail === undefined ? 0 : tail.end - tail.cut,
  };
}

function lineOf(
  item: Element,
  track: string,
  files: ReadonlyMap<string, string>,
  trackEnabled: string,
  edges: Edges,
  by: 'in' | 'ticks',
): CutLine {
  const effect = allInside(item, 'filter')
    .map((filter) => inside(filter, 'effect'))
    .find((one) => textInside(one, 'effectid') === 'timeremap');
  const percent = allInside(effect, 'parameter').find((one) => textInside(one, 'parameterid') === 'speed');
  const value = (tag: string) => BigInt(textInside(item, tag));
  const rate = rateIn(item);
  const reversed = allInside(effect, 'parameter').find((one) => textInside(one, 'parameterid') === 'reverse');
  const sign = textInside(reversed, 'value') === 'TRUE' ? -1n : 1n;
  const isHeld = textInside(item, 'stillframe') === 'TRUE';
  const plain = percent === undefined ? fraction(1n) : fraction(sign * BigInt(textInside(percent, 'value')), 100n);
  const speed = isHeld ? fraction(0n) : plain;
  const record = BigInt(edges.end - edges.start + edges.before + edges.after);
  if (value('out') - value('in') !== record) throw new Error('out − in is not the record length');
  const tick = fraction(1n, 254_016_000_000n);
  const low = by === 'in' ? over(fraction(value('in')), rate) : times(fraction(value('pproTicksIn')), tick);
  if (speed.n === speed.d && value('out') > value('duration')) throw new Error('out lies behind the media');
  const size = isHeld ? fraction(1n) : fraction(speed.n < 0n ? -speed.n : speed.n, speed.d);
  const used = times(over(fraction(record), rate), size);
  const ticks = fraction(value('pproTicksOut') - value('pproTicksIn'), 254_016_000_000n);
  if (minus(used, ticks).n !== 0n) throw new Error('the ticks do not span the source that is used');
  return {
    track,
    file: lastPart(files.get(inside(item, 'file')?.at['id'] ?? '') ?? ''),
    recordIn: edges.start,
    recordOut: edges.end,
    // Backwards `in` is the lower end of what plays; the upper one is shown first.
    source: plus(
      plus(low, speed.n < 0n ? used : fraction(0n)),
      times(over(fraction(BigInt(edges.before)), rate), speed),
    ),
    speed,
    enabled: textInside(item, 'enabled') === 'TRUE' && trackEnabled === 'TRUE',
  };
}

function checkLinks(item: Element, items: readonly Element[]): void {
  for (const link of allInside(item, 'link')) {
    const target = items.find((one) => one.at['id'] === textInside(link, 'linkclipref'));
    const back = allInside(target, 'link').some((one) => textInside(one, 'linkclipref') === item.at['id']);
    if (!back) throw new Error('a link is not reciprocal');
  }
}
