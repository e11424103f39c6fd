import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { NodeChildren } from '../process/node-children.ts';

/**
 * The reaper's protocol (native/process/reaper.mjs) in POSIX sh: `+ <pid> <start>`, `- <pid>`, and at the end of its input
 * everything it still knows is killed, unless the process's start says that its number was given to another.
 */
const SCRIPT = `
trap '' INT TERM HUP
start_of() {
  if [ ! -d /proc/self ]; then printf '?'; return; fi
  { read -r stat < "/proc/$1/stat"; } 2>/dev/null || return
  set -- \${stat##*) }
  printf %s "\${20}"
}
kids=
while IFS=' ' read -r verb pid start; do
  case $pid in '' | *[!0-9]*) continue ;; esac
  case $verb in
    +) kids="$kids $pid:\${start:-?}" ;;
    -) left=; for kid in $kids; do [ "\${kid%%:*}" = "$pid" ] || left="$left $kid"; done; kids=$left ;;
  esac
done
for kid in $kids; do
  pid=\${kid%%:*}; start=\${kid#*:}
  if [ "$start" = '?' ] || [ "$(start_of "$pid")" = "$start" ]; then kill -9 "$pid" 2>/dev/null; fi
done
`;

/**
 * Children of an engine inside Electron, where no program is a Node: the one script that is ever started, the reaper, runs
 * under the system's shell. On Windows nothing is needed: libuv puts children that are not detached into a job object with
 * JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, which the system empties when the engine ends, however it ends.
 */
export const posixReaperOnly: NodeChildren = {
  start() {
    if (process.platform === 'win32') return { pid: undefined, writeLine: () => undefined };
    const child = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    child.unref();
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    if (child.stdin instanceof Socket) child.stdin.unref();
    return { pid: child.pid, writeLine: (line) => void child.stdin.write(`${line}\n`) };
  },
};
