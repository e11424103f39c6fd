import { displaySize, primaryVideo, type Media } from '../../../core/media/media.ts';
import { toNumber } from '../../../core/time/rational.ts';
import type { Timeline } from '../../../core/timeline/timeline.ts';
import type { Rate } from '../../../core/time/rate.ts';

/** "25", "23.976", "29.97": a rate as editors say it. */
export function rateLabel(rate: Rate): string {
  const fps = toNumber(rate);
  if (rate.den === 1) return String(rate.num);
  return fps.toFixed(fps < 24 ? 3 : 2).replace(/0+$/, '');
}

/** Name, size, rate of what the viewer shows. */
export function sequenceTruth(timeline: Timeline): string {
  const later = renderOnly(timeline);
  const note = later.length === 0 ? '' : ` · ${later.join(', ')}: in the render`;
  return `${timeline.name} · ${timeline.width}×${timeline.height} · ${rateLabel(timeline.rate)}${note}`;
}

/** What only the render does: the viewer shows those clips without it. */
function renderOnly(timeline: Timeline): readonly string[] {
  const pictures = timeline.tracks.flatMap((track) => (track.kind === 'video' ? track.clips : []));
  return [
    ...(pictures.some((clip) => clip.lut !== undefined) ? ['LUT'] : []),
    ...(pictures.some((clip) => clip.stabilise === true) ? ['stabilising'] : []),
    ...(pictures.some((clip) => clip.retiming === 'flow' || clip.retiming === 'blend') ? ['frame blending'] : []),
  ];
}

/** Name, size on screen, rate and colour of a file. */
export function sourceTruth(media: Media): string {
  const video = primaryVideo(media);
  if (video === undefined) {
    const audio = media.audio[0];
    return audio === undefined
      ? media.name
      : `${media.name} · ${audio.sampleRateHz / 1000} kHz · ${audio.channelLayout}`;
  }
  const { width, height } = displaySize(video);
  const rate =
    video.timing.kind === 'constant'
      ? rateLabel(video.timing.rate)
      : video.timing.kind === 'variable'
        ? `${rateLabel(video.timing.averageRate)} variable`
        : 'still';
  const hdr = video.colour.hdr === 'none' ? '' : ' · HDR shown as SDR';
  return `${media.name} · ${width}×${height} · ${rate}${hdr}`;
}
