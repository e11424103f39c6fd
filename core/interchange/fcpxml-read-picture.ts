import type { Curve, PictureKeyframes } from '../timeline/keyframes.ts';
import { NO_CROP, NO_TRANSFORM, type BlendMode, type Crop, type Fit, type Transform } from '../timeline/picture.ts';
import { flicksOfSeconds, ZERO_SECONDS, type Seconds } from '../time/seconds.ts';
import type { ImportedClip } from './handoff.ts';
import { animationOf, curveOf, paramNamed, tidy, type AnimatedValues, type OwnTime } from './fcpxml-read-keyframes.ts';
import { kenBurns, type Place } from './fcpxml-read-crop.ts';
import { numberAttribute, numbersOf, timeAttribute } from './fcpxml-read-types.ts';
import { child, type XmlElement } from './xml-read.ts';

/** How a picture is shown, as an imported clip has it. */
type ReadPicture = Pick<ImportedClip, 'opacity' | 'fadeIn' | 'fadeOut' | 'effects' | 'keyframes'>;

/** What the adjustments of a picture are measured in. */
type PictureFrame = {
  /** The sequence's frame in pixels. */
  readonly frame: { readonly width: number; readonly height: number };
  /** The media's size in pixels; undefined where the file does not say (the frame's then). */
  readonly media: { readonly width: number; readonly height: number } | undefined;
  readonly time: OwnTime;
  /** The clip's length in its own time. */
  readonly duration: Seconds;
  readonly lose: (kind: 'blend' | 'crop' | 'fade' | 'transform', message: string) => void;
};

type Read = { readonly still: Record<string, number>; readonly curves: Record<string, Curve> };

/** Reads crop, conform, transform, blend and stabilisation; switched-off ones count as absent. */
export function readPicture(item: XmlElement, context: PictureFrame): ReadPicture {
  const read: Read = { still: {}, curves: {} };
  const conform = child(item, 'adjust-conform')?.attributes.get('type');
  const fit: Fit | undefined = conform === 'fill' ? 'fill' : undefined;
  const shape = shapeOf(context, fit);
  const cropElement = active(item, 'adjust-crop');
  const place = readCrop(cropElement, context, shape, read);
  readTransform(active(item, 'adjust-transform'), context, shape, read);
  if (conform === 'none') scaleBy(read, shape.natural);
  placeBy(place, read, context);
  const blend = readBlend(child(item, 'adjust-blend'), context, read);
  const transform = pick(read.still, NO_TRANSFORM);
  const crop = pick(read.still, NO_CROP);
  const effects: ReadPicture['effects'] = {
    ...(transform === undefined ? {} : { transform }),
    ...(crop === undefined ? {} : { crop: boundedCrop(crop) }),
    ...(fit === undefined ? {} : { fit }),
    ...(blend.mode === undefined ? {} : { blend: blend.mode }),
    ...(active(item, 'adjust-stabilization') === undefined ? {} : { stabilise: true }),
  };
  const keyframes: PictureKeyframes = read.curves;
  return {
    opacity: blend.opacity,
    fadeIn: blend.fadeIn,
    fadeOut: blend.fadeOut,
    effects: Object.keys(effects).length === 0 ? undefined : effects,
    keyframes: Object.keys(keyframes).length === 0 ? undefined : keyframes,
  };
}

function active(item: XmlElement, name: string): XmlElement | undefined {
  const element = child(item, name);
  return element?.attributes.get('enabled') === '0' ? undefined : element;
}

/** The parts of a value that were read, or none where all are neutral. */
function pick<Parts extends Transform | Crop>(
  still: Readonly<Record<string, number>>,
  neutral: Parts,
): Parts | undefined {
  const parts = { ...neutral };
  let isNeutral = true;
  for (const key of Object.keys(neutral)) {
    const value = still[key];
    if (value === undefined || value === Reflect.get(neutral, key)) continue;
    Reflect.set(parts, key, value);
    isNeutral = false;
  }
  return isNeutral ? undefined : parts;
}

function boundedCrop(crop: Crop): Crop {
  const side = (value: number) => Math.min(1, Math.max(0, value));
  return { left: side(crop.left), top: side(crop.top), right: side(crop.right), bottom: side(crop.bottom) };
}

/** Sizes in frame heights. */
type Shape = {
  readonly frameWidth: number;
  readonly mediaAspect: number;
  readonly fitted: { readonly width: number; readonly height: number };
  /** Scale of the fitted picture at which its pixels are the frame's. */
  readonly natural: number;
};

function shapeOf({ frame, media = frame }: PictureFrame, fit: Fit | undefined): Shape {
  const frameWidth = frame.width / frame.height;
  const mediaAspect = media.width / media.height;
  const height = fit === 'fill' ? Math.max(1, frameWidth / mediaAspect) : Math.min(1, frameWidth / mediaAspect);
  const natural = media.height / (height * frame.height);
  return { frameWidth, mediaAspect, fitted: { width: mediaAspect * height, height }, natural };
}

/** Trims in per cent of the original picture's height. 'crop' and 'pan' fill the frame with what they leave. */
function readCrop(element: XmlElement | undefined, context: PictureFrame, shape: Shape, read: Read): readonly Place[] {
  const mode = element?.attributes.get('mode');
  if (element === undefined) return [];
  if (mode === 'pan') {
    const [from, to] = element.children.filter((rect) => rect.name === 'pan-rect').map((rect) => sidesOf(rect, shape));
    return from === undefined ? [] : [from, to ?? from].map((sides) => kenBurns(sides, shape));
  }
  const rect = child(element, mode === 'crop' ? 'crop-rect' : 'trim-rect');
  if (rect === undefined) return [];
  const still = sidesOf(rect, shape);
  if (mode === 'crop') {
    if (rect.children.some((param) => child(param, 'keyframeAnimation') !== undefined)) {
      context.lose('crop', 'its crop moves; it keeps the first');
    }
    return [kenBurns(still, shape)];
  }
  const sides = [
    ['left', 'cropLeft', shape.mediaAspect],
    ['top', 'cropTop', 1],
    ['right', 'cropRight', shape.mediaAspect],
    ['bottom', 'cropBottom', 1],
  ] as const;
  for (const [side, key, across] of sides) {
    const animation = animationOf(paramNamed(rect, side), context.time, 'smooth');
    const fraction = ([value = 0]: readonly number[]) => Math.min(1, Math.max(0, value / 100 / across));
    store(read, side, key, animation, still[side], fraction);
  }
  return [];
}

/** Fractions of the picture that a rectangle hides. */
function sidesOf(rect: XmlElement, { mediaAspect }: Shape): Crop {
  const side = (name: string, across: number) => tidy((numberAttribute(rect, name) ?? 0) / 100 / across);
  return {
    left: side('left', mediaAspect),
    top: side('top', 1),
    right: side('right', mediaAspect),
    bottom: side('bottom', 1),
  };
}

function store(
  read: Read,
  still: string,
  key: string,
  animation: AnimatedValues | undefined,
  constant: number,
  of: (values: readonly number[]) => number,
): void {
  const { value, curve } = curveOf(animation, constant, of);
  read.still[still] = tidy(value);
  if (curve !== undefined) read.curves[key] = curve;
}

/** Final Cut puts the anchor at the position; Montage turns around it where it lies. */
function readTransform(element: XmlElement | undefined, context: PictureFrame, shape: Shape, read: Read): void {
  if (element === undefined) return;
  const pair = (name: string, fallback: number): readonly number[] => {
    const [x = fallback, y = x] = numbersOf(element.attributes.get(name));
    return [x, y];
  };
  const animation = (name: string, plain: 'linear' | 'smooth') =>
    animationOf(paramNamed(element, name), context.time, plain);
  for (const param of element.children) {
    const isKnown = ['position', 'scale', 'rotation', 'anchor'].includes(
      param.attributes.get('name')?.toLowerCase() ?? '',
    );
    if (!isKnown)
      context.lose('transform', `${param.attributes.get('name') ?? param.name} of its transform is left out`);
  }
  const { frameWidth, fitted } = shape;
  const anchor = pair('anchor', 0);
  const anchors = animation('anchor', 'smooth');
  const anchorX = ([x = 0]: readonly number[]) => x / 100 / fitted.width;
  const anchorY = ([, y = 0]: readonly number[]) => -y / 100 / fitted.height;
  store(read, 'anchorX', 'anchorX', anchors, anchorX(anchor), anchorX);
  store(read, 'anchorY', 'anchorY', anchors, anchorY(anchor), anchorY);
  const position = pair('position', 0);
  const positions = animation('position', 'linear');
  const placed = anchors === undefined ? positions : joined(positions, position, anchors);
  const [ax = 0, ay = 0] = anchor;
  const positionX = ([x = 0, , dx = ax]: readonly number[]) => (x - dx) / 100 / frameWidth;
  const positionY = ([, y = 0, , dy = ay]: readonly number[]) => -(y - dy) / 100;
  store(read, 'positionX', 'positionX', placed, positionX(position), positionX);
  store(read, 'positionY', 'positionY', placed, positionY(position), positionY);
  const turn = ([degrees = 0]: readonly number[]) => -degrees;
  const rotation = animation('rotation', 'smooth');
  store(
    read,
    'rotationDegrees',
    'rotationDegrees',
    rotation,
    turn(numbersOf(element.attributes.get('rotation'))),
    turn,
  );
  const scale = pair('scale', 1);
  const scales = animation('scale', 'smooth');
  store(read, 'scaleX', 'scaleX', scales, scale[0] ?? 1, ([x = 1]) => x);
  store(read, 'scaleY', 'scaleY', scales, scale[1] ?? 1, ([x = 1, y = x]) => y);
}

/** Positions with the anchor at the same time beside them. */
function joined(
  positions: AnimatedValues | undefined,
  still: readonly number[],
  anchors: AnimatedValues,
): AnimatedValues {
  const base: AnimatedValues = positions ?? anchors.map((key) => ({ ...key, values: still }));
  return base.map((key) => {
    const anchor = anchors.findLast((other) => other.at <= key.at) ?? anchors[0];
    const [x = 0, y = 0] = key.values;
    const [dx = 0, dy = 0] = anchor?.values ?? [];
    return { ...key, values: [x, y, dx, dy] };
  });
}

function scaleBy(read: Read, factor: number): void {
  for (const key of ['scaleX', 'scaleY'] as const) {
    read.still[key] = tidy((read.still[key] ?? 1) * factor);
    const curve = read.curves[key];
    if (curve !== undefined) read.curves[key] = curve.map((point) => ({ ...point, value: tidy(point.value * factor) }));
  }
}

/** A crop that fills the frame, as scale and position; beside a transform of its own it is left out. */
function placeBy(places: readonly Place[], read: Read, context: PictureFrame): void {
  const [from, to = from] = places;
  if (from === undefined || to === undefined) return;
  if (pick(read.still, NO_TRANSFORM) !== undefined || Object.keys(read.curves).length > 0) {
    context.lose('crop', 'its crop fills the frame beside a transform and is left out');
    return;
  }
  const end = context.duration;
  for (const key of ['scaleX', 'scaleY', 'positionX', 'positionY'] as const) {
    const [a, b] = [tidy(from[key]), tidy(to[key])];
    read.still[key] = a;
    if (a !== b) read.curves[key] = kenBurnsCurve(a, b, end);
  }
}

function kenBurnsCurve(from: number, to: number, end: Seconds): Curve {
  return [
    { at: flicksOfSeconds(ZERO_SECONDS), value: from, interpolation: 'smooth' },
    { at: flicksOfSeconds(end), value: to, interpolation: 'smooth' },
  ];
}

const BLENDS: readonly BlendMode[] = ['add', 'multiply', 'screen', 'overlay', 'darken', 'lighten', 'difference'];

function readBlend(element: XmlElement | undefined, context: PictureFrame, read: Read) {
  const param = paramNamed(element, 'amount');
  const amount = numberAttribute(element, 'amount') ?? numberAttribute(param, 'value') ?? 1;
  const within = ([value = 1]: readonly number[]) => Math.min(1, Math.max(0, value));
  const animation = animationOf(param, context.time, 'linear');
  const { value, curve } = curveOf(animation, within([amount]), within);
  if (curve !== undefined) read.curves['opacity'] = curve;
  const name = element?.attributes.get('mode')?.toLowerCase();
  const mode = BLENDS.find((blend) => name?.includes(blend) === true);
  if (name !== undefined && mode === undefined && !['0', 'normal', '0 (normal)'].includes(name)) {
    context.lose('blend', `the blend mode ${name.slice(0, 40)} becomes normal`);
  }
  const fade = (side: string) => {
    const at = child(param, side);
    return at === undefined ? ZERO_SECONDS : positive(timeAttribute(at, 'duration'));
  };
  return { opacity: value, mode, fadeIn: fade('fadeIn'), fadeOut: fade('fadeOut') };
}

function positive(time: Seconds = ZERO_SECONDS): Seconds {
  return time.num < 0 ? ZERO_SECONDS : time;
}
