import { open, type FileHandle } from 'node:fs/promises';
import { frameTableOf, type FrameTable } from '../../core/media/timing.ts';
import { rational } from '../../core/time/rational.ts';

const MOST_MOOV_BYTES = 512 * 1024 * 1024;

/**
 * Frame times of an MP4's picture track, read from its sample table (ISO/IEC 14496-12: `mdhd`, `stts`, `ctts`) without
 * starting a program: what a player will see, whatever the encoder was told. Undefined where there is no such track.
 */
export async function readFrameTimes(path: string): Promise<FrameTable | undefined> {
  const file = await open(path, 'r');
  try {
    const moov = await findTopLevel(file, 'moov');
    if (moov === undefined) return undefined;
    const track = children(moov, 'trak').find((trak) => isPicture(trak));
    return track === undefined ? undefined : timesOfTrack(track);
  } finally {
    await file.close();
  }
}

async function findTopLevel(file: FileHandle, wanted: string): Promise<DataView | undefined> {
  const { size } = await file.stat();
  let at = 0;
  while (at + 8 <= size) {
    const head = await read(file, at, Math.min(16, size - at));
    let length = head.getUint32(0);
    let header = 8;
    if (length === 1 && head.byteLength === 16) {
      length = Number(head.getBigUint64(8));
      header = 16;
    } else if (length === 0) length = size - at;
    if (length < header) return undefined;
    if (nameAt(head, 4) === wanted) {
      return length > MOST_MOOV_BYTES ? undefined : read(file, at + header, length - header);
    }
    at += length;
  }
  return undefined;
}

async function read(file: FileHandle, position: number, length: number): Promise<DataView> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return new DataView(buffer.buffer, buffer.byteOffset, bytesRead);
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

function children(box: DataView, wanted: string): DataView[] {
  const found: DataView[] = [];
  for (let at = 0; at + 8 <= box.byteLength; ) {
    const length = box.getUint32(at);
    if (length < 8 || at + length > box.byteLength) break;
    if (nameAt(box, at + 4) === wanted) found.push(new DataView(box.buffer, box.byteOffset + at + 8, length - 8));
    at += length;
  }
  return found;
}

function descend(box: DataView | undefined, ...path: readonly string[]): DataView | undefined {
  return path.reduce<DataView | undefined>((at, name) => (at === undefined ? undefined : children(at, name)[0]), box);
}

function isPicture(trak: DataView): boolean {
  const handler = descend(trak, 'mdia', 'hdlr');
  return handler !== undefined && handler.byteLength >= 12 && nameAt(handler, 8) === 'vide';
}

function timesOfTrack(trak: DataView): FrameTable | undefined {
  const header = descend(trak, 'mdia', 'mdhd');
  const table = descend(trak, 'mdia', 'minf', 'stbl');
  const durations = descend(table, 'stts');
  if (header === undefined || durations === undefined) return undefined;
  const timescale = header.getUint32(header.getUint8(0) === 1 ? 20 : 12);
  const ticks: number[] = [];
  let [time, last] = [0, 0];
  for (const [count, delta] of runs(durations)) {
    for (let index = 0; index < count; index++, time += delta) ticks.push(time);
    last = delta;
  }
  const offsets = descend(table, 'ctts');
  if (offsets !== undefined) {
    let sample = 0;
    for (const [count, offset] of runs(offsets)) {
      for (let index = 0; index < count; index++, sample++) ticks[sample] = (ticks[sample] ?? 0) + (offset | 0);
    }
  }
  return frameTableOf(ticks, rational(1, timescale), last);
}

/** The (count, value) pairs of a full box. */
function* runs(box: DataView): Generator<readonly [number, number]> {
  const count = box.getUint32(4);
  for (let index = 0; index < count; index++) yield [box.getUint32(8 + index * 8), box.getUint32(12 + index * 8)];
}
