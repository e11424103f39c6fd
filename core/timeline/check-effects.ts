import type { Refusal } from './edit.ts';
import type { Curve, PictureParameter, SoundParameter } from './keyframes.ts';
import type { Crop, LutReference, Title, Transform } from './picture.ts';
import type { AudioClip, Clip, Marker, VideoClip } from './timeline.ts';
import type { Transition } from './transition.ts';

const invalid = (field: string, message: string): Refusal => ({ reason: 'invalid-value', field, message });

/** What a parameter's value must be: opacity and crops are shares, pan goes from −1 to 1, all others are finite. */
const RANGES: Readonly<Partial<Record<string, readonly [number, number]>>> = {
  opacity: [0, 1],
  cropLeft: [0, 1],
  cropTop: [0, 1],
  cropRight: [0, 1],
  cropBottom: [0, 1],
  pan: [-1, 1],
} satisfies Partial<Record<PictureParameter | SoundParameter, readonly [number, number]>>;

/** Why a parameter cannot have a value. */
export function checkParameter(parameter: string, value: number): Refusal | undefined {
  const [least, most] = RANGES[parameter] ?? [-Number.MAX_VALUE, Number.MAX_VALUE];
  if (value >= least && value <= most) return undefined;
  return invalid(
    parameter,
    RANGES[parameter] === undefined ? 'must be a finite number' : `lies from ${least} to ${most}`,
  );
}

/** Why a clip cannot have the values it has besides place and source. */
export function checkEffects(clip: Clip, frame: number): Refusal | undefined {
  return (
    checkTransition('head', clip.head, frame) ??
    checkTransition('tail', clip.tail, frame) ??
    checkFades(clip) ??
    checkCurves(clip.keyframes) ??
    checkClipMarkers(clip.markers) ??
    (clip.kind === 'audio' ? checkSound(clip) : checkPicture(clip))
  );
}

/** Why a transition cannot be asked for. */
export function checkTransition(
  field: 'head' | 'tail',
  transition: Transition | undefined,
  frame: number,
): Refusal | undefined {
  if (transition === undefined) return undefined;
  const { inOffset, outOffset } = transition;
  const offGrid = [inOffset, outOffset].find((offset) => !Number.isSafeInteger(offset) || offset % frame !== 0);
  if (offGrid !== undefined) return { reason: 'off-grid', time: offGrid };
  if (inOffset < 0 || outOffset < 0) return invalid(field, 'a transition does not start after or end before its cut');
  return inOffset + outOffset > 0 ? undefined : invalid(field, 'a transition has a length');
}

function checkFades(clip: Clip): Refusal | undefined {
  const [fadeIn, fadeOut] = [clip.fadeIn ?? 0, clip.fadeOut ?? 0];
  if (!(fadeIn >= 0)) return invalid('fadeIn', 'a fade is not negative');
  if (!(fadeOut >= 0)) return invalid('fadeOut', 'a fade is not negative');
  return fadeIn + fadeOut > clip.duration ? invalid('fadeOut', 'fades fit inside the clip') : undefined;
}

function checkCurves(curves: Readonly<Partial<Record<string, Curve>>> | undefined): Refusal | undefined {
  for (const [parameter, curve] of Object.entries(curves ?? {})) {
    const problem = curve && checkCurve(parameter, curve);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkCurve(parameter: string, curve: Curve): Refusal | undefined {
  if (curve.length === 0) return invalid(parameter, 'a curve has at least one keyframe');
  let last = Number.NEGATIVE_INFINITY;
  for (const { at, value } of curve) {
    if (!(Number.isSafeInteger(at) && at > last)) return invalid(parameter, 'keyframes ascend in time, each time once');
    last = at;
    const problem = checkParameter(parameter, value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkClipMarkers(markers: readonly Marker[] | undefined): Refusal | undefined {
  const seen = new Set<string>();
  for (const { id, at, duration } of markers ?? []) {
    if (seen.has(id)) return { reason: 'duplicate-id', id };
    seen.add(id);
    if (!Number.isSafeInteger(at)) return { reason: 'off-grid', time: at };
    if (!(Number.isSafeInteger(duration) && duration >= 0)) return invalid('duration', 'a marker is not negative');
  }
  return undefined;
}

function checkSound(clip: AudioClip): Refusal | undefined {
  const { channels, streamOrdinal } = clip;
  if (!Number.isFinite(clip.gainDb)) return invalid('gainDb', 'gain is a finite number of dB');
  if (!Number.isSafeInteger(streamOrdinal) || streamOrdinal < 0)
    return invalid('streamOrdinal', 'streams count from 0');
  if (clip.pan !== undefined && !(Math.abs(clip.pan) <= 1)) return invalid('pan', 'pan lies from −1 to 1');
  if (channels === undefined) return undefined;
  const counted = channels.every((channel) => Number.isSafeInteger(channel) && channel >= 0);
  return counted && channels.length > 0 && new Set(channels).size === channels.length
    ? undefined
    : invalid('channels', 'channels are one or more different numbers from 0');
}

function checkPicture(clip: VideoClip): Refusal | undefined {
  if (!(clip.opacity >= 0 && clip.opacity <= 1)) return invalid('opacity', 'opacity lies from 0 to 1');
  return (
    (clip.transform && checkTransform(clip.transform)) ??
    (clip.crop && checkCrop(clip.crop)) ??
    (clip.lut && checkLut(clip.lut)) ??
    (clip.title && checkTitle(clip.title))
  );
}

function checkTransform(transform: Transform): Refusal | undefined {
  const endless = Object.entries(transform).find(([, value]) => !Number.isFinite(value));
  return endless === undefined ? undefined : invalid(endless[0], 'must be a finite number');
}

function checkCrop({ left, top, right, bottom }: Crop): Refusal | undefined {
  const shares = [left, top, right, bottom].every((share) => share >= 0 && share <= 1);
  return shares && left + right <= 1 && top + bottom <= 1
    ? undefined
    : invalid('crop', 'each edge is a share from 0 to 1, and opposite edges do not overlap');
}

/** POSIX, drive and UNC paths. */
const ABSOLUTE = /^(?:[/\\]|[A-Za-z]:[/\\])/;

function checkLut({ path, intensity }: LutReference): Refusal | undefined {
  if (!ABSOLUTE.test(path)) return invalid('lut', 'a look-up table is named by its absolute path');
  return intensity >= 0 && intensity <= 1 ? undefined : invalid('lut', 'intensity lies from 0 to 1');
}

const COLOUR = /^#[0-9a-f]{6}(?:[0-9a-f]{2})?$/i;

function checkTitle({ style }: Title): Refusal | undefined {
  const colours = [style.colour, style.background, style.outline?.colour];
  if (colours.some((colour) => colour !== undefined && !COLOUR.test(colour))) {
    return invalid('title', 'colours are #rrggbb or #rrggbbaa');
  }
  if (style.font === '') return invalid('title', 'a font has a name');
  if (!(style.size > 0 && Number.isFinite(style.size))) return invalid('title', 'text has a size above 0');
  const width = style.outline?.width ?? 0;
  if (!(width >= 0 && Number.isFinite(width))) return invalid('title', 'an outline is not negative');
  return Number.isFinite(style.x) && Number.isFinite(style.y)
    ? undefined
    : invalid('title', 'text lies at finite places');
}
