import type { Branded } from '../brand.ts';
import { flicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { frameDuration, frameOfTime, timeOfFrame, type Rate } from '../time/rate.ts';

/** A decoded frame's number in its stream, from 0. */
export type FrameIndex = Branded<number, 'FrameIndex'>;

/**
 * Brands a frame number.
 *
 * @throws RangeError when it is not a whole number from 0
 */
export function frameIndex(index: number): FrameIndex {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`not a frame number: ${index}`);
  return (index + 0) as FrameIndex;
}

/**
 * A stream's frames with their times in memory: what viewer, renderer and exporters look frames up in.
 * `starts` holds one start per frame in flicks from frame 0, strictly increasing; `end` is where the last frame ends.
 */
export type SourceFrames =
  | { readonly kind: 'constant'; readonly rate: Rate; readonly frameCount: number }
  | { readonly kind: 'variable'; readonly averageRate: Rate; readonly starts: Float64Array; readonly end: Flicks }
  | { readonly kind: 'still' };

/** How many frames can be addressed; Infinity for a still. */
export function frameCountOf(source: SourceFrames): number {
  switch (source.kind) {
    case 'constant':
      return source.frameCount;
    case 'variable':
      return source.starts.length;
    case 'still':
      return Number.POSITIVE_INFINITY;
  }
}

/** The rate that a format which knows one rate per source is told; undefined for stills. */
export function rateOf(source: SourceFrames): Rate | undefined {
  switch (source.kind) {
    case 'constant':
      return source.rate;
    case 'variable':
      return source.averageRate;
    case 'still':
      return undefined;
  }
}

/** When frame n starts, in flicks from frame 0. n = frameCount gives the end of the source. */
export function startOfFrame(source: SourceFrames, index: number): Flicks {
  switch (source.kind) {
    case 'constant':
      return timeOfFrame(index, source.rate);
    case 'variable': {
      const start = source.starts[index];
      return start === undefined ? source.end : flicks(start);
    }
    case 'still':
      return ZERO_FLICKS;
  }
}

/** The whole source's length: the end of its last frame. A still has none. */
export function sourceDuration(source: SourceFrames): Flicks | undefined {
  return source.kind === 'still' ? undefined : startOfFrame(source, frameCountOf(source));
}

/**
 * The frame on screen at a source time: the last one that starts at or before it, clamped to the source's frames.
 * The one function that viewer, renderer and exporters share.
 */
export function frameAt(source: SourceFrames, time: Flicks): FrameIndex {
  switch (source.kind) {
    case 'constant': {
      const frame = frameOfTime(time, source.rate, 'floor');
      return frameIndex(Math.min(Math.max(frame, 0), Math.max(source.frameCount - 1, 0)));
    }
    case 'variable':
      return frameIndex(Math.max(lastAtOrBefore(source.starts, time), 0));
    case 'still':
      return frameIndex(0);
  }
}

function lastAtOrBefore(starts: Float64Array, time: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? Number.POSITIVE_INFINITY) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** One frame's nominal duration: of the rate, or of the average rate where it varies; undefined for stills. */
export function nominalFrameDuration(source: SourceFrames): Flicks | undefined {
  const rate = rateOf(source);
  return rate === undefined ? undefined : frameDuration(rate);
}
