import { MontageError } from '../../core/errors.ts';
import { startOfFrame, type SourceFrames } from '../../core/media/frames.ts';
import { displaySize, primaryVideo, type VideoStream } from '../../core/media/media.ts';
import { FLICKS_PER_SECOND } from '../../core/time/flicks.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput, inputArgs, type CheckedInput } from '../ffmpeg/input.ts';
import { startFfmpeg, type FfmpegRun } from '../ffmpeg/run.ts';
import type { RenderMedia } from './render-plan.ts';

export type PictureSize = { readonly width: number; readonly height: number };

/** Bytes of one planar 4:2:0 picture of even size. */
export function pictureBytes({ width, height }: PictureSize): number {
  return (width * height * 3) / 2;
}

/** BT.709 black in limited range. */
export function blackPicture(size: PictureSize): Uint8Array<ArrayBuffer> {
  const picture = new Uint8Array(pictureBytes(size)).fill(128);
  return picture.fill(16, 0, size.width * size.height);
}

export type PictureWish = {
  readonly media: RenderMedia;
  /** Source frame numbers, never descending; one picture comes back for each. */
  readonly frames: readonly number[];
  readonly size: PictureSize;
  /** Whether the file may be entered at a key frame; otherwise it is decoded from its start. */
  readonly seek: boolean;
  readonly signal?: AbortSignal | undefined;
};

/** A file gave fewer pictures than its frame table says: entered in the wrong place, or changed since. */
export class MissingPictures extends Error {}

/**
 * The wanted frames of a source, scaled to fit on black. A picture is the frame whose PTS lies nearest its start in the
 * frame table: all frames of the span are asked for and counted, so one that is missing cannot shift the others.
 *
 * @throws MissingPictures; MontageError as ffmpeg's messages tell
 */
export async function* readPictures(
  tools: FfmpegTools,
  wish: PictureWish,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const { media, frames, size } = wish;
  const span = await spanOf(wish);
  const run = openSpan(tools, span);
  const pictures = run.chunks(pictureBytes(size));
  try {
    let position = span.first - 1;
    let picture: Uint8Array<ArrayBuffer> | undefined;
    for (const frame of frames) {
      for (; position < frame; position += 1) {
        const next = await pictures.next();
        if (next.done === true || next.value.length !== pictureBytes(size)) throw new MissingPictures(media.path);
        picture = next.value;
      }
      if (picture !== undefined) yield picture;
    }
  } finally {
    await pictures.return();
  }
}

type Span = {
  readonly input: CheckedInput;
  readonly video: VideoStream;
  readonly source: SourceFrames;
  readonly first: number;
  readonly last: number;
  readonly wish: PictureWish;
};

function openSpan(tools: FfmpegTools, span: Span): FfmpegRun {
  const { before, input, filters, count } = spanArgs(span);
  const args = [
    ...before,
    ...input,
    ...['-map', `0:${span.video.index}`, '-an', '-sn', '-dn', '-vf', filters.join(',')],
    ...['-fps_mode', 'passthrough', '-frames:v', String(count), '-pix_fmt', 'yuv420p', '-f', 'rawvideo', 'pipe:1'],
  ];
  const { signal } = span.wish;
  return startFfmpeg(tools, { args, stage: 'render', where: span.input.path, stdout: 'pipe', signal });
}

/**
 * How ffmpeg is told to give frames `first` to `last` of a source and no others, fitted, when nothing passes Node:
 * global options, input, filters after which exactly `count` pictures come, on the file's own clock.
 */
export type SpanArgs = {
  readonly before: readonly string[];
  readonly input: readonly string[];
  readonly filters: readonly string[];
  readonly count: number;
};

function spanArgs(span: Span): SpanArgs {
  const { input, video, wish, first, last } = span;
  const isStill = span.source.kind === 'still';
  const entry = isStill || !wish.seek ? [] : seekArgs(span);
  const wanted = isStill ? [] : [...(entry.length > 0 ? [FROM_KEY] : []), selectSpan(span)];
  return {
    before: isStill ? [] : ['-copyts'],
    input: [...entry, ...inputArgs(input)],
    filters: [...wanted, ...fitFilters(video, wish.size)],
    count: isStill ? 1 : last - first + 1,
  };
}

/**
 * {@link SpanArgs} of a wish; undefined where ffmpeg alone cannot give its frames: stills, frames that repeat or are
 * left out.
 *
 * @throws MontageError as {@link readPictures}
 */
export async function plainSpanArgs(wish: PictureWish): Promise<SpanArgs | undefined> {
  const span = await spanOf(wish);
  if (span.source.kind === 'still') return undefined;
  return wish.frames.every((frame, n) => frame === span.first + n) ? spanArgs(span) : undefined;
}

async function spanOf(wish: PictureWish): Promise<Span> {
  const { media, frames } = wish;
  const video = primaryVideo(media.facts);
  const [first, last] = [frames[0], frames.at(-1)];
  if (video === undefined || media.frames === undefined || first === undefined || last === undefined) {
    throw new MontageError({
      code: 'E_NO_STREAMS',
      message: 'the file has no picture',
      where: media.path,
      stage: 'render',
    });
  }
  return { input: await checkInput(media.path), video, source: media.frames, first, last, wish };
}

/** Where frame n starts on the stream's own clock, in ticks, as a float: only compared with, half a frame apart. */
function ticksOf({ video }: Span, flicks: number): number {
  return video.startTicks + (flicks / FLICKS_PER_SECOND) * (video.timeBase.den / video.timeBase.num);
}

/** Half way to the neighbours on both sides: rounded PTS stay well inside. */
function selectSpan(span: Span): string {
  const { source, first, last } = span;
  const startOf = (frame: number) => startOfFrame(source, frame);
  const before = first === 0 ? Number.NEGATIVE_INFINITY : ticksOf(span, (startOf(first - 1) + startOf(first)) / 2);
  const after = ticksOf(span, (startOf(last) + startOf(last + 1)) / 2);
  const from = Number.isFinite(before) ? `gte(pts,${before.toFixed(3)})*` : '';
  return `select='${from}lte(pts,${after.toFixed(3)})'`;
}

/**
 * Only what follows a picture that the decoder itself calls a key frame. Old cameras' sync tables name pictures that need
 * those before them; what is missing then is read from the start.
 */
const FROM_KEY = "select='key+not(isnan(prev_selected_pts))'";

/** Enters a second early: pictures right after a key frame may need what lies before it. */
function seekArgs(span: Span): readonly string[] {
  const start =
    ticksOf(span, startOfFrame(span.source, span.first)) * (span.video.timeBase.num / span.video.timeBase.den);
  const base = (span.video.startTicks * span.video.timeBase.num) / span.video.timeBase.den;
  if (start - base < 2) return [];
  return ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', (start - 1).toFixed(6)];
}

/** Scales to fit (pixel aspect and rotation heeded; ffmpeg turns by itself), centres on black, converts to BT.709. */
function fitFilters(video: VideoStream, size: PictureSize): readonly string[] {
  const shown = displaySize(video);
  const factor = Math.min(size.width / shown.width, size.height / shown.height);
  const even = (pixels: number, limit: number) => Math.min(limit, Math.max(2, 2 * Math.round((pixels * factor) / 2)));
  const [width, height] = [even(shown.width, size.width), even(shown.height, size.height)];
  const matrix = `in_color_matrix=${inputMatrix(video)}:out_color_matrix=bt709:out_range=tv`;
  return [
    `scale=${width}:${height}:flags=bicubic+accurate_rnd+full_chroma_int:${matrix}`,
    'format=yuv420p',
    'setsar=1',
    ...(width === size.width && height === size.height
      ? []
      : [`pad=${size.width}:${size.height}:${evenHalf(size.width - width)}:${evenHalf(size.height - height)}:black`]),
  ];
}

function evenHalf(pixels: number): number {
  return 2 * Math.floor(pixels / 4);
}

/** What the file says, in swscale's names; where it says nothing, what players assume by size. */
function inputMatrix({ colour, height, pixelFormat }: VideoStream): string {
  if (/rgb|bgr|gbr|pal8/.test(pixelFormat)) return 'auto';
  switch (colour.matrix) {
    case 'bt709':
      return 'bt709';
    case 'smpte170m':
    case 'bt470bg':
      return 'smpte170m';
    case 'smpte240m':
      return 'smpte240m';
    case 'fcc':
      return 'fcc';
    case 'bt2020nc':
    case 'bt2020c':
      return 'bt2020';
    case undefined:
    default:
      return height >= 720 ? 'bt709' : 'smpte170m';
  }
}
