import { once } from 'node:events';
import { open, type FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { startFfmpeg, type FfmpegRun } from '../ffmpeg/run.ts';
import { SMALL } from '../ingest/pass-plan.ts';
import { parseAvcC, type AvcParameters } from '../render/avc-parameters.ts';
import { readMp4Track, type Mp4Sample } from '../render/mp4-samples.ts';
import { takeDecoder } from './picture-decoder.ts';

/**
 * 'rgb24': packed red, green, blue. 'gbrp': three planes, green, blue, red. 'yuv420p': luma, and two planes of chroma of
 * half its width and height, rounded up, of limited range (luma 16–235) as the proxy has them, which costs a third less. 'gray':
 * luma. 'measured': as 'yuv420p', with pixels sampled, not averaged, like those of the small frames of the one pass. The
 * others are of full range.
 */
export type PixelLayout = 'rgb24' | 'gbrp' | 'yuv420p' | 'gray' | 'measured';

export type FrameOrder = {
  /** Frame numbers, rising. */
  readonly frames: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly layout: PixelLayout;
  readonly signal?: AbortSignal | undefined;
};

export type ProxyFrame = { readonly frame: number; readonly pixels: Uint8Array<ArrayBuffer> };

/** Pictures of a file, from its proxy: any frames at any size, each for the price of decoding it alone. */
export interface ProxyFrames {
  /** How many there are; 1 for a still. */
  readonly count: number;
  /** The frames asked for, in order. @throws MontageError E_PROXY_UNREADABLE, E_CANCELLED, as ffmpeg's messages tell */
  read(order: FrameOrder): AsyncGenerator<ProxyFrame, void, void>;
  /**
   * Frames in any order, asked for one by one, the next few before earlier ones have come: `next` gives undefined while
   * nothing is wanted, and the end is when nothing is wanted and all have come. A picture is there until the next is
   * waited for. Errors as of `read`.
   */
  follow(order: Omit<FrameOrder, 'frames'>, next: () => number | undefined): AsyncGenerator<ProxyFrame, void, void>;
}

/** Frames on their way: while one is looked at, ffmpeg makes the next. */
const AHEAD = 2;
/** After so long without a frame, one more is sent to push out what is kept back. */
const PATIENCE_MS = 2_000;
/** An access unit delimiter after each picture tells the parser that it is whole: nothing is kept back until others follow. */
const DELIMITER = Uint8Array.of(0, 0, 0, 1, 9, 0xf0);
/** Starts at once: what is to come is known. */
const UNPROBED = ['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0', '-flags', 'low_delay'];
const START_CODE = Uint8Array.of(0, 0, 0, 1);

/**
 * Opens a proxy (all-intra H.264 MP4, or the JPEG of a still). Only the pictures asked for are handed to ffmpeg: its
 * decoder never sees the others.
 *
 * @throws MontageError E_PROXY_UNREADABLE
 */
export async function openProxyFrames(path: string, tools: FfmpegTools): Promise<ProxyFrames> {
  if (extname(path) === '.jpg') {
    return {
      count: 1,
      read: (order) => readStill(path, order, tools),
      follow: (order, next) => readStill(path, { ...order, frames: [next() ?? 0] }, tools),
    };
  }
  const track = await readMp4Track(path, 0);
  const parameters = track?.avcC === undefined ? undefined : parseAvcC(track.avcC);
  if (track === undefined || parameters === undefined) throw unreadable(path, 'it has no H.264 track');
  const { samples } = track;
  return {
    count: samples.length,
    follow: (order, next) => followFilm({ path, parameters, tools, samples }, order, next),
    read: (order) => readFilm({ path, parameters, tools, samples }, order),
  };
}

type Film = {
  readonly path: string;
  readonly parameters: AvcParameters;
  readonly tools: FfmpegTools;
  readonly samples: readonly Mp4Sample[];
};

async function* readFilm(film: Film, order: FrameOrder): AsyncGenerator<ProxyFrame, void, void> {
  if (order.frames.length === 0) return;
  const source = ['-threads', '1', '-f', 'h264', '-i', 'pipe:0'];
  const run = start(film.tools, source, film.path, order, 'data');
  const feeding = feed(film, order.frames, run);
  feeding.catch(() => undefined);
  let index = 0;
  for await (const pixels of run.chunks(bytesOf(order))) {
    const frame = order.frames[index];
    if (frame === undefined) break;
    yield { frame, pixels };
    index += 1;
  }
  await feeding;
  if (index < order.frames.length) throw unreadable(film.path, `only ${index} of ${order.frames.length} frames decode`);
}

async function* followFilm(
  film: Film,
  { signal, ...order }: Omit<FrameOrder, 'frames'>,
  next: () => number | undefined,
): AsyncGenerator<ProxyFrame, void, void> {
  const first = next();
  if (first === undefined) return;
  const source = ['-threads', '1', ...UNPROBED, '-f', 'h264', '-i', 'pipe:0'];
  const decoder = takeDecoder({ tools: film.tools, args: argsOf(source, order), bytes: bytesOf(order) });
  const cancel = () => decoder.cancel();
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  // Undefined stands for one that is sent again only to push out others.
  const sent: (number | undefined)[] = [];
  const sender = await openSender(film, (bytes) => decoder.send(bytes));
  const send = async (frame: number | undefined) => {
    await sender.send(frame);
    sent.push(frame);
  };
  let isWhole = false;
  try {
    await send(first);
    let coming: ReturnType<typeof decoder.next> | undefined;
    for (;;) {
      for (let frame = next(); frame !== undefined; frame = sent.length < AHEAD ? next() : undefined) await send(frame);
      if (!sent.some((frame) => frame !== undefined)) break;
      coming ??= decoder.next();
      const come = await soon(coming, PATIENCE_MS);
      if (come === 'late') {
        await send(undefined);
        continue;
      }
      coming = undefined;
      if (come === undefined) throw unreadable(film.path, 'not all frames decode');
      const frame = sent.shift();
      if (frame !== undefined) yield { frame, pixels: come };
    }
    isWhole = sent.length === 0;
  } catch (error) {
    throw error instanceof MontageError ? new MontageError({ ...error.fault, where: film.path }) : error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    await sender.close();
    if (isWhole) decoder.giveBack();
    else await decoder.end();
  }
}

/** What a promise gives, or 'late' when it takes longer. */
async function soon<Value>(coming: Promise<Value>, ms: number): Promise<Value | 'late'> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), ms);
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function* readStill(path: string, order: FrameOrder, tools: FfmpegTools): AsyncGenerator<ProxyFrame, void, void> {
  const source = ['-protocol_whitelist', 'file', '-i', `file:${path}`];
  for await (const pixels of start(tools, source, path, order, 'keys').chunks(bytesOf(order)))
    yield { frame: 0, pixels };
}

function start(
  tools: FfmpegTools,
  source: readonly string[],
  where: string,
  { signal, ...order }: Omit<FrameOrder, 'frames'>,
  stdin: 'data' | 'keys',
): FfmpegRun {
  return startFfmpeg(tools, { args: argsOf(source, order), stage: 'analysis', where, signal, stdin, stdout: 'pipe' });
}

function argsOf(source: readonly string[], { width, height, layout }: Omit<FrameOrder, 'frames'>): readonly string[] {
  const measured = layout === 'measured';
  const range = measured || layout === 'yuv420p' ? 'tv' : 'pc';
  const scale = `scale=${width}:${height}:flags=${measured ? SMALL : 'bilinear'}:out_range=${range}`;
  // One thread: with more, raw pictures are kept back too.
  const output = [
    '-vf',
    scale,
    '-pix_fmt',
    measured ? 'yuv420p' : layout,
    '-fps_mode',
    'passthrough',
    '-threads',
    '1',
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  return ['-filter_threads', '1', ...source, '-an', ...output];
}

/** Hands the wanted pictures to ffmpeg, as fast as it takes them. */
async function feed(film: Film, frames: readonly number[], run: FfmpegRun): Promise<void> {
  const over = new AbortController();
  void run.done.catch(() => undefined).finally(() => over.abort());
  const sender = await openSender(film, (bytes) => run.stdin?.write(bytes));
  try {
    for (const frame of frames) {
      const taken = await sender.send(frame);
      // Who reads the pictures hears why ffmpeg has ended.
      if (!taken && run.stdin !== undefined) await once(run.stdin, 'drain', { signal: over.signal });
      if (over.signal.aborted) return;
    }
  } finally {
    run.stdin?.end();
    await sender.close();
  }
}

/** Sends pictures as an Annex B stream (ITU-T H.264, annex B); undefined is the last one again. */
async function openSender({ path, parameters, samples }: Film, write: (bytes: Uint8Array) => unknown) {
  const file = await open(path, 'r');
  const head = [...parameters.sps, ...parameters.pps].flatMap((unit) => [START_CODE, unit]);
  write(Buffer.concat(head));
  let last: Uint8Array | undefined;
  return {
    /** Whether more may be sent at once. */
    async send(frame: number | undefined): Promise<boolean> {
      const sample = frame === undefined ? undefined : samples[frame];
      if (frame !== undefined && sample === undefined) throw unreadable(path, 'a frame beyond its end was asked for');
      if (sample !== undefined) last = await annexB(file, sample);
      return last === undefined || write(last) === true;
    },
    close: () => file.close(),
  };
}

/** A sample with start codes in place of the four-byte lengths before its NAL units, and a delimiter behind. */
async function annexB(file: FileHandle, { position, size }: Mp4Sample): Promise<Uint8Array> {
  const bytes = new Uint8Array(size + DELIMITER.length);
  await file.read(bytes, 0, size, position);
  bytes.set(DELIMITER, size);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 4 <= size; ) {
    const length = view.getUint32(at);
    bytes.set(START_CODE, at);
    at += 4 + length;
  }
  return bytes;
}

function bytesOf({ width, height, layout }: Omit<FrameOrder, 'frames'>): number {
  if (layout === 'yuv420p' || layout === 'measured')
    return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
  return width * height * (layout === 'gray' ? 1 : 3);
}

function unreadable(where: string, what: string): MontageError {
  const hint = 'empty the cache of the project, so that it is made again';
  return new MontageError({ code: 'E_PROXY_UNREADABLE', message: `the proxy is damaged: ${what}`, where, hint });
}
