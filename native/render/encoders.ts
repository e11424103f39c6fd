import { MontageError } from '../../core/errors.ts';
import { VIDEO_CODEC_NAMES } from '../../core/output/codecs.ts';
import { formatRational } from '../../core/time/rational.ts';
import type { Rate } from '../../core/time/rate.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import type { PictureFormat } from './composite/raster.ts';
import { colourOptions } from './colour-tags.ts';
import { deviceArgs } from './hardware-args.ts';
import type { RenderDevice } from './hardware-trial.ts';
import type { RenderPlan } from './render-plan.ts';
import type { RenderSettings } from './request.ts';

export type VideoSettings = NonNullable<RenderSettings['video']>;
type Audio = NonNullable<RenderSettings['audio']>;

/** How a codec is made in software: encoder, pixel format, quality where none is asked for. */
type Software = {
  readonly encoders: readonly string[];
  readonly pixelFormat: PictureFormat['pixelFormat'] | 'yuva444p10le';
  /** Constant quality on the encoder's own scale; undefined where its profile decides. */
  readonly crf?: number;
  readonly options: (video: VideoSettings, encoder: string) => readonly string[];
};

const X265 = ['-x265-params', 'log-level=error:open-gop=0:info=0', '-tag:v', 'hvc1'];
/** Without B-frames, as devices encode, and with parameter sets before every key frame. */
const X265_BESIDE_DEVICE = [
  ...['-x265-params', 'log-level=error:open-gop=0:info=0:bframes=0:repeat-headers=1', '-tag:v', 'hvc1'],
];
/** Devices number their parameter sets from 0: software's have another number, so that one header holds both. */
const BESIDE_DEVICE = { parameterSetId: 1, profile: 'high' } as const;
const prores = (profile: number, pixelFormat: Software['pixelFormat']): Software => ({
  encoders: ['prores_ks'],
  pixelFormat,
  options: () => ['-profile:v', String(profile), '-vendor', 'apl0'],
});
const hevc = (pixelFormat: Software['pixelFormat'], profile: string): Software => ({
  encoders: ['libx265'],
  pixelFormat,
  crf: 20,
  options: (video) => [
    ...['-preset', video.preset ?? 'fast', '-profile:v', profile],
    ...(video.hardware === true ? X265_BESIDE_DEVICE : X265),
  ],
});
/** Pictures that are encoded again when the film is whole are kept without loss. */
const LOSSLESS: Software = { encoders: ['ffv1'], pixelFormat: 'yuv420p', options: () => ['-level', '3'] };

const SOFTWARE: Readonly<Record<VideoSettings['codec'], Software>> = {
  h264: {
    encoders: ['libx264'],
    pixelFormat: 'yuv420p',
    crf: 18,
    options: ({ preset, match, hardware }) => [
      ...['-preset', preset ?? 'fast', '-bf', match?.profile === 'baseline' || hardware === true ? '0' : '2'],
      ...matchOptions(match ?? (hardware === true ? BESIDE_DEVICE : undefined)),
    ],
  },
  hevc: hevc('yuv420p', 'main'),
  hevc10: hevc('yuv420p10le', 'main10'),
  vp9: {
    encoders: ['libvpx-vp9'],
    pixelFormat: 'yuv420p',
    crf: 24,
    options: (video) => [
      ...(video.bitrateKbps === undefined ? ['-b:v', '0'] : []),
      ...['-deadline', 'good', '-cpu-used', '5', '-row-mt', '1'],
    ],
  },
  av1: {
    encoders: ['libsvtav1', 'libaom-av1'],
    pixelFormat: 'yuv420p',
    crf: 28,
    options: (_, encoder) =>
      encoder === 'libsvtav1' ? ['-preset', '8'] : ['-cpu-used', '6', '-row-mt', '1', '-b:v', '0'],
  },
  prores422: prores(2, 'yuv422p10le'),
  prores422hq: prores(3, 'yuv422p10le'),
  prores4444: prores(4, 'yuva444p10le'),
  dnxhr: { encoders: ['dnxhd'], pixelFormat: 'yuv422p', options: () => ['-profile:v', 'dnxhr_hq'] },
  dnxhrhqx: { encoders: ['dnxhd'], pixelFormat: 'yuv422p10le', options: () => ['-profile:v', 'dnxhr_hqx'] },
  gif: LOSSLESS,
  webp: LOSSLESS,
  png: LOSSLESS,
  jpeg: LOSSLESS,
};

/** The pixel format that pictures are composited in for a codec: its own, without alpha. */
export function workingFormat(codec: VideoSettings['codec']): PictureFormat['pixelFormat'] {
  const { pixelFormat } = SOFTWARE[codec];
  return pixelFormat === 'yuva444p10le' ? 'yuv444p10le' : pixelFormat;
}

/**
 * The software encoder of a codec in this build of ffmpeg.
 *
 * @throws MontageError E_UNSUPPORTED where the build has none
 */
export function softwareEncoder(
  tools: Pick<FfmpegTools, 'encoders' | 'ffmpeg'>,
  codec: VideoSettings['codec'],
): string {
  const { encoders } = SOFTWARE[codec];
  const found = encoders.find((encoder) => tools.encoders.has(encoder));
  if (found !== undefined) return found;
  throw unsupported(tools, VIDEO_CODEC_NAMES[codec], encoders.join(' or '));
}

function unsupported(tools: Pick<FfmpegTools, 'ffmpeg'>, what: string, encoders: string): MontageError {
  const hint = 'install a full ffmpeg build or choose another codec';
  const message = `this ffmpeg cannot encode ${what}: it has no ${encoders}`;
  return new MontageError({ code: 'E_UNSUPPORTED', message, where: tools.ffmpeg, stage: 'render', hint });
}

/** Whether a codec keeps ten bits of each colour. */
export function hasTenBits(codec: VideoSettings['codec']): boolean {
  return SOFTWARE[codec].pixelFormat.endsWith('10le');
}

/** What is made from segments when the film is whole, by the encoders that do it. */
const FROM_PICTURES: Partial<Readonly<Record<VideoSettings['codec'], string>>> = {
  gif: 'gif',
  webp: 'libwebp_anim',
  png: 'png',
  jpeg: 'mjpeg',
};

const AUDIO_ENCODERS: Readonly<Record<Audio['codec'], string>> = {
  aac: 'aac',
  opus: 'libopus',
  mp3: 'libmp3lame',
  flac: 'flac',
  pcm: 'pcm_s16le',
  pcm24: 'pcm_s24le',
};

/**
 * Refuses settings that this build of ffmpeg has no encoders for.
 *
 * @throws MontageError E_UNSUPPORTED
 */
export function refuseMissingEncoders(
  tools: Pick<FfmpegTools, 'encoders' | 'ffmpeg'>,
  { video, audio }: RenderSettings,
): void {
  if (video !== null) softwareEncoder(tools, video.codec);
  const others = [video === null ? undefined : FROM_PICTURES[video.codec], audio && AUDIO_ENCODERS[audio.codec]];
  const missing = others.find((encoder) => typeof encoder === 'string' && !tools.encoders.has(encoder));
  if (typeof missing === 'string') throw unsupported(tools, missing.replace(/^lib/, ''), missing);
}

/**
 * Encoder arguments for a segment: closed groups of at most two seconds, the same for each, so that they join.
 *
 * @throws MontageError E_UNSUPPORTED
 */
export function videoArgs(
  tools: Pick<FfmpegTools, 'encoders' | 'ffmpeg'>,
  video: VideoSettings,
  plan: Pick<RenderPlan, 'timeline' | 'encoderThreads'>,
  device?: RenderDevice,
): readonly string[] {
  const { rate, colourSpace = 'rec709' } = plan.timeline;
  const group = Math.max(1, Math.round((2 * rate.num) / rate.den));
  if (device !== undefined) return [...deviceArgs(device.encoder, video, group), ...colourOptions(colourSpace)];
  const { pixelFormat, options, crf } = SOFTWARE[video.codec];
  const encoder = softwareEncoder(tools, video.codec);
  return [
    ...['-c:v', encoder, ...quality(video, crf), ...options(video, encoder)],
    ...['-g', String(group), '-pix_fmt', pixelFormat, '-threads', String(plan.encoderThreads)],
    ...colourOptions(colourSpace),
  ];
}

function quality(video: VideoSettings, crf: number | undefined): readonly string[] {
  if (crf === undefined) return [];
  if (video.bitrateKbps === undefined) return ['-crf', String(video.crf ?? crf)];
  const { bitrateKbps } = video;
  const ceiling = ['-maxrate', `${Math.round(bitrateKbps * 1.5)}k`, '-bufsize', `${bitrateKbps * 2}k`];
  return ['-b:v', `${bitrateKbps}k`, ...(video.codec === 'av1' ? [] : ceiling)];
}

/** Of the same profile, and with numbers of their own for the parameter sets, so that one header holds both. */
function matchOptions(match: VideoSettings['match']): readonly string[] {
  if (match === undefined) return [];
  const { profile, parameterSetId } = match;
  return ['-profile:v', profile, '-x264-params', `sps-id=${parameterSetId}`];
}

/** Encoder arguments for the sound. */
export function audioArgs(audio: Audio): readonly string[] {
  const bitrate = ['-b:a', `${audio.bitrateKbps ?? 192}k`];
  const isLossless = audio.codec === 'flac' || audio.codec === 'pcm' || audio.codec === 'pcm24';
  return ['-c:a', AUDIO_ENCODERS[audio.codec], ...(isLossless ? [] : bitrate)];
}

/** Puts each joined picture back on its rate's grid: the concat demuxer counts file lengths in whole microseconds. */
export function gridTimes(rate: Rate): string {
  const fps = `(${formatRational(rate)})`;
  const onGrid = (time: string) => `round(round(${time}*TB*${fps})/${fps}/TB)`;
  return `setts=pts='${onGrid('PTS')}':dts='${onGrid('DTS')}'`;
}
