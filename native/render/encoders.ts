import { formatRational } from '../../core/time/rational.ts';
import type { Rate } from '../../core/time/rate.ts';
import type { RenderSettings } from './render-plan.ts';

type Video = NonNullable<RenderSettings['video']>;
type Audio = NonNullable<RenderSettings['audio']>;

/** Every film is made in BT.709, limited range. */
const COLOUR = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];

/** Encoder arguments for a segment: closed groups of at most two seconds, the same for each, so that they join. */
export function videoArgs(video: Video, rate: Rate, threads: number): readonly string[] {
  const group = String(Math.max(1, Math.round((2 * rate.num) / rate.den)));
  const common = ['-g', group, '-pix_fmt', 'yuv420p', '-threads', String(threads), ...COLOUR];
  switch (video.codec) {
    case 'h264':
      return ['-c:v', 'libx264', '-preset', video.preset ?? 'fast', ...quality(video, 18), '-bf', '2', ...common];
    case 'hevc': {
      const x265 = ['-x265-params', 'log-level=error:open-gop=0:info=0', '-tag:v', 'hvc1'];
      return ['-c:v', 'libx265', '-preset', video.preset ?? 'fast', ...quality(video, 20), ...x265, ...common];
    }
    case 'vp9':
      return [
        '-c:v',
        'libvpx-vp9',
        ...quality(video, 24),
        '-deadline',
        'good',
        '-cpu-used',
        '5',
        '-row-mt',
        '1',
        ...common,
      ];
  }
}

function quality(video: Video, crf: number): readonly string[] {
  if (video.bitrateKbps !== undefined)
    return [
      '-b:v',
      `${video.bitrateKbps}k`,
      '-maxrate',
      `${Math.round(video.bitrateKbps * 1.5)}k`,
      '-bufsize',
      `${video.bitrateKbps * 2}k`,
    ];
  return [...['-crf', String(video.crf ?? crf)], ...(video.codec === 'vp9' ? ['-b:v', '0'] : [])];
}

/** Encoder arguments for the sound. */
export function audioArgs(audio: Audio): readonly string[] {
  const bitrate = ['-b:a', `${audio.bitrateKbps ?? 192}k`];
  switch (audio.codec) {
    case 'aac':
      return ['-c:a', 'aac', ...bitrate];
    case 'opus':
      return ['-c:a', 'libopus', ...bitrate];
    case 'mp3':
      return ['-c:a', 'libmp3lame', ...bitrate];
    case 'flac':
      return ['-c:a', 'flac'];
    case 'pcm':
      return ['-c:a', 'pcm_s16le'];
  }
}

/** Puts each joined picture back on its rate's grid: the concat demuxer counts file lengths in whole microseconds. */
export function gridTimes(rate: Rate): string {
  const fps = `(${formatRational(rate)})`;
  const onGrid = (time: string) => `round(round(${time}*TB*${fps})/${fps}/TB)`;
  return `setts=pts='${onGrid('PTS')}':dts='${onGrid('DTS')}'`;
}
