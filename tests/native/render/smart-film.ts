import { join } from 'node:path';
import { mediaId } from '../../../core/media/media.ts';
import { frameAtOffset } from '../../../core/timeline/clip-time.ts';
import { rational } from '../../../core/time/rational.ts';
import { timeOfFrame } from '../../../core/time/rate.ts';
import { findFfmpeg, type FfmpegTools } from '../../../native/ffmpeg/find.ts';
import { startFfmpeg } from '../../../native/ffmpeg/run.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { readNumber } from '../../media/picture-code.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { picture, seconds, sound, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
/** Frames of each source. */
export const FRAMES = 250;
export const GROUP = 12;
const TAGS = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];
const x264 = (options: string, extra: readonly string[] = []) => [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-pix_fmt', 'yuv420p', ...TAGS, ...extra],
  ...['-x264-params', `keyint=${GROUP}:min-keyint=${GROUP}:scenecut=0:${options}`],
];
/** Sources by how their pictures lean on each other, at 25 a second but for the last. */
export const KINDS = {
  closed: { clip: 1, rate: '25', frames: FRAMES, video: x264('bframes=2:b-pyramid=none:open-gop=0') },
  pyramid: {
    clip: 2,
    rate: '25',
    frames: FRAMES,
    video: x264('bframes=5:b-adapt=0:b-pyramid=normal:ref=4:open-gop=0'),
  },
  open: { clip: 3, rate: '25', frames: FRAMES, video: x264('bframes=3:b-adapt=0:open-gop=1') },
  varying: { clip: 4, rate: 'varying', frames: FRAMES, video: x264('bframes=2:open-gop=0') },
} as const;
export type Kind = keyof typeof KINDS;

export type Cut = { readonly sourceIn: number; readonly length: number };

type FilmOptions = {
  readonly extension?: string;
  readonly tools?: FfmpegTools;
  readonly workFolder?: string;
  /** Frames of a dissolve at every cut. */
  readonly dissolve?: number;
};

/** Renders cuts of one source with copied pictures where that is possible; `expected` are the source frames it should show. */
export async function smartly(
  kind: Kind,
  cuts: readonly Cut[],
  { extension = 'mp4', tools, workFolder, dissolve }: FilmOptions = {},
) {
  const sources = await sourcesOf({ film: await numberedClip(KINDS[kind]) });
  let at = 0;
  const half = timeOfFrame((dissolve ?? 0) / 2, rate);
  const head = { kind: 'dissolve', inOffset: half, outOffset: half } as const;
  const clips = cuts.map(({ sourceIn, length }, n) => {
    const clip = picture('film', rate, at, length, sourceIn);
    at += length;
    return dissolve === undefined || n === 0 ? clip : { ...clip, head };
  });
  const heard = cuts.map(({ sourceIn, length }, n) => {
    const start = cuts.slice(0, n).reduce((sum, one) => sum + one.length, 0);
    return sound('film', rate, start, length, seconds(sourceIn / 25));
  });
  const output = join(temporaryFolder(), `out.${extension}`);
  const settings = {
    video: { codec: 'h264' as const, preset: 'ultrafast' },
    audio: { codec: 'aac' as const },
    smart: true,
  };
  const report = await renderTimeline(timelineOf(rate, [clips], [heard]), sources, output, settings, {
    tools,
    workFolder,
  });
  const source = sources.media(mediaId('film'))?.frames;
  const expected = clips.flatMap((clip, n) =>
    Array.from({ length: cuts[n]?.length ?? 0 }, (_, k) =>
      source === undefined ? undefined : frameAtOffset(clip, source, timeOfFrame(k, rate)),
    ),
  );
  return { report, output, expected };
}

/** Every picture's number as it decodes, and what the decoder said meanwhile. */
export async function decoded(
  path: string,
): Promise<{ readonly frames: readonly (number | undefined)[]; readonly complaints: readonly string[] }> {
  const luma = ['-fps_mode', 'passthrough', '-vf', 'format=yuv420p,extractplanes=y', '-f', 'rawvideo', 'pipe:1'];
  const args = ['-i', `file:${path}`, '-map', '0:v:0', ...luma];
  const run = startFfmpeg(await findFfmpeg(), { args, stage: 'test', stdout: 'pipe' });
  const frames: (number | undefined)[] = [];
  for await (const data of run.chunks(320 * 180)) {
    frames.push(readNumber({ data, width: 320, height: 180, channels: 1 })?.frame);
  }
  return { frames, complaints: (await run.done).messages };
}
