import type { FileHandle } from 'node:fs/promises';
import type { Rate } from '../../core/time/rate.ts';

/** A coded picture as it is written: its bytes, and which picture of the film it is. */
export type CodedPicture = { readonly bytes: Uint8Array; readonly isSync: boolean; readonly frame: number };

export type CodedFilm = {
  readonly rate: Rate;
  readonly width: number;
  readonly height: number;
  readonly avcC: Uint8Array;
  /** CICP numbers of primaries, transfer and matrix. */
  readonly colour: readonly [number, number, number];
};

/**
 * Writes H.264 pictures, given in the order of decoding, as an MP4 file of one track: picture n is shown at exactly
 * n ÷ rate from the start of its edit list, and decoded one frame after the other (ISO/IEC 14496-12 and -15).
 */
export async function writeCodedFilm(
  file: FileHandle,
  film: CodedFilm,
  pictures: AsyncIterable<CodedPicture>,
): Promise<void> {
  const start = box('ftyp', text('isom'), u32(512), text('isomiso2avc1mp41'));
  // The size of mdat is filled in when it is known; its header has room for 64 bits.
  const header = 16;
  await file.write(start);
  const sizes: number[] = [];
  const frames: number[] = [];
  const sync: number[] = [];
  let at = start.length + header;
  for await (const { bytes, isSync, frame } of pictures) {
    await file.write(bytes, 0, bytes.length, at);
    at += bytes.length;
    sizes.push(bytes.length);
    frames.push(frame);
    if (isSync) sync.push(sizes.length);
  }
  const mdat = Buffer.alloc(header);
  mdat.writeUInt32BE(1, 0);
  mdat.write('mdat', 4, 'latin1');
  mdat.writeBigUInt64BE(BigInt(at - start.length), 8);
  await file.write(mdat, 0, header, start.length);
  const moov = movie(film, { sizes, frames, sync, position: start.length + header });
  await file.write(moov, 0, moov.length, at);
}

type Tables = {
  readonly sizes: readonly number[];
  readonly frames: readonly number[];
  readonly sync: readonly number[];
  /** Where the first picture's bytes lie; the others follow it. */
  readonly position: number;
};

function movie(film: CodedFilm, tables: Tables): Buffer {
  const { num: timescale, den: step } = film.rate;
  const duration = tables.sizes.length * step;
  // How many pictures decoding must be ahead of showing.
  const delay = tables.frames.reduce((most, frame, n) => Math.max(most, n - frame), 0);
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32);
  const mvhd = full(
    'mvhd',
    0,
    u32(0),
    u32(0),
    u32(timescale),
    u32(duration),
    u32(0x10000),
    u16(0x100),
    zeros(10),
    ...matrix,
    zeros(24),
    u32(2),
  );
  const size = [u32(film.width << 16), u32(film.height << 16)];
  const tkhd = full('tkhd', 3, u32(0), u32(0), u32(1), u32(0), u32(duration), zeros(16), ...matrix, ...size);
  const edts = box('edts', full('elst', 0, u32(1), u32(duration), u32(delay * step), u32(0x10000)));
  const mdhd = full('mdhd', 0, u32(0), u32(0), u32(timescale), u32(duration), u16(0x55c4), u16(0));
  const hdlr = full('hdlr', 0, u32(0), text('vide'), zeros(12), text('Montage\0'));
  const dinf = box('dinf', full('dref', 0, u32(1), full('url ', 1)));
  const minf = box('minf', full('vmhd', 1, zeros(8)), dinf, sampleTable(film, tables, delay));
  return box('moov', mvhd, box('trak', tkhd, edts, box('mdia', mdhd, hdlr, minf)));
}

function sampleTable(film: CodedFilm, { sizes, frames, sync, position }: Tables, delay: number): Buffer {
  const step = film.rate.den;
  const count = sizes.length;
  const offsets = frames.map((frame, n) => (frame - n + delay) * step);
  return box(
    'stbl',
    full('stsd', 0, u32(1), sampleEntry(film)),
    full('stts', 0, u32(1), u32(count), u32(step)),
    full('ctts', 0, u32(count), list(offsets.flatMap((offset) => [1, offset]))),
    full('stss', 0, u32(sync.length), list(sync)),
    full('stsc', 0, u32(1), u32(1), u32(count), u32(1)),
    full('stsz', 0, u32(0), u32(count), list(sizes)),
    full('co64', 0, u32(1), u32(Math.floor(position / 2 ** 32)), u32(position % 2 ** 32)),
  );
}

function sampleEntry({ width, height, avcC, colour }: CodedFilm): Buffer {
  const pixels = [
    u16(width),
    u16(height),
    u32(0x480000),
    u32(0x480000),
    u32(0),
    u16(1),
    zeros(32),
    u16(24),
    u16(0xffff),
  ];
  const colr = box('colr', text('nclx'), ...colour.map(u16), zeros(1));
  return box('avc1', zeros(6), u16(1), zeros(16), ...pixels, box('avcC', avcC), colr);
}

function box(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([u32(size), text(type), ...parts]);
}

/** A box with version 0 and flags. */
function full(type: string, flags: number, ...parts: readonly Uint8Array[]): Buffer {
  return box(type, u32(flags), ...parts);
}

function text(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}

function zeros(count: number): Buffer {
  return Buffer.alloc(count);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function list(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, n) => bytes.writeUInt32BE(value >>> 0, 4 * n));
  return bytes;
}
