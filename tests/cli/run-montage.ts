import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../cli/montage.mjs', import.meta.url));

export type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

export type RunOptions = {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Runs as this user, where the test itself is root. */
  readonly uid?: number | undefined;
};

/** Starts the real command. */
export function startMontage(args: readonly string[], options: RunOptions = {}): ChildProcess {
  return spawn(process.execPath, [launcher, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
}

/** Runs the real command to its end. */
export function montage(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return ended(startMontage(args, options));
}

/** What a started command said and ended with. */
export function ended(child: ChildProcess): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** The ffmpeg processes whose command line names a path. */
export function ffmpegsOn(path: string): readonly number[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return line.startsWith('ff') && line.includes(path) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}
