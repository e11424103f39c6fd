import { access, constants, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { pathFault } from './path-faults.ts';

const CONTAINERS = new Set(['.mp4', '.mov', '.m4v', '.mkv']);

/**
 * Refuses a place that a film cannot be written to, before any work.
 *
 * @throws MontageError E_NOT_FOUND, E_NO_PERMISSION, E_NOT_A_FILE, E_UNKNOWN_CONTAINER
 */
export async function refuseBadOutput(path: string): Promise<void> {
  const place = { where: path, stage: 'render' };
  if (!CONTAINERS.has(extname(path).toLowerCase())) {
    const hint = `end its name with one of ${[...CONTAINERS].join(' ')}`;
    throw new MontageError({
      code: 'E_UNKNOWN_CONTAINER',
      message: 'no film is written to such a file',
      hint,
      ...place,
    });
  }
  await access(dirname(path), constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw pathFault(error, dirname(path), 'render');
  });
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return;
  throw new MontageError({ code: 'E_NOT_A_FILE', message: 'this is a folder', hint: 'name a file in it', ...place });
}
