import { frameTableOf, type FrameTable } from '../../core/media/timing.ts';
import { rational, parseRational } from '../../core/time/rational.ts';
import { assert } from '../../core/errors.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { inputArgs, type CheckedInput } from '../ffmpeg/input.ts';
import { askFfprobe } from '../ffmpeg/query.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import type { FfprobeStream } from './ffprobe-answer.ts';
import { timeBaseOf } from './streams.ts';

export type Packet = {
  readonly pts: number | undefined;
  readonly duration: number | undefined;
  readonly damaged: boolean;
};
export type PacketLists = ReadonlyMap<number, readonly Packet[]>;

/** All packets of all streams that are shown: what an edit list discards is not among them. Reads the whole file once. */
export async function listPackets(
  tools: FfmpegTools,
  input: CheckedInput,
  signal?: AbortSignal,
): Promise<{ readonly packets: PacketLists; readonly warnings: string }> {
  const args = ['-show_entries', 'packet=stream_index,pts,duration,flags', '-of', 'csv=p=0'];
  const { text, warnings } = await askFfprobe(tools, input, args, signal, 0);
  const packets = new Map<number, Packet[]>();
  for (const line of text.split('\n')) {
    const [index = '', pts = '', duration = '', flags = ''] = line.split(',');
    if (index === '' || flags.includes('D')) continue;
    const list = packets.get(Number(index)) ?? [];
    packets.set(Number(index), list);
    list.push({ pts: wholeNumber(pts), duration: wholeNumber(duration), damaged: flags.includes('C') });
  }
  return { packets, warnings };
}

function wholeNumber(text: string): number | undefined {
  const value = Number(text);
  return text !== '' && Number.isSafeInteger(value) ? value : undefined;
}

/** Codecs whose packets may hold pictures that are never shown (alternate reference frames). */
const CODECS_WITH_HIDDEN_PACKETS = new Set(['vp8', 'vp9']);

/** The frame table from packets; undefined where only decoding tells: hidden pictures, missing or repeated times, damage. */
export function frameTableOfPackets(packets: readonly Packet[], stream: FfprobeStream): FrameTable | undefined {
  if (CODECS_WITH_HIDDEN_PACKETS.has(stream.codec_name ?? '')) return undefined;
  const times = new Set<number>();
  let last: Packet | undefined;
  for (const packet of packets) {
    if (packet.pts === undefined || packet.damaged) return undefined;
    times.add(packet.pts);
    if (last?.pts === undefined || packet.pts > last.pts) last = packet;
  }
  if (times.size !== packets.length) return undefined;
  return frameTableOf(times, timeBaseOf(stream), durationOfLast(last, stream));
}

/** MP4 packets last until the next one in decoding order; the end of the last picture is the end of the track. */
function durationOfLast(last: Packet | undefined, stream: FfprobeStream): number | undefined {
  if (last?.pts === undefined || stream.duration_ts === undefined) return last?.duration;
  const untilEnd = (stream.start_pts ?? 0) + stream.duration_ts - last.pts;
  return untilEnd > 0 ? untilEnd : last.duration;
}

/**
 * The frame table by decoding every frame: the truth, at the price of a decode.
 *
 * @throws MontageError as ffmpeg's messages tell
 */
export async function decodeFrameTable(
  tools: FfmpegTools,
  input: CheckedInput,
  streamIndex: number,
  signal?: AbortSignal,
): Promise<FrameTable> {
  // Times are kept as they are (-copyts, passthrough, the source's time base); the pictures are made tiny and thrown away.
  const output = ['-fps_mode', 'passthrough', '-enc_time_base', '-1', '-c:v', 'rawvideo', '-f', 'framecrc', 'pipe:1'];
  const filter = ['-vf', 'scale=16:16:flags=neighbor,format=gray'];
  const args = ['-copyts', '-noautorotate', ...inputArgs(input), '-map', `0:${streamIndex}`, ...filter, ...output];
  const run = startFfmpeg(tools, { args, stage: 'probe', where: input.path, signal, stdout: 'pipe' });
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of run.chunks(65_536)) text += decoder.decode(chunk, { stream: true });
  return parseFrameCrc(text);
}

/** Reads libavformat/framecrcenc.c: `#tb 0: 1/1000`, then `stream, dts, pts, duration, size, checksum`. */
function parseFrameCrc(text: string): FrameTable {
  const timeBase = parseRational(/^#tb 0: (\S+)/m.exec(text)?.[1] ?? '') ?? rational(1, 1000);
  const ticks: number[] = [];
  let lastDuration: number | undefined;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, , pts = '', duration = ''] = line.split(',');
    const tick = wholeNumber(pts.trim());
    assert(tick !== undefined, 'a decoded frame has a time');
    ticks.push(tick);
    lastDuration = wholeNumber(duration.trim());
  }
  return frameTableOf(ticks, timeBase, lastDuration);
}
