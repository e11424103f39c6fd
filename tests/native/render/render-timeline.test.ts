import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat, truncate, writeFile, copyFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { rational } from '../../../core/time/rational.ts';
import { mediaId } from '../../../core/media/media.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { planRender } from '../../../native/render/render-plan.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { lumaOf, numbersOf, picture, samplesOf, seconds, sound, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const fast = { video: { codec: 'h264' as const, preset: 'ultrafast' }, audio: null };
const fault = z.object({ fault: z.object({ code: z.string() }) });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => fault.parse(error).fault.code,
  );
const pal = () =>
  numberedClip({
    clip: 2,
    rate: '25',
    frames: 250,
    video: ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '250', '-bf', '3', '-pix_fmt', 'yuv420p'],
  });

async function made(folder: string, name: string, args: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await runFfmpeg(await findFfmpeg(), { args: [...args, `file:${path}`], stage: 'test' });
  return path;
}

async function firstLuma(path: string, width = 320, height = 180): Promise<Uint8Array> {
  for await (const frame of lumaOf(path, width, height)) return frame;
  throw new Error('no picture');
}

describe('what a picture looks like', () => {
  it('lies over the one below by its opacity, over black in gaps', async () => {
    const folder = temporaryFolder();
    const plain = (name: string, gray: number) =>
      made(folder, name, [
        '-f',
        'lavfi',
        '-i',
        `color=0x${gray.toString(16).repeat(3)}:s=320x180:d=1`,
        '-frames:v',
        '1',
      ]);
    const sources = await sourcesOf({ dark: await plain('dark.png', 0x30), light: await plain('light.png', 0xd0) });
    const timeline = timelineOf(
      rate,
      [[picture('dark', rate, 0, 10, 0)], [picture('light', rate, 5, 10, 0, { opacity: 0.25 })]],
      [],
    );
    const output = join(folder, 'out.mp4');
    await renderTimeline(timeline, sources, output, fast);
    const levels: number[] = [];
    for await (const luma of lumaOf(output)) levels.push(luma[90 * 320 + 160] ?? 0);
    const limited = (gray: number) => 16 + (gray * 219) / 255;
    const expected = [limited(0x30), 0.75 * limited(0x30) + 0.25 * limited(0xd0), 0.75 * 16 + 0.25 * limited(0xd0)];
    [2, 7, 12].forEach((frame, n) => expect(Math.abs((levels[frame] ?? 0) - (expected[n] ?? 0))).toBeLessThan(3));
    expect(levels).toHaveLength(15);
  });

  it('keeps its shape: pixel aspect and rotation are heeded, black around it', async () => {
    const folder = temporaryFolder();
    const white = ['-f', 'lavfi', '-i', 'color=white:s=160x90:d=0.2:r=25'];
    const wide = await made(folder, 'wide.mp4', [...white, '-vf', 'setsar=2']);
    const upright = await made(folder, 'upright.mp4', [
      '-i',
      await made(folder, 'flat.mp4', white),
      '-c',
      'copy',
      '-metadata:s:v',
      'rotate=90',
    ]);
    const sources = await sourcesOf({ wide, upright });
    const bounds = async (media: string) => {
      const output = join(folder, `${media}-out.mp4`);
      await renderTimeline(timelineOf(rate, [[picture(media, rate, 0, 2, 0)]], []), sources, output, fast);
      const luma = await firstLuma(output);
      const row = luma.subarray(90 * 320, 91 * 320).filter((value) => value > 128).length;
      const column = Array.from({ length: 180 }, (_, y) => luma[y * 320 + 160] ?? 0).filter(
        (value) => value > 128,
      ).length;
      return { row, column };
    };
    // 160×90 at 2:1 is 320×90; turned it is 90×160, which fits as 101×180.
    expect(await bounds('wide')).toEqual({ row: 320, column: 90 });
    const turned = await bounds('upright');
    expect(turned.column).toBe(180);
    expect(Math.abs(turned.row - 101)).toBeLessThanOrEqual(2);
  });
});

describe('sound', () => {
  it('is as long as the timeline, with gains and fades where they should be', async () => {
    const folder = temporaryFolder();
    const sine = 'sine=f=1000:r=48000:d=4';
    const sources = await sourcesOf({ tone: await made(folder, 'tone.wav', ['-f', 'lavfi', '-i', sine]) });
    const clips = [
      sound('tone', rate, 25, 50, seconds(1), { gainDb: -6, fadeIn: seconds(0.5), fadeOut: seconds(1) }),
      sound('tone', rate, 100, 25, seconds(0), { speed: rational(2) }),
    ];
    const output = join(folder, 'out.wav');
    await renderTimeline(timelineOf(rate, [], [clips]), sources, output, { video: null, audio: { codec: 'pcm' } });
    const samples = await samplesOf(output);
    expect(samples).toHaveLength(5 * 48_000);
    const peak = (from: number, to: number) =>
      Math.max(...samples.subarray(Math.round(from * 48_000), Math.round(to * 48_000)).map(Math.abs));
    const full = 0.125 * 10 ** (-6 / 20);
    expect(peak(0, 1)).toBe(0);
    expect(peak(1.24, 1.26) / full).toBeCloseTo(0.5, 1);
    expect(peak(1.5, 2) / full).toBeCloseTo(1, 1);
    expect(peak(2.49, 2.51) / full).toBeCloseTo(0.5, 1);
    expect(peak(3.01, 3.9)).toBe(0);
    // atempo ramps in within its first window.
    expect(peak(4.2, 4.9) / 0.125).toBeCloseTo(1, 0);
  });
});

describe('an interrupted render', () => {
  const long = async () => {
    const clips = Array.from({ length: 12 }, (_, n) => picture('pal', rate, n * 80, 80, (n * 13) % 160));
    return { timeline: timelineOf(rate, [clips], []), sources: await sourcesOf({ pal: await pal() }) };
  };

  it('is redone from what is there', async () => {
    const { timeline, sources } = await long();
    const folder = temporaryFolder();
    const [work, output] = [join(folder, 'work'), join(folder, 'out.mp4')];
    const stop = new AbortController();
    const onProgress = () => (wholeSegments(work) >= 3 ? stop.abort() : undefined);
    const first = renderTimeline(timeline, sources, output, fast, {
      workFolder: work,
      signal: stop.signal,
      onProgress,
    });
    expect(await codeOf(first)).toBe('E_CANCELLED');
    expect(await readdir(folder)).toEqual(['work']);
    const kept = wholeSegments(work);
    expect(readdirSync(work)).toHaveLength(kept);
    expect(kept).toBeGreaterThan(2);
    const report = await renderTimeline(timeline, sources, output, fast, { workFolder: work });
    expect(report).toMatchObject({ reused: kept, segments: 12, frameCount: 960 });
    const numbers = await numbersOf(output);
    expect(numbers.map((number) => number?.frame)).toEqual(
      numbers.map((_, k) => ((Math.floor(k / 80) * 13) % 160) + (k % 80)),
    );
  });

  it('leaves whole segments only, and no ffmpeg, when it is killed', async () => {
    const folder = temporaryFolder();
    const work = join(folder, 'work');
    const at = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const code = `
      const { readdirSync } = await import('node:fs');
      const { renderTimeline } = await import(${at('../../../native/render/render-timeline.ts')});
      const { picture, sourcesOf, timelineOf } = await import(${at('./film.ts')});
      const rate = { num: 25, den: 1 };
      const clips = Array.from({ length: 12 }, (_, n) => picture('pal', rate, n * 80, 80, (n * 13) % 160));
      const sources = await sourcesOf({ pal: ${JSON.stringify(await pal())} });
      // In the middle of a segment, once three are whole: files under way begin with a dot.
      const whole = () => readdirSync(${JSON.stringify(work)}).filter((name) => name.startsWith('segment-')).length;
      const onProgress = () => { if (whole() >= 3) process.kill(process.pid, 'SIGKILL'); };
      await renderTimeline(timelineOf(rate, [clips], []), sources, ${JSON.stringify(join(folder, 'out.mp4'))},
        { video: { codec: 'h264', preset: 'ultrafast' }, audio: null }, { workFolder: ${JSON.stringify(work)}, onProgress });
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    await vi.waitFor(() => expect(processesNaming(folder)).toEqual([]), { timeout: 10_000, interval: 50 });
    const kept = wholeSegments(work);
    expect(kept).toBeGreaterThanOrEqual(3);
    const { timeline, sources } = await long();
    const report = await renderTimeline(timeline, sources, join(folder, 'out.mp4'), fast, { workFolder: work });
    expect(report).toMatchObject({ reused: kept, segments: 12 });
    expect(await numbersOf(join(folder, 'out.mp4'))).toHaveLength(960);
  });
});

/** Files under way begin with a dot. */
function wholeSegments(folder: string): number {
  return readdirSync(folder).filter((name) => name.startsWith('segment-')).length;
}

function processesNaming(text: string): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandOf(name).includes(text));
}

function commandOf(pid: string): string {
  try {
    return z.string().parse(process.getBuiltinModule('node:fs').readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return '';
  }
}

describe('what cannot be rendered', () => {
  it('is refused with a code before any work, and leaves nothing', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({ pal: await pal() });
    const one = timelineOf(rate, [[picture('pal', rate, 0, 5, 0)]], []);
    await mkdir(join(folder, 'a-folder.mp4'));
    expect(await codeOf(renderTimeline(timelineOf(rate, [[]], []), sources, join(folder, 'out.mp4'), fast))).toBe(
      'E_EMPTY_TIMELINE',
    );
    const offline = timelineOf(rate, [[picture('gone', rate, 0, 5, 0)]], []);
    expect(await codeOf(renderTimeline(offline, sources, join(folder, 'out.mp4'), fast))).toBe('E_OFFLINE');
    expect(await codeOf(renderTimeline(one, sources, join(folder, 'absent/out.mp4'), fast))).toBe('E_NOT_FOUND');
    expect(await codeOf(renderTimeline(one, sources, join(folder, 'a-folder.mp4'), fast))).toBe('E_IS_DIRECTORY');
    expect(await readdir(folder)).toEqual(['a-folder.mp4']);
  });

  it('a source that lost its end since, and one that vanished', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'clip.ts');
    await copyFile(await numberedClip({ clip: 9, rate: '25', frames: 100, extension: 'ts', audio: null }), path);
    const sources = await sourcesOf({ clip: path });
    const timeline = timelineOf(rate, [[picture('clip', rate, 0, 40, 55)]], []);
    const output = join(folder, 'out.mp4');
    await renderTimeline(timeline, sources, output, fast);
    expect((await numbersOf(output))[39]).toEqual({ clip: 9, frame: 94 });
    await truncate(path, Math.floor((await stat(path)).size / 2));
    expect(await codeOf(renderTimeline(timeline, sources, output, fast))).toBe('E_SOURCE_CHANGED');
    await writeFile(path, '');
    expect(await codeOf(renderTimeline(timeline, sources, output, fast))).toBe('E_EMPTY_FILE');
    expect((await readdir(folder)).sort()).toEqual(['clip.ts', 'out.mp4']);
  });

  it('a disk that fills up while segments and sound are written', async ({ skip }) => {
    const folder = temporaryFolder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', folder]);
    if (mounted.status !== 0) skip('needs the right to mount a small disk');
    try {
      const sources = await sourcesOf({ pal: await pal() });
      const pictures = timelineOf(rate, [[picture('pal', rate, 0, 240, 0)]], []);
      const large = {
        video: { codec: 'h264' as const, preset: 'ultrafast', crf: 1, width: 1280, height: 720 },
        audio: null,
      };
      const options = { workFolder: join(folder, 'work') };
      expect(await codeOf(renderTimeline(pictures, sources, join(folder, 'out.mp4'), large, options))).toBe(
        'E_NO_SPACE',
      );
      const heard = timelineOf(rate, [], [[sound('pal', rate, 0, 240, seconds(0))]]);
      const pcm = { video: null, audio: { codec: 'pcm' as const } };
      expect(await codeOf(renderTimeline(heard, sources, join(folder, 'out.wav'), pcm, options))).toBe('E_NO_SPACE');
      expect(readdirSync(folder)).toEqual(['work']);
      expect(readdirSync(join(folder, 'work'))).toEqual([]);
    } finally {
      spawnSync('umount', [folder]);
    }
  });
});

describe('segment keys', () => {
  it('change with what is seen and how, not with names or where it is', async () => {
    const sources = await sourcesOf({ pal: await pal() });
    const clips = [picture('pal', rate, 0, 100, 0), picture('pal', rate, 100, 100, 50)];
    const keys = (timeline: ReturnType<typeof timelineOf>, settings = fast) =>
      planRender(timeline, sources, settings, 'b').segments.map(({ key }) => key);
    const before = keys(timelineOf(rate, [clips], []));
    expect(before).toHaveLength(2);
    expect(keys(timelineOf(rate, [clips.map((clip) => ({ ...clip, name: 'x', note: 'y' }))], []))).toEqual(before);
    const trimmed = keys(
      timelineOf(rate, [[clips[0], picture('pal', rate, 100, 100, 51)].flatMap((clip) => clip ?? [])], []),
    );
    expect([trimmed[0] === before[0], trimmed[1] === before[1]]).toEqual([true, false]);
    expect(keys(timelineOf(rate, [clips], []), { ...fast, video: { codec: 'h264', preset: 'fast' } })).not.toEqual(
      before,
    );
    expect(sources.media(mediaId('pal'))?.facts.video).toHaveLength(1);
  });
});
