import type { Rate } from '../time/rate.ts';
import type { AudioClip, Timeline, VideoClip } from '../timeline/timeline.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import { changed, motionOf, movingValue, standsAt, type Motion, type Moving } from './otio-write-curves.ts';
import { rationalTime, type Json, type JsonRecord } from './otio-write-json.ts';

/** Marks effects that are made of the model, which our reader restores from our own metadata. */
const OWN = { montage: { written: true } };

/** The position that Premiere gives a value which never changes: 100 hours before the start. */
const PREMIERE_START = -10_800_000;

/** Premiere's numbers of blend modes, as far as writers that are tried in it agree. */
const PREMIERE_BLENDS: Readonly<Record<string, number>> = { normal: 18, screen: 10, add: 7, multiply: 5, overlay: 15 };

/**
 * A clip's picture or sound as effects of the program that the profile is for: what plain OTIO has no words for. Empty
 * for generic files and for clips that are not changed.
 */
export function programEffects(cut: Cut, item: CutClip, from: number): readonly Json[] {
  const { clip } = item;
  if (item.content !== undefined) return [];
  switch (cut.profile.otio) {
    case 'generic':
      return [];
    case 'resolve':
      return clip.kind === 'video' ? resolvePicture(cut, { ...item, clip }) : resolveSound(clip, cut.timeline.rate);
    case 'premiere':
      return clip.kind === 'video'
        ? premierePicture(cut, { ...item, clip }, from)
        : premiereSound(clip, cut.timeline.rate);
  }
}

type ResolveParameter = {
  readonly id: string;
  readonly neutral: number;
  readonly moving: Moving;
  readonly range: readonly [number, number];
};

/** One effect of Resolve; undefined where all stands at what it is without. Resolve drops parameters at their default. */
function resolveEffect(name: string, type: number, parameters: readonly ResolveParameter[]): readonly Json[] {
  const used = parameters.filter(({ moving, neutral }) => !standsAt(moving, neutral));
  if (used.length === 0) return [];
  const resolve = {
    'Effect Name': name,
    Enabled: true,
    Name: name,
    Parameters: used.map(
      ({ id, neutral, moving, range }): JsonRecord => ({
        'Default Parameter Value': neutral,
        'Key Frames': Object.fromEntries(
          moving.keys.map(({ frame, value }) => [String(frame), { Value: value, 'Variant Type': 'Double' }]),
        ),
        'Parameter ID': id,
        'Parameter Value': moving.keys[0]?.value ?? moving.value,
        'Variant Type': 'Double',
        maxValue: range[1],
        minValue: range[0],
      }),
    ),
    Type: type,
  };
  return [effectJson('Resolve Effect', { Resolve_OTIO: resolve })];
}

function effectJson(name: string, metadata: JsonRecord): JsonRecord {
  return { OTIO_SCHEMA: 'Effect.1', metadata: { ...metadata, ...OWN }, name: '', effect_name: name, enabled: true };
}

/** Zoom is relative to the picture that fits the frame; pan and tilt are fractions of the frame, tilt upwards. */
function resolvePicture(cut: Cut, item: CutClip<VideoClip>): readonly Json[] {
  const motion = motionOf(item, cut.timeline);
  const whole = Math.min(cut.timeline.width / motion.native.width, cut.timeline.height / motion.native.height);
  const [across, down] = [
    motion.fitted.width / (motion.native.width * whole),
    motion.fitted.height / (motion.native.height * whole),
  ];
  if (!standsAt(motion.anchorX, 0) || !standsAt(motion.anchorY, 0))
    cut.losses.push(
      loss('transform', 'cut', item.clip.name, item.place, 'its anchor point is not written for Resolve'),
    );
  const parameter = (id: string, moving: Moving, neutral: number, range: readonly [number, number]) => ({
    id,
    moving,
    neutral,
    range,
  });
  const upwards = (moving: Moving) => changed(moving, (value) => 0 - value);
  return [
    ...resolveEffect('Transform', 2, [
      parameter(
        'transformationZoomX',
        changed(motion.scaleX, (scale) => scale * across),
        1,
        [0, 100],
      ),
      parameter(
        'transformationZoomY',
        changed(motion.scaleY, (scale) => scale * down),
        1,
        [0, 100],
      ),
      parameter('transformationPan', motion.positionX, 0, [-4, 4]),
      parameter('transformationTilt', upwards(motion.positionY), 0, [-4, 4]),
      parameter('transformationRotationAngle', upwards(motion.rotationDegrees), 0, [-360, 360]),
    ]),
    ...resolveEffect('Cropping', 3, [
      parameter('cropLeft', motion.cropLeft, 0, [0, 1]),
      parameter('cropRight', motion.cropRight, 0, [0, 1]),
      parameter('cropTop', motion.cropTop, 0, [0, 1]),
      parameter('cropBottom', motion.cropBottom, 0, [0, 1]),
    ]),
    ...resolveEffect('Composite', 1, [parameter('opacity', percent(motion.opacity), 100, [0, 100])]),
  ];
}

function percent(moving: Moving): Moving {
  return changed(moving, (share) => Math.round(share * 1e8) / 1e6);
}

function resolveSound(clip: AudioClip, rate: Rate): readonly Json[] {
  const gain = movingValue(clip.keyframes?.gainDb, clip.gainDb, rate);
  const pan = percent(movingValue(clip.keyframes?.pan, clip.pan ?? 0, rate));
  return [
    ...resolveEffect('Fairlight Clip Volume and Fades', 62, [
      { id: 'volume', moving: changed(gain, (db) => Math.min(Math.max(db, -100), 30)), neutral: 0, range: [-100, 30] },
    ]),
    ...resolveEffect('Fairlight Clip Pan', 72, [{ id: 'pan', moving: pan, neutral: 0, range: [-100, 100] }]),
  ];
}

/** One effect of Premiere with its parameters. */
function premiereEffect(
  match: string,
  name: string,
  intrinsic: boolean,
  parameters: readonly JsonRecord[],
): JsonRecord {
  const premiere = { IsIntrinsic: intrinsic, MatchName: match, Parameters: parameters };
  return effectJson(name, { PremierePro_OTIO: premiere });
}

/** Premiere's motion: scales in per cent of the media's own pixels, places as fractions of the frame. */
function premierePicture(cut: Cut, item: CutClip<VideoClip>, from: number): readonly Json[] {
  const { rate } = cut.timeline;
  const motion = motionOf(item, cut.timeline);
  const write = premiereParameters(rate, from);
  const opacity = [
    write.moving('Opacity', 1, percent(motion.opacity)),
    write.constant('Blend Mode', 2, blendOf(cut, item)),
    write.constant('Blend Mode', 3, 0),
  ];
  const isSeen = standsAt(motion.opacity, 1) && (item.clip.blend ?? 'normal') === 'normal';
  return [
    ...(isSeen ? [] : [premiereEffect('AE.ADBE Opacity', 'Opacity', true, opacity)]),
    ...premiereMotion(motion, cut.timeline, write),
  ];
}

function blendOf(cut: Cut, { clip, place }: CutClip<VideoClip>): number {
  const number = PREMIERE_BLENDS[clip.blend ?? 'normal'];
  if (number === undefined)
    cut.losses.push(
      loss('blend', 'cut', clip.name, place, `its blend mode ${clip.blend ?? ''} is not written for Premiere`),
    );
  return number ?? 18;
}

type PremiereParameters = ReturnType<typeof premiereParameters>;

function premiereParameters(rate: Rate, from: number) {
  const start = (value: Json): JsonRecord => ({ Position: rationalTime(PREMIERE_START, rate), Value: value });
  const at = (frame: number) => rationalTime(from + frame, rate);
  const constant = (name: string, id: number, value: Json): JsonRecord => ({
    DisplayName: name,
    ID: id,
    StartValue: start(value),
  });
  return {
    constant,
    moving: (name: string, id: number, { value, keys }: Moving): JsonRecord =>
      keys.length === 0
        ? constant(name, id, value)
        : { DisplayName: name, ID: id, Keyframes: keys.map((key) => ({ Position: at(key.frame), Value: key.value })) },
    point: (name: string, id: number, x: Moving, y: Moving): JsonRecord => {
      const frames = [...new Set([...x.keys, ...y.keys].map(({ frame }) => frame))].toSorted((a, b) => a - b);
      if (frames.length === 0) return constant(name, id, { X: x.value, Y: y.value });
      const keys = frames.map((frame) => ({
        Position: at(frame),
        Value: { X: valueOfMoving(x, frame), Y: valueOfMoving(y, frame) },
      }));
      return { DisplayName: name, ID: id, Keyframes: keys };
    },
  };
}

function premiereMotion(motion: Motion, frame: Timeline, write: PremiereParameters): readonly Json[] {
  const [across, down] = [motion.fitted.width / motion.native.width, motion.fitted.height / motion.native.height];
  const scaleX = changed(motion.scaleX, (scale) => tidy(Math.abs(scale) * across * 100));
  const scaleY = changed(motion.scaleY, (scale) => tidy(Math.abs(scale) * down * 100));
  const isUniform = JSON.stringify(scaleX) === JSON.stringify(scaleY);
  // Premiere places the anchor, we the picture's centre.
  const anchored = (position: Moving, anchor: Moving, share: number) =>
    changed(position, (value) => tidy(0.5 + value + anchor.value * share));
  const neutral = [motion.positionX, motion.positionY, motion.rotationDegrees, motion.anchorX, motion.anchorY];
  const crops = [motion.cropLeft, motion.cropTop, motion.cropRight, motion.cropBottom];
  const isPlain = standsAt(scaleX, 100) && isUniform && [...neutral, ...crops].every((moving) => standsAt(moving, 0));
  const flips = [
    ...(motion.scaleX.value < 0 ? [premiereEffect('AE.ADBE Horizontal Flip', 'Horizontal Flip', false, [])] : []),
    ...(motion.scaleY.value < 0 ? [premiereEffect('AE.ADBE Vertical Flip', 'Vertical Flip', false, [])] : []),
  ];
  if (isPlain) return flips;
  const parameters = [
    write.point(
      'Position',
      1,
      anchored(motion.positionX, motion.anchorX, motion.fitted.width / frame.width),
      anchored(motion.positionY, motion.anchorY, motion.fitted.height / frame.height),
    ),
    write.moving('Scale', 2, scaleY),
    write.moving('Scale Width', 3, scaleX),
    write.constant(' ', 4, isUniform),
    write.moving('Rotation', 5, motion.rotationDegrees),
    write.point('Anchor Point', 6, changed(motion.anchorX, half), changed(motion.anchorY, half)),
    write.constant('Anti-flicker Filter', 7, 0),
    ...crops.map((crop, index) => write.moving(CROPS[index] ?? '', 8 + index, percent(crop))),
  ];
  return [premiereEffect('AE.ADBE Motion', 'Motion', true, parameters), ...flips];
}

const CROPS = ['Crop Left', 'Crop Top', 'Crop Right', 'Crop Bottom'];

function half(value: number): number {
  return tidy(0.5 + value);
}

function tidy(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

/** A moving value at a frame: on the straight line between its keys. */
function valueOfMoving({ value, keys }: Moving, frame: number): number {
  const next = keys.find((key) => key.frame >= frame);
  const before = keys.findLast((key) => key.frame <= frame);
  if (next === undefined || before === undefined) return (next ?? before)?.value ?? value;
  if (next.frame === before.frame) return before.value;
  return before.value + ((next.value - before.value) * (frame - before.frame)) / (next.frame - before.frame);
}

function premiereSound(clip: AudioClip, rate: Rate): readonly Json[] {
  if (clip.pan === undefined || clip.pan === 0) return [];
  const balance = premiereParameters(rate, 0).constant('Balance', 0, tidy(0.5 + clip.pan / 2));
  return [premiereEffect('PanProcessor', 'Panner', false, [balance])];
}
