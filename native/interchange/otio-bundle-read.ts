import { createWriteStream } from 'node:fs';
import { rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { MontageError } from '../../core/errors.ts';
import { fileFault } from '../files.ts';
import { bundleFault, makeFolderOf, OTIOZ_CONTENT } from './otio-bundle.ts';

const LONGEST_TEXT = 64 * 1024 * 1024;
const MOST_ENTRIES = 20_000;
/** Real media are compressed already; deflate itself cannot do better than 1032. */
const STRONGEST_COMPRESSION = 100;
const FILE_TYPE = 0o170000;
const REGULAR_FILE = 0o100000;

/** A bundle whose media lie on disk. */
export type UnpackedBundle = {
  /** The timeline; its media are addressed where they were unpacked. */
  readonly text: string;
  readonly media: readonly string[];
};

/**
 * The timeline of an OTIO bundle (.otioz) as it stands in it.
 *
 * @throws MontageError E_INTERCHANGE_ZIP, E_INTERCHANGE_HOSTILE, E_INTERCHANGE_ENCODING, E_TOO_LARGE, E_NOT_FOUND
 */
export async function readOtiozText(path: string): Promise<string> {
  return withBundle(path, async (zip, entries) => contentOf(zip, entries, path));
}

/**
 * Unpacks the media of an OTIO bundle into a folder, file by file, and gives the timeline with their new addresses.
 * Names that lead out of the folder, links, what unpacks to more than the disk holds or than is plausible, and
 * overlapping entries are refused before anything is written. Files that are there already stay, if their size agrees.
 *
 * @throws MontageError E_INTERCHANGE_ZIP, E_INTERCHANGE_HOSTILE, E_INTERCHANGE_ENCODING, E_TOO_LARGE, E_NO_SPACE, E_EXISTS,
 * E_NOT_FOUND, E_PERMISSION
 */
export async function unpackOtioz(path: string, folder: string): Promise<UnpackedBundle> {
  return withBundle(path, async (zip, entries) => {
    const text = await contentOf(zip, entries, path);
    const media = entries.filter(({ fileName }) => fileName.startsWith('media/') && !fileName.endsWith('/'));
    await demandSpace(media, folder, path);
    const unpacked = new Map<string, string>();
    for (const entry of media) unpacked.set(entry.fileName, await unpack(zip, entry, folder, path));
    return { text: withMediaAt(text, unpacked, path), media: [...unpacked.values()] };
  });
}

async function withBundle<T>(path: string, use: (zip: ZipFile, entries: readonly Entry[]) => Promise<T>): Promise<T> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileFault(error, path);
  });
  let zip: ZipFile | undefined;
  try {
    // yauzl refuses names that are absolute, climb with '..' or hold a backslash, and entries longer than they say.
    zip = await openPromise(path, {
      lazyEntries: true,
      autoClose: false,
      strictFileNames: true,
      validateEntrySizes: true,
    });
    const entries: Entry[] = [];
    if (zip.entryCount > MOST_ENTRIES) throw hostile(`it holds more than ${MOST_ENTRIES} files`, path);
    for await (const entry of zip.eachEntry()) entries.push(entry);
    refuseHostile(entries, found.size, path);
    return await use(zip, entries);
  } catch (error) {
    if (error instanceof MontageError) throw error;
    const message = error instanceof Error ? error.message : 'it cannot be read';
    const isName = /relative path|absolute path|invalid characters/.test(message);
    if (isName) throw hostile(`a name in it leads out of its folder: ${message}`, path);
    throw bundleFault('E_INTERCHANGE_ZIP', `the archive is damaged: ${message.slice(0, 200)}`, path, error);
  } finally {
    zip?.close();
  }
}

function hostile(message: string, path: string): MontageError {
  return bundleFault('E_INTERCHANGE_HOSTILE', message, path);
}

function refuseHostile(entries: readonly Entry[], size: number, path: string): void {
  const packed = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  // Files that share their bytes are how a small archive unpacks to petabytes.
  if (packed > size) throw hostile('the files in it overlap', path);
  const names = new Set<string>();
  const folders = new Set(entries.flatMap(({ fileName }) => foldersOf(fileName)));
  for (const { fileName, compressedSize, uncompressedSize, externalFileAttributes, versionMadeBy } of entries) {
    if (names.has(fileName)) throw hostile(`it holds ${fileName} twice`, path);
    names.add(fileName);
    if (!isFileName(fileName)) throw hostile('a name in it is none that a file can have', path);
    if (folders.has(fileName)) throw hostile(`${fileName} in it is a file and a folder`, path);
    const isLarge = uncompressedSize > 1024 * 1024;
    if (isLarge && uncompressedSize > compressedSize * STRONGEST_COMPRESSION)
      throw hostile(`${fileName} unpacks to ${uncompressedSize} bytes from ${compressedSize}`, path);
    const type = versionMadeBy >> 8 === 3 ? (externalFileAttributes >>> 16) & FILE_TYPE : 0;
    const isPlain = type === 0 || type === REGULAR_FILE || fileName.endsWith('/');
    if (!isPlain) throw hostile(`${fileName} is a link or a device`, path);
  }
}

/** Bytes that file systems allow between two slashes. */
const LONGEST_NAME = 255;

function isFileName(name: string): boolean {
  const parts = name.replace(/\/$/, '').split('/');
  const isPart = (part: string) => part !== '' && part !== '.' && Buffer.byteLength(part) <= LONGEST_NAME;
  return !name.includes('\0') && parts.every((part) => isPart(part));
}

function foldersOf(name: string): readonly string[] {
  return [...name.matchAll(/(?<=[^/])\//g)].map(({ index }) => name.slice(0, index));
}

async function contentOf(zip: ZipFile, entries: readonly Entry[], path: string): Promise<string> {
  const entry = entries.find(({ fileName }) => fileName === OTIOZ_CONTENT);
  if (entry === undefined) throw bundleFault('E_INTERCHANGE_ZIP', `it holds no ${OTIOZ_CONTENT}`, path);
  if (entry.uncompressedSize > LONGEST_TEXT)
    throw bundleFault('E_TOO_LARGE', 'its timeline is larger than 64 MiB', path);
  // What fails on the way in ends the whole; `pipe` would let it go by.
  const bytes = await pipeline(await zip.openReadStreamPromise(entry), checked(entry), buffer);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw bundleFault('E_INTERCHANGE_ENCODING', 'its timeline is no UTF-8 text', path, error);
  }
}

async function demandSpace(media: readonly Entry[], folder: string, path: string): Promise<void> {
  const needed = media.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  await makeFolderOf(join(folder, 'media', 'any'));
  const { bavail, bsize } = await statfs(folder);
  if (needed <= bavail * bsize) return;
  const hint = 'free some space or choose another folder';
  const message = `its media need ${needed} bytes and the disk has ${bavail * bsize}`;
  throw new MontageError({ code: 'E_NO_SPACE', message, where: path, hint, stage: 'import' });
}

async function unpack(zip: ZipFile, entry: Entry, folder: string, path: string): Promise<string> {
  const target = join(folder, ...entry.fileName.split('/'));
  const there = await stat(target).catch(() => undefined);
  if (there?.isFile() === true && there.size === entry.uncompressedSize) return target;
  if (there !== undefined) {
    const hint = 'unpack it into another folder';
    throw new MontageError({
      code: 'E_EXISTS',
      message: 'another file is there',
      where: target,
      hint,
      stage: 'import',
    });
  }
  await makeFolderOf(target);
  try {
    await pipeline(await zip.openReadStreamPromise(entry), checked(entry), createWriteStream(target, { flags: 'wx' }));
  } catch (error) {
    await rm(target, { force: true });
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
    if (['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS'].includes(code)) throw fileFault(error, target);
    throw bundleFault('E_INTERCHANGE_ZIP', `${entry.fileName} in it is damaged`, path, error);
  }
  return target;
}

/** Passes bytes on and fails at their end where they are not those that were packed. */
function checked(entry: Entry): Transform {
  let sum = 0;
  return new Transform({
    transform(piece: Buffer, _, done) {
      sum = crc32(piece, sum);
      done(null, piece);
    },
    flush(done) {
      done(sum === entry.crc32 ? null : new Error(`${entry.fileName} does not match its checksum`));
    },
  });
}

/** The timeline with the addresses of the unpacked files; what is not in the bundle keeps its own. */
function withMediaAt(text: string, unpacked: ReadonlyMap<string, string>, path: string): string {
  const moved = (key: string, value: unknown): unknown => {
    if (key !== 'target_url' || typeof value !== 'string') return value;
    const target = unpacked.get(value) ?? unpacked.get(decoded(value));
    return target === undefined ? value : pathToFileURL(target).href;
  };
  try {
    return JSON.stringify(JSON.parse(text, moved));
  } catch (error) {
    throw bundleFault('E_INTERCHANGE_JSON', 'its timeline is no JSON', path, error);
  }
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
