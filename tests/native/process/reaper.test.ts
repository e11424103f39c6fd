import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { nodeChildren, useNodeChildren } from '../../../native/process/node-children.ts';
import { startOfProcess } from '../../../native/process/reaper.ts';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const programs = new URL('../../../native/process/programs.ts', import.meta.url).href;

const firstText = (stream: Readable) =>
  new Promise<string>((resolve) => stream.once('data', (data) => resolve(String(data))));

/** A parent that starts an endless ffmpeg and says its pid. */
const parentCode = `
  const { startProgram } = await import(${JSON.stringify(programs)});
  const child = startProgram('ffmpeg', ['-v', 'quiet', '-re', '-f', 'lavfi', '-i', 'testsrc', '-f', 'null', '-'], { stdin: 'pipe', stdout: 'ignore' });
  process.stdout.write(child.pid + '\\n');
`;

describe('the reaper', () => {
  it.skipIf(process.platform === 'win32').each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'leaves no child two seconds after its parent got %s',
    async (signal) => {
      const parent = spawn(process.execPath, ['--input-type=module', '-e', parentCode], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const child = Number(await firstText(parent.stdout));
      await wait(300);
      expect(startOfProcess(child)).toBeDefined();
      parent.kill(signal);
      await once(parent, 'close');
      for (let waited = 0; waited < 2000 && startOfProcess(child) !== undefined; waited += 50) await wait(50);
      expect(startOfProcess(child)).toBeUndefined();
    },
  );

  it('is started by whom the host says', () => {
    const plain = nodeChildren();
    const started: string[] = [];
    useNodeChildren({
      start: (script) => ({ pid: undefined, writeLine: (line) => started.push(`${script}: ${line}`) }),
    });
    try {
      nodeChildren().start('reaper.mjs').writeLine('+ 1 2');
      expect(started).toEqual(['reaper.mjs: + 1 2']);
    } finally {
      useNodeChildren(plain);
    }
  });

  it('does not hold its parent up', async () => {
    const code = `
      const { runProgram } = await import(${JSON.stringify(programs)});
      const answer = await runProgram('ffmpeg', ['-version']);
      process.stdout.write(String(answer.exitCode));
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [text] = await Promise.all([firstText(parent.stdout), once(parent, 'close')]);
    expect(text).toBe('0');
    expect(parent.exitCode).toBe(0);
  });
});
