import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cameraStep,
  NO_STEP,
  steadyPath,
  type CameraStep,
  type MovedPoint,
  type SteadyPath,
} from '../../core/analysis/steady-path.ts';
import { contentHash, displaySize, primaryVideo } from '../../core/media/media.ts';
import type { FrameSize } from '../../core/timeline/placement-geometry.ts';
import { filterValue } from '../ffmpeg/escape.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { runFfmpeg } from '../ffmpeg/run.ts';
import { runProgram } from '../process/programs.ts';
import { pictureFormat } from './composite/raster.ts';
import { evenSize } from './picture-filters.ts';
import { sourceSpanArgs } from './pictures.ts';
import type { RenderMedia } from './request.ts';

/** Source frames `first` to `last` of a file, whose camera is to be steadied. */
export type MotionWish = {
  readonly media: RenderMedia;
  readonly first: number;
  readonly last: number;
  readonly signal?: AbortSignal | undefined;
};

/** Seconds: the standard deviation of what smooths the camera's path. */
const SMOOTHING_S = 0.7;
/** Motion is looked for in pictures of this many lines, at most. */
const LINES = 360;

const known = new Map<string, Promise<SteadyPath>>();
const MOST_KNOWN = 64;

/**
 * The steady path of a span, by frame from `first`. It is looked for once per content and span in a process: all
 * segments of a clip share it. libvidstab's field search finds the motion, ffmpeg's `deshake` where the build lacks it.
 *
 * @throws MontageError as ffmpeg's messages tell
 */
export async function steadyPathOf(tools: FfmpegTools, wish: MotionWish): Promise<SteadyPath> {
  const { media, first, last } = wish;
  const { fingerprint } = media.facts;
  const key = [tools.build, fingerprint.sizeBytes, contentHash(fingerprint), first, last].join(' ');
  const found = known.get(key);
  if (found !== undefined) return found;
  const work = detect(tools, wish);
  known.set(key, work);
  work.catch(() => known.delete(key));
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return work;
}

async function detect(tools: FfmpegTools, wish: MotionWish): Promise<SteadyPath> {
  const video = primaryVideo(wish.media.facts);
  const shown = video === undefined ? { width: 16, height: 9 } : displaySize(video);
  const factor = Math.min(1, LINES / shown.height);
  const size = evenSize({ width: shown.width * factor, height: shown.height * factor });
  const steps = await stepsOf(tools, wish, size);
  const rate = video?.averageRate ?? video?.realBaseRate;
  const perSecond = rate === undefined ? 25 : rate.num / rate.den;
  return steadyPath(steps, SMOOTHING_S * perSecond, shown.width / shown.height);
}

/** The camera's steps between the frames of a span, looked for in pictures of a size. */
export async function stepsOf(
  tools: FfmpegTools,
  wish: MotionWish,
  size: FrameSize,
  detector?: 'vidstab' | 'deshake',
): Promise<readonly CameraStep[]> {
  const used = detector ?? ((await hasFilter(tools, 'vidstabdetect')) ? 'vidstab' : 'deshake');
  const count = wish.last - wish.first + 1;
  let steps = await search(tools, wish, size, used, true);
  // Some containers cannot be entered in the middle: then from the start.
  if (steps.length < count) steps = await search(tools, wish, size, used, false);
  return Array.from({ length: count - 1 }, (_, k) => steps[k + 1] ?? NO_STEP);
}

async function search(
  tools: FfmpegTools,
  { media, first, last, signal }: MotionWish,
  size: FrameSize,
  detector: 'vidstab' | 'deshake',
  seek: boolean,
): Promise<readonly CameraStep[]> {
  const folder = await mkdtemp(join(tmpdir(), 'montage-motion-'));
  try {
    const path = join(folder, 'motion.txt');
    const result = filterValue(path);
    const filter =
      detector === 'vidstab'
        ? `vidstabdetect=result=${result}:shakiness=8:accuracy=15:stepsize=4:mincontrast=0.2`
        : `deshake=filename=${result}:rx=64:ry=64`;
    const look = { fit: 'stretch', framed: true } as const;
    const format = pictureFormat('yuv420p', 'rec709');
    const wanted = { media, frames: [first, last], size, format, look, seek, signal };
    const { before, input, filters, stream } = await sourceSpanArgs(wanted);
    const args = [...before, ...input, '-map', `0:${stream}`, '-vf', [...filters, filter].join(','), '-f', 'null', '-'];
    await runFfmpeg(tools, { args, stage: 'render', where: media.path, signal });
    const text = await readFile(path, 'utf8');
    return detector === 'vidstab' ? fieldSteps(text, size) : logSteps(text, size);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** libvidstab's list of fields for each picture: where each lay in the picture before (`LM dx dy x y size contrast match`). */
function fieldSteps(text: string, { width, height }: FrameSize): readonly CameraStep[] {
  const steps: CameraStep[] = [];
  for (const line of text.split('\n')) {
    const frame = /^Frame (\d+)/.exec(line);
    if (frame === null) continue;
    const points = [...line.matchAll(/LM (-?\d+) (-?\d+) (\d+) (\d+) \d+ ([\d.e+-]+) ([\d.e+-]+)/g)].map(
      (match): MovedPoint => {
        const [dx = 0, dy = 0, x = 0, y = 0, contrast = 0, difference = 0] = match.slice(1).map(Number);
        const to = { x: (x - width / 2) / height, y: (y - height / 2) / height };
        const from = { x: to.x + dx / height, y: to.y + dy / height };
        return { from, to, weight: contrast / (1 + difference) };
      },
    );
    steps[Number(frame[1]) - 1] = cameraStep(points);
  }
  return steps;
}

/** deshake's log, a line for each picture: what it was moved by, original, average and final. */
function logSteps(text: string, { height }: FrameSize): readonly CameraStep[] {
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [x = 0, , , y = 0, , , turn = 0] = line.split(',').map(Number);
      return { x: -x / height, y: -y / height, turn: -turn, grow: 0 };
    });
}

const filters = new Map<string, Promise<boolean>>();

/** Whether this build of ffmpeg has a filter. */
async function hasFilter({ ffmpeg, build }: FfmpegTools, name: string): Promise<boolean> {
  const key = `${build} ${name}`;
  const asked =
    filters.get(key) ??
    runProgram(ffmpeg, ['-hide_banner', '-h', `filter=${name}`], { timeoutMs: 10_000 }).then(
      ({ stdout }) => stdout.startsWith('Filter '),
      () => false,
    );
  filters.set(key, asked);
  return asked;
}
