import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { startOfProcess } from '../../native/process/reaper.ts';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const at = (file: string) => JSON.stringify(new URL(`../../native/${file}`, import.meta.url).href);
const firstText = (stream: Readable) =>
  new Promise<string>((resolve) => stream.once('data', (data) => resolve(String(data))));

async function isGone(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 2000 && startOfProcess(pid) !== undefined; waited += 50) await wait(50);
  return startOfProcess(pid) === undefined;
}

describe.skipIf(process.platform === 'win32')('the reaper inside Electron', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'leaves no child two seconds after the engine got %s, nor itself',
    async (signal) => {
      const code = `
        const { useNodeChildren } = await import(${at('process/node-children.ts')});
        const { posixReaperOnly } = await import(${at('host/shell-reaper.ts')});
        const { startProgram } = await import(${at('process/programs.ts')});
        let reaper;
        useNodeChildren({ start: () => (reaper = posixReaperOnly.start()) });
        const child = startProgram('sleep', ['100'], { stdin: 'pipe', stdout: 'ignore' });
        process.stdout.write(reaper.pid + ' ' + child.pid + '\\n');
      `;
      const engine = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [reaper, child] = (await firstText(engine.stdout)).split(' ').map(Number);
      if (reaper === undefined || child === undefined) throw new Error('the engine said no pids');
      await wait(200);
      expect([startOfProcess(reaper), startOfProcess(child)]).not.toContain(undefined);
      engine.kill(signal);
      await once(engine, 'close');
      expect([await isGone(child), await isGone(reaper)]).toEqual([true, true]);
    },
  );

  test('lets go what was released, and what has another process’s number', async () => {
    const sleepers = [1, 2, 3].map(() => spawn('sleep', ['100'], { stdio: 'ignore' }));
    const [released = 0, recycled = 0, kept = 0] = sleepers.map(({ pid }) => pid ?? 0);
    const lines = [
      `+ ${released} ${startOfProcess(released) ?? ''}`,
      `+ ${recycled} 1`,
      `+ ${kept} ${startOfProcess(kept) ?? ''}`,
      `- ${released}`,
      'nonsense',
      '+ $(touch /tmp/x) 1',
    ];
    const code = `
      const { posixReaperOnly } = await import(${at('host/shell-reaper.ts')});
      const reaper = posixReaperOnly.start();
      for (const line of ${JSON.stringify(lines)}) reaper.writeLine(line);
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200);
    `;
    await once(spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' }), 'close');
    try {
      expect(await isGone(kept)).toBe(true);
      expect(startOfProcess(released)).toBeDefined();
      if (process.platform === 'linux') expect(startOfProcess(recycled)).toBeDefined();
    } finally {
      for (const sleeper of sleepers) sleeper.kill('SIGKILL');
    }
  });
});
