import { crc32, inflateRawSync } from 'node:zlib';
import { MontageError } from '../../core/errors.ts';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const STORED = 0;
const DEFLATED = 8;
/** Names are UTF-8 (APPNOTE.TXT 4.4.4, bit 11). */
const UTF8 = 0x0800;
/** The first day that DOS times can say: archives of the same content are the same bytes. */
const DOS_DATE = 0x0021;
/** Sizes and places in archives without ZIP64. */
export const LARGEST_ZIP = 0xffff_fffe;

/** An entry that was written: what the central directory says of it. */
export type ZipEntry = { readonly name: string; readonly crc: number; readonly size: number; readonly offset: number };

/** The header before a stored file's bytes (PKWARE APPNOTE.TXT 4.3.7). */
export function localHeader(name: string, crc: number, size: number): Buffer {
  const bytes = Buffer.from(name, 'utf8');
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL, 0);
  writeCommon(header, 4, crc, size, bytes.length);
  return Buffer.concat([header, bytes]);
}

function writeCommon(header: Buffer, at: number, crc: number, size: number, nameLength: number): void {
  header.writeUInt16LE(20, at);
  header.writeUInt16LE(UTF8, at + 2);
  header.writeUInt16LE(STORED, at + 4);
  header.writeUInt16LE(DOS_DATE, at + 8);
  header.writeUInt32LE(crc, at + 10);
  header.writeUInt32LE(size, at + 14);
  header.writeUInt32LE(size, at + 18);
  header.writeUInt16LE(nameLength, at + 22);
}

/** The central directory and its end, for entries that lie where they say (4.3.12, 4.3.16). */
export function centralDirectory(entries: readonly ZipEntry[], offset: number): Buffer {
  const records = entries.map(({ name, crc, size, offset: at }) => {
    const bytes = Buffer.from(name, 'utf8');
    const record = Buffer.alloc(46);
    record.writeUInt32LE(CENTRAL, 0);
    record.writeUInt16LE(20, 4);
    writeCommon(record, 6, crc, size, bytes.length);
    record.writeUInt32LE(at, 42);
    return Buffer.concat([record, bytes]);
  });
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([directory, end]);
}

/** The checksum of a stored file's bytes, continued over pieces. */
export function checksum(piece: Uint8Array, before = 0): number {
  return crc32(piece, before);
}

/** Reads parts of a file; short at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

const LONGEST_DIRECTORY = 16 * 1024 * 1024;

/**
 * One file out of an archive, unpacked up to a limit.
 *
 * @throws MontageError E_INTERCHANGE_ZIP where it is none, is damaged or lacks the file; E_TOO_LARGE
 */
export async function readZipFile(readAt: ReadAt, size: number, name: string, limit: number): Promise<Buffer> {
  const tailLength = Math.min(size, 22 + 0xffff);
  const tail = await readAt(size - tailLength, tailLength);
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (at < 0 || at + 22 > tail.length) throw damaged('it is no zip archive');
  const [length, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if (length > LONGEST_DIRECTORY || offset + length > size) throw damaged('its directory lies outside the file');
  const directory = await readAt(offset, length);
  for (let place = 0; place + 46 <= directory.length; ) {
    if (directory.readUInt32LE(place) !== CENTRAL) throw damaged('its directory is broken');
    const nameLength = directory.readUInt16LE(place + 28);
    const found = directory.toString('utf8', place + 46, place + 46 + nameLength);
    if (found === name) return unpack(readAt, directory, place, limit);
    place += 46 + nameLength + directory.readUInt16LE(place + 30) + directory.readUInt16LE(place + 32);
  }
  throw damaged(`it holds no ${name}`);
}

async function unpack(readAt: ReadAt, directory: Buffer, place: number, limit: number): Promise<Buffer> {
  const method = directory.readUInt16LE(place + 10);
  const [packed, unpacked] = [directory.readUInt32LE(place + 20), directory.readUInt32LE(place + 24)];
  const offset = directory.readUInt32LE(place + 42);
  if (packed > limit || unpacked > limit) {
    throw new MontageError({ code: 'E_TOO_LARGE', message: `it unpacks to more than ${limit} bytes`, stage: 'import' });
  }
  const header = await readAt(offset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL) throw damaged('a file in it is broken');
  const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const bytes = await readAt(start, packed);
  if (bytes.length < packed) throw damaged('it ends too early');
  const content = method === STORED ? bytes : method === DEFLATED ? inflate(bytes, limit) : undefined;
  if (content === undefined) throw damaged(`a file in it is packed in a way (${method}) that cannot be read`);
  if (crc32(content) !== directory.readUInt32LE(place + 16)) throw damaged('a file in it does not match its checksum');
  return content;
}

function inflate(bytes: Buffer, limit: number): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: limit });
  } catch (error) {
    throw damaged('a file in it cannot be unpacked', error);
  }
}

function damaged(message: string, cause?: unknown): MontageError {
  const hint = 'export the bundle again';
  return new MontageError({ code: 'E_INTERCHANGE_ZIP', message, hint, stage: 'import' }, { cause });
}
