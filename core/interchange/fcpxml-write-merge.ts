import { startOfFrame } from '../media/frames.ts';
import { equalRational } from '../time/rational.ts';
import type { AudioClip, VideoClip } from '../timeline/timeline.ts';
import type { Cut, CutClip, CutTrack, CutTransition } from './export-cut.ts';

/** A picture and the sound that rides on it. */
export type Merged = ReadonlyMap<CutClip, CutClip<AudioClip>>;

/**
 * Sound that rides on its picture: linked, equal in time, state and text, on the track of the same number, and with
 * transitions that one element can say for both.
 */
export function mergedSound(cut: Cut, playsSound: (item: CutClip) => boolean): Merged {
  const merged = new Map<CutClip, CutClip<AudioClip>>();
  for (const [index, track] of cut.video.entries()) {
    const sounds = cut.audio[index];
    if (sounds === undefined || track.track.captions !== undefined) continue;
    const byStart = new Map(sounds.clips.map((clip) => [clip.recordIn, clip]));
    const pairs = new Map<CutClip<AudioClip>, CutClip<VideoClip>>();
    for (const picture of track.clips) {
      const candidate = byStart.get(picture.recordIn);
      if (candidate !== undefined && playsSound(picture) && agree(picture, candidate)) pairs.set(candidate, picture);
    }
    separate(pairs, track, sounds);
    for (const [sound, picture] of pairs) merged.set(picture, sound);
  }
  return merged;
}

function agree(picture: CutClip<VideoClip>, sound: CutClip<AudioClip>): boolean {
  const [a, b] = [picture.clip, sound.clip];
  const frames = picture.source.frames;
  return (
    a.linkId !== null &&
    a.linkId === b.linkId &&
    a.mediaId === b.mediaId &&
    a.title === undefined &&
    picture.duration === sound.duration &&
    equalRational(a.speed, b.speed) &&
    picture.enabled === sound.enabled &&
    a.name === b.name &&
    a.note === b.note &&
    frames !== undefined &&
    frames.kind !== 'still' &&
    startOfFrame(frames, a.sourceIn + (a.speed.num < 0 ? 1 : 0)) === b.sourceIn
  );
}

/** Parts pairs whose transitions differ, until none does: a sound that crosses to one that stands alone stands alone too. */
function separate(
  pairs: Map<CutClip<AudioClip>, CutClip<VideoClip>>,
  pictures: CutTrack<VideoClip>,
  sounds: CutTrack<AudioClip>,
): void {
  const atCut = new Map(pictures.transitions.map((transition) => [transition.cut, transition]));
  const differs = (transition: CutTransition<AudioClip>) => {
    const { from, to, cut, inOffset, outOffset } = transition;
    if (from !== undefined && to !== undefined && pairs.has(from) !== pairs.has(to)) return true;
    const other = atCut.get(cut);
    return other !== undefined && (other.inOffset !== inOffset || other.outOffset !== outOffset);
  };
  for (let isStable = false; !isStable; ) {
    isStable = true;
    for (const transition of sounds.transitions) {
      const ends = [transition.from, transition.to].filter((end) => end !== undefined && pairs.has(end));
      if (ends.length === 0 || !differs(transition)) continue;
      for (const end of ends) if (end !== undefined) pairs.delete(end);
      isStable = false;
    }
  }
}
