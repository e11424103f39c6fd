import { timeOfFrame } from '../time/rate.ts';
import type { Curve } from '../timeline/keyframes.ts';
import { isObject, listAt, numberAt, objectAt, textAt, type JsonObject } from './otio-json.ts';
import { ascending, byName, pictureParts, type EffectParts, type EffectsOf } from './otio-effect-parts.ts';

/** Resolve keys a curve by frames of the clip; no clip is longer. */
const MAX_KEY = 1e8;

/**
 * Transform, crop, opacity, volume and pan as Resolve keeps them: `Effect Name`, and `Parameters` with a
 * `Parameter Value` and `Key Frames` by frames from the clip's first. Zoom is a factor of the fitted picture, pan and
 * tilt are fractions of the frame (tilt upwards), rotation is anticlockwise. Undefined for other effects.
 */
export function readResolveEffect(of: EffectsOf, effect: JsonObject): EffectParts | undefined {
  const resolve = objectAt(objectAt(effect, 'metadata'), 'Resolve_OTIO');
  if (resolve === undefined) return undefined;
  if (resolve['Enabled'] === false) return {};
  const parameters = byName(listAt(resolve, 'Parameters'), 'Parameter ID');
  const read = (id: string, factor: number) => {
    const parameter = parameters.get(id);
    const curve = curveOf(of, parameter, factor);
    const value = numberAt(parameter, 'Parameter Value');
    return { constant: value === undefined ? curve?.[0]?.value : tidy(value * factor), curve };
  };
  switch (textAt(resolve, 'Effect Name')) {
    case 'Transform':
      return pictureParts({
        scaleX: read('transformationZoomX', 1),
        scaleY: read('transformationZoomY', 1),
        positionX: read('transformationPan', 1),
        positionY: read('transformationTilt', -1),
        rotationDegrees: read('transformationRotationAngle', -1),
      });
    case 'Cropping':
      return pictureParts({
        cropLeft: read('cropLeft', 1),
        cropTop: read('cropTop', 1),
        cropRight: read('cropRight', 1),
        cropBottom: read('cropBottom', 1),
      });
    case 'Composite':
      return withCurve('opacity', read('opacity', 1 / 100));
    case 'Fairlight Clip Volume and Fades':
      return withCurve('gainDb', read('volume', 1));
    case 'Fairlight Clip Pan':
      return withCurve('pan', read('pan', 1 / 100));
    default:
      return undefined;
  }
}

function withCurve(
  key: 'opacity' | 'gainDb' | 'pan',
  { constant, curve }: { readonly constant: number | undefined; readonly curve: Curve | undefined },
): EffectParts {
  return {
    ...(constant === undefined ? {} : { [key]: constant }),
    ...(curve === undefined ? {} : { keyframes: { [key]: curve } }),
  };
}

function curveOf(of: EffectsOf, parameter: JsonObject | undefined, factor: number): Curve | undefined {
  const keys = objectAt(parameter, 'Key Frames');
  const points = Object.entries(keys ?? {}).flatMap(([key, point]) => {
    const frame = Number(key);
    const value = isObject(point) ? numberAt(point, 'Value') : undefined;
    if (value === undefined || !Number.isInteger(frame) || Math.abs(frame) > MAX_KEY) return [];
    return [{ at: timeOfFrame(frame, of.rate), value: tidy(value * factor), interpolation: 'linear' as const }];
  });
  return ascending(points);
}

/** Without what binary fractions add: 0.07 × 100 is 7. */
function tidy(value: number): number {
  return Math.round(value * 1e9) / 1e9 + 0;
}
