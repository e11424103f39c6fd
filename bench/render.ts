import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { treeRssBytes } from './process-tree.ts';
import type { BenchClip, FilmWish } from './render-film.ts';
import { writeResults } from './results.ts';

/** `npm run bench -- render`: ten minutes; MONTAGE_BENCH_SECONDS=60 makes it shorter where time is short. */
const SECONDS = Number(process.env['MONTAGE_BENCH_SECONDS'] ?? '600');
const CLIP_FRAMES = 125;
const SOURCE_SECONDS = Math.min(120, Math.max(20, SECONDS));
const GROUP = 50;

/** Pseudo-random, the same each time: clips of five seconds from all over the source. */
function clipsOf(seconds: number): readonly BenchClip[] {
  const count = Math.max(2, Math.round((seconds * 25) / CLIP_FRAMES));
  const room = SOURCE_SECONDS * 25 - CLIP_FRAMES - 60;
  return Array.from({ length: count }, (_, n) => ({
    at: n * CLIP_FRAMES,
    length: CLIP_FRAMES,
    sourceIn: 30 + ((n * 7919) % room),
  }));
}

type Cost = { readonly wallS: number; readonly cpuS: number; readonly peakMb: number; readonly exitCode: number };

/** Runs a program; CPU with that of all its children (bash's `time`), memory as the largest sum over its tree. */
async function costOf(command: string, args: readonly string[]): Promise<Cost> {
  const child = spawn('bash', ['-c', 'TIMEFORMAT="COST %R %U %S"; time "$@"', 'bash', command, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (text = (text + piece).slice(-20_000)));
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, treeRssBytes(child.pid ?? 0))), 200);
  const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  clearInterval(watch);
  const [, wall = '0', user = '0', system = '0'] = /COST (\S+) (\S+) (\S+)/.exec(text) ?? [];
  if (exitCode !== 0) throw new Error(`${command} failed: ${text.slice(-2000)}`);
  return { wallS: Number(wall), cpuS: Number(user) + Number(system), peakMb: peak / 1e6, exitCode };
}

/** A talking head as encoders see it: a soft room that stands still, a face that moves in it, grain over both. */
const ROOM = 'testsrc2=s=1920x1080:r=25,trim=end_frame=1,gblur=sigma=24,loop=-1:1,setpts=N/25/TB[room]';
const FACE = 'testsrc2=s=480x640:r=25[face]';
const HEAD = `${ROOM};${FACE};[room][face]overlay=x='720+40*sin(2*t)':y='300+20*sin(3*t)',noise=alls=2:allf=t,format=yuv420p[v]`;

/** 1080p with sound, in closed groups of two seconds. */
async function makeSource(folder: string): Promise<string> {
  const path = join(folder, 'source.mp4');
  const tags = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];
  await costOf('ffmpeg', [
    ...['-v', 'error', '-y', '-filter_complex', HEAD, '-f', 'lavfi', '-i', 'sine=f=300:r=48000'],
    ...['-map', '[v]', '-map', '0:a', '-t', String(SOURCE_SECONDS)],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '21', '-g', String(GROUP), '-bf', '2', ...tags],
    ...['-c:a', 'aac', '-b:a', '128k', path],
  ]);
  return path;
}

/** The best plain command: an input for each clip, the concat filter, the encoder as Montage sets it. */
function plainCommand(source: string, clips: readonly BenchClip[], output: string): readonly string[] {
  const inputs = clips.flatMap(({ sourceIn, length }) => [
    '-ss',
    String(sourceIn / 25),
    '-t',
    String(length / 25),
    '-i',
    source,
  ]);
  const labels = clips.map((_, n) => `[${n}:v][${n}:a]`).join('');
  return [
    ...['-v', 'error', '-y', ...inputs, '-filter_complex', `${labels}concat=n=${clips.length}:v=1:a=1[v][a]`],
    ...['-map', '[v]', '-map', '[a]', '-c:v', 'libx264', '-preset', 'fast', '-crf', '18', '-bf', '2', '-g', '50'],
    ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '192k', '-movflags', '+faststart', output],
  ];
}

const reportSchema = z.object({
  frameCount: z.number(),
  segments: z.number(),
  reused: z.number(),
  copiedFrames: z.number(),
  copyRefused: z.string().optional(),
});

async function montage(folder: string, wish: Omit<FilmWish, 'report' | 'output'>) {
  const report = join(folder, 'report.json');
  const script = fileURLToPath(new URL('./render-film.ts', import.meta.url));
  const output = join(folder, 'montage.mp4');
  const cost = await costOf(process.execPath, [script, JSON.stringify({ ...wish, report, output })]);
  return { ...cost, ...reportSchema.parse(JSON.parse(readFileSync(report, 'utf8'))) };
}

/** melt takes in and out points of each clip on its command line. */
async function melt(source: string, clips: readonly BenchClip[], output: string): Promise<Cost | undefined> {
  const places = (process.env['PATH'] ?? '').split(':').map((place) => join(place, 'melt'));
  const program = places.find((place) => existsSync(place));
  if (program === undefined) return undefined;
  const cuts = clips.flatMap(({ sourceIn, length }) => [source, `in=${sourceIn}`, `out=${sourceIn + length - 1}`]);
  const encoder = ['vcodec=libx264', 'preset=fast', 'crf=18', 'acodec=aac', 'ab=192k', 'real_time=-2'];
  return costOf(program, [
    '-silent',
    '-profile',
    'atsc_1080p_25',
    ...cuts,
    '-consumer',
    `avformat:${output}`,
    ...encoder,
  ]);
}

const folder = await mkdtemp(join(tmpdir(), 'montage-bench-render-'));
try {
  const source = await makeSource(folder);
  const clips = clipsOf(SECONDS);
  const frames = clips.length * CLIP_FRAMES;
  const work = (name: string) => join(folder, name);
  for (const name of ['full', 'plain-cuts', 'smart']) await mkdir(work(name));
  const common = { source, clips, dissolves: true, smart: false };
  const plain = await costOf('ffmpeg', plainCommand(source, clips, join(folder, 'plain.mp4')));
  const full = await montage(folder, { ...common, workFolder: work('full') });
  const trimmed = clips.map((clip, n) => (n === 2 ? { ...clip, sourceIn: clip.sourceIn + 10 } : clip));
  const again = await montage(folder, { ...common, clips: trimmed, workFolder: work('full') });
  const smart = await montage(folder, { ...common, smart: true, workFolder: work('smart') });
  const meltCost = await melt(source, clips, join(folder, 'melt.mp4'));
  const share = (frames - smart.copiedFrames) / frames;
  const row = (name: string, cost: Cost, note: string) => ({
    ...{ name, wallS: cost.wallS, fps: frames / cost.wallS, cpuS: cost.cpuS, peakMb: cost.peakMb },
    ...{ speedToPlain: plain.wallS / cost.wallS, cpuToFull: cost.cpuS / full.cpuS, note },
  });
  const least = frames - 2 * GROUP * clips.length;
  const { size } = await stat(join(folder, 'montage.mp4'));
  const rows = [
    row('ffmpeg, one -ss input per clip + concat (no dissolves)', plain, 'reference'),
    row('Montage, full', full, `${full.segments} segments`),
    row('Montage, after one slip', again, `${again.segments - again.reused} of ${again.segments} segments rendered`),
    row(
      'Montage, smart',
      smart,
      `re-encoded ${share.toFixed(3)}, CPU limit ${(1.15 * share + 0.02).toFixed(3)}; copied ${smart.copiedFrames} of ${frames} (at least ${least}), fall-backs ${smart.copyRefused === undefined ? 0 : 1}`,
    ),
    meltCost === undefined
      ? {
          ...row('melt', plain, 'not installed'),
          wallS: null,
          fps: null,
          cpuS: null,
          peakMb: null,
          speedToPlain: null,
          cpuToFull: null,
        }
      : row('melt (no dissolves)', meltCost, ''),
  ];
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
  await writeResults('render', {
    what: `${frames / 25} s of 1080p talking head, ${clips.length} clips of 5 s, a dissolve at every twelfth; load average at the end ${load}; last film ${size} bytes`,
    rows,
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
