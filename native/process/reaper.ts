import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeChildren, type NodeChild } from './node-children.ts';

/** A running process: its number and when it started, so that a recycled number is not taken for it. */
export type ProcessName = { readonly pid: number; readonly start: string };

const UNKNOWN_START = '?';
let reaper: NodeChild | undefined;

/** Hands a child to the reaper: it is killed when this process ends for whatever reason. Returns its release. */
export function untilReleased(pid: number): () => void {
  reaper ??= startReaper();
  const line = `+ ${pid} ${startOfProcess(pid) ?? UNKNOWN_START}`;
  reaper.writeLine(line);
  note(line);
  return () => {
    reaper?.writeLine(`- ${pid}`);
    note(`- ${pid}`);
  };
}

function startReaper(): NodeChild {
  process.once('exit', () => rmSync(ownJournal(), { force: true }));
  return nodeChildren().start(fileURLToPath(new URL('./reaper.mjs', import.meta.url)));
}

/** When a process started, in the kernel's ticks since boot; undefined when it is gone, '?' where the system does not tell. */
export function startOfProcess(pid: number): string | undefined {
  if (process.platform !== 'linux') return isAlive(pid) ? UNKNOWN_START : undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Fields after the name in brackets, which may hold anything; the 22nd of all is starttime (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** One folder per user, so that no other user's journal is ever trusted. */
function journalFolder(): string {
  const { uid, username } = userInfo();
  return join(tmpdir(), `montage-children-${uid >= 0 ? uid : username}`);
}

function ownJournal(): string {
  return join(journalFolder(), `${process.pid}-${startOfProcess(process.pid) ?? UNKNOWN_START}.txt`);
}

/** The journal is the second line of defence; a full disk must not stop work. */
function note(line: string): void {
  try {
    mkdirSync(journalFolder(), { recursive: true, mode: 0o700 });
    appendFileSync(ownJournal(), `${line}\n`, { mode: 0o600 });
  } catch {
    // The reaper still knows.
  }
}

/**
 * Kills what earlier engines of this user left running, should their reaper have been killed with them. Called once at
 * start. Does nothing where process starts cannot be told apart. Returns the pids killed.
 */
export function sweepOrphans(): readonly number[] {
  if (process.platform !== 'linux') return [];
  const killed: number[] = [];
  for (const name of journals()) {
    const [owner = '', start = ''] = name.replace('.txt', '').split('-');
    if (startOfProcess(Number(owner)) === start) continue;
    for (const child of leftBy(join(journalFolder(), name))) {
      if (child.start === UNKNOWN_START || startOfProcess(child.pid) !== child.start) continue;
      process.kill(child.pid, 'SIGKILL');
      killed.push(child.pid);
    }
    rmSync(join(journalFolder(), name), { force: true });
  }
  return killed;
}

function journals(): readonly string[] {
  try {
    return readdirSync(journalFolder()).filter((name) => /^\d+-\d+\.txt$/.test(name));
  } catch {
    return [];
  }
}

function leftBy(journal: string): readonly ProcessName[] {
  const left = new Map<number, ProcessName>();
  for (const line of readFileSync(journal, 'utf8').split('\n')) {
    const [verb, pidText, start] = line.split(' ');
    const pid = Number(pidText);
    if (verb === '+' && start !== undefined) left.set(pid, { pid, start });
    if (verb === '-') left.delete(pid);
  }
  return [...left.values()];
}
