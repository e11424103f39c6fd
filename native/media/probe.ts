import { open } from 'node:fs/promises';
import { MontageError } from '../../core/errors.ts';
import type { FrameTiming, MediaFacts, MediaKind, MediaRemark, VideoStream } from '../../core/media/media.ts';
import { decideTiming, sourceFramesOf, type FrameTable } from '../../core/media/timing.ts';
import type { SourceFrames } from '../../core/media/frames.ts';
import { flicks, flicksFromTicks, ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import { isListedRate, timeOfFrame } from '../../core/time/rate.ts';
import { findFfmpeg, type FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput, type CheckedInput } from '../ffmpeg/input.ts';
import { PICTURE_RUN_RATE } from '../ffmpeg/picture-run.ts';
import { askFfprobeJson } from '../ffmpeg/query.ts';
import { ffprobeAnswer, type FfprobeAnswer, type FfprobeStream } from './ffprobe-answer.ts';
import { fingerprintOf } from './fingerprint.ts';
import { decodeFrameTable, frameTableOfPackets, listPackets, type Packet, type PacketLists } from './frame-table.ts';
import { audioStreamOf, isPicture, isSound, positiveRational, soundStart, videoStreamOf } from './streams.ts';
import type { PacketSpan } from './streams.ts';
import { sourceTimecodeOf } from './timecode.ts';

export type ProbeOptions = { readonly tools?: FfmpegTools | undefined; readonly signal?: AbortSignal | undefined };

/** A file's facts with the frame tables they were decided from, by stream index (none for stills). */
export type InspectedMedia = {
  readonly path: string;
  readonly facts: MediaFacts;
  readonly tables: ReadonlyMap<number, FrameTable>;
};

/**
 * What a media file is. Frame times are those of its packets where these are the truth, else of a decode.
 *
 * @throws MontageError E_NOT_FOUND, E_IS_DIRECTORY, E_PERMISSION, E_EMPTY_FILE, E_PLAYLIST, E_NOT_MEDIA, E_DAMAGED,
 *   E_UNSUPPORTED, E_NO_STREAMS, E_NO_FRAMES, E_CANCELLED, E_FFMPEG_MISSING
 */
export async function probe(path: string, options: ProbeOptions = {}): Promise<MediaFacts> {
  return (await inspectMedia(path, options)).facts;
}

/** {@link probe}, keeping the frame tables. */
export async function inspectMedia(path: string, options: ProbeOptions = {}): Promise<InspectedMedia> {
  const input = await checkInput(path);
  const tools = options.tools ?? (await findFfmpeg());
  const { value: answer, warnings } = await askSections(tools, input, options.signal);
  refuseText(answer, input);
  const [listed, fingerprint] = await Promise.all([
    listPackets(tools, input, options.signal),
    fingerprintOf(input.path),
  ]);
  const damage = damageRemarks(`${warnings}\n${listed.warnings}`, answer, listed.packets);
  const isDamaged = damage.length > 0;
  const session: Session = { tools, input, answer, packets: listed.packets, isDamaged, signal: options.signal };
  const isStill = input.run === undefined && isStillPicture(answer, listed.packets);
  const tables = isStill ? new Map<number, FrameTable>() : await frameTables(session);
  const video = isStill ? stillStreams(answer) : movingStreams(answer, tables);
  const origin = originOf(video);
  const audio = answer.streams.filter(isSound).map((stream) => {
    const span = spanOf(listed.packets.get(stream.index) ?? []);
    return audioStreamOf(stream, span, origin ?? soundStart(stream, span));
  });
  const kind: MediaKind = isStill ? 'still' : video.length > 0 ? 'video' : 'audio';
  refuseEmpty(
    kind,
    audio.map((stream) => stream.duration),
    answer,
    input,
  );
  const duration = flicks(
    Math.max(0, ...video.map((stream) => durationOf(stream.timing)), ...audio.map((stream) => stream.duration)),
  );
  const timecode = sourceTimecodeOf(answer, video[0] === undefined ? undefined : rateOfTiming(video[0].timing));
  const facts: MediaFacts = {
    kind,
    container: answer.format.format_name,
    duration: kind === 'still' ? ZERO_FLICKS : duration,
    video,
    audio: kind === 'still' ? [] : audio,
    ...(timecode !== undefined && { timecode }),
    fingerprint,
    remarks: [...runRemarks(input), ...pictureRemarks(video[0], answer), ...damage],
  };
  return { path: input.path, facts, tables };
}

/** The frames of an inspected picture stream, to look frames up in; undefined where it has no such stream. */
export function sourceFramesOfMedia(media: InspectedMedia, streamIndex?: number): SourceFrames | undefined {
  const stream = media.facts.video.find(({ index }) => streamIndex === undefined || index === streamIndex);
  if (stream === undefined) return undefined;
  if (stream.timing.kind === 'still') return { kind: 'still' };
  const table = media.tables.get(stream.index);
  return table === undefined ? undefined : sourceFramesOf(table, [stream.realBaseRate, stream.averageRate]);
}

/**
 * The PTS of every frame of a stream, by packets where these are the truth (`exact: true`: always by decoding).
 *
 * @throws MontageError as {@link probe}; E_NO_STREAMS where there is no such picture stream
 */
export async function frameTable(
  path: string,
  streamIndex: number,
  options: ProbeOptions & { readonly exact?: boolean } = {},
): Promise<FrameTable> {
  const input = await checkInput(path);
  const tools = options.tools ?? (await findFfmpeg());
  if (options.exact === true) return decodeFrameTable(tools, input, streamIndex, options.signal);
  const table = (await inspectMedia(path, options)).tables.get(streamIndex);
  if (table !== undefined) return table;
  throw new MontageError({
    code: 'E_NO_STREAMS',
    message: `stream ${streamIndex} has no moving picture`,
    where: input.path,
  });
}

type Session = {
  readonly tools: FfmpegTools;
  readonly input: CheckedInput;
  readonly answer: FfprobeAnswer;
  readonly packets: PacketLists;
  readonly isDamaged: boolean;
  readonly signal: AbortSignal | undefined;
};

async function askSections(tools: FfmpegTools, input: CheckedInput, signal: AbortSignal | undefined) {
  try {
    return await askFfprobeJson(tools, input, ['-show_format', '-show_streams'], ffprobeAnswer, signal);
  } catch (error) {
    throw error instanceof MontageError && error.fault.code === 'E_DAMAGED' ? await sharper(error, input) : error;
  }
}

/** What ffprobe calls invalid data may be something quite different from a damaged film. */
async function sharper(error: MontageError, input: CheckedInput): Promise<MontageError> {
  const file = await open(input.path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0).finally(() => file.close());
  const head = buffer.subarray(0, bytesRead);
  const place = { where: input.path, stage: 'probe' };
  if (/^ftyp(?:hei[cxms]|hev[cx]|mif1|msf1)/.test(head.toString('latin1', 4, 12))) {
    const hint = 'save it as JPEG or PNG first';
    return new MontageError({
      code: 'E_UNSUPPORTED',
      message: 'this ffmpeg cannot read HEIC pictures',
      hint,
      ...place,
    });
  }
  if (!head.includes(0) && !head.toString('utf8').includes('\uFFFD')) {
    return new MontageError({ code: 'E_NOT_MEDIA', message: 'the file holds text, not media', ...place });
  }
  return error;
}

/** Demuxers that draw text as pictures. */
const TEXT_FORMATS = new Set(['tty', 'bin', 'xbin', 'adf', 'idf', 'hls', 'concat', 'sdp', 'dash', 'imf']);

function refuseText(answer: FfprobeAnswer, input: CheckedInput): void {
  const place = { where: input.path, stage: 'probe' };
  if (answer.format.format_name.split(',').some((name) => TEXT_FORMATS.has(name))) {
    throw new MontageError({ code: 'E_NOT_MEDIA', message: 'the file holds text, not media', ...place });
  }
  if (!answer.streams.some((stream) => isPicture(stream) || isSound(stream))) {
    throw new MontageError({ code: 'E_NO_STREAMS', message: 'the file holds neither picture nor sound', ...place });
  }
}

const STILL_FORMAT = /(?:^|,)(?:image2|\w+_pipe|ico|webp)(?:,|$)/;

function isStillPicture(answer: FfprobeAnswer, packets: PacketLists): boolean {
  const pictures = answer.streams.filter(isPicture);
  const frames = pictures.map((stream) => packets.get(stream.index)?.length ?? 0);
  if (STILL_FORMAT.test(answer.format.format_name)) return pictures.length > 0;
  return ['gif', 'apng'].includes(answer.format.format_name) && frames.every((count) => count <= 1);
}

async function frameTables(session: Session): Promise<ReadonlyMap<number, FrameTable>> {
  const tables = new Map<number, FrameTable>();
  for (const stream of session.answer.streams.filter(isPicture)) {
    const packets = session.packets.get(stream.index) ?? [];
    // Which frames of a damaged stream can be had, only decoding tells.
    const quick = session.isDamaged ? undefined : frameTableOfPackets(packets, stream);
    const table = quick ?? (await decodeFrameTable(session.tools, session.input, stream.index, session.signal));
    if (table.ticks.length > 0) tables.set(stream.index, table);
  }
  return tables;
}

function movingStreams(answer: FfprobeAnswer, tables: ReadonlyMap<number, FrameTable>): readonly VideoStream[] {
  return answer.streams.filter(isPicture).flatMap((stream) => {
    const table = tables.get(stream.index);
    if (table === undefined || stream.width === undefined) return [];
    const claimed = [positiveRational(stream.r_frame_rate), positiveRational(stream.avg_frame_rate)];
    return [videoStreamOf(stream, decideTiming(table, claimed), table.ticks[0] ?? 0)];
  });
}

function stillStreams(answer: FfprobeAnswer): readonly VideoStream[] {
  return answer.streams.filter(isPicture).map((stream) => videoStreamOf(stream, { kind: 'still' }, 0));
}

function originOf(video: readonly VideoStream[]): Flicks | undefined {
  const first = video[0];
  return first === undefined ? undefined : flicksFromTicks(first.startTicks, first.timeBase);
}

function spanOf(packets: readonly Packet[]): PacketSpan | undefined {
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { pts, duration } of packets) {
    if (pts === undefined) continue;
    start = Math.min(start, pts);
    end = Math.max(end, pts + (duration ?? 0));
  }
  return start < end ? { start, end } : undefined;
}

function durationOf(timing: FrameTiming): number {
  if (timing.kind === 'still') return 0;
  return timing.kind === 'variable' ? timing.duration : timeOfFrame(timing.frameCount, timing.rate);
}

function rateOfTiming(timing: FrameTiming) {
  if (timing.kind === 'still') return undefined;
  return timing.kind === 'constant' ? timing.rate : timing.averageRate;
}

function refuseEmpty(kind: MediaKind, durations: readonly Flicks[], answer: FfprobeAnswer, input: CheckedInput): void {
  if (kind !== 'audio' || durations.some((duration) => duration > 0)) return;
  const message = answer.streams.some(isPicture)
    ? 'the file has a picture track without a single picture'
    : 'the file holds no sound';
  throw new MontageError({ code: 'E_NO_FRAMES', message, where: input.path, stage: 'probe', hint: 'copy it again' });
}

function pictureRemarks(video: VideoStream | undefined, answer: FfprobeAnswer): readonly MediaRemark[] {
  if (video === undefined) return [];
  const stream: FfprobeStream | undefined = answer.streams.find(({ index }) => index === video.index);
  const interlaced = stream?.field_order !== undefined && !['progressive', 'unknown'].includes(stream.field_order);
  const { timing, colour, rotation } = video;
  const rate = rateOfTiming(timing);
  return [
    ...(timing.kind === 'variable' ? [{ code: 'vfr', message: 'The frame rate varies.' }] : []),
    ...(timing.kind === 'constant' && rate !== undefined && !isListedRate(rate)
      ? [{ code: 'unlisted-rate', message: `${rate.num}/${rate.den} is no rate that timelines run at.` }]
      : []),
    ...(colour.hdr === 'none' ? [] : [{ code: 'hdr', message: `The picture is HDR (${colour.hdr}).` }]),
    ...(rotation === 0 ? [] : [{ code: 'rotated', message: `The picture is turned by ${rotation}°.` }]),
    ...(interlaced ? [{ code: 'interlaced', message: 'The picture is interlaced.' }] : []),
  ];
}

function runRemarks({ run }: CheckedInput): readonly MediaRemark[] {
  if (run === undefined) return [];
  const count = run.last - run.first + 1;
  return [{ code: 'picture-run', message: `${count} numbered pictures, ${PICTURE_RUN_RATE} a second.` }];
}

const DAMAGE = /partial file|Invalid NAL|missing picture|truncat|corrupt|Error (?:while )?decoding|invalid data/i;

function damageRemarks(warnings: string, answer: FfprobeAnswer, packets: PacketLists): readonly MediaRemark[] {
  const missing = answer.streams.filter(isPicture).some((stream) => {
    const claimed = Number(stream.nb_frames);
    return Number.isFinite(claimed) && claimed - (packets.get(stream.index)?.length ?? 0) > Math.max(2, claimed * 0.02);
  });
  const lists = [...packets.values()];
  if (/partial file/i.test(warnings)) {
    return [{ code: 'truncated', message: 'The file ends too early; what is there is used.' }];
  }
  if (missing || DAMAGE.test(warnings) || lists.some((list) => list.some((packet) => packet.damaged))) {
    return [{ code: 'damaged', message: 'Parts of the file are damaged; some frames may be missing.' }];
  }
  return [];
}
