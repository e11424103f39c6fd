import { setTimeout } from 'node:timers/promises';
import { MontageError } from '../../core/errors.ts';
import { frameAt, frameCountOf, startOfFrame, type SourceFrames } from '../../core/media/frames.ts';
import { primaryVideo, type VideoStream } from '../../core/media/media.ts';
import { flicks, FLICKS_PER_SECOND } from '../../core/time/flicks.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput, inputArgs, type CheckedInput } from '../ffmpeg/input.ts';
import { askFfprobe } from '../ffmpeg/query.ts';
import { startFfmpeg, type FfmpegRun } from '../ffmpeg/run.ts';
import type { FrameSize } from '../../core/timeline/placement-geometry.ts';
import { entryOf } from './closed-groups.ts';
import { blackRaster, rasterBytes, type PictureFormat } from './composite/raster.ts';
import { PLAIN_LOOK, pictureFilters, type PictureLook } from './picture-filters.ts';
import type { RenderMedia } from './request.ts';

export type PictureWish = {
  readonly media: RenderMedia;
  /** Source frame numbers, never descending; one picture comes back for each. */
  readonly frames: readonly number[];
  /** Of the pictures that come, in whole chroma samples. */
  readonly size: FrameSize;
  readonly format: PictureFormat;
  /** Absent = a whole frame, the picture on black. */
  readonly look?: PictureLook | undefined;
  /** Whether the file may be entered at a key frame; otherwise it is decoded from its start. */
  readonly seek: boolean;
  readonly signal?: AbortSignal | undefined;
  /**
   * Where it is there, frames that the file does not give are made up by holding the one before (black before the
   * first), and it is told of them; else they are `MissingPictures`.
   */
  readonly onMissing?: ((frame: number) => void) | undefined;
  /** Told when the decoder met errors on its way through frames `first` to `last`, or before them where it entered. */
  readonly onErrors?: ((first: number, last: number) => void) | undefined;
};

/** A file gave fewer pictures than its frame table says: entered in the wrong place, or changed since. */
export class MissingPictures extends Error {}

/**
 * The wanted frames of a source. A picture is the frame whose PTS lies nearest its start in the frame table: all frames
 * of the span are asked for and counted, or, where few of them are wanted, those by their times, so one that is missing
 * cannot shift the others.
 *
 * @throws MissingPictures; MontageError as ffmpeg's messages tell
 */
export async function* readPictures(
  tools: FfmpegTools,
  wish: PictureWish,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const { media, frames } = wish;
  const span = await spanOf(wish);
  if (wish.onMissing !== undefined && span.source.kind !== 'still') {
    yield* readHolding(tools, span, wish.onMissing);
    return;
  }
  const run = openSpan(tools, span);
  const bytes = rasterBytes(wish.size, wish.format);
  const pictures = run.chunks(bytes);
  try {
    let read = 0;
    let shown = -1;
    let picture: Uint8Array<ArrayBuffer> | undefined;
    for (const frame of frames) {
      for (; shown < frame; read += 1) {
        const next = await pictures.next();
        if (next.done === true || next.value.length !== bytes) throw new MissingPictures(media.path);
        picture = next.value;
        shown = span.given?.[read] ?? span.first + read;
      }
      if (picture !== undefined) yield picture;
    }
  } finally {
    await pictures.return();
    const { errorCount } = await run.done.catch(() => ({ errorCount: 0 }));
    if (errorCount > 0) wish.onErrors?.(span.first, span.last);
  }
}

/**
 * As {@link readPictures}, but by each picture's own PTS, which ffmpeg's showinfo tells on the way: what is missing is
 * known, and nothing else is shifted.
 */
async function* readHolding(
  tools: FfmpegTools,
  span: Span,
  onMissing: (frame: number) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const { wish } = span;
  const given: number[] = [];
  const onLine = (line: string) => {
    const pts = /\] n: *\d+ pts: *(-?\d+)/.exec(line)?.[1];
    if (pts !== undefined) given.push(frameOfTicks(span, Number(pts)));
    return line.includes('showinfo');
  };
  const run = openSpan(tools, span, onLine);
  const bytes = rasterBytes(wish.size, wish.format);
  const pictures = run.chunks(bytes);
  const read = async () => {
    const next = await pictures.next().catch((error: unknown) => {
      if (wish.signal?.aborted === true) throw error;
      return { done: true } as const;
    });
    if (next.done === true || next.value.length !== bytes) return undefined;
    // Its line comes through another pipe.
    for (let wait = 0; given.length === 0 && wait < 2000; wait += 1) await setTimeout(1);
    return { frame: given.shift() ?? Number.NaN, picture: next.value };
  };
  try {
    let held = blackRaster(wish.size, wish.format).bytes;
    let shown = -1;
    let ahead = await read();
    for (const frame of wish.frames) {
      for (; ahead !== undefined && !(ahead.frame > frame); ahead = await read()) {
        held = ahead.picture;
        shown = ahead.frame;
      }
      if (shown !== frame) onMissing(frame);
      yield held;
    }
  } finally {
    await pictures.return();
  }
}

/**
 * Frames of a wish before which the decoder complained when it decoded them one by one: pictures that are there, but made
 * up in part; and those nearest to where coded pictures gave none at all.
 *
 * @throws MontageError as ffprobe's messages tell
 */
export async function framesWithErrors(tools: FfmpegTools, wish: PictureWish): Promise<readonly number[]> {
  const span = await spanOf(wish);
  const { num, den } = span.video.timeBase;
  const secondsAt = (frame: number) => (ticksOf(span, startOfFrame(span.source, frame)) * num) / den;
  const around = `${Math.max(0, secondsAt(span.first) - 1).toFixed(3)}%${(secondsAt(span.last + 1) + 1).toFixed(3)}`;
  const entries = ['-show_log', '16', '-show_entries', 'packet=pts:frame=pts:log=level', '-of', 'compact'];
  const stream = ['-threads', '1', '-select_streams', String(span.video.index), '-read_intervals', around];
  const { text } = await askFfprobe(tools, span.input, [...stream, ...entries], wish.signal, 0);
  const [coded, shown, complained] = [new Set<number>(), new Set<number>(), new Set<number>()];
  for (const line of text.split('\n')) {
    const [, kind, pts, log] = /^(packet|frame)\|pts=(-?\d+)(\|log)?/.exec(line) ?? [];
    if (pts === undefined) continue;
    (kind === 'packet' ? coded : shown).add(Number(pts));
    if (log !== undefined) complained.add(Number(pts));
  }
  const lost = HAS_HIDDEN_PICTURES.has(span.video.codec) ? [] : [...coded].filter((pts) => !shown.has(pts));
  const ends = [span.first, span.last + 1].map((frame) => ticksOf(span, startOfFrame(span.source, frame)));
  const [start = 0, end = 0] = ends;
  const found = [...complained, ...lost].filter((pts) => pts >= start - 1 && pts < end);
  return [...new Set(found.map((pts) => frameOfTicks(span, pts)))];
}

/** Of codecs whose packets may give no picture without a fault. */
const HAS_HIDDEN_PICTURES: ReadonlySet<string> = new Set(['vp8']);

/** The frame that starts nearest to a PTS. */
function frameOfTicks(span: Span, ticks: number): number {
  const { video, source } = span;
  const time = ((ticks - video.startTicks) * video.timeBase.num * FLICKS_PER_SECOND) / video.timeBase.den;
  const frame = frameAt(source, flicks(Math.max(0, Math.round(time))));
  const [start, next] = [startOfFrame(source, frame), startOfFrame(source, frame + 1)];
  return next - time < time - start && frame + 1 < frameCountOf(source) ? frame + 1 : frame;
}

type Span = {
  readonly input: CheckedInput;
  readonly video: VideoStream;
  readonly source: SourceFrames;
  readonly first: number;
  readonly last: number;
  /** The frames that are asked for one by one; undefined: all from `first` to `last`. */
  readonly given: readonly number[] | undefined;
  /** Where the file tells: the last frame up to the first that decoding can start at without loss. */
  readonly entry: number | undefined;
  readonly wish: PictureWish;
};

function openSpan(tools: FfmpegTools, span: Span, onLine?: (line: string) => boolean): FfmpegRun {
  const { before, input, filters, count } = spanArgs(span);
  const args = [
    ...(onLine === undefined ? [] : ['-loglevel', 'level+info']),
    ...before,
    ...input,
    ...['-map', `0:${span.video.index}`, '-an', '-sn', '-dn', '-vf', filters.join(',')],
    ...[
      '-fps_mode',
      'passthrough',
      '-frames:v',
      String(count),
      '-pix_fmt',
      span.wish.format.pixelFormat,
      '-f',
      'rawvideo',
      'pipe:1',
    ],
  ];
  const { signal } = span.wish;
  return startFfmpeg(tools, { args, stage: 'render', where: span.input.path, stdout: 'pipe', signal, onLine });
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
  const told = wish.onMissing === undefined ? [] : ['showinfo=checksum=0'];
  const wanted = isStill ? [] : [...untilEnd(span), ...(entry.length > 0 ? [FROM_KEY] : []), selectSpan(span), ...told];
  return {
    // However much of a span is damaged, the rest of it is shown.
    before: isStill ? [] : ['-copyts', '-max_error_rate', '1'],
    input: [...entry, ...inputArgs(input)],
    filters: [
      ...wanted,
      ...deinterlacing(wish.media),
      ...pictureFilters(video, wish.size, wish.look ?? PLAIN_LOOK, wish.format),
    ],
    count: isStill ? 1 : (span.given?.length ?? last - first + 1),
  };
}

/** Where the file says that it is interlaced, the frames that say so too become whole ones (bwdif). */
function deinterlacing({ facts }: RenderMedia): readonly string[] {
  const isInterlaced = facts.remarks?.some(({ code }) => code === 'interlaced') === true;
  return isInterlaced ? ['bwdif=mode=send_frame:parity=auto:deint=interlaced'] : [];
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

/**
 * {@link SpanArgs} of all frames from the first to the last of a wish, with the stream that they are in.
 *
 * @throws MontageError as {@link readPictures}
 */
export async function sourceSpanArgs(wish: PictureWish): Promise<SpanArgs & { readonly stream: number }> {
  const span = { ...(await spanOf(wish)), given: undefined };
  return { ...spanArgs(span), stream: span.video.index };
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
  const distinct = frames.filter((frame, n) => frame !== frames[n - 1]);
  const given = media.frames.kind !== 'still' && last - first + 1 > 2 * distinct.length ? distinct : undefined;
  const entry = wish.seek ? await entryOf(media, first) : undefined;
  return { input: await checkInput(media.path), video, source: media.frames, first, last, given, entry, wish };
}

/** Where frame n starts on the stream's own clock, in ticks, as a float: only compared with, half a frame apart. */
function ticksOf({ video }: Span, flicks: number): number {
  return video.startTicks + (flicks / FLICKS_PER_SECOND) * (video.timeBase.den / video.timeBase.num);
}

/**
 * Ends decoding behind the last frame: a selection alone reads on to the end of the file. Only where times may be
 * trusted: what is missing then is looked for in all of the file.
 */
function untilEnd(span: Span): readonly string[] {
  const { seek, onMissing } = span.wish;
  if (!seek || onMissing !== undefined) return [];
  return [`trim=end_pts=${Math.floor(ticksBehind(span, span.last)) + 1}`];
}

/** Half way from a frame to the next. */
function ticksBehind(span: Span, frame: number): number {
  const [start, next] = [startOfFrame(span.source, frame), startOfFrame(span.source, frame + 1)];
  return ticksOf(span, (start + next) / 2);
}

/** Half way to the neighbours on both sides: rounded PTS stay well inside. */
function selectSpan(span: Span): string {
  const { first, last, given } = span;
  if (given === undefined) return `select='${between(span, first, last)}'`;
  const stretches = given.reduce<[number, number][]>((list, frame) => {
    const open = list.at(-1);
    if (open !== undefined && frame === open[1] + 1) open[1] = frame;
    else list.push([frame, frame]);
    return list;
  }, []);
  return `select='${stretches.map(([from, to]) => between(span, from, to)).join('+')}'`;
}

function between(span: Span, from: number, to: number): string {
  const after = ticksBehind(span, to).toFixed(3);
  return from === 0 ? `lte(pts,${after})` : `between(pts,${ticksBehind(span, from - 1).toFixed(3)},${after})`;
}

/**
 * Only what follows a picture that the decoder itself calls a key frame. Old cameras' sync tables name pictures that need
 * those before them; what is missing then is read from the start.
 */
const FROM_KEY = "select='key+not(isnan(prev_selected_pts))'";

/** Enters where the file tells; else a second early: pictures right after a key frame may need what lies before it. */
function seekArgs(span: Span): readonly string[] {
  const { entry } = span;
  if (entry !== undefined) {
    const [at, next] = [startOfFrame(span.source, entry), startOfFrame(span.source, entry + 1)];
    const { num, den } = span.video.timeBase;
    const seconds = (ticksOf(span, at + (next - at) / 4) * num) / den;
    return entry === 0 ? [] : ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', seconds.toFixed(6)];
  }
  const start =
    ticksOf(span, startOfFrame(span.source, span.first)) * (span.video.timeBase.num / span.video.timeBase.den);
  const base = (span.video.startTicks * span.video.timeBase.num) / span.video.timeBase.den;
  if (start - base < 2) return [];
  return ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', (start - 1).toFixed(6)];
}
