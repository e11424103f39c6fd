import type { AudioStream, ColourDescription, FrameTiming, VideoStream } from '../../core/media/media.ts';
import { flicks, flicksFromTicks, subtractFlicks, type Flicks } from '../../core/time/flicks.ts';
import { parseRational, rational, type Rational } from '../../core/time/rational.ts';
import type { FfprobeStream } from './ffprobe-answer.ts';

/** A time base or rate as ffprobe writes it; undefined for '0/0' and for nothing. */
export function positiveRational(text: string | undefined): Rational | undefined {
  const value = text === undefined ? undefined : parseRational(text);
  return value !== undefined && value.num > 0 ? value : undefined;
}

/** The ticks that a stream counts in; ffprobe always names them, milliseconds stand in. */
export function timeBaseOf(stream: FfprobeStream): Rational {
  return positiveRational(stream.time_base) ?? rational(1, 1000);
}

/** A picture that moves or stands, and not the cover of a sound file. */
export function isPicture(stream: FfprobeStream): boolean {
  return stream.codec_type === 'video' && stream.codec_name !== undefined && stream.disposition?.['attached_pic'] !== 1;
}

/** Sound that ffmpeg knows how to decode. */
export function isSound(stream: FfprobeStream): boolean {
  return stream.codec_type === 'audio' && stream.codec_name !== undefined && stream.codec_name !== 'unknown';
}

/** ffprobe's description of a picture stream, with the timing its frames have. */
export function videoStreamOf(stream: FfprobeStream, timing: FrameTiming, startTicks: number): VideoStream {
  const pixelFormat = stream.pix_fmt ?? 'unknown';
  return {
    index: stream.index,
    codec: stream.codec_name ?? 'unknown',
    ...(stream.profile !== undefined && { profile: stream.profile }),
    pixelFormat,
    bitDepth: bitDepthOf(stream, pixelFormat),
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    sampleAspect: positiveRational(stream.sample_aspect_ratio) ?? rational(1),
    rotation: rotationOf(stream),
    timeBase: timeBaseOf(stream),
    startTicks,
    timing,
    realBaseRate: positiveRational(stream.r_frame_rate),
    averageRate: positiveRational(stream.avg_frame_rate),
    colour: colourOf(stream),
  };
}

function bitDepthOf(stream: FfprobeStream, pixelFormat: string): number {
  const raw = Number(stream.bits_per_raw_sample);
  if (Number.isInteger(raw) && raw > 0) return raw;
  // yuv420p10le, gray12, p010le, x2rgb10le, rgb48le (16 a channel).
  const depth = /(?:p|gray|gbrp|gbrap|x2rgb|x2bgr|p0)(9|10|12|14|16)(?:le|be)?$/.exec(pixelFormat)?.[1];
  if (depth !== undefined) return Number(depth);
  return /(?:48|64)(?:le|be)?$/.test(pixelFormat) ? 16 : 8;
}

/** The display matrix turns counter-clockwise by `rotation` (av_display_rotation_get); ours is clockwise. */
function rotationOf(stream: FfprobeStream): VideoStream['rotation'] {
  const counterClockwise = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  const quarters = (((Math.round(-counterClockwise / 90) % 4) + 4) % 4) * 90;
  return quarters === 90 || quarters === 180 || quarters === 270 ? quarters : 0;
}

function colourOf(stream: FfprobeStream): ColourDescription {
  const known = (value: string | undefined) => (value === 'unknown' || value === 'reserved' ? undefined : value);
  const range = stream.color_range === 'tv' || stream.color_range === 'pc' ? stream.color_range : undefined;
  return {
    primaries: known(stream.color_primaries),
    transfer: known(stream.color_transfer),
    matrix: known(stream.color_space),
    range,
    hdr: hdrOf(stream),
  };
}

function hdrOf(stream: FfprobeStream): ColourDescription['hdr'] {
  const isDolby = stream.side_data_list?.some((data) => data.side_data_type?.startsWith('DOVI') === true) === true;
  if (isDolby) return 'dolby-vision';
  if (stream.color_transfer === 'smpte2084') return 'pq';
  return stream.color_transfer === 'arib-std-b67' ? 'hlg' : 'none';
}

/** Where a sound stream's packets begin and end, in ticks; undefined where they do not say. */
export type PacketSpan = { readonly start: number; readonly end: number };

/** ffprobe's description of a sound stream. `origin` is the start of the first video frame, or of the sound itself. */
export function audioStreamOf(stream: FfprobeStream, span: PacketSpan | undefined, origin: Flicks): AudioStream {
  const timeBase = timeBaseOf(stream);
  const channels = stream.channels ?? 1;
  return {
    index: stream.index,
    codec: stream.codec_name ?? 'unknown',
    sampleRateHz: Number(stream.sample_rate ?? '0'),
    channels,
    channelLayout: stream.channel_layout ?? layoutOf(channels),
    duration: soundDuration(stream, span, timeBase),
    offset: subtractFlicks(soundStart(stream, span), origin),
    ...(stream.tags?.['language'] !== undefined && { language: stream.tags['language'] }),
    ...(stream.tags?.['title'] !== undefined && { title: stream.tags['title'] }),
  };
}

/** When a sound stream begins on the file's own clock. */
export function soundStart(stream: FfprobeStream, span: PacketSpan | undefined): Flicks {
  return flicksFromTicks(stream.start_pts ?? span?.start ?? 0, timeBaseOf(stream));
}

/** A header may claim more than there is (truncated) and packets hold more than is heard (padding): the lesser is true. */
function soundDuration(stream: FfprobeStream, span: PacketSpan | undefined, timeBase: Rational): Flicks {
  const claimed = stream.duration_ts;
  const packets = span === undefined ? undefined : span.end - Math.max(span.start, stream.start_pts ?? span.start);
  const ticks = Math.min(claimed ?? Number.POSITIVE_INFINITY, packets ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(ticks) ? flicksFromTicks(Math.max(0, ticks), timeBase) : flicks(0);
}

function layoutOf(channels: number): string {
  const names: Readonly<Record<number, string>> = { 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' };
  return names[channels] ?? `${channels} channels`;
}
