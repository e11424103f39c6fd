import { readFileSync } from 'node:fs';

/** Which run of which program a pid stands for: pids are used again, start times within one boot are not. */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string | null };

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: startOf(process.pid) };
}

/** Whether that very run still lives; 'unknown' where the system does not tell start times and the pid is taken. */
export function liveness({ pid, startedAt }: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  if (!pidExists(pid)) return 'dead';
  const now = startOf(pid);
  if (now === null || startedAt === null) return 'unknown';
  return now === startedAt ? 'alive' : 'dead';
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Linux: boot id and start in clock ticks since boot, field 22 of proc_pid_stat(5). Null elsewhere. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name in brackets, may itself hold spaces and brackets.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return 'ended';
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${fields[18] ?? ''}`;
  } catch {
    return null;
  }
}
