import type { Rate } from '../../../core/time/rate.ts';
import type { AudioClip, Clip, Timeline, VideoClip } from '../../../core/timeline/timeline.ts';
import { startingTimeline } from './edit-scripts.ts';
import { picture, sound, timelineOf } from './footage.ts';

const isVideo = (clip: Clip): clip is VideoClip => clip.kind === 'video';
const isAudio = (clip: Clip): clip is AudioClip => clip.kind === 'audio';

/** Pictures with sound of five rates, a title above and music below: where random edits start. */
export function startingCut(rate: Rate): Timeline {
  const { video, audio } = startingTimeline(rate);
  const still = picture({ id: 'title', media: 'still', at: 20, frames: 30 }, rate);
  const music = sound({ id: 'bed', media: 'music', at: 0, frames: 200 }, rate);
  return timelineOf([video.filter(isVideo), [still]], [audio.filter(isAudio), [music]], rate);
}
