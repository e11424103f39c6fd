import { access, constants, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { MontageError } from '../core/errors.ts';
import { randomIds } from './ids.ts';

/** What a failed write or read of a file means to the user. */
export function fileFault(error: unknown, path: string): MontageError {
  if (error instanceof MontageError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const place = { where: path, stage: 'write' };
  const cause = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const hint = 'free some space or choose another folder';
    return new MontageError({ code: 'E_NO_SPACE', message: 'the disk is full', hint, ...place }, cause);
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const hint = 'check the permissions of the folder';
    return new MontageError({ code: 'E_PERMISSION', message: 'writing was not permitted', hint, ...place }, cause);
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new MontageError({ code: 'E_NOT_FOUND', message: 'the folder to write to is not there', ...place }, cause);
  }
  return new MontageError({ code: 'E_UNWRITABLE', message: `the file cannot be written (${code})`, ...place }, cause);
}

/**
 * Lets `write` fill a temporary file beside `path` and puts it in place when it is whole; nothing is left otherwise.
 *
 * @throws MontageError E_NOT_FOUND, E_IS_DIRECTORY, E_PERMISSION before any work; E_NO_SPACE; what `write` throws
 */
export async function writeWhole(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const target = resolve(path);
  await refuseUnwritable(target);
  const name = `.${basename(target, extname(target)).slice(0, 80)}.${randomIds.id('part')}${extname(target)}`;
  const temporary = join(dirname(target), name);
  try {
    await write(temporary);
    await rename(temporary, target);
  } catch (error) {
    throw fileFault(error, target);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function refuseUnwritable(target: string): Promise<void> {
  try {
    await access(dirname(target), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw fileFault(error, dirname(target));
  }
  const existing = await stat(target).catch(() => undefined);
  if (existing?.isDirectory() !== true) return;
  throw new MontageError({
    code: 'E_IS_DIRECTORY',
    message: 'the output is a folder',
    where: target,
    stage: 'write',
    hint: 'name a file in it',
  });
}
