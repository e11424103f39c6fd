// Kills the processes it was told of when its parent's pipe closes. Lines on stdin: `+ <pid> <start>` and `- <pid>`.
// <start> names the process's start so that a recycled pid is left alone; '?' where the system does not tell.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const children = new Map();
let rest = '';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    const [verb, pid, start] = line.split(' ');
    if (verb === '+') children.set(Number(pid), start ?? '?');
    if (verb === '-') children.delete(Number(pid));
  }
});
process.stdin.on('end', reap);
process.stdin.on('error', reap);
process.stdin.on('close', reap);

function reap() {
  for (const [pid, start] of children) {
    if (start !== '?' && startOf(pid) !== start) continue;
    kill(pid);
  }
  process.exit(0);
}

/** @param {number} pid */
function kill(pid) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { windowsHide: true });
    return;
  }
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** @param {number} pid */
function startOf(pid) {
  if (process.platform !== 'linux') return '?';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
