import { frameAt, startOfFrame, type FrameIndex, type SourceFrames } from '../media/frames.ts';
import { flicks, type Flicks } from '../time/flicks.ts';
import { mulDiv } from '../time/rational.ts';
import type { Clip, VideoClip } from './timeline.ts';

/** The clip of an ascending, non-overlapping list that covers a record time, by binary search. */
export function clipAt<Kind extends Clip>(clips: readonly Kind[], time: Flicks): Kind | undefined {
  const clip = clips[lastClipUpTo(clips, time)];
  return clip !== undefined && time < clip.recordIn + clip.duration ? clip : undefined;
}

/** The index of the last clip that starts at or before a time; −1 if none does. */
export function lastClipUpTo(clips: readonly Clip[], time: Flicks): number {
  let low = 0;
  let high = clips.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const clip = clips[middle];
    if (clip !== undefined && clip.recordIn <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The source frame a video clip shows `offset` after its record in (before it where negative, as transitions need):
 * the last that starts at or before that source time. Backwards a frame is on screen for the same source time as
 * forwards, `sourceIn` first and whole; held, it is always `sourceIn`. Clamped to the source's frames.
 */
export function frameAtOffset(clip: VideoClip, frames: SourceFrames, offset: Flicks): FrameIndex {
  const { num, den } = clip.speed;
  if (num === 0) return clip.sourceIn;
  if (num > 0) return frameAt(frames, flicks(startOfFrame(frames, clip.sourceIn) + mulDiv(offset, num, den, 'floor')));
  // The frame that plays just before the instant reached: its end belongs to the frame that was on screen.
  const reached = startOfFrame(frames, clip.sourceIn + 1) + mulDiv(offset, num, den, 'ceil');
  return frameAt(frames, flicks(reached - 1));
}
