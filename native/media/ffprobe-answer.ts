import { z } from 'zod';

const text = z.string().optional();
const tags = z.record(z.string(), z.string()).optional();

const sideData = z.object({
  side_data_type: text,
  rotation: z.number().optional(),
});

const stream = z.object({
  index: z.number().int(),
  codec_type: text,
  codec_name: text,
  codec_tag_string: text,
  profile: text,
  pix_fmt: text,
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  sample_aspect_ratio: text,
  field_order: text,
  color_range: text,
  color_space: text,
  color_transfer: text,
  color_primaries: text,
  bits_per_raw_sample: text,
  sample_rate: text,
  channels: z.number().int().optional(),
  channel_layout: text,
  r_frame_rate: text,
  avg_frame_rate: text,
  time_base: text,
  start_pts: z.number().int().optional(),
  duration_ts: z.number().int().optional(),
  nb_frames: text,
  disposition: z.record(z.string(), z.number()).optional(),
  tags,
  side_data_list: z.array(sideData).optional(),
});

/** `ffprobe -show_format -show_streams -of json`, the parts we read. */
export const ffprobeAnswer = z.object({
  streams: z.array(stream).default([]),
  format: z.object({
    format_name: z.string(),
    duration: text,
    tags,
  }),
});

export type FfprobeAnswer = z.output<typeof ffprobeAnswer>;
export type FfprobeStream = FfprobeAnswer['streams'][number];
