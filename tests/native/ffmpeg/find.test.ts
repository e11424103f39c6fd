import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { runProgram } from '../../../native/process/programs.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

it('programs are asked once who they are, and again when they have changed', async () => {
  const place = temporaryFolder();
  vi.stubEnv('MONTAGE_CACHE_DIR', join(place, 'cache'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const log = join(place, 'starts');
  const write = async (name: string, more = '') => {
    const { stdout } = await runProgram('which', [name]);
    const script = `#!/bin/sh\necho ${name} >> '${log}'\n${more}exec '${stdout.trim()}' "$@"\n`;
    await writeFile(join(place, name), script, { mode: 0o755 });
  };
  const starts = async () => (await readFile(log, 'utf8')).split('\n').length - 1;
  /** As another process would find them. */
  const found = async () => {
    vi.resetModules();
    const find = await import('../../../native/ffmpeg/find.ts');
    return find.findFfmpeg({ MONTAGE_FFMPEG: place });
  };
  await write('ffmpeg');
  await write('ffprobe');
  const first = await found();
  expect([first.encoders.has('libx264'), await starts()]).toEqual([true, 3]);
  expect([await found(), await starts()]).toEqual([first, 3]);
  await write('ffprobe', ': changed\n');
  expect([await found(), await starts()]).toEqual([first, 6]);
});
