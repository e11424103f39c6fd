import { mkdtemp, rm, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFfmpeg, type FfmpegTools } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg, startFfmpeg } from '../../../native/ffmpeg/run.ts';
import { slowness } from '../../busy-machine.ts';
import { startOfProcess } from '../../../native/process/reaper.ts';

let tools: FfmpegTools;
let folder: string;
beforeAll(async () => {
  tools = await findFfmpeg();
  folder = await mkdtemp(join(tmpdir(), 'montage-run-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const endlessGray = ['-f', 'lavfi', '-i', 'testsrc2=s=64x36:r=25', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
const tenFrames = ['-f', 'lavfi', '-i', 'testsrc2=s=64x36:r=25', '-frames:v', '10'];
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('running ffmpeg', () => {
  it('reports progress and ends', async () => {
    const frames: number[] = [];
    const onProgress = (progress: { readonly frame: number | undefined }) => frames.push(progress.frame ?? -1);
    await runFfmpeg(tools, { args: [...tenFrames, '-f', 'null', '-'], stage: 'test', onProgress });
    expect(frames.at(-1)).toBe(10);
  });

  it('reads its output as whole chunks', async () => {
    const args = [...tenFrames, '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
    const run = startFfmpeg(tools, { args, stage: 'test', stdout: 'pipe' });
    const sizes: number[] = [];
    for await (const chunk of run.chunks(64 * 36)) sizes.push(chunk.length);
    expect(sizes).toEqual(Array.from({ length: 10 }, () => 64 * 36));
  });

  it('yields a short last chunk', async () => {
    const args = ['-f', 'lavfi', '-i', 'sine=r=8000:d=0.5', '-f', 's16le', 'pipe:1'];
    const sizes: number[] = [];
    for await (const chunk of startFfmpeg(tools, { args, stage: 'test', stdout: 'pipe' }).chunks(6000)) {
      sizes.push(chunk.length);
    }
    expect(sizes).toEqual([6000, 2000]);
  });

  it('blocks ffmpeg while the consumer is slow, and ends it when the consumer has enough', async () => {
    let produced = 0;
    const onProgress = (progress: { readonly frame: number | undefined }) => (produced = progress.frame ?? produced);
    const run = startFfmpeg(tools, { args: endlessGray, stage: 'test', stdout: 'pipe', onProgress, stallMs: 1500 });
    let read = 0;
    for await (const chunk of run.chunks(64 * 36)) {
      read += chunk.length / (64 * 36);
      await wait(1800);
      if (read === 2) break;
    }
    expect(await run.done).toMatchObject({ stopped: true });
    // What fits into pipes and ffmpeg's own queues, and far from what 3.6 s unblocked would make.
    expect(produced).toBeLessThan(2000);
    expect(run.pid === undefined || startOfProcess(run.pid)).toBeUndefined();
  });

  it('is cancelled within two seconds, both reading and not', async () => {
    for (const stdout of ['ignore', 'pipe'] as const) {
      const controller = new AbortController();
      const args = stdout === 'pipe' ? endlessGray : ['-f', 'lavfi', '-i', 'testsrc2', '-f', 'null', '-'];
      const run = startFfmpeg(tools, { args, stage: 'test', stdout, signal: controller.signal });
      setTimeout(() => controller.abort(), 200);
      const started = process.hrtime.bigint();
      await expect(run.done).rejects.toMatchObject({ fault: { code: 'E_CANCELLED' } });
      const tookS = Number(process.hrtime.bigint() - started) / 1e9;
      if (tookS >= 2.5) expect(tookS).toBeLessThan(2.5 * slowness());
    }
  });

  it('does not start work that was cancelled before', async () => {
    const args = [...tenFrames, '-f', 'null', '-'];
    const done = runFfmpeg(tools, { args, stage: 'test', signal: AbortSignal.abort() });
    await expect(done).rejects.toMatchObject({ fault: { code: 'E_CANCELLED' } });
  });

  it('says when nothing comes, but not while paused', async () => {
    const silent = ['-f', 'rawvideo', '-s', '64x36', '-pix_fmt', 'gray', '-i', 'pipe:0', '-f', 'null', '-'];
    const run = startFfmpeg(tools, { args: silent, stage: 'test', stdin: 'data', stallMs: 400 });
    run.pause();
    await wait(900);
    run.resume();
    await expect(run.done).rejects.toMatchObject({ fault: { code: 'E_STALLED', stage: 'test' } });
  });

  it('continues where it was paused', async () => {
    const args = [...tenFrames, '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
    const run = startFfmpeg(tools, { args, stage: 'test', stdout: 'pipe' });
    run.pause();
    setTimeout(() => run.resume(), 400);
    let chunks = 0;
    for await (const chunk of run.chunks(64 * 36)) chunks += chunk.length > 0 ? 1 : 0;
    expect(chunks).toBe(10);
  });
});

describe('what went wrong is coded', () => {
  const failing: readonly (readonly [string, readonly string[], string])[] = [
    ['a folder that is gone', [...tenFrames, '/nowhere-at-all/out.mp4'], 'E_NOT_FOUND'],
    ['a full disk', [...tenFrames, '-f', 'rawvideo', '/dev/full'], 'E_NO_SPACE'],
    ['what is no media', ['-i', `file:${new URL(import.meta.url).pathname}`, '-f', 'null', '-'], 'E_DAMAGED'],
    ['an unknown option', ['-no_such_option', '1', ...tenFrames, '-f', 'null', '-'], 'E_FFMPEG_FAILED'],
  ];
  it.each(failing)('%s', async (_name, args, code) => {
    await expect(runFfmpeg(tools, { args, stage: 'test' })).rejects.toMatchObject({ fault: { code } });
  });

  it('a missing program', async () => {
    const missing = { MONTAGE_FFMPEG: join(folder, 'no-ffmpeg-here') };
    await expect(findFfmpeg(missing)).rejects.toMatchObject({ fault: { code: 'E_FFMPEG_MISSING' } });
    expect(await readdir(folder)).toEqual([]);
  });
});
