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

const time = (text = '0s'): Fraction => {
  const match = /^(-?\d+)(?:\/(\d+))?s$/.exec(text);
  if (match === null) throw new Error(`no time: ${text}`);
  return fraction(BigInt(match[1] ?? '0'), BigInt(match[2] ?? '1'));
};

/** Reads our own FCPXML: the spine is V1, lanes count from it; checks that spine children abut. */
export function fcpxmlLines(text: string): readonly CutLine[] {
  const root = parseElements(text);
  const resources = inside(root, 'resources');
  const sequence = inside(inside(inside(inside(root, 'library'), 'event'), 'project'), 'sequence');
  const format = allInside(resources, 'format').find((one) => one.at['id'] === sequence?.at['format']);
  const frame = time(format?.at['frameDuration']);
  const assets = new Map(allInside(resources, 'asset').map((asset) => [asset.at['id'], asset]));
  const tcStart = time(sequence?.at['tcStart']);
  const isStill = (asset: Element) =>
    allInside(resources, 'format').some(
      (one) => one.at['id'] === asset.at['format'] && one.at['name'] === 'FFVideoFormatRateUndefined',
    );
  const lines: CutLine[] = [];
  const add = (item: Element, record: Fraction, lane: number) => {
    const asset = assets.get(item.at['ref']);
    if (asset === undefined) throw new Error('unknown asset');
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
  let expected = tcStart;
  for (const item of inside(sequence, 'spine')?.inner ?? []) {
    const offset = time(item.at['offset']);
    if (minus(offset, expected).n !== 0n) throw new Error('spine children do not abut');
    expected = plus(offset, time(item.at['duration']));
    const record = minus(offset, tcStart);
    if (item.tag !== 'gap') add(item, record, 0);
    for (const connected of item.inner.filter((one) => one.at['lane'] !== undefined)) {
      add(
        connected,
        plus(record, minus(time(connected.at['offset']), time(item.at['start']))),
        Number(connected.at['lane']),
      );
    }
  }
  return lines;
}
