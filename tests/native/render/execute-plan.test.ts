import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { secondsOf } from '../../../core/time/flicks.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { probe } from '../../../native/media/probe.ts';
import { executePlan } from '../../../native/render/execute-plan.ts';
import { numberedClip, varyingMs } from '../../media/numbered-clip.ts';
import { locateSound } from '../../media/sound-code.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { numbersOf, samplesOf } from './film.ts';

const fault = z.object({ fault: z.object({ code: z.string(), message: z.string() }) });
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => ({ code: 'none', message: '' }),
    (error: unknown) => fault.parse(error).fault,
  );

async function planIn(folder: string, plan: unknown): Promise<string> {
  const path = join(folder, 'plan.json');
  await writeFile(path, typeof plan === 'string' ? plan : JSON.stringify(plan));
  return path;
}

const film = () => numberedClip({ clip: 3, rate: '24000/1001', frames: 240, extension: 'mkv' });

describe('executing plan.json', () => {
  it('cuts exactly the frames that were asked for, with their sound', async () => {
    const folder = temporaryFolder();
    const output = join(folder, 'out put #1.mp4');
    const spans = [
      { start: 5.02, end: 6.1 },
      { start: 0, end: 0.5 },
      { start: 8, end: 8.9 },
    ];
    const path = await planIn(folder, { source_video_path: await film(), clips: spans });
    const report = await executePlan(path, output);
    const frame = (time: number) => Math.floor((time * 24_000) / 1001);
    const wanted = spans.flatMap(({ start, end }) =>
      Array.from({ length: frame(end) - frame(start) }, (_, n) => ({ clip: 3, frame: frame(start) + n })),
    );
    expect(await numbersOf(output)).toEqual(wanted);
    expect(report).toMatchObject({ frameCount: wanted.length, lost: [], log: `Executed plan: ${path} → ${output}` });
    expect(report.clips[0]?.startMovedSeconds).toBeCloseTo((frame(5.02) * 1001) / 24_000 - 5.02, 6);
    const samples = await samplesOf(output);
    const found = locateSound(samples.subarray(9600, 14_400), 3, Math.round(frame(5.02) * 1001 * 2 + 9600), 960);
    expect(found.likeness).toBeGreaterThan(0.8);
    expect(Math.abs(found.sample - (frame(5.02) * 2002 + 9600))).toBeLessThanOrEqual(48);
    expect(await readdir(folder)).toEqual(['out put #1.mp4', 'plan.json']);
  });

  it('shows a varying source at the right times', async () => {
    const folder = temporaryFolder();
    const output = join(folder, 'out.mp4');
    const source = await numberedClip({ clip: 6, rate: 'varying', frames: 200 });
    await executePlan(await planIn(folder, { source_video_path: source, clips: [{ start: 2, end: 4 }] }), output);
    const { video } = await probe(output);
    const rate = video[0]?.timing.kind === 'constant' ? video[0].timing.rate : { num: 0, den: 1 };
    const first = Array.from({ length: 200 }, (_, n) => n).findLast((n) => varyingMs(n) <= 2000) ?? 0;
    const shownAt = (k: number) =>
      Array.from({ length: 200 }, (_, n) => n).findLast(
        (n) => varyingMs(n) - varyingMs(first) <= (k * 1000 * rate.den) / rate.num + 1e-6,
      );
    const numbers = await numbersOf(output);
    expect(numbers.length).toBeGreaterThan(30);
    expect(numbers.map((number) => number?.frame)).toEqual(numbers.map((_, k) => shownAt(k)));
  });

  it.each(['wav', 'm4a', 'mp3', 'opus'])('makes sound alone for .%s, as loud as asked for', async (extension) => {
    const folder = temporaryFolder();
    const output = join(folder, `out.${extension}`);
    const plan = {
      source_video_path: await film(),
      clips: [
        { start: 1, end: 4 },
        { start: 5, end: 8 },
      ],
      loudness: { targetLufs: -20 },
    };
    await executePlan(await planIn(folder, plan), output);
    const facts = await probe(output);
    expect(facts).toMatchObject({ kind: 'audio', video: [] });
    expect(Math.abs(secondsOf(facts.duration) - 6)).toBeLessThan(0.06);
    const lines: string[] = [];
    const args = ['-i', output, '-af', 'ebur128', '-f', 'null', '-', '-loglevel', 'info'];
    await runFfmpeg(await findFfmpeg(), { args, stage: 'test', onLine: (line) => lines.push(line) > 0 });
    const loudness = Number(
      /I:\s+(-?[\d.]+) LUFS\s+Threshold/.exec(lines.slice(-20).join('\n'))?.[1] ??
        lines
          .join('\n')
          .match(/I:\s+(-?[\d.]+) LUFS/g)
          ?.at(-1)
          ?.match(/-?[\d.]+/)?.[0],
    );
    expect(Math.abs(loudness + 20)).toBeLessThan(0.7);
  });

  it('reframes to an aspect', async () => {
    const folder = temporaryFolder();
    const output = join(folder, 'tall.mp4');
    const plan = {
      source_video_path: await film(),
      clips: [{ start: 1, end: 1.5 }],
      aspect: '9:16',
      video: { codec: 'h264', width: 360 },
    };
    await executePlan(await planIn(folder, plan), output);
    expect((await probe(output)).video[0]).toMatchObject({ width: 360, height: 640 });
    const numbers = await numbersOf(output, 360, 640, { x: 0, y: 219, width: 360, height: 202 });
    expect(numbers[0]).toEqual({ clip: 3, frame: 23 });
  });

  it('refuses with a code, and leaves nothing', async () => {
    const folder = temporaryFolder();
    const source = await film();
    const clips = [{ start: 0, end: 1 }];
    const run = async (plan: unknown, name = 'out.mp4') =>
      faultOf(executePlan(await planIn(folder, plan), join(folder, name)));
    expect(await run({ source_video_path: source, clips, extra: 1 })).toMatchObject({
      code: 'E_PLAN',
      message: 'extra: unknown key',
    });
    expect((await run('no json')).code).toBe('E_PLAN');
    expect((await run({ source_video_path: 'absent.mp4', clips })).code).toBe('E_NOT_FOUND');
    expect((await run({ source_video_path: 'plan.json', clips })).code).toBe('E_NOT_MEDIA');
    expect((await run({ source_video_path: source, clips: [{ start: 100, end: 101 }] })).code).toBe('E_PLAN');
    expect((await run({ source_video_path: source, clips }, 'out.xyz')).code).toBe('E_CONTAINER');
    expect((await run({ source_video_path: source, clips, video: { codec: 'h264' } }, 'out.webm')).code).toBe(
      'E_CONTAINER',
    );
    expect((await run({ source_video_path: source, clips }, 'absent/out.mp4')).code).toBe('E_NOT_FOUND');
    expect((await faultOf(executePlan(join(folder, 'plan.json'), source))).code).toBe('E_SAME_FILE');
    expect((await faultOf(executePlan(join(folder, 'no.json'), join(folder, 'out.mp4')))).code).toBe('E_NOT_FOUND');
    expect((await faultOf(executePlan(folder, join(folder, 'out.mp4')))).code).toBe('E_IS_DIRECTORY');
    expect(await readdir(folder)).toEqual(['plan.json']);
  });
});
