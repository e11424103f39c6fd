import { frameAt } from '../media/frames.ts';
import { flicks, type Flicks } from '../time/flicks.ts';
import { timeOfFrame, type Rate } from '../time/rate.ts';
import { headRoom, tailRoom } from '../timeline/clip-source.ts';
import type { Clip, SourceLookup } from '../timeline/timeline.ts';
import type { CutClip } from './export-cut.ts';

/** Record frames of media that transitions show before a clip's in point and after its out point. */
export type Handles = { readonly before: number; readonly after: number };

/**
 * Whether a clip that a program starts at this source time (backwards: enters its media there), on the grid of a format,
 * has less media at an end than its transitions show: then they are cut back there.
 */
export function isShortOfHandles(item: CutClip, start: Flicks, { before, after }: Handles, rate: Rate): boolean {
  const clip = startedAt(item, start);
  const sources: SourceLookup = { source: () => item.source };
  return (
    headRoom(clip, sources, rate) < timeOfFrame(before, rate) ||
    tailRoom(clip, sources, rate) < timeOfFrame(after, rate)
  );
}

function startedAt({ clip, source }: CutClip, start: Flicks): Clip {
  if (clip.kind === 'audio') return { ...clip, sourceIn: start };
  if (source.frames === undefined || clip.speed.num === 0) return clip;
  const time = clip.speed.num < 0 ? start - 1 : start;
  return { ...clip, sourceIn: frameAt(source.frames, flicks(Math.max(time, 0))) };
}
