import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { MontageError } from '../core/errors.ts';
import { systemClock } from '../native/clock.ts';
import { startDetachedNode } from '../native/process/programs.ts';
import { holderState, readLock } from '../native/project/lock.ts';
import type { Cli } from './cli.ts';

const STARTING_MS = 10_000;
const RETRY_MS = 50;
const LAUNCHER = fileURLToPath(new URL('./montage.mjs', import.meta.url));

/**
 * Makes sure that an engine holds the project which goes on after this command: the one that is open, or a new one in the
 * background that ends when its work is done.
 *
 * @throws MontageError E_ENGINE_AWAY when none comes up
 */
export async function ensureBackgroundEngine(cli: Cli, project: string): Promise<void> {
  const path = resolve(project);
  if (isAnswering(path)) return;
  startDetachedNode(LAUNCHER, ['engine', '--project', path]);
  const patience = systemClock.elapsed() + STARTING_MS;
  while (!isAnswering(path)) {
    if (systemClock.elapsed() > patience || cli.signal.aborted) {
      throw new MontageError({
        code: 'E_ENGINE_AWAY',
        message: 'no engine came up in the background',
        where: path,
        hint: 'run the command without --detach to see why',
      });
    }
    await pause(RETRY_MS);
  }
}

function isAnswering(path: string): boolean {
  const lock = readLock(path);
  return lock !== undefined && lock.port !== null && holderState(lock) === 'alive';
}
