import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rational } from '../../../core/time/rational.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { numberedClip, type ClipWish } from '../../media/numbered-clip.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { lumaOf, numbersOf, picture, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const fast = { video: { codec: 'h264' as const, preset: 'ultrafast' }, audio: null };
const base = { rate: '25', frames: 60, audio: null };
const INPUTS: Readonly<Record<string, Omit<ClipWish, 'clip'>>> = {
  'H.264 in MTS': { ...base, extension: 'mts', output: ['-f', 'mpegts'] },
  'H.265 in MP4': {
    ...base,
    video: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-pix_fmt', 'yuv420p'],
  },
  'VP8 in WebM': {
    ...base,
    extension: 'webm',
    video: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M'],
  },
  'AV1 in MKV': { ...base, extension: 'mkv', video: ['-c:v', 'libsvtav1', '-preset', '12', '-g', '30'] },
  'ProRes in MOV': {
    ...base,
    extension: 'mov',
    video: ['-c:v', 'prores_ks', '-profile:v', '2', '-pix_fmt', 'yuv422p10le'],
  },
  'DNxHR in MXF': {
    ...base,
    extension: 'mxf',
    width: 640,
    height: 360,
    video: ['-c:v', 'dnxhd', '-profile:v', 'dnxhr_lb', '-pix_fmt', 'yuv422p'],
  },
  'MJPEG in AVI': { ...base, extension: 'avi', video: ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p'] },
  'MPEG-2 in MXF': {
    ...base,
    extension: 'mxf',
    video: ['-c:v', 'mpeg2video', '-b:v', '4M', '-g', '12', '-bf', '2', '-pix_fmt', 'yuv420p'],
  },
  'MPEG-2 in MPG': {
    ...base,
    extension: 'mpg',
    video: ['-c:v', 'mpeg2video', '-b:v', '4M', '-g', '12', '-bf', '2', '-pix_fmt', 'yuv420p'],
  },
};

describe('every frame comes out of', () => {
  it.each(Object.entries(INPUTS).map(([name, wish], n) => [name, { ...wish, clip: 60 + n }] as const))(
    '%s',
    async (_, wish) => {
      const folder = temporaryFolder();
      const sources = await sourcesOf({ a: await numberedClip(wish) });
      const clips = [
        picture('a', rate, 0, 20, 33),
        picture('a', rate, 20, 10, 2),
        picture('a', rate, 30, 15, 50, { speed: rational(-1) }),
      ];
      const output = join(folder, 'out.mp4');
      await renderTimeline(timelineOf(rate, [clips], []), sources, output, fast);
      const wanted = Array.from({ length: 45 }, (__, k) => ({
        clip: wish.clip,
        frame: k < 20 ? 33 + k : k < 30 ? k - 18 : 80 - k,
      }));
      expect(await numbersOf(output)).toEqual(wanted);
    },
  );
});

const short = { rate: '25', frames: 36, audio: null };
const x264 = (...more: readonly string[]) => [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '12', '-bf', '2', '-pix_fmt', 'yuv420p'],
  ...more,
];
const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:keyint=12'];
const prores4444 = ['-c:v', 'prores_ks', '-profile:v', '4', '-pix_fmt', 'yuva444p10le'];
const dnxhd = ['-c:v', 'dnxhd', '-b:v', '36M', '-pix_fmt', 'yuv422p'];
const mpeg2 = ['-c:v', 'mpeg2video', '-b:v', '4M', '-g', '12', '-bf', '2', '-pix_fmt', 'yuv420p'];
/** What the table above leaves out of containers × codecs that cameras, phones and editors write. */
const MORE: Readonly<Record<string, Omit<ClipWish, 'clip'>>> = {
  'H.264 in MP4': { ...short, video: x264() },
  'H.264 in MOV': { ...short, extension: 'mov', video: x264() },
  'H.264 in MKV': { ...short, extension: 'mkv', video: x264() },
  'H.264 in AVI': { ...short, extension: 'avi', video: x264('-bf', '0') },
  'interlaced H.264 in MTS': {
    ...short,
    extension: 'mts',
    video: x264('-flags', '+ildct+ilme', '-x264-params', 'tff=1'),
    output: ['-f', 'mpegts'],
  },
  'H.265 in MOV': { ...short, extension: 'mov', video: [...x265, '-pix_fmt', 'yuv420p10le', '-tag:v', 'hvc1'] },
  'H.265 in MKV': { ...short, extension: 'mkv', video: [...x265, '-pix_fmt', 'yuv420p'] },
  'VP8 in MKV': { ...short, extension: 'mkv', video: ['-c:v', 'libvpx', '-cpu-used', '8', '-b:v', '1M', '-g', '12'] },
  'VP9 in WebM': {
    ...short,
    extension: 'webm',
    video: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M', '-g', '12'],
  },
  'AV1 in MP4': { ...short, video: ['-c:v', 'libsvtav1', '-preset', '12', '-g', '12'] },
  'ProRes 4444 in MOV': { ...short, extension: 'mov', video: prores4444 },
  'ProRes in MKV': { ...short, extension: 'mkv', video: ['-c:v', 'prores_ks', '-pix_fmt', 'yuv422p10le'] },
  'DNxHD in MOV': { ...short, frames: 20, extension: 'mov', width: 1920, height: 1080, video: dnxhd },
  'MJPEG in MOV': { ...short, extension: 'mov', video: ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj422p'] },
  'MPEG-2 in MTS': { ...short, extension: 'mts', video: mpeg2, output: ['-f', 'mpegts'] },
  'MPEG-2 in MKV': { ...short, extension: 'mkv', video: mpeg2 },
};
const STILLS = ['png', 'jpg', 'tif', 'bmp', 'webp'];

describe('one film', () => {
  it('takes every frame from all other pairs of codec and container, and from stills', async () => {
    const files: Record<string, string> = {};
    const wishes = Object.entries(MORE);
    for (const [n, [name, wish]] of wishes.entries()) files[name] = await numberedClip({ ...wish, clip: 100 + n });
    for (const [n, extension] of STILLS.entries()) {
      const one = { rate: '25', frames: 1, audio: null, extension };
      files[extension] = await numberedClip({ ...one, clip: 150 + n, video: [], output: ['-frames:v', '1'] });
    }
    const clips = [
      ...wishes.flatMap(([name], n) => [picture(name, rate, 10 * n, 7, 13), picture(name, rate, 10 * n + 7, 3, 2)]),
      ...STILLS.map((name, n) => picture(name, rate, 10 * wishes.length + 2 * n, 2, 0)),
    ];
    const output = join(temporaryFolder(), 'out.mp4');
    await renderTimeline(timelineOf(rate, [clips], []), await sourcesOf(files), output, fast);
    const wanted = [
      ...wishes.flatMap((_, n) =>
        Array.from({ length: 10 }, (__, k) => ({ clip: 100 + n, frame: k < 7 ? 13 + k : k - 5 })),
      ),
      ...STILLS.flatMap((_, n) => [0, 0].map((frame) => ({ clip: 150 + n, frame }))),
    ];
    const found = await numbersOf(output);
    const names = [...wishes.flatMap(([name]) => Array<string>(10).fill(name)), ...STILLS.flatMap((s) => [s, s])];
    expect(found.map((number, k) => ({ name: names[k], ...number }))).toEqual(
      wanted.map((number, k) => ({ name: names[k], ...number })),
    );
  });
});

describe('an interlaced film', () => {
  it('is shown in whole frames', async () => {
    const folder = temporaryFolder();
    const source = join(folder, 'interlaced.mpg');
    const pictures = 'testsrc2=s=320x180:r=50:d=1.2,tinterlace=interleave_top,fieldorder=tff';
    const codec = ['-c:v', 'mpeg2video', '-b:v', '6M', '-flags', '+ilme+ildct', '-top', '1', '-g', '12'];
    await runFfmpeg(await findFfmpeg(), {
      args: ['-f', 'lavfi', '-i', pictures, ...codec, `file:${source}`],
      stage: 'test',
    });
    const output = join(folder, 'out.mp4');
    const sources = await sourcesOf({ a: source });
    await renderTimeline(timelineOf(rate, [[picture('a', rate, 0, 20, 4)]], []), sources, output, {
      ...fast,
      video: { ...fast.video, crf: 12 },
    });
    const [before, after] = [await combing(source), await combing(output)];
    expect(after).toBeLessThan(0.5 * before);
  });
});

/** How much lines differ from both neighbours in the same direction: the mean over a film's first pictures. */
async function combing(path: string): Promise<number> {
  let [sum, count] = [0, 0];
  for await (const luma of lumaOf(path)) {
    for (let y = 1; y < 179; y += 1) {
      for (let x = 0; x < 320; x += 1) {
        const [above = 0, here = 0, below = 0] = [luma[(y - 1) * 320 + x], luma[y * 320 + x], luma[(y + 1) * 320 + x]];
        sum += Math.max(0, (above - here) * (below - here));
      }
    }
    count += 1;
  }
  return sum / count;
}
