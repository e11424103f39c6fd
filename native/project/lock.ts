import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { liveness, ownIdentity } from './process-identity.ts';

/** Where a running engine listens on 127.0.0.1, and the secret that opens it. */
export type Endpoint = { readonly port: number; readonly token: string };

/** What stands in the lock file beside an open project, readable by its user only. */
const lockSchema = z.object({
  schema: z.literal('montage.lock/1'),
  host: z.string(),
  pid: z.int().positive(),
  startedAt: z.string().nullable(),
  /** Null until the engine listens, and for engines that never do. */
  port: z.int().nullable(),
  token: z.string().nullable(),
});

export type Lock = z.infer<typeof lockSchema>;

export function lockPath(projectPath: string): string {
  return `${projectPath}.lock`;
}

/** Who the lock names; undefined where there is none or it cannot be read (half-written by a crash). */
export function readLock(projectPath: string): Lock | undefined {
  try {
    return lockSchema.safeParse(JSON.parse(readFileSync(lockPath(projectPath), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/**
 * Whether the holder lives. 'elsewhere': on another machine of a shared folder, which cannot be asked. 'unknown': the
 * system does not tell; the database's own lock then decides.
 */
export function holderState(lock: Lock): 'alive' | 'dead' | 'unknown' | 'elsewhere' {
  return lock.host === hostname() ? liveness(lock) : 'elsewhere';
}

/** Puts this process's name on the lock in one step; only the holder of the database's exclusive lock may. */
export function writeLock(projectPath: string, endpoint: Endpoint | null): void {
  const lock: Lock = {
    schema: 'montage.lock/1',
    host: hostname(),
    ...ownIdentity(),
    port: endpoint?.port ?? null,
    token: endpoint?.token ?? null,
  };
  const target = lockPath(projectPath);
  const temporary = `${target}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(lock)}\n`, { mode: 0o600, flush: true });
  // A file of this name left behind by a crash keeps its old mode.
  chmodSync(temporary, 0o600);
  renameSync(temporary, target);
}

/** Takes the lock away if it is this process's own. */
export function removeLock(projectPath: string): void {
  const lock = readLock(projectPath);
  const own = ownIdentity();
  if (lock?.pid === own.pid && lock.startedAt === own.startedAt) rmSync(lockPath(projectPath), { force: true });
}
