import type { Curve, Keyframe, PictureKeyframes } from '../timeline/keyframes.ts';
import { NO_CROP, NO_TRANSFORM } from '../timeline/picture.ts';
import type { Rational } from '../time/rational.ts';
import type { ImportedClip, LossPlace } from './handoff.ts';
import type { Losses } from './imported.ts';
import { textAt, type JsonObject } from './otio-json.ts';

/** Parts of a clip that effects of other programs set. */
export type EffectParts = Partial<Pick<ImportedClip, 'effects' | 'keyframes' | 'opacity' | 'gainDb' | 'pan'>>;

/** Whose effects are read: the item, its length in frames and where it is. */
export type EffectsOf = {
  readonly item: JsonObject;
  readonly losses: Losses;
  readonly what: string;
  readonly place: LossPlace;
  readonly rate: Rational;
  /** Seconds at which the item's range starts; Premiere counts keyframes from there. */
  readonly from: Rational;
  /** Size of the frame in pixels where the file states it. */
  readonly frame: { readonly width: number; readonly height: number } | undefined;
};

/** A parameter of an effect: its value, or its keyframes. */
export type Animated = { readonly constant: number | undefined; readonly curve: Curve | undefined };

type MotionParts = Readonly<Record<Exclude<keyof PictureKeyframes, 'opacity'>, Animated>>;

/** A transform, a crop and their curves from single parameters; what is neutral is absent. */
export function pictureParts(parts: Partial<MotionParts>): EffectParts {
  const value = (part: Animated | undefined, neutral: number) => part?.constant ?? part?.curve?.[0]?.value ?? neutral;
  const transform = {
    positionX: value(parts.positionX, 0),
    positionY: value(parts.positionY, 0),
    scaleX: value(parts.scaleX, 1),
    scaleY: value(parts.scaleY, 1),
    rotationDegrees: value(parts.rotationDegrees, 0),
    anchorX: value(parts.anchorX, 0),
    anchorY: value(parts.anchorY, 0),
  };
  const crop = {
    left: value(parts.cropLeft, 0),
    top: value(parts.cropTop, 0),
    right: value(parts.cropRight, 0),
    bottom: value(parts.cropBottom, 0),
  };
  const curves = Object.entries(parts).flatMap(([name, part]) =>
    part.curve === undefined ? [] : [[name, part.curve] as const],
  );
  return {
    effects: {
      ...(sameValues(transform, NO_TRANSFORM) ? {} : { transform }),
      ...(sameValues(crop, NO_CROP) ? {} : { crop }),
    },
    ...(curves.length === 0 ? {} : { keyframes: Object.fromEntries(curves) }),
  };
}

function sameValues(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  return Object.entries(a).every(([key, value]) => value === b[key]);
}

/** Keyframes in order, each time once; undefined where there are none. */
export function ascending(points: readonly Keyframe[]): Curve | undefined {
  const sorted = points.toSorted((a, b) => a.at - b.at).filter((point, index, all) => point.at !== all[index - 1]?.at);
  return sorted.length === 0 ? undefined : sorted;
}

/** The values of an object's list by a key: programs' parameters by their names. */
export function byName(list: readonly JsonObject[], key: string): ReadonlyMap<string, JsonObject> {
  return new Map(list.map((parameter) => [textAt(parameter, key), parameter]));
}
