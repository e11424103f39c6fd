import { readdirSync, readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';

const LOOK_MS = 20;

/** Resident memory of a process and all that it started, in bytes; pages that they share count for each. */
export function treeBytes(pid: number): { readonly own: number; readonly all: number } {
  const own = residentBytes(pid);
  return { own, all: childrenOf(pid).reduce((sum, child) => sum + treeBytes(child).all, own) };
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return 1024 * Number(kilobytes ?? 0);
}

/** Of all threads: a child belongs to the thread that started it. */
function childrenOf(pid: number): readonly number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).split(' ')).flatMap(numberOf);
  } catch {
    return [];
  }
}

function numberOf(text: string): readonly number[] {
  return text.trim() === '' ? [] : [Number(text)];
}

/** Empty where the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Looks at a tree of processes until the test ends. */
export function watchTree(pid: number): { readonly most: () => number; readonly own: readonly number[] } {
  let most = 0;
  const own: number[] = [];
  const timer = setInterval(() => {
    const now = treeBytes(pid);
    if (now.all > 0) own.push(now.own);
    most = Math.max(most, now.all);
  }, LOOK_MS);
  onTestFinished(() => clearInterval(timer));
  return { most: () => most, own };
}
