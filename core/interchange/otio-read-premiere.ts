import type { Keyframe } from '../timeline/keyframes.ts';
import {
  ascending,
  byName,
  pictureParts,
  type Animated,
  type EffectParts,
  type EffectsOf,
} from './otio-effect-parts.ts';
import { isObject, listAt, numberAt, objectAt, textAt, type JsonObject } from './otio-json.ts';
import { activeReference, timeOf } from './otio-time.ts';
import { flicksOfSeconds, subtractSeconds } from '../time/seconds.ts';

const NOTHING: Animated = { constant: undefined, curve: undefined };

/**
 * Motion, opacity and balance as Premiere keeps them: `MatchName`, and `Parameters` with a `StartValue` or `Keyframes`
 * whose positions are source times of the clip. Positions are fractions of the frame from its top left corner, scales
 * per cent of the media's own pixels, so motion is read where the file states their size. Undefined for other effects.
 */
export function readPremiereEffect(of: EffectsOf, effect: JsonObject): EffectParts | undefined {
  const premiere = objectAt(objectAt(effect, 'metadata'), 'PremierePro_OTIO');
  const parameters = byName(listAt(premiere, 'Parameters'), 'DisplayName');
  const read = (name: string, value: (raw: unknown) => number | undefined) => animated(of, parameters.get(name), value);
  switch (textAt(premiere, 'MatchName')) {
    case 'AE.ADBE Opacity': {
      const opacity = read('Opacity', (raw) => scaled(raw, (per) => Math.min(Math.max(per / 100, 0), 1)));
      return {
        ...(opacity.constant === undefined ? {} : { opacity: opacity.constant }),
        ...(opacity.curve === undefined ? {} : { keyframes: { opacity: opacity.curve } }),
      };
    }
    case 'AE.ADBE Motion':
      return readMotion(of, read);
    case 'PanProcessor': {
      const { constant } = read('Balance', (raw) => scaled(raw, (balance) => balance * 2 - 1));
      return constant === undefined ? {} : { pan: Math.min(Math.max(constant, -1), 1) };
    }
    default:
      return undefined;
  }
}

type ReadParameter = (name: string, value: (raw: unknown) => number | undefined) => Animated;

function readMotion(of: EffectsOf, read: ReadParameter): EffectParts | undefined {
  const fitted = fittedScale(of);
  if (fitted === undefined) return undefined;
  const axis = (key: 'X' | 'Y') => (raw: unknown) => scaled(isObject(raw) ? raw[key] : undefined, (at) => at - 0.5);
  const scale = (raw: unknown) => scaled(raw, (per) => per / 100 / fitted);
  const isUniform = read(' ', (raw) => (raw === false ? 0 : 1)).constant !== 0;
  const height = read('Scale', scale);
  const share = (raw: unknown) => scaled(raw, (per) => per / 100);
  const parts = {
    positionX: read('Position', axis('X')),
    positionY: read('Position', axis('Y')),
    scaleX: isUniform ? height : read('Scale Width', scale),
    scaleY: height,
    rotationDegrees: read('Rotation', (raw) => scaled(raw, (degrees) => degrees)),
    anchorX: read('Anchor Point', axis('X')),
    anchorY: read('Anchor Point', axis('Y')),
    cropLeft: read('Crop Left', share),
    cropTop: read('Crop Top', share),
    cropRight: read('Crop Right', share),
    cropBottom: read('Crop Bottom', share),
  };
  return pictureParts(parts);
}

/** By how much a picture of the stated size is scaled to meet the frame. */
function fittedScale(of: EffectsOf): number | undefined {
  const bounds = objectAt(activeReference(of.item), 'available_image_bounds');
  const [low, high] = [objectAt(bounds, 'min'), objectAt(bounds, 'max')];
  const width = (numberAt(high, 'x') ?? 0) - (numberAt(low, 'x') ?? 0);
  const height = (numberAt(high, 'y') ?? 0) - (numberAt(low, 'y') ?? 0);
  // Bounds may count in any unit; hundreds are pixels.
  if (of.frame === undefined || width < 64 || height < 64) return undefined;
  return Math.min(of.frame.width / width, of.frame.height / height);
}

function animated(
  of: EffectsOf,
  parameter: JsonObject | undefined,
  value: (raw: unknown) => number | undefined,
): Animated {
  const points = listAt(parameter, 'Keyframes').flatMap((keyframe): Keyframe[] => {
    const [time, shown] = [timeOf(keyframe['Position']), value(keyframe['Value'])];
    if (time === undefined || shown === undefined) return [];
    return [{ at: flicksOfSeconds(subtractSeconds(time, of.from)), value: shown, interpolation: 'linear' }];
  });
  const curve = ascending(points);
  const constant = value(objectAt(parameter, 'StartValue')?.['Value']) ?? curve?.[0]?.value;
  return parameter === undefined ? NOTHING : { constant, curve: (curve?.length ?? 0) > 1 ? curve : undefined };
}

function scaled(raw: unknown, change: (value: number) => number): number | undefined {
  return typeof raw === 'number' && Number.isFinite(raw) ? change(raw) : undefined;
}
