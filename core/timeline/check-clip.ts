import { frameDuration, type Rate } from '../time/rate.ts';
import { isInsideMedia } from './clip-source.ts';
import type { Refusal } from './edit.ts';
import type { AudioClip, Clip, SourceLookup } from './timeline.ts';

/** Why a clip cannot stand on a timeline of this rate, by itself: grid, length, values, media. */
export function checkClip(clip: Clip, rate: Rate, sources: SourceLookup): Refusal | undefined {
  return checkPlace(clip, frameDuration(rate)) ?? checkValues(clip) ?? checkMedia(clip, rate, sources);
}

function checkPlace(clip: Clip, frame: number): Refusal | undefined {
  if (clip.recordIn % frame !== 0) return { reason: 'off-grid', time: clip.recordIn };
  if (clip.duration % frame !== 0) return { reason: 'off-grid', time: clip.duration };
  if (clip.recordIn < 0) return { reason: 'before-start', time: clip.recordIn };
  return clip.duration < frame ? { reason: 'too-short', clipId: clip.id } : undefined;
}

function checkValues(clip: Clip): Refusal | undefined {
  const { speed } = clip;
  if (!(Number.isSafeInteger(speed.num) && Number.isSafeInteger(speed.den) && speed.num > 0 && speed.den > 0)) {
    return invalid('speed', 'speed is a positive fraction');
  }
  if (clip.kind === 'audio') return checkSound(clip);
  if (!Number.isSafeInteger(clip.sourceIn) || clip.sourceIn < 0) {
    return invalid('sourceIn', 'a picture starts at a whole frame number from 0');
  }
  return clip.opacity >= 0 && clip.opacity <= 1 ? undefined : invalid('opacity', 'opacity lies from 0 to 1');
}

function checkSound(clip: AudioClip): Refusal | undefined {
  if (!Number.isFinite(clip.gainDb)) return invalid('gainDb', 'gain is a finite number of dB');
  if (!Number.isSafeInteger(clip.streamOrdinal) || clip.streamOrdinal < 0) {
    return invalid('streamOrdinal', 'streams count from 0');
  }
  if (!(clip.fadeIn >= 0)) return invalid('fadeIn', 'a fade is not negative');
  if (!(clip.fadeOut >= 0)) return invalid('fadeOut', 'a fade is not negative');
  if (clip.fadeIn + clip.fadeOut > clip.duration) return invalid('fadeOut', 'fades fit inside the clip');
  return undefined;
}

function checkMedia(clip: Clip, rate: Rate, sources: SourceLookup): Refusal | undefined {
  const source = sources.source(clip.mediaId);
  if (source === undefined) return undefined;
  if (clip.kind === 'video' && source.frames === undefined) return invalid('mediaId', 'the media has no picture');
  if (clip.kind === 'audio' && source.audio === undefined) return invalid('mediaId', 'the media has no sound');
  return isInsideMedia(clip, sources, rate) ? undefined : { reason: 'no-media', clipId: clip.id, available: 0 };
}

function invalid(field: string, message: string): Refusal {
  return { reason: 'invalid-value', field, message };
}
