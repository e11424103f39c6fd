import { checkParameter } from './check-effects.ts';
import type { Edit } from './edit.ts';
import { compareMarkers } from './edit-markers.ts';
import type { Curve, PictureParameter, SoundParameter } from './keyframes.ts';
import { withoutAbsent } from './optional-parts.ts';
import { openClip, replacing } from './selection.ts';
import { refuse, type Plan } from './splice.ts';
import type { Clip, Marker, Timeline } from './timeline.ts';

const SOUND: readonly string[] = ['gainDb', 'pan'] satisfies readonly SoundParameter[];

/** Whether clips of a kind have a parameter. */
function hasParameter(clip: Clip, parameter: PictureParameter | SoundParameter): boolean {
  return SOUND.includes(parameter) === (clip.kind === 'audio');
}

/** Puts one keyframe on a parameter's curve, in place of the one at its time. */
export function planSetKeyframe(timeline: Timeline, edit: Extract<Edit, { kind: 'setKeyframe' }>): Plan {
  const located = openClip(timeline, edit.clipId);
  if (!located.ok) return located;
  const { clip } = located;
  const { parameter, keyframe } = edit;
  if (!hasParameter(clip, parameter)) {
    return refuse({
      reason: 'invalid-value',
      field: parameter,
      message: `a clip of kind ${clip.kind} has no ${parameter}`,
    });
  }
  const problem = checkParameter(parameter, keyframe.value);
  if (problem !== undefined) return refuse(problem);
  const curve = curveOf(clip, parameter);
  const index = curve.findIndex(({ at }) => at >= keyframe.at);
  const place = index < 0 ? curve.length : index;
  const after = curve.toSpliced(place, curve[place]?.at === keyframe.at ? 1 : 0, keyframe);
  return { ok: true, changes: replacing([{ located, after: withCurve(clip, parameter, after) }]) };
}

/** Takes one keyframe away; the last one takes the curve along. */
export function planRemoveKeyframe(timeline: Timeline, edit: Extract<Edit, { kind: 'removeKeyframe' }>): Plan {
  const located = openClip(timeline, edit.clipId);
  if (!located.ok) return located;
  const { clip } = located;
  const curve = curveOf(clip, edit.parameter);
  const after = curve.filter(({ at }) => at !== edit.at);
  if (after.length === curve.length) return refuse({ reason: 'unknown-keyframe', clipId: clip.id, time: edit.at });
  return { ok: true, changes: replacing([{ located, after: withCurve(clip, edit.parameter, after) }]) };
}

function curveOf(clip: Clip, parameter: PictureParameter | SoundParameter): Curve {
  const curves: Readonly<Partial<Record<string, Curve | undefined>>> = clip.keyframes ?? {};
  return curves[parameter] ?? [];
}

function withCurve(clip: Clip, parameter: PictureParameter | SoundParameter, curve: Curve): Clip {
  const curves = withoutAbsent({ ...clip.keyframes, [parameter]: curve.length > 0 ? curve : undefined });
  const keyframes = Object.keys(curves).length > 0 ? curves : undefined;
  return clip.kind === 'audio' ? withoutAbsent({ ...clip, keyframes }) : withoutAbsent({ ...clip, keyframes });
}

/** Sets or replaces a marker of a clip, in the order of `compareMarkers`. */
export function planPutClipMarker(timeline: Timeline, edit: Extract<Edit, { kind: 'putClipMarker' }>): Plan {
  const located = openClip(timeline, edit.clipId);
  if (!located.ok) return located;
  const others = (located.clip.markers ?? []).filter(({ id }) => id !== edit.marker.id);
  return withMarkers(located, [...others, edit.marker].sort(compareMarkers));
}

/** Removes a marker of a clip. */
export function planRemoveClipMarker(timeline: Timeline, edit: Extract<Edit, { kind: 'removeClipMarker' }>): Plan {
  const located = openClip(timeline, edit.clipId);
  if (!located.ok) return located;
  const { markers = [] } = located.clip;
  const rest = markers.filter(({ id }) => id !== edit.markerId);
  if (rest.length === markers.length) return refuse({ reason: 'unknown-marker', markerId: edit.markerId });
  return withMarkers(located, rest);
}

function withMarkers(located: Extract<ReturnType<typeof openClip>, { ok: true }>, markers: readonly Marker[]): Plan {
  const after = withoutAbsent({ ...located.clip, markers: markers.length > 0 ? markers : undefined });
  return { ok: true, changes: replacing([{ located, after }]) };
}
