import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ImportOutcome } from '../../core/contract/model.ts';
import { MontageError } from '../../core/errors.ts';
import { importMedia } from './media-room.ts';
import type { EngineParts } from './parts.ts';
import { pathFault } from './path-faults.ts';

/** A file that a browser sends because it cannot give its path. */
export type Upload = { readonly name: string; readonly bytes: Readable; readonly length: number | undefined };

/** What a disk must keep free, so that saving edits never fails for an upload. */
const RESERVE_BYTES = 256 * 1024 * 1024;
const LONGEST_NAME_BYTES = 200;
const CHECK_EVERY_BYTES = 64 * 1024 * 1024;

/**
 * Stores a sent file in `<project> Media/` beside the project (temporary projects: in their cache) and imports it. What turns
 * out to be no media, or a copy of what is there, is not kept.
 *
 * @throws MontageError E_BAD_NAME, E_NO_SPACE, E_NO_PERMISSION, E_UPLOAD_CUT_SHORT
 */
export async function receiveUpload(parts: EngineParts, upload: Upload): Promise<ImportOutcome> {
  const folder = uploadFolder(parts);
  const name = safeName(upload.name);
  const partial = join(folder, `.${parts.ids.id('upload')}.part`);
  try {
    await mkdir(folder, { recursive: true });
    await refuseTooLarge(folder, upload.length ?? 0);
    await store(upload, partial, folder);
    const path = freePath(folder, name);
    await rename(partial, path);
    const outcome = await importMedia(parts, [path]);
    const isUsed = parts.project.media.atPath(path).length > 0;
    if (!isUsed) await rm(path, { force: true });
    return outcome;
  } catch (error) {
    throw pathFault(error, name, 'upload');
  } finally {
    await rm(partial, { force: true });
  }
}

function uploadFolder({ project, temporary }: EngineParts): string {
  return temporary ? join(project.cacheFolder, 'uploads') : join(dirname(project.path), `${project.name} Media`);
}

async function store({ bytes, length, name }: Upload, path: string, folder: string): Promise<void> {
  let received = 0;
  let checked = 0;
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      received += chunk.length;
      if (received - checked < CHECK_EVERY_BYTES) {
        done(null, chunk);
        return;
      }
      checked = received;
      refuseTooLarge(folder, 0).then(() => done(null, chunk), done);
    },
  });
  await pipeline(bytes, counted, createWriteStream(path, { flags: 'wx' }));
  if (length !== undefined && received !== length) {
    const hint = 'send it again';
    throw new MontageError({ code: 'E_UPLOAD_CUT_SHORT', message: 'the file did not arrive whole', where: name, hint });
  }
}

async function refuseTooLarge(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize - bytes >= RESERVE_BYTES) return;
  throw new MontageError({
    code: 'E_NO_SPACE',
    message: 'the file does not fit on the disk',
    where: folder,
    hint: 'free some space and send it again',
    stage: 'upload',
  });
}

/** The last part of the name without what file systems give a meaning; its extension is kept. */
function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .replaceAll(/[\u0000-\u001F\u007F<>:"|?*]/g, '_')
    .replace(/^\.+/, '')
    .replace(/[. ]+$/, '');
  if (plain === '')
    throw new MontageError({ code: 'E_BAD_NAME', message: 'the file has no usable name', stage: 'upload' });
  const extension = extname(plain);
  return (
    shortened(plain.slice(0, plain.length - extension.length), LONGEST_NAME_BYTES - Buffer.byteLength(extension)) +
    extension
  );
}

/** As many whole characters as fit. */
function shortened(text: string, bytes: number): string {
  let fitting = '';
  for (const { segment } of new Intl.Segmenter('en').segment(text)) {
    if (Buffer.byteLength(fitting + segment) > bytes) break;
    fitting += segment;
  }
  return fitting;
}

function freePath(folder: string, name: string): string {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  let path = join(folder, name);
  for (let count = 2; existsSync(path); count += 1) path = join(folder, `${stem} ${count}${extension}`);
  return path;
}
