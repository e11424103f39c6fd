import { frameAt, startOfFrame, type FrameIndex, type SourceFrames } from '../media/frames.ts';
import { flicks, type Flicks } from '../time/flicks.ts';
import { mulDiv } from '../time/rational.ts';
import type { Clip, SourceLookup, Timeline, VideoClip } from './timeline.ts';

/** One picture of a composite: which frame of which clip, and how opaque it lies over what is below. */
export type Layer = { readonly clip: VideoClip; readonly frame: FrameIndex; readonly opacity: number };

/** The clip of an ascending, non-overlapping list that covers a record time, by binary search. */
export function clipAt<Kind extends Clip>(clips: readonly Kind[], time: Flicks): Kind | undefined {
  let low = 0;
  let high = clips.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const clip = clips[middle];
    if (clip !== undefined && clip.recordIn <= time) low = middle + 1;
    else high = middle;
  }
  const clip = clips[low - 1];
  return clip !== undefined && time < clip.recordIn + clip.duration ? clip : undefined;
}

/** The source frame a video clip shows `offset` after its record in: the last that starts at or before that source time. */
export function frameAtOffset(clip: VideoClip, frames: SourceFrames, offset: Flicks): FrameIndex {
  const start = startOfFrame(frames, clip.sourceIn);
  return frameAt(frames, flicks(start + mulDiv(offset, clip.speed.num, clip.speed.den, 'floor')));
}

/**
 * What is seen at a record time, bottom to top: the topmost clip, and those below it while it lets them through.
 * Every layer fills the frame (pictures of another shape lie on black), so an opaque one hides all below. Empty = black.
 * Viewer and renderer share this.
 */
export function layersAt(timeline: Timeline, sources: SourceLookup, time: Flicks): readonly Layer[] {
  const layers: Layer[] = [];
  for (let index = timeline.tracks.length - 1; index >= 0; index -= 1) {
    const track = timeline.tracks[index];
    if (track?.kind !== 'video' || !track.enabled) continue;
    const clip = clipAt(track.clips, time);
    if (clip === undefined || !clip.enabled || clip.opacity <= 0) continue;
    const frames = sources.source(clip.mediaId)?.frames;
    if (frames === undefined) continue;
    layers.unshift({ clip, frame: frameAtOffset(clip, frames, flicks(time - clip.recordIn)), opacity: clip.opacity });
    if (clip.opacity >= 1) break;
  }
  return layers;
}
