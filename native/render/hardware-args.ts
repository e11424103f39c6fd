import type { HardwareEncoder } from '../ffmpeg/hardware.ts';

/** Quality as x264 counts it; what the encoders call by other names lies near it. */
const USUAL_QUALITY = 20;

/**
 * Arguments of a device's encoder: groups of `group` pictures, closed, without B-frames, so that its segments join with
 * software's; parameter sets before every key frame, so that H.265 of two encoders can follow each other.
 */
export function deviceArgs(
  encoder: HardwareEncoder,
  quality: { readonly crf?: number | undefined; readonly bitrateKbps?: number | undefined },
  group: number,
): readonly string[] {
  const { id, codec } = encoder;
  return [
    ...['-c:v', id, ...rateArgs(encoder, quality), '-bf', '0', '-g', String(group)],
    ...(codec === 'h264' ? ['-profile:v', 'high'] : ['-profile:v', codec === 'hevc10' ? 'main10' : 'main']),
    ...(codec === 'h264' ? [] : ['-bsf:v', 'dump_extra=freq=keyframe', '-tag:v', 'hvc1']),
  ];
}

function rateArgs(
  { api }: HardwareEncoder,
  {
    crf = USUAL_QUALITY,
    bitrateKbps,
  }: { readonly crf?: number | undefined; readonly bitrateKbps?: number | undefined },
): readonly string[] {
  if (bitrateKbps !== undefined) {
    return [
      '-b:v',
      `${bitrateKbps}k`,
      '-maxrate',
      `${Math.round(bitrateKbps * 1.5)}k`,
      '-bufsize',
      `${bitrateKbps * 2}k`,
    ];
  }
  const level = String(crf);
  switch (api) {
    case 'nvenc':
      return ['-preset', 'p5', '-rc', 'vbr', '-cq', level, '-b:v', '0'];
    case 'vaapi':
      return ['-rc_mode', 'CQP', '-qp', level];
    case 'qsv':
      return ['-global_quality', level];
    case 'amf':
      return ['-rc', 'cqp', '-qp_i', level, '-qp_p', level];
    case 'videotoolbox':
      return ['-q:v', String(Math.max(1, 100 - 2 * crf))];
  }
}
