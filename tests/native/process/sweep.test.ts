import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { startOfProcess, sweepOrphans } from '../../../native/process/reaper.ts';

const at = (path: string) => JSON.stringify(new URL(`../../../native/process/${path}`, import.meta.url).href);

const firstText = (stream: Readable) =>
  new Promise<string>((resolve) => stream.once('data', (data) => resolve(String(data))));

/** A parent whose reaper does nothing: as if it had been killed together with its engine. */
const parentCode = `
  const { useNodeChildren } = await import(${at('node-children.ts')});
  useNodeChildren({ start: () => ({ pid: undefined, writeLine() {} }) });
  const { startProgram } = await import(${at('programs.ts')});
  const child = startProgram('ffmpeg', ['-v', 'quiet', '-re', '-f', 'lavfi', '-i', 'testsrc', '-f', 'null', '-'], { stdin: 'pipe', stdout: 'ignore' });
  process.stdout.write(child.pid + '\\n');
`;

describe.skipIf(process.platform !== 'linux')('the sweep at start', () => {
  it('ends what a killed engine left, and nothing of a living one', async () => {
    const start = () =>
      spawn(process.execPath, ['--input-type=module', '-e', parentCode], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [killed, living] = [start(), start()];
    const orphan = Number(await firstText(killed.stdout));
    const kept = Number(await firstText(living.stdout));
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(startOfProcess(orphan)).toBeDefined();
    // An engine that another test starts just now may have come first.
    expect(sweepOrphans().includes(orphan) || startOfProcess(orphan) === undefined).toBe(true);
    await expect.poll(() => startOfProcess(orphan)).toBeUndefined();
    expect(startOfProcess(kept)).toBeDefined();
    // Tests beside this one kill engines too.
    expect(sweepOrphans()).not.toContain(kept);
    expect(startOfProcess(kept)).toBeDefined();
    process.kill(kept, 'SIGKILL');
    living.kill('SIGKILL');
  });
});
