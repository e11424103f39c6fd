import { readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MontageError } from '../../../core/errors.ts';
import { ZERO_FLICKS } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runProgram } from '../../../native/process/programs.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { locateSound } from '../../media/sound-code.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { numbersOf, picture, samplesOf, sound, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const fast = { video: { codec: 'h264' as const, preset: 'ultrafast' }, audio: null };

/** A film whose pictures `from` to `to` are overwritten with noise that no decoder takes for a picture. */
async function damaged(folder: string, from: number, to: number): Promise<string> {
  const video = ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p'];
  const whole = await numberedClip({ clip: 41, rate: '25', frames: 120, extension: 'mkv', audio: null, video });
  return overwritten(whole, folder, from, to, (size) => [8, size - 2]);
}

/** A copy in which bytes of packets `from` to `to` are noise. */
async function overwritten(
  whole: string,
  folder: string,
  from: number,
  to: number,
  bytesOf: (size: number) => readonly [number, number],
  stream = 'v:0',
): Promise<string> {
  const { ffprobe } = await findFfmpeg();
  const listed = await runProgram(ffprobe, [
    '-v',
    'error',
    '-select_streams',
    stream,
    '-show_entries',
    'packet=pos,size',
    '-of',
    'csv=p=0',
    whole,
  ]);
  const packets = listed.stdout
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  const bytes = await readFile(whole);
  for (const [size = 0, pos = 0] of packets.slice(from, to + 1)) {
    const [start, end] = bytesOf(size);
    bytes.fill(0x5a, pos + start, pos + end);
  }
  const path = join(folder, `damaged${extname(whole)}`);
  await writeFile(path, bytes);
  return path;
}

/** H.264 whose packets 50 to 52 of 120 are noise in their second half: its decoder fills in what it cannot read. */
async function halfDamaged(folder: string): Promise<string> {
  const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '24', '-bf', '0', '-pix_fmt', 'yuv420p'];
  const whole = await numberedClip({ clip: 42, rate: '25', frames: 120, audio: null, video: x264 });
  return overwritten(whole, folder, 50, 52, (size) => [Math.min(size >> 1, 40), size]);
}

const CODECS = {
  hevc: {
    clip: 43,
    extension: 'mp4',
    video: [
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'keyint=24:bframes=0:log-level=error',
      '-pix_fmt',
      'yuv420p',
    ],
    // In their headers: what is wrong with the rest alone, its decoder does not see.
    bytes: (size: number) => [8, size] as const,
  },
  vp9: {
    clip: 44,
    extension: 'webm',
    video: [
      '-c:v',
      'libvpx-vp9',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-g',
      '24',
      '-b:v',
      '1M',
      '-lag-in-frames',
      '0',
    ],
    bytes: (size: number) => [Math.min(size >> 1, 12), size] as const,
  },
  prores: {
    clip: 45,
    extension: 'mov',
    video: ['-c:v', 'prores_ks', '-profile:v', '0', '-pix_fmt', 'yuv422p10le'],
    bytes: (size: number) => [40, size] as const,
  },
} as const;

describe('damage in the middle of a film', () => {
  it.each(['hevc', 'vp9', 'prores'] as const)(
    'in %s is concealed, with a warning that names its time',
    async (codec) => {
      const folder = temporaryFolder();
      const { bytes, ...wish } = CODECS[codec];
      const whole = await numberedClip({ ...wish, rate: '25', frames: 120, audio: null });
      const path = await overwritten(whole, folder, 50, 52, bytes);
      const timeline = timelineOf(rate, [[picture('a', rate, 0, 120, 0)]], []);
      const output = join(folder, 'out.mp4');
      const report = await renderTimeline(timeline, await sourcesOf({ a: path }), output, fast);
      const frames = (await numbersOf(output)).map((number) => number?.frame);
      expect(frames).toHaveLength(120);
      frames.forEach((frame, k) => {
        if (k < 50 || k >= 72) expect(frame).toBe(k);
      });
      expect(report.warnings[0]).toMatchObject({ code: 'damaged-source', path });
      expect(report.warnings[0]?.message).toMatch(/^at (?:1\.96|2\.00) s of the file /);
    },
  );
});

describe('damage in the middle of sound', () => {
  /** In MP4 and MOV blocks are noise; in Matroska, where their headers are too, a second and a half is lost. */
  const SOUNDS = {
    aac: ['mp4', '-c:a', 'aac'],
    opus: ['mkv', '-c:a', 'libopus'],
    mp3: ['mov', '-c:a', 'libmp3lame'],
  } as const;

  it.each(['aac', 'opus', 'mp3'] as const)(
    'in %s is concealed, with a warning that names its time, and shifts nothing',
    async (codec) => {
      const folder = temporaryFolder();
      const [extension, ...encoder] = SOUNDS[codec];
      const audio = [...encoder, '-b:a', '128k'];
      const whole = await numberedClip({ clip: 46, rate: '25', frames: 120, extension, audio });
      const path = await overwritten(whole, folder, 100, 104, (size) => [0, size], 'a:0');
      const timeline = timelineOf(rate, [], [[sound('a', rate, 0, 120, ZERO_FLICKS)]]);
      const settings = { video: null, audio: { codec: 'pcm' as const } };
      const output = join(folder, 'out.wav');
      const placesIn = async (file: string) => {
        const { warnings } = await renderTimeline(timeline, await sourcesOf({ a: file }), output, settings);
        const samples = await samplesOf(output);
        const places = [48_000, 192_000].map((at) => {
          const found = locateSound(samples.subarray(at, at + 4800), 46, at, 2400);
          expect(found.likeness).toBeGreaterThan(0.8);
          return found.sample;
        });
        return { warnings, places };
      };
      const right = await placesIn(whole);
      expect(right.warnings).toEqual([]);
      const { warnings, places } = await placesIn(path);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatchObject({ code: 'damaged-source', path });
      places.forEach((place, n) => expect(Math.abs(place - (right.places[n] ?? 0))).toBeLessThanOrEqual(1));
      const sources = await sourcesOf({ a: path });
      const strict = renderTimeline(timeline, sources, output, settings, { onDamage: 'abort' });
      await expect(strict).rejects.toMatchObject({ fault: { code: 'E_DAMAGED' } });
    },
  );
});

describe('pictures that are decoded in part', () => {
  it.each([
    ['as they are', {}],
    ['changed', { opacity: 0.9 }],
  ])('are shown %s, with a warning that names their time, also where they were made before', async (_, change) => {
    const folder = temporaryFolder();
    const path = await halfDamaged(folder);
    const timeline = timelineOf(rate, [[picture('a', rate, 0, 120, 0, change)]], []);
    const sources = await sourcesOf({ a: path });
    const options = { workFolder: join(folder, 'work') };
    const output = join(folder, 'out.mp4');
    const first = await renderTimeline(timeline, sources, output, fast, options);
    expect(first.warnings).toHaveLength(1);
    expect(first.warnings[0]).toMatchObject({ code: 'damaged-source', path, first: 50 });
    expect(first.warnings[0]?.message).toContain('at 2.00 s of the file');
    // Beyond the group with the damage, every frame is what it was.
    const frames = (await numbersOf(output)).map((number) => number?.frame);
    expect(frames).toHaveLength(120);
    frames.forEach((frame, k) => {
      if (k < 50 || k >= 72) expect(frame).toBe(k);
    });
    const again = await renderTimeline(timeline, sources, output, fast, options);
    expect([again.reused, again.warnings]).toEqual([first.segments, first.warnings]);
    const strict = renderTimeline(timeline, sources, output, fast, { ...options, onDamage: 'abort' });
    await expect(strict).rejects.toMatchObject({ fault: { code: 'E_DAMAGED' } });
  });

  it('stop the work where that is asked for', async () => {
    const folder = temporaryFolder();
    const sources = await sourcesOf({ a: await halfDamaged(folder) });
    const work = (from: number) =>
      renderTimeline(timelineOf(rate, [[picture('a', rate, 0, 30, from)]], []), sources, join(folder, 'o.mp4'), fast, {
        onDamage: 'abort',
      });
    await expect(work(40)).rejects.toMatchObject({ fault: { code: 'E_DAMAGED' } });
    // What is not shown does not matter.
    expect((await work(80)).warnings).toEqual([]);
  });
});

describe('pictures that cannot be decoded', () => {
  it('are held from the one before, with a warning that names their time, and shift no other', async () => {
    const folder = temporaryFolder();
    const path = await damaged(folder, 50, 53);
    const clips = [picture('a', rate, 0, 40, 10), picture('a', rate, 40, 40, 35), picture('a', rate, 80, 30, 60)];
    const output = join(folder, 'out.mp4');
    const report = await renderTimeline(timelineOf(rate, [clips], []), await sourcesOf({ a: path }), output, fast);
    const shown = (frame: number) => (frame >= 50 && frame <= 53 ? 49 : frame);
    const wanted = Array.from({ length: 110 }, (_, k) => shown(k < 40 ? 10 + k : k < 80 ? k - 5 : k - 20));
    expect((await numbersOf(output)).map((number) => number?.frame)).toEqual(wanted);
    expect(report.warnings).toEqual([
      {
        code: 'damaged-source',
        path,
        first: 50,
        last: 53,
        message: 'at 2.00 s of the file 4 pictures are damaged: the one before is shown instead',
      },
    ]);
  });

  it.each([
    ['as they are', {}],
    ['changed', { opacity: 0.9 }],
  ])('do not end the work where they are all that is shown, %s', async (_, change) => {
    const folder = temporaryFolder();
    const path = await damaged(folder, 40, 70);
    const timeline = timelineOf(rate, [[picture('a', rate, 0, 10, 55, change), picture('a', rate, 10, 10, 90)]], []);
    const output = join(folder, 'out.mp4');
    const report = await renderTimeline(timeline, await sourcesOf({ a: path }), output, fast);
    const frames = (await numbersOf(output)).map((number) => number?.frame);
    expect(frames.slice(10)).toEqual(Array.from({ length: 10 }, (_, k) => 90 + k));
    expect(report.warnings[0]).toMatchObject({ code: 'damaged-source', path, first: 55, last: 64 });
  });

  it('stop the work where that is asked for', async () => {
    const folder = temporaryFolder();
    const path = await damaged(folder, 50, 53);
    const timeline = timelineOf(rate, [[picture('a', rate, 0, 60, 0)]], []);
    const work = renderTimeline(timeline, await sourcesOf({ a: path }), join(folder, 'out.mp4'), fast, {
      onDamage: 'abort',
    });
    const code = await work.then(
      () => 'none',
      (error: unknown) => (error instanceof MontageError ? error.fault.code : 'other'),
    );
    expect(code).toBe('E_DAMAGED');
  });
});
