import { spawnSync } from 'node:child_process';

/** A bare Node starts and ends in less than this on a machine that has time for it. */
const USUAL_MS = 120;

/** How many times longer than usual things take now, other work beside tests considered; 1 on a quiet machine. */
export function slowness(): number {
  const began = performance.now();
  spawnSync(process.execPath, ['-e', '0'], { env: {} });
  return Math.max(1, (performance.now() - began) / USUAL_MS);
}
