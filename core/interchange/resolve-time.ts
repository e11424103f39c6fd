import { sourceDuration, startOfFrame, type SourceFrames } from '../media/frames.ts';
import type { Media } from '../media/media.ts';
import { flicks, FLICKS_PER_SECOND, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { frameDuration, timeOfFrame, type Rate } from '../time/rate.ts';
import { mulDiv } from '../time/rational.ts';
import {
  flicksOfSeconds,
  framesInSeconds,
  secondsOfFrame,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';
import type { Source } from '../timeline/timeline.ts';
import type { ImportedClip, ImportedTimeline } from './handoff.ts';
import { declaredRate, mediaStart, timecodeOnGrid } from './placement.ts';

/** Beyond these no timeline of ours reaches, so that no product of times and speeds overflows. */
const LONGEST_HOURS = 30;
const FASTEST = 100;

/** Whether a count of frames, positive or negative, is within reach of a timeline. */
export function isReachable(frames: number, rate: Rate): boolean {
  return Number.isSafeInteger(frames) && Math.abs(frames) <= (LONGEST_HOURS * 3600 * rate.num) / rate.den;
}

/** Whether a clip plays at a speed, and from a source time, that can be reckoned with. */
export function isPlayable({ speed, sourceIn }: ImportedClip): boolean {
  const isSlowEnough = Math.abs(speed.num) <= FASTEST * speed.den && speed.den <= FLICKS_PER_SECOND;
  return isSlowEnough && Math.abs(sourceIn.num) <= 2 * LONGEST_HOURS * 3600 * sourceIn.den;
}

/** Source time from the media's first frame, whatever the file counts from. */
export function sourceTime(
  clip: ImportedClip,
  imported: ImportedTimeline,
  media: Media | undefined,
  source: Source,
): Flicks {
  const relative = subtractSeconds(clip.sourceIn, originOf(clip, imported, media, source));
  // A list that counts from the first frame of media that have a timecode would land before them.
  const seconds: Seconds = relative.num < 0 ? clip.sourceIn : relative;
  const time = flicksOfSeconds(seconds);
  return time < 0 ? ZERO_FLICKS : time;
}

function originOf(clip: ImportedClip, imported: ImportedTimeline, media: Media | undefined, source: Source): Seconds {
  if (media === undefined) return ZERO_SECONDS;
  switch (clip.sourceOrigin) {
    case 'first-frame':
      return ZERO_SECONDS;
    case 'timecode':
      return mediaStart(media, declaredRate(source));
    case 'label':
      return secondsOfFrame(timecodeOnGrid(media, imported), imported.rate);
  }
}

/** The span of source time that sound may use: it may end a little before its picture, silence follows. */
export function soundSpan(source: Source): { readonly start: Flicks; readonly end: Flicks } | undefined {
  if (source.audio === undefined) return undefined;
  const pictureEnd = source.frames === undefined ? undefined : sourceDuration(source.frames);
  const start = source.frames !== undefined && source.audio.start > 0 ? ZERO_FLICKS : source.audio.start;
  return { start, end: pictureEnd === undefined || pictureEnd < source.audio.end ? source.audio.end : pictureEnd };
}

/**
 * Where sound starts, moved by less than a frame where a format's grid let it outrun its media by that; backwards the
 * start is the end of what is heard.
 */
export function soundStart(
  clip: ImportedClip,
  time: Flicks,
  span: { readonly start: Flicks; readonly end: Flicks },
  rate: Rate,
): Flicks {
  const { num, den } = clip.speed;
  const frame = mulDiv(frameDuration(rate), Math.abs(num), den, 'ceil');
  const length = mulDiv(timeOfFrame(clip.duration, rate), Math.abs(num), den, 'ceil');
  const [earliest, latest] = num < 0 ? [span.start + length, span.end] : [span.start, span.end - length];
  if (earliest > latest) return time;
  if (latest < time && time - latest < frame) return flicks(latest);
  return time < earliest && earliest - time < frame ? flicks(earliest) : time;
}

/**
 * The record frames that media hold from a source time on, in the direction of play; undefined where nothing limits
 * them: stills, frames that are held, and what outlasts every timeline.
 */
export function fittingFrames(
  clip: ImportedClip,
  from: Flicks,
  span: { readonly start: Flicks; readonly end: Flicks | undefined },
  rate: Rate,
): number | undefined {
  const { num, den } = clip.speed;
  if (span.end === undefined) return undefined;
  // A frame can be held only where there is one.
  if (num === 0) return span.end > span.start ? undefined : 0;
  const left = num > 0 ? span.end - from : from - span.start;
  // Slowed a thousandfold they outlast every timeline.
  if ((left / Math.abs(num)) * den > LONGEST_HOURS * 3600 * FLICKS_PER_SECOND) return undefined;
  const record = mulDiv(Math.max(left, 0), den, Math.abs(num), 'floor');
  return framesInSeconds({ num: record, den: FLICKS_PER_SECOND }, rate, 'floor');
}

/** Where the frame that plays first is entered: its start, played backwards its end. */
export function pictureStart(clip: ImportedClip, frames: SourceFrames, sourceIn: number): Flicks {
  return startOfFrame(frames, clip.speed.num < 0 ? sourceIn + 1 : sourceIn);
}
