import { readdirSync, readFileSync } from 'node:fs';
import { systemClock } from '../native/clock.ts';

/** What a process and all that came of it took since it was watched (Linux). */
export type TreeUse = {
  /** Most resident memory of all of them at once, in bytes; pages that two share count twice. */
  readonly peakRssBytes: number;
  /** User and system seconds by what a process was: 'engine', 'models', 'ffmpeg' or 'other'. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
};

const LOOK_MS = 200;
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

type Look = { readonly parent: number; readonly cpuSeconds: number; readonly rssBytes: number; readonly what: string };

/** Watches this process and its descendants until `stop` is called. */
export function watchTree(): { stop(): TreeUse } {
  const own = process.cpuUsage();
  const spent = new Map<string, { what: string; cpuSeconds: number }>();
  let peakRssBytes = 0;
  const look = () => {
    const all = looks();
    let rssBytes = 0;
    for (const [pid, { cpuSeconds, rssBytes: rss, what }] of all) {
      if (!isWithin(all, pid, process.pid)) continue;
      rssBytes += rss;
      if (pid !== process.pid) spent.set(String(pid), { what, cpuSeconds });
    }
    peakRssBytes = Math.max(peakRssBytes, rssBytes);
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    stop() {
      look();
      clearInterval(timer);
      const { user, system } = process.cpuUsage(own);
      const cpuSeconds: Record<string, number> = { engine: (user + system) / 1e6 };
      for (const one of spent.values()) cpuSeconds[one.what] = (cpuSeconds[one.what] ?? 0) + one.cpuSeconds;
      return { peakRssBytes, cpuSeconds };
    },
  };
}

/** Resident bytes of a process and all below it, now; pages that two share count twice. */
export function treeRssBytes(root: number): number {
  const all = looks();
  return [...all].reduce((sum, [pid, { rssBytes }]) => (isWithin(all, pid, root) ? sum + rssBytes : sum), 0);
}

function isWithin(all: ReadonlyMap<number, Look>, pid: number, root: number): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = all.get(at)?.parent) {
    if (at === root) return true;
  }
  return false;
}

function looks(): ReadonlyMap<number, Look> {
  const found = new Map<number, Look>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const command = /\((.*)\)/s.exec(stat)?.[1] ?? '';
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const line = command.startsWith('ff') ? '' : readFileSync(`/proc/${name}/cmdline`, 'utf8');
      const what = command.startsWith('ff') ? 'ffmpeg' : line.includes('model-host') ? 'models' : 'other';
      const cpuSeconds = ((fields[11] ?? 0) + (fields[12] ?? 0)) / TICKS_PER_SECOND;
      found.set(Number(name), { parent: fields[1] ?? 0, cpuSeconds, rssBytes: (fields[21] ?? 0) * PAGE_BYTES, what });
    } catch {
      // Gone meanwhile.
    }
  }
  return found;
}

/** Seconds since some moment, for wall times. */
export function stopwatch(): () => number {
  const start = systemClock.elapsed();
  return () => (systemClock.elapsed() - start) / 1000;
}
