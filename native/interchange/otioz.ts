import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { pathOfMediaUrl } from '../../core/interchange/media-path.ts';
import { centralDirectory, checksum, LARGEST_ZIP, localHeader, type ZipEntry } from './zip.ts';

/** What OTIO calls the parts of a bundle (opentimelineio file bundles, 1.0.0). */
export const OTIOZ_CONTENT = 'content.otio';
const VERSION = '1.0.0';

/**
 * Writes an OTIO bundle: the timeline, and stored beside it every media file that is there. References to files that
 * are not keep their address. Returns the paths that were packed.
 *
 * @throws MontageError E_TOO_LARGE beyond 4 GiB; faults of the file system
 */
export async function writeOtioz(path: string, otio: string): Promise<readonly string[]> {
  const { text, packed } = await withBundledMedia(otio);
  const file = await open(path, 'w');
  try {
    const entries: ZipEntry[] = [];
    let offset = 0;
    const add = async (name: string, bytes: Buffer) => {
      const crc = checksum(bytes);
      entries.push({ name, crc, size: bytes.length, offset });
      offset += (await file.write(localHeader(name, crc, bytes.length), 0, undefined, offset)).bytesWritten;
      offset += (await file.write(bytes, 0, undefined, offset)).bytesWritten;
    };
    await add(OTIOZ_CONTENT, Buffer.from(text, 'utf8'));
    await add('version.txt', Buffer.from(VERSION, 'utf8'));
    for (const [source, name] of packed) {
      const entry = await addFile(file, source, name, offset);
      entries.push(entry);
      offset += Buffer.byteLength(name) + 30 + entry.size;
    }
    const directory = centralDirectory(entries, offset);
    await file.write(directory, 0, undefined, offset);
  } finally {
    await file.close();
  }
  return [...packed.keys()];
}

async function addFile(file: FileHandle, source: string, name: string, offset: number): Promise<ZipEntry> {
  const { size } = await stat(source);
  if (offset + size > LARGEST_ZIP) {
    const hint = 'write .otio, which leaves the media where they are';
    throw new MontageError({
      code: 'E_TOO_LARGE',
      message: 'a bundle holds up to 4 GiB',
      where: source,
      hint,
      stage: 'export',
    });
  }
  let place = offset + 30 + Buffer.byteLength(name);
  let crc = 0;
  for await (const piece of createReadStream(source)) {
    if (!(piece instanceof Uint8Array)) continue;
    crc = checksum(piece, crc);
    place += (await file.write(piece, 0, undefined, place)).bytesWritten;
  }
  await file.write(localHeader(name, crc, size), 0, undefined, offset);
  return { name, crc, size, offset };
}

/** The timeline with `media/<name>` for every file that is there, and what goes where. */
async function withBundledMedia(
  otio: string,
): Promise<{ readonly text: string; readonly packed: ReadonlyMap<string, string> }> {
  const addresses = new Set<string>();
  const document: unknown = JSON.parse(otio, (key, value: unknown) => {
    if (key === 'target_url' && typeof value === 'string') addresses.add(value);
    return value;
  });
  const packed = new Map<string, string>();
  const renamed = new Map<string, string>();
  const taken = new Set<string>();
  for (const address of addresses) {
    const source = pathOfMediaUrl(address);
    const found = source === undefined ? undefined : await stat(source).catch(() => undefined);
    if (source === undefined || found?.isFile() !== true) continue;
    let name = `media/${basename(source)}`;
    for (let count = 2; taken.has(name); count += 1) name = `media/${count}-${basename(source)}`;
    taken.add(name);
    packed.set(source, name);
    renamed.set(address, name);
  }
  const text = JSON.stringify(
    document,
    (key, value: unknown) =>
      key === 'target_url' && typeof value === 'string' ? (renamed.get(value) ?? value) : value,
    2,
  );
  return { text, packed };
}
