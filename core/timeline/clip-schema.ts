import { z } from 'zod';
import { frameIndexSchema, mediaIdSchema } from '../media/schema.ts';
import { durationSchema, flicksSchema, rationalSchema } from '../time/schema.ts';
import type { Curve, Keyframe, PictureKeyframes, SoundKeyframes } from './keyframes.ts';
import type { Title } from './picture.ts';
import { clipId, linkId, markerId } from './timeline.ts';
import type { Clip, Marker, Metadata } from './timeline.ts';
import type { Transition } from './transition.ts';

export const clipIdSchema = z.string().min(1).transform(clipId).meta({ type: 'string', minLength: 1 });
export const markerIdSchema = z.string().min(1).transform(markerId).meta({ type: 'string', minLength: 1 });
export const linkIdSchema = z.string().min(1).transform(linkId).meta({ type: 'string', minLength: 1 });

const transitionSchema = z.strictObject({
  kind: z.enum(['dissolve', 'fade-through-black', 'wipe', 'slide']),
  inOffset: durationSchema,
  outOffset: durationSchema,
  direction: z.enum(['left', 'right', 'up', 'down']).optional(),
}) satisfies z.ZodType<Transition>;

export const metadataSchema: z.ZodType<Metadata> = z.record(z.string(), z.unknown());

export const markerSchema = z.strictObject({
  id: markerIdSchema,
  at: flicksSchema,
  duration: durationSchema,
  name: z.string(),
  note: z.string(),
  colour: z.enum(['red', 'orange', 'yellow', 'green', 'cyan', 'blue', 'purple', 'pink']),
}) satisfies z.ZodType<Marker>;

export const keyframeSchema = z.strictObject({
  at: flicksSchema,
  value: z.number(),
  interpolation: z.enum(['linear', 'hold', 'smooth']),
}) satisfies z.ZodType<Keyframe>;

const curveSchema = z.array(keyframeSchema).min(1) satisfies z.ZodType<Curve>;

/** The parts of clips that may be absent, as they stand on clips and are set by edits. */
export const clipOptions = {
  head: transitionSchema,
  tail: transitionSchema,
  markers: z.array(markerSchema),
  metadata: metadataSchema,
};

export const pictureKeyframesSchema = z.strictObject({
  opacity: curveSchema.optional(),
  positionX: curveSchema.optional(),
  positionY: curveSchema.optional(),
  scaleX: curveSchema.optional(),
  scaleY: curveSchema.optional(),
  rotationDegrees: curveSchema.optional(),
  anchorX: curveSchema.optional(),
  anchorY: curveSchema.optional(),
  cropLeft: curveSchema.optional(),
  cropTop: curveSchema.optional(),
  cropRight: curveSchema.optional(),
  cropBottom: curveSchema.optional(),
}) satisfies z.ZodType<PictureKeyframes>;

export const soundKeyframesSchema = z.strictObject({
  gainDb: curveSchema.optional(),
  pan: curveSchema.optional(),
}) satisfies z.ZodType<SoundKeyframes>;

const titleSchema = z.strictObject({
  text: z.string(),
  style: z.strictObject({
    font: z.string(),
    size: z.number(),
    bold: z.boolean(),
    italic: z.boolean(),
    colour: z.string(),
    background: z.string().optional(),
    outline: z.strictObject({ colour: z.string(), width: z.number() }).optional(),
    align: z.enum(['left', 'centre', 'right']),
    x: z.number(),
    y: z.number(),
  }),
}) satisfies z.ZodType<Title>;

export const pictureOptions = {
  transform: z.strictObject({
    positionX: z.number(),
    positionY: z.number(),
    scaleX: z.number(),
    scaleY: z.number(),
    rotationDegrees: z.number(),
    anchorX: z.number(),
    anchorY: z.number(),
  }),
  crop: z.strictObject({ left: z.number(), top: z.number(), right: z.number(), bottom: z.number() }),
  fit: z.enum(['fit', 'fill', 'stretch', 'blur']),
  blend: z.enum(['normal', 'add', 'multiply', 'screen', 'overlay', 'darken', 'lighten', 'difference']),
  lut: z.strictObject({ path: z.string(), intensity: z.number() }),
  stabilise: z.boolean(),
  retiming: z.enum(['nearest', 'blend', 'flow']),
  title: titleSchema,
};

export const soundOptions = { channels: z.array(z.int().nonnegative()), pan: z.number() };

const clipBase = {
  id: clipIdSchema,
  mediaId: mediaIdSchema,
  name: z.string(),
  recordIn: flicksSchema,
  duration: flicksSchema,
  speed: rationalSchema,
  enabled: z.boolean(),
  linkId: linkIdSchema.nullable(),
  note: z.string(),
  ...z.strictObject(clipOptions).partial().shape,
};

export const videoClipSchema = z.strictObject({
  ...clipBase,
  kind: z.literal('video'),
  sourceIn: frameIndexSchema,
  opacity: z.number(),
  ...z.strictObject(pictureOptions).partial().shape,
  fadeIn: durationSchema.optional(),
  fadeOut: durationSchema.optional(),
  keyframes: pictureKeyframesSchema.optional(),
});

export const audioClipSchema = z.strictObject({
  ...clipBase,
  kind: z.literal('audio'),
  sourceIn: flicksSchema,
  streamOrdinal: z.int().nonnegative(),
  ...z.strictObject(soundOptions).partial().shape,
  gainDb: z.number(),
  fadeIn: durationSchema,
  fadeOut: durationSchema,
  keyframes: soundKeyframesSchema.optional(),
});

export const clipSchema = z.discriminatedUnion('kind', [videoClipSchema, audioClipSchema]) satisfies z.ZodType<Clip>;
