import { open, type FileHandle } from 'node:fs/promises';

/** A coded picture in an MP4 or QuickTime file, in the order of decoding. */
export type Mp4Sample = {
  /** Where its bytes lie in the file. */
  readonly position: number;
  readonly size: number;
  /** Composition time in ticks of the track's own clock. */
  readonly pts: number;
  /** Whether the file calls it a place to start decoding. */
  readonly isSync: boolean;
};

export type Mp4Track = {
  /** Four characters: 'avc1', 'hvc1', … */
  readonly format: string;
  /** What `avcC` holds: the decoder's configuration; undefined for other codecs. */
  readonly avcC: Uint8Array<ArrayBuffer> | undefined;
  readonly samples: readonly Mp4Sample[];
};

/** A file whose index is larger is not read: hours of film take some 20 MB. */
const LARGEST_INDEX = 256 * 1024 * 1024;

/**
 * The samples of one track of an MP4 or QuickTime file, by the track's place among all (ISO/IEC 14496-12). Undefined
 * for files of other kinds, fragmented ones, and such as hold tables that do not agree.
 */
export async function readMp4Track(path: string, index: number): Promise<Mp4Track | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const moov = await findIndex(file);
    if (moov === undefined) return undefined;
    const track = boxesIn(moov, 0).filter(({ type }) => type === 'trak')[index];
    return track === undefined ? undefined : trackOf(moov, track);
  } catch (error) {
    // Tables that point outside of themselves.
    if (error instanceof RangeError) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}

async function findIndex(file: FileHandle): Promise<DataView | undefined> {
  const { size: end } = await file.stat();
  const head = new DataView(new ArrayBuffer(16));
  for (let at = 0; at + 8 <= end; ) {
    await file.read(head, 0, 16, at);
    const short = head.getUint32(0);
    const size = short === 1 ? Number(head.getBigUint64(8)) : short === 0 ? end - at : short;
    const type = typeAt(head, 4);
    if (size < 8 || type === 'moof') return undefined;
    if (type === 'moov') {
      if (size > LARGEST_INDEX) return undefined;
      const body = new DataView(new ArrayBuffer(size - 8));
      await file.read(body, 0, size - 8, at + 8);
      return boxesIn(body, 0).some((box) => box.type === 'mvex') ? undefined : body;
    }
    at += size;
  }
  return undefined;
}

type Box = { readonly type: string; readonly start: number; readonly end: number };

function typeAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function boxesIn(view: DataView, start: number, end = view.byteLength): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = start; at + 8 <= end; ) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > end) break;
    boxes.push({ type: typeAt(view, at + 4), start: at + 8, end: at + size });
    at += size;
  }
  return boxes;
}

function inside(view: DataView, box: Box | undefined, path: readonly string[]): Box | undefined {
  let found = box;
  for (const type of path) {
    found = found === undefined ? undefined : boxesIn(view, found.start, found.end).find((one) => one.type === type);
  }
  return found;
}

function trackOf(view: DataView, trak: Box): Mp4Track | undefined {
  const table = inside(view, trak, ['mdia', 'minf', 'stbl']);
  const description = inside(view, table, ['stsd']);
  const entry = description === undefined ? undefined : boxesIn(view, description.start + 8, description.end)[0];
  if (table === undefined || description === undefined || entry === undefined) return undefined;
  if (view.getUint32(description.start + 4) !== 1) return undefined;
  // After 78 bytes of a visual sample entry come its boxes.
  const avcC = boxesIn(view, entry.start + 78, entry.end).find(({ type }) => type === 'avcC');
  const samples = samplesOf(view, table);
  if (samples === undefined) return undefined;
  return { format: entry.type, avcC: avcC === undefined ? undefined : bytesOf(view, avcC), samples };
}

function bytesOf(view: DataView, { start, end }: Box): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(end - start);
  copy.set(new Uint8Array(view.buffer, view.byteOffset + start, end - start));
  return copy;
}

function samplesOf(view: DataView, table: Box): readonly Mp4Sample[] | undefined {
  const box = (type: string) => inside(view, table, [type]);
  const sizes = sizesOf(view, box('stsz'));
  const positions = positionsOf(view, { chunks: box('stco'), long: box('co64'), map: box('stsc') }, sizes);
  const durations = runLengths(view, box('stts'), false);
  const offsets = runLengths(view, box('ctts'), true);
  if (positions.length !== sizes.length || durations.length !== sizes.length) return undefined;
  if (offsets.length > 0 && offsets.length !== sizes.length) return undefined;
  const sync = syncOf(view, box('stss'));
  let dts = 0;
  return sizes.map((size, n) => {
    const pts = dts + (offsets[n] ?? 0);
    dts += durations[n] ?? 0;
    return { position: positions[n] ?? 0, size, pts, isSync: sync?.has(n + 1) ?? true };
  });
}

function sizesOf(view: DataView, box: Box | undefined): readonly number[] {
  if (box === undefined) return [];
  const all = view.getUint32(box.start + 4);
  const count = view.getUint32(box.start + 8);
  if (all > 0) return Array.from({ length: count }, () => all);
  return Array.from({ length: count }, (_, n) => view.getUint32(box.start + 12 + 4 * n));
}

/** `stts` and `ctts`: values repeated so and so often. */
function runLengths(view: DataView, box: Box | undefined, signed: boolean): readonly number[] {
  if (box === undefined) return [];
  const values: number[] = [];
  const count = view.getUint32(box.start + 4);
  for (let n = 0; n < count; n += 1) {
    const at = box.start + 8 + 8 * n;
    const value = signed ? view.getInt32(at + 4) : view.getUint32(at + 4);
    for (let left = view.getUint32(at); left > 0; left -= 1) values.push(value);
  }
  return values;
}

type Chunks = { readonly chunks: Box | undefined; readonly long: Box | undefined; readonly map: Box | undefined };

function positionsOf(view: DataView, { chunks, long, map }: Chunks, sizes: readonly number[]): readonly number[] {
  const list = chunks ?? long;
  if (list === undefined || map === undefined) return [];
  const count = view.getUint32(list.start + 4);
  const chunkAt = (n: number) =>
    long === undefined ? view.getUint32(list.start + 8 + 4 * n) : Number(view.getBigUint64(list.start + 8 + 8 * n));
  const entries = view.getUint32(map.start + 4);
  const positions: number[] = [];
  for (let entry = 0; entry < entries; entry += 1) {
    const at = map.start + 8 + 12 * entry;
    const next = entry + 1 < entries ? view.getUint32(at + 12) - 1 : count;
    for (let chunk = view.getUint32(at) - 1; chunk < next; chunk += 1) {
      let position = chunkAt(chunk);
      for (let left = view.getUint32(at + 4); left > 0 && positions.length < sizes.length; left -= 1) {
        positions.push(position);
        position += sizes[positions.length - 1] ?? 0;
      }
    }
  }
  return positions;
}

function syncOf(view: DataView, box: Box | undefined): ReadonlySet<number> | undefined {
  if (box === undefined) return undefined;
  const count = view.getUint32(box.start + 4);
  return new Set(Array.from({ length: count }, (_, n) => view.getUint32(box.start + 8 + 4 * n)));
}
