import { frameCountOf, frameIndex, startOfFrame, type FrameIndex, type SourceFrames } from '../media/frames.ts';
import type { Flicks } from '../time/flicks.ts';
import { mulDiv } from '../time/rational.ts';
import { frameAtOffset } from './clip-time.ts';
import type { VideoClip } from './timeline.ts';

/** Two source frames and how much of the second is seen: 0 ≤ share < 1. */
export type FrameMix = { readonly frame: FrameIndex; readonly next: FrameIndex; readonly share: number };

/**
 * What a clip that is retimed by 'blend' shows `offset` after its record in: the frame that `frameAtOffset` says, mixed
 * with the one that follows in playing order by the share of its time that is over. Exactly one frame where a frame
 * starts, where the clip stands still and at the source's ends.
 */
export function frameMixAt(clip: VideoClip, frames: SourceFrames, offset: Flicks): FrameMix {
  const frame = frameAtOffset(clip, frames, offset);
  const { num, den } = clip.speed;
  const alone = { frame, next: frame, share: 0 };
  if (num === 0 || frames.kind === 'still') return alone;
  const [start, end] = [startOfFrame(frames, frame), startOfFrame(frames, frame + 1)];
  const isForwards = num > 0;
  const next = isForwards ? frame + 1 : frame - 1;
  if (next < 0 || next >= frameCountOf(frames)) return alone;
  const entry = startOfFrame(frames, isForwards ? clip.sourceIn : clip.sourceIn + 1);
  const reached = entry + mulDiv(offset, num, den, isForwards ? 'floor' : 'ceil');
  const over = (isForwards ? reached - start : end - reached) / (end - start);
  return over > 0 && over < 1 ? { frame, next: frameIndex(next), share: over } : alone;
}
