import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { MontageError } from '../../core/errors.ts';
import { pathOfMediaUrl } from '../../core/interchange/media-path.ts';
import { fileFault } from '../files.ts';

/** The parts of an OTIO file bundle, as OpenTimelineIO calls them. */
export const OTIOZ_CONTENT = 'content.otio';
const VERSION = '1.0.0';

/** The first day that zip archives can tell: bundles of the same content are the same bytes. */
const FIXED_TIME = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, mode: 0o100644 };

/** What a bundle holds beside the timeline, and what it could not. */
export type WrittenBundle = {
  /** Paths of the media that were packed. */
  readonly packed: readonly string[];
  /** Addresses that stay as they are, because no file is there. */
  readonly missing: readonly string[];
};

/**
 * Writes an OTIO bundle (.otioz): the timeline and its version, and every media file that is there as it is, not
 * compressed, under `media/`. Files stream through; archives and files beyond 4 GiB use ZIP64. `otio` is a text of
 * `exportTimeline`.
 *
 * @throws MontageError E_NOT_FOUND, E_NO_SPACE, E_PERMISSION, E_UNWRITABLE
 */
export async function writeOtioz(path: string, otio: string): Promise<WrittenBundle> {
  const { text, files, missing } = await withBundledMedia(otio);
  const zip = new ZipFile();
  // yazl reports what fails while it reads as an event, on an object that is no stream.
  const failed = new Promise<never>((_, reject) => zip.once('error', reject));
  zip.addBuffer(Buffer.from(text, 'utf8'), OTIOZ_CONTENT, { ...FIXED_TIME, compress: true });
  zip.addBuffer(Buffer.from(VERSION, 'utf8'), 'version.txt', { ...FIXED_TIME, compress: true });
  for (const [source, name] of files) zip.addFile(source, name, { ...FIXED_TIME, compress: false });
  zip.end();
  try {
    await Promise.race([pipeline(zip.outputStream, createWriteStream(path)), failed]);
  } catch (error) {
    throw fileFault(error, path);
  }
  return { packed: [...files.keys()], missing };
}

type Bundled = {
  readonly text: string;
  /** Names in the archive by paths on disk. */
  readonly files: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
};

/** The timeline with `media/<name>` for every file that is there; names differ by more than their case. */
async function withBundledMedia(otio: string): Promise<Bundled> {
  const addresses = new Set<string>();
  const document: unknown = JSON.parse(otio, (key, value: unknown) => {
    if (key === 'target_url' && typeof value === 'string') addresses.add(value);
    return value;
  });
  const files = new Map<string, string>();
  const renamed = new Map<string, string>();
  const missing: string[] = [];
  const taken = new Set<string>();
  for (const address of addresses) {
    const source = pathOfMediaUrl(address);
    const found = source === undefined ? undefined : await stat(source).catch(() => undefined);
    if (source === undefined || found?.isFile() !== true) {
      missing.push(address);
      continue;
    }
    const name = files.get(source) ?? freeName(basename(source), taken);
    files.set(source, name);
    renamed.set(address, name.split('/').map(encodeURIComponent).join('/'));
  }
  const rename = (key: string, value: unknown) =>
    key === 'target_url' && typeof value === 'string' ? (renamed.get(value) ?? value) : value;
  return { text: `${JSON.stringify(document, rename, 2)}\n`, files, missing };
}

function freeName(file: string, taken: Set<string>): string {
  const safe = file.replaceAll('\\', '_');
  const [stem, extension] = [safe.slice(0, safe.length - extname(safe).length), extname(safe)];
  let name = `media/${safe}`;
  for (let count = 2; taken.has(name.normalize('NFC').toLowerCase()); count += 1) {
    name = `media/${stem}-${count}${extension}`;
  }
  taken.add(name.normalize('NFC').toLowerCase());
  return name;
}

/** Makes the folder of a file that is about to be written. */
export async function makeFolderOf(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    throw fileFault(error, path);
  }
}

/** What is wrong with a bundle that was read. */
export function bundleFault(code: `E_${string}`, message: string, where: string, cause?: unknown): MontageError {
  const hint = 'export the bundle again, or import the .otio beside its media';
  return new MontageError({ code, message, where, hint, stage: 'import' }, { cause });
}
