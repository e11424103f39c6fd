import { frameDuration, type Rate } from '../time/rate.ts';
import { checkEffects } from './check-effects.ts';
import { isInsideMedia } from './clip-source.ts';
import type { Refusal } from './edit.ts';
import { isNested, TITLE_MEDIA } from './generated-media.ts';
import type { Clip, SourceLookup, Track } from './timeline.ts';

/** Why a clip cannot stand on a timeline of this rate, by itself: grid, length, values, media. */
export function checkClip(clip: Clip, rate: Rate, sources: SourceLookup): Refusal | undefined {
  const frame = frameDuration(rate);
  return checkPlace(clip, frame) ?? checkSource(clip) ?? checkEffects(clip, frame) ?? checkMedia(clip, rate, sources);
}

/** Why a clip, whatever it is, cannot stand on a track. */
export function checkLane(clip: Clip, track: Track): Refusal | undefined {
  if (clip.kind !== track.kind) return { reason: 'wrong-track-kind', trackId: track.id };
  if (track.kind === 'audio' || track.captions === undefined || clip.kind === 'audio') return undefined;
  return clip.title === undefined ? invalid('captions', 'a track of captions holds titles only') : undefined;
}

function checkPlace(clip: Clip, frame: number): Refusal | undefined {
  if (clip.recordIn % frame !== 0) return { reason: 'off-grid', time: clip.recordIn };
  if (clip.duration % frame !== 0) return { reason: 'off-grid', time: clip.duration };
  if (clip.recordIn < 0) return { reason: 'before-start', time: clip.recordIn };
  return clip.duration < frame ? { reason: 'too-short', clipId: clip.id } : undefined;
}

function checkSource(clip: Clip): Refusal | undefined {
  const { num, den } = clip.speed;
  if (!(Number.isSafeInteger(num) && Number.isSafeInteger(den) && den > 0)) {
    return invalid('speed', 'speed is a fraction');
  }
  if (clip.kind === 'audio') {
    if (num === 0) return invalid('speed', 'sound cannot be held');
    return Number.isSafeInteger(clip.sourceIn) ? undefined : invalid('sourceIn', 'sound starts at a whole flick');
  }
  if (!Number.isSafeInteger(clip.sourceIn) || clip.sourceIn < 0) {
    return invalid('sourceIn', 'a picture starts at a whole frame number from 0');
  }
  if ((clip.title !== undefined) === (clip.mediaId === TITLE_MEDIA)) return undefined;
  return invalid('title', clip.title === undefined ? 'a title has a text' : 'only titles have a text');
}

function checkMedia(clip: Clip, rate: Rate, sources: SourceLookup): Refusal | undefined {
  const source = sources.source(clip.mediaId);
  if (source === undefined) {
    return isNested(clip.mediaId) ? { reason: 'unknown-nested', mediaId: clip.mediaId } : undefined;
  }
  if (clip.kind === 'video' && source.frames === undefined) return invalid('mediaId', 'the media has no picture');
  if (clip.kind === 'audio' && source.audio === undefined) return invalid('mediaId', 'the media has no sound');
  return isInsideMedia(clip, sources, rate) ? undefined : { reason: 'no-media', clipId: clip.id, available: 0 };
}

function invalid(field: string, message: string): Refusal {
  return { reason: 'invalid-value', field, message };
}
