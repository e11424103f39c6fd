import { frameDuration, type Rate } from '../time/rate.ts';
import { checkEffects } from '../timeline/check-effects.ts';
import type { AudioClip, VideoClip } from '../timeline/timeline.ts';
import type { LossKind } from './handoff.ts';

/** A clip has fewer parts than this. */
const MOST_PARTS = 40;

/** What a refused value belongs to, and what is said of it. */
const KINDS: Readonly<Record<string, LossKind>> = {
  opacity: 'opacity',
  crop: 'crop',
  lut: 'lut',
  gainDb: 'gain',
  pan: 'pan',
  streamOrdinal: 'stream',
  channels: 'channels',
  head: 'transition',
  tail: 'transition',
  fadeIn: 'fade',
  fadeOut: 'fade',
};

const TRANSFORM = ['positionX', 'positionY', 'scaleX', 'scaleY', 'rotationDegrees', 'anchorX', 'anchorY'];

/**
 * A clip of an untrusted file without the values that no clip can have, each of which is listed; undefined where what
 * remains is none, as a title without a style.
 */
export function withValidParts<C extends VideoClip | AudioClip>(
  clip: C,
  rate: Rate,
  lose: (kind: LossKind, message: string) => void,
): C | undefined {
  const frame = frameDuration(rate);
  let valid = clip;
  for (let round = 0; round < MOST_PARTS; round += 1) {
    const refusal = checkEffects(valid, frame);
    if (refusal === undefined) return valid;
    if (refusal.reason !== 'invalid-value') break;
    const { field, message } = refusal;
    if (field === 'title') {
      lose('title', `the title leaves a hole: ${message}`);
      return undefined;
    }
    lose(KINDS[field] ?? (TRANSFORM.includes(field) ? 'transform' : 'effect'), `its ${field} is left out: ${message}`);
    valid = withoutPart(valid, field);
  }
  lose('media', 'it has values that no clip can have and is left out');
  return undefined;
}

/** The clip without a curve, else without the part or with the part's neutral value. */
function withoutPart<C extends VideoClip | AudioClip>(clip: C, field: string): C {
  const curves: Readonly<Record<string, unknown>> = clip.keyframes ?? {};
  if (curves[field] !== undefined) return { ...clip, keyframes: { ...clip.keyframes, [field]: undefined } };
  if (TRANSFORM.includes(field)) return { ...clip, transform: undefined };
  const isNeeded = clip.kind === 'audio' && ['fadeIn', 'fadeOut', 'streamOrdinal'].includes(field);
  const neutral = field === 'opacity' ? 1 : field === 'gainDb' || isNeeded ? 0 : undefined;
  return { ...clip, [field]: neutral };
}
