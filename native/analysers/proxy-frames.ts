import { once } from 'node:events';
import { open, type FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { startFfmpeg, type FfmpegRun } from '../ffmpeg/run.ts';
import { parseAvcC, type AvcParameters } from '../render/avc-parameters.ts';
import { readMp4Track, type Mp4Sample } from '../render/mp4-samples.ts';

/** 'rgb24': packed red, green, blue. 'gbrp': three planes, green, blue, red. 'gray': luma. All full range. */
export type PixelLayout = 'rgb24' | 'gbrp' | 'gray';

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
}

const START_CODE = Uint8Array.of(0, 0, 0, 1);

/**
 * Opens a proxy (all-intra H.264 MP4, or the JPEG of a still). Only the pictures asked for are handed to ffmpeg: its
 * decoder never sees the others.
 *
 * @throws MontageError E_PROXY_UNREADABLE
 */
export async function openProxyFrames(path: string, tools: FfmpegTools): Promise<ProxyFrames> {
  if (extname(path) === '.jpg') return { count: 1, read: (order) => readStill(path, order, tools) };
  const track = await readMp4Track(path, 0);
  const parameters = track?.avcC === undefined ? undefined : parseAvcC(track.avcC);
  if (track === undefined || parameters === undefined) throw unreadable(path, 'it has no H.264 track');
  const { samples } = track;
  return {
    count: samples.length,
    read: (order) => readFilm({ path, parameters, tools, samples: order.frames.map((n) => samples[n]) }, order),
  };
}

type Film = {
  readonly path: string;
  readonly parameters: AvcParameters;
  readonly tools: FfmpegTools;
  readonly samples: readonly (Mp4Sample | undefined)[];
};

async function* readFilm(film: Film, order: FrameOrder): AsyncGenerator<ProxyFrame, void, void> {
  if (order.frames.length === 0) return;
  const source = ['-threads', '1', '-f', 'h264', '-i', 'pipe:0'];
  const run = start(film.tools, source, film.path, order, 'data');
  const feeding = feed(film, run);
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

async function* readStill(path: string, order: FrameOrder, tools: FfmpegTools): AsyncGenerator<ProxyFrame, void, void> {
  const source = ['-protocol_whitelist', 'file', '-i', `file:${path}`];
  for await (const pixels of start(tools, source, path, order, 'keys').chunks(bytesOf(order)))
    yield { frame: 0, pixels };
}

function start(
  tools: FfmpegTools,
  source: readonly string[],
  where: string,
  { width, height, layout, signal }: FrameOrder,
  stdin: 'data' | 'keys',
): FfmpegRun {
  const scale = `scale=${width}:${height}:flags=bilinear:out_range=pc`;
  const output = ['-vf', scale, '-pix_fmt', layout, '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
  const args = ['-filter_threads', '1', ...source, '-an', ...output];
  return startFfmpeg(tools, { args, stage: 'analysis', where, signal, stdin, stdout: 'pipe' });
}

/** Hands the wanted pictures to ffmpeg as an Annex B stream (ITU-T H.264, annex B). */
async function feed({ path, parameters, samples }: Film, run: FfmpegRun): Promise<void> {
  const { stdin } = run;
  if (stdin === undefined) return;
  const file = await open(path, 'r');
  const over = new AbortController();
  void run.done.catch(() => undefined).finally(() => over.abort());
  try {
    const head = [...parameters.sps, ...parameters.pps].flatMap((unit) => [START_CODE, unit]);
    stdin.write(Buffer.concat(head));
    for (const sample of samples) {
      if (sample === undefined) throw unreadable(path, 'a frame beyond its end was asked for');
      const taken = stdin.write(await annexB(file, sample));
      // Who reads the pictures hears why ffmpeg has ended.
      if (!taken) await once(stdin, 'drain', { signal: over.signal });
      if (over.signal.aborted) return;
    }
  } finally {
    stdin.end();
    await file.close();
  }
}

/** A sample with start codes in place of the four-byte lengths before its NAL units. */
async function annexB(file: FileHandle, { position, size }: Mp4Sample): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  await file.read(bytes, 0, size, position);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 4 <= size; ) {
    const length = view.getUint32(at);
    bytes.set(START_CODE, at);
    at += 4 + length;
  }
  return bytes;
}

function bytesOf({ width, height, layout }: FrameOrder): number {
  return width * height * (layout === 'gray' ? 1 : 3);
}

function unreadable(where: string, what: string): MontageError {
  const hint = 'empty the cache of the project, so that it is made again';
  return new MontageError({ code: 'E_PROXY_UNREADABLE', message: `the proxy is damaged: ${what}`, where, hint });
}
