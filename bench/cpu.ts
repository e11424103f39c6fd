import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** User and system time of this process and of the children it has waited for (Linux: /proc/self/stat, 16th and 17th field). */
export function cpuSeconds(): number {
  const own = process.cpuUsage();
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  const children = (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
  return (own.user + own.system) / 1e6 + children;
}

/** As {@link cpuSeconds}, and of children that still run (Linux). */
export function cpuSecondsOfAll(): number {
  const threads = readdirSync('/proc/self/task');
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter((pid) => pid !== ''),
  );
  return children.reduce((sum, pid) => sum + cpuSecondsOf(pid), cpuSeconds());
}

function cpuSecondsOf(pid: string): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}

/** CPU seconds that some work takes, children included, those too that run before and after it. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = cpuSecondsOfAll();
  await work();
  return cpuSecondsOfAll() - before;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
