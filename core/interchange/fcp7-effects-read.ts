import type { Flicks } from '../time/flicks.ts';
import type { BlendMode, Crop, Transform } from '../timeline/picture.ts';
import type { Curve, Keyframe, PictureKeyframes, PictureParameter, SoundKeyframes } from '../timeline/keyframes.ts';
import { NO_CROP, NO_TRANSFORM } from '../timeline/picture.ts';
import { childrenNamed, childText, child, type XmlElement } from './xml-read.ts';
import { isOn, numberOf, numberText } from './fcp7-values.ts';

export type Size = { readonly width: number; readonly height: number };

/** What the reader of a clip's filters must know of the clip. */
export type EffectContext = {
  /** The sequence's frame; and the picture's own size, undefined where the file does not state it. */
  readonly frame: Size;
  readonly picture: Size | undefined;
  /** The time from the clip's record in that a keyframe's `when` means; undefined where it means none. */
  readonly timeOf: (when: number) => Flicks | undefined;
  readonly lose: (kind: 'effect' | 'blend' | 'keyframes' | 'transform', message: string) => void;
};

export type ReadEffects = {
  transform: Transform | undefined;
  crop: Crop | undefined;
  opacity: number;
  gainDb: number;
  pan: number | undefined;
  readonly keyframes: { -readonly [key in keyof (PictureKeyframes & SoundKeyframes)]: Curve | undefined };
  /** Filters that nobody here reads. */
  readonly unknown: XmlElement[];
};

/** Reads motion, crop, opacity, level and pan; Time Remap is read apart, all others are listed. */
export function readEffects(filters: readonly XmlElement[], context: EffectContext): ReadEffects {
  const read: ReadEffects = {
    transform: undefined,
    crop: undefined,
    opacity: 1,
    gainDb: 0,
    pan: undefined,
    keyframes: {},
    unknown: [],
  };
  for (const filter of filters) {
    const effect = child(filter, 'effect');
    const id = childText(effect, 'effectid')?.trim() ?? '';
    const isOff = childText(filter, 'enabled')?.trim().toUpperCase() === 'FALSE' || isOn(effect, 'pproBypass');
    if (id === 'timeremap') continue;
    const reader = READERS.get(id);
    if (effect === undefined || reader === undefined || isOff) {
      const name = childText(effect, 'name') ?? id;
      context.lose(
        'effect',
        isOff ? `the effect ${name} is switched off and left out` : `the effect ${name} is left out`,
      );
      read.unknown.push(filter);
    } else reader(read, parametersOf(effect), context);
  }
  return read;
}

type Parameters = ReadonlyMap<string, XmlElement>;

function parametersOf(effect: XmlElement): Parameters {
  return new Map(childrenNamed(effect, 'parameter').map((one) => [(childText(one, 'parameterid') ?? '').trim(), one]));
}

type EffectReader = (read: ReadEffects, parameters: Parameters, context: EffectContext) => void;

const READERS: ReadonlyMap<string, EffectReader> = new Map(
  Object.entries<EffectReader>({
    basic: readMotion,
    crop: (read, parameters, context) => readCrop(read, parameters, context, ''),
    opacity: (read, parameters, context) => {
      const opacity = animated(parameters.get('opacity'), context, (value) => clamp(value / 100, 0, 1));
      if (opacity === undefined) return;
      read.opacity = opacity.value;
      if (opacity.curve !== undefined) read.keyframes.opacity = opacity.curve;
    },
    audiolevels: (read, parameters, context) => {
      const level = animated(parameters.get('level'), context, decibels);
      if (level === undefined) return;
      read.gainDb = level.value;
      if (level.curve !== undefined) read.keyframes.gainDb = level.curve;
    },
    audiopan: (read, parameters, context) => {
      const pan = animated(parameters.get('pan'), context, (value) => clamp(value, -1, 1));
      if (pan === undefined) return;
      read.pan = pan.value;
      if (pan.curve !== undefined) read.keyframes.pan = pan.curve;
    },
    deformation: (_, parameters, context) => {
      const neutral = [...parameters].every(([id, one]) => id !== 'aspect' || (numberText(one, 'value') ?? 0) === 0);
      const moved = [...parameters].some(([id, one]) => /^[ul][lr]corner$/.test(id) && !isCorner(id, one));
      if (!neutral || moved) context.lose('transform', 'its distortion is left out');
    },
  }),
);

/** FCP writes untouched corners at ±0.5 of the picture. */
function isCorner(id: string, parameter: XmlElement): boolean {
  const value = child(parameter, 'value');
  const [x, y] = [numberText(value, 'horiz') ?? 0, numberText(value, 'vert') ?? 0];
  return x === (id[1] === 'l' ? -0.5 : 0.5) && y === (id.startsWith('u') ? -0.5 : 0.5);
}

/** A factor of amplitude in decibels, to a thousandth; silence is −96. */
function decibels(level: number): number {
  return level > 0 ? tidy(Math.max(-96, 20 * Math.log10(level)), 3) : -96;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, tidy(value)));
}

/** Without the noise of decimal fractions. */
function tidy(value: number, decimals = 9): number {
  return Number(value.toFixed(decimals)) + 0;
}

type Animated = { readonly value: number; readonly curve: Curve | undefined };

/** A parameter's value and curve; undefined where it states neither. */
function animated(
  parameter: XmlElement | undefined,
  context: EffectContext,
  convert: (value: number) => number,
  of: (element: XmlElement) => number | undefined = (element) => numberText(element, 'value'),
): Animated | undefined {
  if (parameter === undefined) return undefined;
  const byTime = new Map<Flicks, Keyframe>();
  for (const keyframe of childrenNamed(parameter, 'keyframe')) {
    const [when, value] = [numberText(keyframe, 'when'), of(keyframe)];
    const at = when === undefined ? undefined : context.timeOf(when);
    if (at === undefined || value === undefined) continue;
    byTime.set(at, { at, value: convert(value), interpolation: interpolationOf(keyframe, parameter) });
  }
  const curve = [...byTime.values()].toSorted((a, b) => a.at - b.at);
  const [first] = curve;
  const stated = of(parameter);
  if (first !== undefined) return { value: stated === undefined ? first.value : convert(stated), curve };
  return stated === undefined ? undefined : { value: convert(stated), curve: undefined };
}

/** Of a point's two parts, the one that stands still while the other moves. */
function withoutStanding(one: Animated | undefined): Animated | undefined {
  return one?.curve?.every(({ value }) => value === one.value) === true ? { ...one, curve: undefined } : one;
}

function interpolationOf(keyframe: XmlElement, parameter: XmlElement): Keyframe['interpolation'] {
  const element = child(keyframe, 'interpolation') ?? child(parameter, 'interpolation');
  const name = (childText(element, 'name') ?? element?.text ?? '').trim().toLowerCase();
  if (name === 'hold' || name === 'stairstep') return 'hold';
  return name === 'bezier' || name === 'ease' || name === 'smooth' ? 'smooth' : 'linear';
}

/** Scale counts the picture's own pixels; centre and anchor count its own width and height from the centre. */
function readMotion(read: ReadEffects, parameters: Parameters, context: EffectContext): void {
  const { frame } = context;
  const picture = context.picture ?? frame;
  if (context.picture === undefined && parameters.size > 0) {
    context.lose('transform', 'the file does not state its size; its motion is read as if it filled the frame');
  }
  const fitted = Math.min(frame.width / picture.width, frame.height / picture.height);
  const scale = animated(parameters.get('scale'), context, (value) => tidy(value / 100 / fitted));
  const rotation = animated(parameters.get('rotation'), context, (value) => tidy(value));
  const at = (id: string, axis: 'horiz' | 'vert') =>
    animated(
      parameters.get(id),
      context,
      (value) => value,
      (element) => numberText(child(element, 'value'), axis),
    );
  const set: Partial<Record<PictureParameter, Animated | undefined>> = {
    scaleX: scale,
    scaleY: scale,
    rotationDegrees: rotation,
    anchorX: withoutStanding(mapped(at('centerOffset', 'horiz'), tidy)),
    anchorY: withoutStanding(mapped(at('centerOffset', 'vert'), tidy)),
    ...positions(at, { frame, picture, fitted }, context),
  };
  const transform = { ...NO_TRANSFORM, ...read.transform };
  for (const parameter of TRANSFORM_PARAMETERS) {
    const one = set[parameter];
    if (one === undefined) continue;
    transform[parameter] = one.value;
    if (one.curve !== undefined) read.keyframes[parameter] = one.curve;
  }
  const isMoved = TRANSFORM_PARAMETERS.some((parameter) => transform[parameter] !== NO_TRANSFORM[parameter]);
  read.transform = isMoved ? transform : undefined;
  if (parameters.has('leftcrop') || parameters.has('topcrop')) readCrop(read, parameters, context, 'crop');
}

const TRANSFORM_PARAMETERS = [
  'positionX',
  'positionY',
  'scaleX',
  'scaleY',
  'rotationDegrees',
  'anchorX',
  'anchorY',
] as const;

function mapped(one: Animated | undefined, convert: (value: number) => number): Animated | undefined {
  if (one === undefined) return undefined;
  const curve = one.curve?.map((keyframe) => ({ ...keyframe, value: convert(keyframe.value) }));
  return { value: convert(one.value), curve };
}

/** `center` is where the anchor lies; the position here is where the picture's centre would lie unturned. */
function positions(
  at: (id: string, axis: 'horiz' | 'vert') => Animated | undefined,
  size: { readonly frame: Size; readonly picture: Size; readonly fitted: number },
  context: EffectContext,
): Partial<Record<'positionX' | 'positionY', Animated>> {
  const found: Partial<Record<'positionX' | 'positionY', Animated>> = {};
  for (const [parameter, axis, side] of [
    ['positionX', 'horiz', 'width'],
    ['positionY', 'vert', 'height'],
  ] as const) {
    const [centre, anchor] = [at('center', axis), at('centerOffset', axis)];
    const own = size.picture[side] / size.frame[side];
    // The anchor lies away from the fitted picture's centre by its share of the fitted size.
    const shift = (anchor?.value ?? 0) * own * size.fitted;
    if (anchor?.curve !== undefined)
      context.lose('keyframes', 'its anchor moves; its position is read for the first anchor');
    const position = withoutStanding(
      mapped(centre ?? { value: 0, curve: undefined }, (value) => tidy(value * own - shift)),
    );
    if (position !== undefined) found[parameter] = position;
  }
  return found;
}

function readCrop(read: ReadEffects, parameters: Parameters, context: EffectContext, suffix: '' | 'crop'): void {
  const crop = { ...NO_CROP, ...read.crop };
  for (const [edge, parameter] of [
    ['left', 'cropLeft'],
    ['top', 'cropTop'],
    ['right', 'cropRight'],
    ['bottom', 'cropBottom'],
  ] as const) {
    const one = animated(parameters.get(`${edge}${suffix}`), context, (value) => clamp(value / 100, 0, 1));
    if (one === undefined) continue;
    crop[edge] = one.value;
    if (one.curve !== undefined) read.keyframes[parameter] = one.curve;
  }
  read.crop = crop.left + crop.top + crop.right + crop.bottom > 0 ? crop : undefined;
}

const BLENDS: ReadonlyMap<string, BlendMode> = new Map(
  Object.entries<BlendMode>({
    normal: 'normal',
    add: 'add',
    multiply: 'multiply',
    screen: 'screen',
    overlay: 'overlay',
    difference: 'difference',
    darken: 'darken',
    lighten: 'lighten',
  }),
);

/** How a clip mixes with what lies below; undefined = normal. */
export function readBlend(item: XmlElement, context: Pick<EffectContext, 'lose'>): BlendMode | undefined {
  const text = childText(item, 'compositemode')?.trim().toLowerCase();
  if (text === undefined || text === '') return undefined;
  const blend = BLENDS.get(text);
  if (blend === undefined) context.lose('blend', `the composite mode ${text.slice(0, 40)} becomes normal`);
  return blend === 'normal' ? undefined : blend;
}

/** Text of a title generator or a typed value. */
export function parameterText(parameters: Parameters, id: string): string | undefined {
  return childText(parameters.get(id), 'value');
}

/** Parameters of an effect by their id. */
export function effectParameters(effect: XmlElement | undefined): Parameters {
  return effect === undefined ? new Map() : parametersOf(effect);
}

/** A value with parts (colours, points) as numbers by the parts' names. */
export function parameterParts(parameters: Parameters, id: string): ReadonlyMap<string, number> {
  const parts = child(parameters.get(id), 'value')?.children ?? [];
  return new Map(
    parts.flatMap((part) => {
      const value = numberOf(part.text);
      return value === undefined ? [] : [[part.name, value] as const];
    }),
  );
}
