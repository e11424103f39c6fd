import type { SourceTimecode } from '../../core/media/media.ts';
import { parseRational } from '../../core/time/rational.ts';
import { canDropFrame, type Rate } from '../../core/time/rate.ts';
import { parseTimecode } from '../../core/time/timecode.ts';
import type { FfprobeAnswer } from './ffprobe-answer.ts';

/**
 * The timecode of a file's first frame: of its tmcd track, which has a rate of its own, else of the picture stream's or
 * the container's tag, counted at the picture's rate. Undefined where there is none or it does not parse.
 */
export function sourceTimecodeOf(answer: FfprobeAnswer, videoRate: Rate | undefined): SourceTimecode | undefined {
  const track = answer.streams.find((stream) => stream.codec_tag_string === 'tmcd');
  const video = answer.streams.find((stream) => stream.codec_type === 'video');
  const tags = [track?.tags, video?.tags, answer.format.tags];
  const text = tags.map((found) => found?.['timecode']).find((found) => found !== undefined);
  const rate = (track?.avg_frame_rate === undefined ? undefined : positive(track.avg_frame_rate)) ?? videoRate;
  if (text === undefined || rate === undefined) return undefined;
  const dropFrame = /[;.]\d+$/.test(text) && canDropFrame(rate);
  const parsed = parseTimecode(text, { rate, dropFrame });
  if (parsed.kind === 'problem') return undefined;
  const reel = tags.map((found) => found?.['reel_name']).find((found) => found !== undefined);
  return { startFrame: parsed.frame, rate, dropFrame: parsed.dropFrame, text, ...(reel !== undefined && { reel }) };
}

function positive(text: string): Rate | undefined {
  const rate = parseRational(text);
  return rate !== undefined && rate.num > 0 ? rate : undefined;
}
