import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { connectRemote, type Connection } from '../../../cli/connection.ts';
import { systemClock } from '../../../native/clock.ts';
import { readLock } from '../../../native/project/lock.ts';
import { slowness } from '../../busy-machine.ts';

const LAUNCHER = fileURLToPath(new URL('../../../cli/montage.mjs', import.meta.url));
const WITNESS = new URL('witness.ts', import.meta.url).href;
/** No child survives its engine by more. */
export const GRACE_MS = 2_000;
const LOOK_MS = 10;

/** One run of the real `montage`, which a test ends or lets end. */
export interface Life {
  readonly pid: number;
  /** Settles when the process is gone; `code` is null where a signal ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
  readonly over: () => boolean;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `montage` with a witness that writes to `log`. All processes that come of it carry the log's path in their environment. */
export function startMontage(log: string, args: readonly string[]): Life {
  const child = spawn(process.execPath, ['--import', WITNESS, LAUNCHER, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MONTAGE_WITNESS: log },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text.out += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text.err += part));
  const isOver = { yes: false };
  const exit = once(child, 'exit');
  void exit.then(() => (isOver.yes = true));
  const ended = exit.then(async (values) => {
    const [code] = z.tuple([z.number().nullable(), z.unknown()]).parse(values);
    // What it wrote last may still be on its way; a child of it may hold the pipe for longer.
    await Promise.race([Promise.all([once(child.stdout, 'close'), once(child.stderr, 'close')]), pause(200)]);
    return { code, ...text };
  });
  return { pid: child.pid ?? 0, ended, over: () => isOver.yes, kill: (signal) => void child.kill(signal) };
}

/** The lines a witness wrote so far. */
export function witnessed(log: string): readonly string[] {
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
}

/** Waits until something holds; false when the life ended first. */
export async function until(life: Life, holds: () => boolean): Promise<boolean> {
  while (!holds()) {
    if (life.over()) return false;
    await pause(LOOK_MS);
  }
  return true;
}

/** Talks to the engine of a life as soon as it answers; undefined when it ended first. */
export async function talkTo(life: Life, project: string): Promise<Connection | undefined> {
  const endpoint = () => {
    const lock = readLock(project);
    return lock?.pid === life.pid && lock.port !== null && lock.token !== null
      ? { port: lock.port, token: lock.token }
      : undefined;
  };
  for (;;) {
    if (!(await until(life, () => endpoint() !== undefined))) return undefined;
    const found = endpoint();
    // Named before it lets anybody in, and for as long as its lock lies there after it was killed.
    const connection = found === undefined ? undefined : await connectRemote(found).catch(() => undefined);
    if (connection !== undefined) {
      onTestFinished(() => connection.close());
      return connection;
    }
    if (life.over()) return undefined;
    await pause(LOOK_MS);
  }
}

/** What still runs of everything that a life started: processes that carry the log's path, by command line. */
export function survivors(log: string): readonly string[] {
  const own = String(process.pid);
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || pid === own) return [];
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`MONTAGE_WITNESS=${log}\0`)) return [];
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 200)}`];
    } catch {
      // Gone meanwhile, or not ours.
      return [];
    }
  });
}

/** What is left of a life after {@link GRACE_MS}, longer on a busy machine, or as soon as nothing is. */
export async function survivorsInTheEnd(log: string): Promise<readonly string[]> {
  const since = systemClock.elapsed();
  const waitFor = async (ms: number) => {
    while (survivors(log).length > 0 && systemClock.elapsed() - since < ms) await pause(50);
    return survivors(log);
  };
  const left = await waitFor(GRACE_MS);
  return left.length === 0 ? left : waitFor(GRACE_MS * slowness());
}

/** Every shard was recorded once and never begun again after that; nothing was made twice. */
export function expectNothingRepeated(log: string): void {
  const lines = witnessed(log);
  const recorded = lines.filter((line) => line.startsWith('recorded '));
  expect(new Set(recorded).size).toBe(recorded.length);
  for (const line of recorded) {
    const after = lines.slice(lines.indexOf(line));
    expect(after).not.toContain(line.replace('recorded', 'begun'));
  }
  const made = lines.filter((line) => line.startsWith('made '));
  expect(new Set(made).size).toBe(made.length);
}
