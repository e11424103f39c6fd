import { frameAt, frameCountOf, rateOf, startOfFrame, type SourceFrames } from '../media/frames.ts';
import type { Media } from '../media/media.ts';
import { isListedRate, nearestListedRate, nominalFps, frameOfTime, timeOfFrame, type Rate } from '../time/rate.ts';
import { equalRational, mulDiv } from '../time/rational.ts';
import { formatTimecode, type TimecodeFormat } from '../time/timecode.ts';
import type { Source } from '../timeline/timeline.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import {
  addSeconds,
  framesInSeconds,
  isWholeFrames,
  multiplySeconds,
  secondsOfFlicks,
  secondsOfFrame,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';

/** A frame number on some grid, and whether the source frame that a program shows there is the one meant. */
export type GridFrame = { readonly frame: number; readonly exact: boolean };

/** The rate a format is told for a source: its own where listed, else the nearest listed one; undefined for stills and sound. */
export function declaredRate(source: Source): Rate | undefined {
  const rate = source.frames === undefined ? undefined : rateOf(source.frames);
  return rate === undefined || isListedRate(rate) ? rate : nearestListedRate(rate);
}

/**
 * The frame of a grid at which a source frame is on screen: the first grid frame that starts within it. Where none does
 * (a 60 fps source on a 24 fps grid) the nearest, not exact.
 */
export function frameOnGrid(source: SourceFrames, index: number, rate: Rate): GridFrame {
  if (source.kind === 'still') return { frame: 0, exact: true };
  const start = startOfFrame(source, index);
  const frame = frameOfTime(start, rate, 'ceil');
  const time = timeOfFrame(frame, rate);
  const previous = timeOfFrame(frame - 1, rate);
  // An unlisted rate's rounded start can lie a flick past its grid frame.
  if (previous >= start && frameAt(source, previous) === index) return { frame: frame - 1, exact: true };
  const exact = frameAt(source, time) === index && time < startOfFrame(source, index + 1);
  return exact ? { frame, exact } : { frame: frameOfTime(start, rate, 'nearest'), exact: false };
}

/** Exact seconds of the media's first frame on its own timecode, snapped to its frames; 0 where it has no timecode. */
export function mediaStart(media: Media, rate: Rate | undefined): Seconds {
  const timecode = media.timecode;
  if (timecode === undefined) return ZERO_SECONDS;
  if (rate === undefined) return secondsOfFrame(timecode.startFrame, timecode.rate);
  // A timecode track counts the media's frames; its flag and its 1000/1001 may differ from theirs.
  if (nominalFps(timecode.rate) === nominalFps(rate)) return secondsOfFrame(timecode.startFrame, rate);
  const frames = framesInSeconds(secondsOfFrame(timecode.startFrame, timecode.rate), rate, 'nearest');
  return secondsOfFrame(frames, rate);
}

/** How a source's timecode is counted on a record grid: its own flag where the counts agree, else without dropping. */
export function sourceTimecodeFormat(media: Media, record: TimecodeFormat): TimecodeFormat {
  const timecode = media.timecode;
  if (timecode === undefined) return record;
  const same = nominalFps(timecode.rate) === nominalFps(record.rate);
  return { rate: record.rate, dropFrame: same && timecode.dropFrame };
}

/**
 * The media's start timecode as a frame count on a record grid of another rate: the label's hours, minutes and seconds
 * stay, its frames scale. Editors match EDL source columns by label.
 */
export function timecodeOnGrid(media: Media, record: TimecodeFormat): number {
  const timecode = media.timecode;
  if (timecode === undefined) return 0;
  const fps = nominalFps(record.rate);
  const ownFps = nominalFps(timecode.rate);
  if (fps === ownFps) return timecode.startFrame;
  const parts = formatTimecode(timecode.startFrame, timecode).split(/[:;]/).map(Number);
  const [hours = 0, minutes = 0, seconds = 0, frames = 0] = parts;
  return (hours * 3600 + minutes * 60 + seconds) * fps + mulDiv(frames, fps, ownFps, 'floor');
}

/** Where a clip's source starts, in seconds from the media's first frame: on a grid for pictures, exact for sound. */
export type SourceStart = { readonly seconds: Seconds; readonly exact: boolean };

/**
 * The source start of a clip on a grid; stills start at 0. Sound is exact and ignores the grid. Backwards it is the end
 * of the frame that is shown first.
 */
export function sourceStart(cut: CutClip, grid: Rate): SourceStart {
  const { clip, source } = cut;
  if (clip.kind === 'audio') return { seconds: secondsOfFlicks(clip.sourceIn), exact: true };
  if (source.frames === undefined) return { seconds: ZERO_SECONDS, exact: true };
  const { frame, exact } = frameOnGrid(source.frames, clip.sourceIn, grid);
  const isBackwards = clip.speed.num < 0 && source.frames.kind !== 'still';
  return { seconds: secondsOfFrame(isBackwards ? frame + 1 : frame, grid), exact };
}

/** Lists what a program that knows one rate per source makes of this clip's. Once per clip and writer. */
export function listSourceLosses(cut: Cut, clip: CutClip, start: SourceStart): void {
  const add = (kind: 'source-in' | 'variable-rate' | 'rate', severity: 'cut' | 'detail', message: string) =>
    cut.losses.push(loss(kind, severity, clip.clip.name, clip.place, message));
  if (!start.exact)
    add('source-in', 'cut', 'its first source frame lies between two frames of the grid the format counts in');
  const frames = clip.source.frames;
  if (clip.clip.kind === 'audio' || frames === undefined || frames.kind === 'still') return;
  if (frames.kind === 'variable') {
    add(
      'variable-rate',
      'detail',
      'its frame rate varies; the format is told one rate and other programs may show a neighbouring frame',
    );
  } else if (!isListedRate(frames.rate)) {
    add(
      'rate',
      'detail',
      `its rate of ${frames.rate.num}/${frames.rate.den} fps is written as the nearest standard rate`,
    );
  }
}

/** Whole frames of a source at its declared rate, at least one; a still counts as one. */
export function declaredFrameCount(source: Source, rate: Rate): number {
  const frames = source.frames;
  if (frames === undefined) return 1;
  if (frames.kind === 'still') return 1;
  if (frames.kind === 'constant' && equalRational(frames.rate, rate)) return frames.frameCount;
  return Math.max(1, frameOfTime(startOfFrame(frames, frameCountOf(frames)), rate, 'floor'));
}

/** The source's length in seconds: of its pictures, else of its sound; a still has none. */
export function sourceLength(source: Source, rate: Rate | undefined): Seconds {
  if (source.frames !== undefined && rate !== undefined) return secondsOfFrame(declaredFrameCount(source, rate), rate);
  return source.frames === undefined && source.audio !== undefined ? secondsOfFlicks(source.audio.end) : ZERO_SECONDS;
}

/** Where a clip's source ends: start + length × speed. */
export function sourceEnd(start: Seconds, clip: CutClip, recordRate: Rate): Seconds {
  return addSeconds(start, multiplySeconds(secondsOfFrame(clip.duration, recordRate), clip.clip.speed));
}

/** The first rate on which a span of seconds is whole. */
export function firstWholeRate(seconds: Seconds, rates: readonly (Rate | undefined)[]): Rate | undefined {
  return rates.find((rate) => rate !== undefined && isWholeFrames(seconds, rate));
}
