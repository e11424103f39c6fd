import { mkdtemp, rm, writeFile, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concatListValue, ffmetadataValue, filterValue, teeValue } from '../../../native/ffmpeg/escape.ts';
import { findFfmpeg, type FfmpegTools } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { runProgram } from '../../../native/process/programs.ts';
import { scaled } from '../../scale.ts';

let tools: FfmpegTools;
let folder: string;
beforeAll(async () => {
  tools = await findFfmpeg();
  folder = await mkdtemp(join(tmpdir(), 'montage-escape-'));
  const args = ['-f', 'lavfi', '-i', 'testsrc2=s=16x16:r=25', '-frames:v', '2', '-f', 'avi', join(folder, 'source')];
  await runFfmpeg(tools, { args, stage: 'test' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** File names made of what the syntaxes give a meaning to, and of what people type. */
const hostileName = fc
  .array(fc.constantFrom(...`'":\\,;[]|=%{}()#$&*?!~@^ -_.aé字🎬\n\t`.split('').filter((c) => c !== '/')), {
    minLength: 1,
    maxLength: 24,
  })
  .map((characters) => `x${characters.join('')}x`)
  .filter((name) => Buffer.from(name).toString() === name);

async function withFile(name: string, check: (path: string) => Promise<void>): Promise<void> {
  const path = join(folder, name);
  await copyFile(join(folder, 'source'), path);
  try {
    await check(path);
  } finally {
    await rm(path, { force: true });
  }
}

const property = (check: (name: string) => Promise<void>) =>
  fc.assert(fc.asyncProperty(hostileName, check), { numRuns: scaled(25) });

describe('escaped text reaches ffmpeg as it was', () => {
  it('as a value in a filter graph', () =>
    property((name) =>
      withFile(name, async (path) => {
        const args = ['-f', 'lavfi', '-i', `movie=filename=${filterValue(path)}`, '-frames:v', '1', '-f', 'null', '-'];
        await expect(runFfmpeg(tools, { args, stage: 'test' })).resolves.toBeDefined();
      }),
    ));

  it('as a file in a concat list', () =>
    property((name) =>
      withFile(name.replaceAll('\n', ' '), async (path) => {
        const list = join(folder, 'list');
        await writeFile(list, `ffconcat version 1.0\nfile ${concatListValue(`file:${path}`)}\n`);
        const args = ['-f', 'concat', '-safe', '0', '-i', list, '-f', 'null', '-'];
        await expect(runFfmpeg(tools, { args, stage: 'test' })).resolves.toBeDefined();
      }),
    ));

  it('as an output of the tee muxer', () =>
    property(async (name) => {
      const path = join(folder, name);
      const output = `[f=avi]${teeValue(`file:${path}`)}`;
      const args = [
        '-f',
        'lavfi',
        '-i',
        'color=s=16x16',
        '-frames:v',
        '1',
        '-map',
        '0:v',
        '-c:v',
        'mpeg4',
        '-f',
        'tee',
        output,
      ];
      await runFfmpeg(tools, { args, stage: 'test' });
      await expect(rm(path)).resolves.toBeUndefined();
    }));

  it('as a value in a metadata file', () =>
    property(async (name) => {
      const [metadata, output] = [join(folder, 'metadata'), join(folder, 'out.mkv')];
      await writeFile(metadata, `;FFMETADATA1\ntitle=${ffmetadataValue(name)}\n`);
      const inputs = ['-i', join(folder, 'source'), '-f', 'ffmetadata', '-i', metadata];
      await runFfmpeg(tools, { args: [...inputs, '-map_metadata', '1', '-c', 'copy', output], stage: 'test' });
      const shown = ['-v', 'error', '-show_entries', 'format_tags=title', '-of', 'json', output];
      const answer: unknown = JSON.parse((await runProgram(tools.ffprobe, shown)).stdout);
      expect(answer).toMatchObject({ format: { tags: { title: name } } });
    }));
});
