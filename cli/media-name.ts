import { resolve } from 'node:path';
import { MontageError } from '../core/errors.ts';
import type { Media } from '../core/media/media.ts';

/**
 * One file by path, name or id.
 *
 * @throws MontageError E_MEDIA_UNKNOWN, also where several files have the name
 */
export function mediaNamed(files: readonly Media[], named: string): Media {
  const exact = files.find(({ id, path }) => id === named || path === resolve(named));
  const called = files.filter(({ name }) => name === named);
  const found = exact ?? (called.length === 1 ? called[0] : undefined);
  if (found !== undefined) return found;
  const message = called.length > 1 ? 'several files have this name' : 'the project has no such file';
  const hint = called.length > 1 ? 'give its path' : `there are: ${files.map(({ name }) => name).join(', ')}`;
  throw new MontageError({ code: 'E_MEDIA_UNKNOWN', message, where: named, hint });
}
