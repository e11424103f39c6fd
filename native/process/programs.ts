import { execa } from 'execa';
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { untilReleased } from './reaper.ts';

/** How a program ended. `errorCode` is the system's where it could not be started ('ENOENT', 'EACCES'). */
export type ProgramEnd = {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly errorCode: string | undefined;
};

export type RunningProgram = {
  readonly pid: number | undefined;
  readonly stdin: Writable | undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable;
  readonly ended: Promise<ProgramEnd>;
  kill(): void;
  /** Stops and continues its execution (SIGSTOP); false where the system cannot. */
  suspend(): boolean;
  resume(): void;
  /** Whether it keeps this process running; it does from its start. */
  hold(held: boolean): void;
};

export type ProgramOptions = {
  readonly stdin: 'pipe' | 'ignore';
  readonly stdout: 'pipe' | 'ignore';
  readonly cwd?: string | undefined;
};

/** Starts a program; arguments never pass a shell. It does not outlive this process. */
export function startProgram(command: string, args: readonly string[], options: ProgramOptions): RunningProgram {
  const child = execa(command, args, {
    stdin: options.stdin,
    stdout: options.stdout,
    stderr: 'pipe',
    buffer: false,
    reject: false,
    cleanup: true,
    windowsHide: true,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  const release = child.pid === undefined ? () => undefined : untilReleased(child.pid);
  const ended = child.then((result) => {
    release();
    return { exitCode: result.exitCode, signal: result.signal, errorCode: result.code };
  });
  child.stdin?.on('error', () => undefined);
  return {
    pid: child.pid,
    stdin: child.stdin ?? undefined,
    stdout: child.stdout ?? undefined,
    stderr: child.stderr,
    ended,
    kill: () => void child.kill('SIGKILL'),
    suspend: () => process.platform !== 'win32' && child.kill('SIGSTOP'),
    resume() {
      if (process.platform !== 'win32') child.kill('SIGCONT');
    },
    hold(held) {
      const streams = [child.stdin, child.stdout, child.stderr].filter((stream) => stream instanceof Socket);
      for (const one of [child.nodeChildProcess, ...streams]) {
        if (held) one.ref();
        else one.unref();
      }
    },
  };
}

/** Runs a short program to its end and returns what it wrote, at most `maxBytes` of each stream. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: { readonly maxBytes?: number; readonly timeoutMs?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<ProgramEnd & { readonly stdout: string; readonly stderr: string; readonly timedOut: boolean }> {
  const child = execa(command, args, {
    stdin: 'ignore',
    reject: false,
    windowsHide: true,
    stripFinalNewline: false,
    maxBuffer: options.maxBytes ?? 256 * 1024 * 1024,
    forceKillAfterDelay: 500,
    ...(options.timeoutMs !== undefined && { timeout: options.timeoutMs }),
    ...(options.signal !== undefined && { cancelSignal: options.signal }),
  });
  const release = child.pid === undefined ? () => undefined : untilReleased(child.pid);
  const result = await child;
  release();
  return {
    exitCode: result.exitCode,
    signal: result.signal,
    errorCode: result.code,
    stdout: result.stdout,
    stderr: result.stderr,
    timedOut: result.timedOut,
  };
}

/** Starts a Node program that outlives this process on purpose: an engine in the background. It has no terminal. */
export function startDetachedNode(script: string, args: readonly string[]): void {
  const child = spawn(process.execPath, [script, ...args], { detached: true, stdio: 'ignore', windowsHide: true });
  child.on('error', () => undefined);
  child.unref();
}
