import type { Layer } from '../../core/timeline/composite.ts';
import { formatRational } from '../../core/time/rational.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import { needsConversion } from './colour-tables.ts';
import { colourFilter } from './colour-tags.ts';
import { pictureFormat } from './composite/raster.ts';
import type { SuspectSpan } from './damage.ts';
import { videoArgs, workingFormat, type VideoSettings } from './encoders.ts';
import { MissingPictures, plainSpanArgs, type SpanArgs } from './pictures.ts';
import { runsOf, type Run } from './runs.ts';
import type { SegmentContext } from './segment-context.ts';
import type { RenderSegment } from './segments.ts';

/** A segment's runs as inputs of one ffmpeg, in order. */
export type DirectPlan = { readonly inputs: readonly DirectInput[] };
type DirectInput = SpanArgs & { readonly stream: number; readonly shown: SuspectSpan };

/** One ffmpeg opens no more files than this at a time. */
export const MOST_INPUTS = 16;

/**
 * How a segment is made by one ffmpeg that decodes and encodes, without a picture passing this process: every run shows
 * one clip, whole, opaque and unchanged, at the source's own frames one after the other. Undefined for all others.
 *
 * @throws MontageError as `plainSpanArgs`
 */
export async function planDirect(
  context: SegmentContext,
  video: VideoSettings,
  segment: RenderSegment,
  seek: boolean,
): Promise<DirectPlan | undefined> {
  const { plan, sources } = context;
  const runs = runsOf(segment, plan.timeline, sources);
  if (runs.length > MOST_INPUTS) return undefined;
  const format = pictureFormat(workingFormat(video.codec), plan.timeline.colourSpace ?? 'rec709');
  const size = { width: plan.width, height: plan.height };
  const inputs: DirectInput[] = [];
  for (const run of runs) {
    const [shown] = run.layers;
    const media = shown === undefined ? undefined : sources.media(shown.mediaId);
    const video = media?.facts.video[0];
    const stream = video?.index;
    if (video === undefined || needsConversion(video, format.colourSpace)) return undefined;
    if (!isPlain(run) || shown === undefined || stream === undefined || media === undefined) return undefined;
    const look = { fit: shown.clip.fit ?? 'fit', framed: true } as const;
    const args = await plainSpanArgs({ media, frames: shown.frames, size, format, look, seek });
    if (args === undefined) return undefined;
    const [first = 0, last = first] = [shown.frames[0], shown.frames.at(-1)];
    inputs.push({ ...args, stream, shown: { media, first, last } });
  }
  return { inputs };
}

/** Whether a run is one clip as it was shot, brought to the frame's size at most. */
export function isPlain(run: Run): boolean {
  const [shown] = run.layers;
  return run.layers.length === 1 && shown?.layers.every(isPlainLayer) === true;
}

function isPlainLayer({ clip, opacity, transform, crop, light, motion, nested }: Layer): boolean {
  const isPlaced = transform !== undefined || crop !== undefined || motion !== undefined || nested !== undefined;
  const isChanged = clip.lut !== undefined || clip.title !== undefined || clip.stabilise === true;
  const isPlayedAsShot = clip.speed.num === clip.speed.den && (clip.retiming ?? 'nearest') === 'nearest';
  return opacity >= 1 && (light ?? 1) >= 1 && !isPlaced && !isChanged && isPlayedAsShot;
}

export type DirectJob = DirectPlan & {
  /** Pictures that come out. */
  readonly count: number;
  /** More options of the encoder, and the file. */
  readonly output: readonly string[];
  /** The file that a failure is told with. */
  readonly where: string;
  /** Told of each picture that is made, from 0. */
  readonly onMade: (made: number) => void;
  /** Told of what is shown where a decoder met errors. */
  readonly onErrors: (span: SuspectSpan) => void;
};

/**
 * Makes what is planned.
 *
 * @throws MissingPictures where the sources give fewer pictures than planned; MontageError as ffmpeg's messages tell
 */
export async function encodeDirect(
  { tools, plan, signal, device, stallMs }: SegmentContext,
  video: VideoSettings,
  { inputs, count, output, where, onMade, onErrors }: DirectJob,
): Promise<void> {
  const rate = formatRational(plan.timeline.rate);
  const spans = inputs.map(({ filters, count: pictures, stream }, n) => {
    const onGrid = `trim=end_frame=${pictures},setpts='N/(${rate})/TB'`;
    return `[${n}:${stream}]${[...filters, onGrid].join(',')}[v${n}]`;
  });
  const labels = inputs.map((_, n) => `[v${n}]`).join('');
  const upload = device === undefined ? '' : `,${device.encoder.filter}`;
  const decoding = device?.decoding === undefined ? [] : ['-hwaccel', device.decoding];
  // Its time base must name the rate: encoders plan their bits by it.
  const end = `settb='1/(${rate})',setpts=N,fps=${rate}:start_time=0,${colourFilter(plan.timeline.colourSpace ?? 'rec709')}${upload}[out]`;
  const joined = inputs.length > 1 ? `concat=n=${inputs.length},` : '';
  let made = 0;
  const run = startFfmpeg(tools, {
    args: [
      ...(device?.encoder.before ?? []),
      ...(inputs[0]?.before ?? []),
      ...inputs.flatMap(({ input }) => [...decoding, ...input]),
      ...['-filter_complex', [...spans, `${labels}${joined}${end}`].join(';'), '-map', '[out]'],
      ...['-frames:v', String(count), '-fps_mode', 'passthrough'],
      ...[...videoArgs(tools, video, plan, device), '-an', '-fflags', '+bitexact', ...output],
    ],
    stage: 'render',
    where,
    signal,
    stallMs,
    onProgress({ frame = 0 }) {
      for (; made < frame; made += 1) onMade(made);
    },
  });
  const { errorCount } = await run.done;
  if (errorCount > 0) for (const { shown } of inputs) onErrors(shown);
  if (made !== count) throw new MissingPictures(inputs[0]?.input.at(-1) ?? where);
}
