import { flicks, subtractFlicks, ZERO_FLICKS } from '../time/flicks.ts';
import type { Curve, PictureKeyframes, SoundKeyframes } from './keyframes.ts';
import { withoutAbsent } from './optional-parts.ts';
import type { Clip } from './timeline.ts';

/**
 * The clip with its keyframes and markers, whose times count from its record in, moved by a span: an in point that
 * moves by `delta` moves them by `−delta`, so that each stays on the picture or sound it was set on.
 */
export function withTimesMoved(clip: Clip, by: number): Clip {
  if (by === 0 || (clip.keyframes === undefined && clip.markers === undefined)) return clip;
  const { keyframes, markers } = clip;
  const moved = {
    ...(keyframes !== undefined && { keyframes: movedCurves(keyframes, by) }),
    ...(markers !== undefined && { markers: markers.map((marker) => ({ ...marker, at: flicks(marker.at + by) })) }),
  };
  return clip.kind === 'audio' ? { ...clip, ...moved } : { ...clip, ...moved };
}

/** All curves of a clip at other times. */
function movedCurves(keyframes: PictureKeyframes & SoundKeyframes, by: number): PictureKeyframes & SoundKeyframes {
  return Object.fromEntries(
    Object.entries(keyframes).map(([parameter, curve]) => [parameter, curve && movedCurve(curve, by)]),
  );
}

function movedCurve(curve: Curve, by: number): Curve {
  return curve.map((keyframe) => ({ ...keyframe, at: flicks(keyframe.at + by) }));
}

/** The clip with those of its markers, counted from its record in, that a part of it keeps; no key where none remain. */
export function withMarkersIn(clip: Clip, from: number, to: number): Clip {
  if (clip.markers === undefined) return clip;
  const markers = clip.markers.filter((marker) => marker.at >= from && marker.at < to);
  return withoutAbsent({ ...clip, markers: markers.length > 0 ? markers : undefined });
}

/** The clip with an out point that is new: what faded or went over at its former end does so elsewhere. */
export function withNewOut(clip: Clip): Clip {
  return clip.kind === 'audio'
    ? withoutAbsent({ ...clip, tail: undefined, fadeOut: ZERO_FLICKS })
    : withoutAbsent({ ...clip, tail: undefined, fadeOut: undefined });
}

/** The clip with an in point that is new. */
export function withNewIn(clip: Clip): Clip {
  return clip.kind === 'audio'
    ? withoutAbsent({ ...clip, head: undefined, fadeIn: ZERO_FLICKS })
    : withoutAbsent({ ...clip, head: undefined, fadeIn: undefined });
}

/** Fades cut back so that both fit the clip, the fade-in first. */
export function fitFades<Kind extends Clip>(clip: Kind): Kind {
  const [wantedIn, wantedOut] = [clip.fadeIn ?? ZERO_FLICKS, clip.fadeOut ?? ZERO_FLICKS];
  if (wantedIn + wantedOut <= clip.duration) return clip;
  const fadeIn = wantedIn < clip.duration ? wantedIn : clip.duration;
  const fadeOut = subtractFlicks(clip.duration, fadeIn);
  return {
    ...clip,
    ...(clip.fadeIn !== undefined && { fadeIn }),
    ...(clip.fadeOut !== undefined && { fadeOut: wantedOut < fadeOut ? wantedOut : fadeOut }),
  };
}
