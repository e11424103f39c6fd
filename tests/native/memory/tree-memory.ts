import { readdirSync, readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';

const LOOK_MS = 20;

/** Resident memory of a process and all that it started, in bytes; pages that they share count for each. */
function treeBytes(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + treeBytes(child), residentBytes(pid));
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

/** Looks at a tree of processes until the test ends; tells what it held at most. */
export function watchTree(pid: number): { readonly most: () => number } {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, treeBytes(pid));
  }, LOOK_MS);
  onTestFinished(() => clearInterval(timer));
  return { most: () => most };
}
