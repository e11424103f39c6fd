import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { containerOf } from '../render/containers.ts';
import { pathFault } from './path-faults.ts';

/**
 * Refuses a place that a film cannot be written to, before any work.
 *
 * @throws MontageError E_NOT_FOUND, E_NO_PERMISSION, E_NOT_A_FILE, E_CONTAINER
 */
export async function refuseBadOutput(path: string): Promise<void> {
  const place = { where: path, stage: 'render' };
  containerOf(path);
  await access(dirname(path), constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw pathFault(error, dirname(path), 'render');
  });
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return;
  throw new MontageError({ code: 'E_NOT_A_FILE', message: 'this is a folder', hint: 'name a file in it', ...place });
}
