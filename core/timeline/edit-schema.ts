import { z } from 'zod';
import { frameIndexSchema, mediaIdSchema } from '../media/schema.ts';
import { durationSchema, flicksSchema, rationalSchema } from '../time/schema.ts';
import {
  clipIdSchema,
  clipOptions,
  clipSchema,
  keyframeSchema,
  linkIdSchema,
  markerIdSchema,
  markerSchema,
  pictureKeyframesSchema,
  pictureOptions,
  soundKeyframesSchema,
  soundOptions,
} from './clip-schema.ts';
import type { ClipProperties, Edit, TimelineProperties, TrackProperties } from './edit.ts';
import {
  captionsSchema,
  colourSpaceSchema,
  timelineIdSchema,
  timelineSchema,
  trackIdSchema,
  trackSchema,
} from './schema.ts';

const clipIds = z.array(clipIdSchema);
const parameterSchema = z.enum([...pictureKeyframesSchema.keyof().options, ...soundKeyframesSchema.keyof().options]);
const placements = z.array(z.strictObject({ trackId: trackIdSchema, clip: clipSchema }));

const clipPropertiesSchema = z.strictObject({
  name: z.string().optional(),
  note: z.string().optional(),
  enabled: z.boolean().optional(),
  speed: rationalSchema.optional(),
  opacity: z.number().optional(),
  gainDb: z.number().optional(),
  fadeIn: durationSchema.nullish(),
  fadeOut: durationSchema.nullish(),
  keyframes: z.strictObject({ ...pictureKeyframesSchema.shape, ...soundKeyframesSchema.shape }).nullish(),
  head: clipOptions.head.nullish(),
  tail: clipOptions.tail.nullish(),
  markers: clipOptions.markers.nullish(),
  metadata: clipOptions.metadata.nullish(),
  transform: pictureOptions.transform.nullish(),
  crop: pictureOptions.crop.nullish(),
  fit: pictureOptions.fit.nullish(),
  blend: pictureOptions.blend.nullish(),
  lut: pictureOptions.lut.nullish(),
  stabilise: pictureOptions.stabilise.nullish(),
  retiming: pictureOptions.retiming.nullish(),
  title: pictureOptions.title.nullish(),
  channels: soundOptions.channels.nullish(),
  pan: soundOptions.pan.nullish(),
}) satisfies z.ZodType<ClipProperties>;

const trackPropertiesSchema = z.strictObject({
  name: z.string().optional(),
  enabled: z.boolean().optional(),
  locked: z.boolean().optional(),
  solo: z.boolean().nullish(),
  syncLock: z.boolean().nullish(),
  captions: captionsSchema.nullish(),
}) satisfies z.ZodType<TrackProperties>;

const timelinePropertiesSchema = z.strictObject({
  name: z.string().optional(),
  startFrame: z.int().optional(),
  dropFrame: z.boolean().optional(),
  width: z.int().positive().optional(),
  height: z.int().positive().optional(),
  colourSpace: colourSpaceSchema.nullish(),
}) satisfies z.ZodType<TimelineProperties>;

const placing = [
  z.strictObject({ kind: z.literal('insert'), at: flicksSchema, placements, newIds: clipIds }),
  z.strictObject({ kind: z.literal('overwrite'), placements, newIds: clipIds }),
  z.strictObject({ kind: z.literal('lift'), clipIds, linked: z.boolean() }),
  z.strictObject({ kind: z.literal('rippleDelete'), clipIds, linked: z.boolean() }),
  z.strictObject({ kind: z.literal('closeGap'), trackId: trackIdSchema, at: flicksSchema }),
] as const;

const shaping = [
  z.strictObject({
    kind: z.literal('trim'),
    clipId: clipIdSchema,
    edge: z.enum(['in', 'out']),
    delta: flicksSchema,
    ripple: z.boolean(),
    linked: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('roll'), clipId: clipIdSchema, delta: flicksSchema, linked: z.boolean() }),
  z.strictObject({ kind: z.literal('slip'), clipId: clipIdSchema, frames: z.int(), linked: z.boolean() }),
  z.strictObject({
    kind: z.literal('move'),
    clipIds,
    delta: flicksSchema,
    trackDelta: z.int(),
    linked: z.boolean(),
    newIds: clipIds,
  }),
  z.strictObject({ kind: z.literal('split'), clipIds, at: flicksSchema, newIds: clipIds, linked: z.boolean() }),
] as const;

const arranging = [
  z.strictObject({ kind: z.literal('append'), placements }),
  z.strictObject({
    kind: z.literal('replace'),
    clipId: clipIdSchema,
    mediaId: mediaIdSchema,
    name: z.string(),
    sourceIn: z.int(),
    linked: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('duplicate'),
    clipIds,
    delta: flicksSchema,
    trackDelta: z.int(),
    linked: z.boolean(),
    newIds: clipIds,
  }),
  z.strictObject({
    kind: z.literal('liftRange'),
    trackIds: z.array(trackIdSchema),
    start: flicksSchema,
    end: flicksSchema,
    newIds: clipIds,
  }),
  z.strictObject({
    kind: z.literal('extract'),
    trackIds: z.array(trackIdSchema),
    start: flicksSchema,
    end: flicksSchema,
    newIds: clipIds,
  }),
  z.strictObject({ kind: z.literal('slide'), clipId: clipIdSchema, delta: flicksSchema, linked: z.boolean() }),
  z.strictObject({ kind: z.literal('swap'), clipId: clipIdSchema, otherId: clipIdSchema, linked: z.boolean() }),
  z.strictObject({ kind: z.literal('joinThrough'), clipId: clipIdSchema, linked: z.boolean() }),
  z.strictObject({ kind: z.literal('link'), clipIds, linkId: linkIdSchema }),
  z.strictObject({ kind: z.literal('unlink'), clipIds }),
] as const;

const decorating = [
  z.strictObject({
    kind: z.literal('setTransition'),
    clipId: clipIdSchema,
    edge: z.enum(['in', 'out']),
    transition: clipOptions.head.nullable(),
    linked: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('setKeyframe'),
    clipId: clipIdSchema,
    parameter: parameterSchema,
    keyframe: keyframeSchema,
  }),
  z.strictObject({
    kind: z.literal('removeKeyframe'),
    clipId: clipIdSchema,
    parameter: parameterSchema,
    at: flicksSchema,
  }),
  z.strictObject({ kind: z.literal('putClipMarker'), clipId: clipIdSchema, marker: markerSchema }),
  z.strictObject({ kind: z.literal('removeClipMarker'), clipId: clipIdSchema, markerId: markerIdSchema }),
] as const;

const nesting = [
  z.strictObject({
    kind: z.literal('nest'),
    clipIds,
    linked: z.boolean(),
    timelineId: timelineIdSchema,
    name: z.string(),
    newIds: clipIds,
  }),
  z.strictObject({
    kind: z.literal('putNested'),
    timeline: timelineSchema,
    position: z.int().nonnegative().optional(),
  }),
  z.strictObject({ kind: z.literal('removeNested'), timelineId: timelineIdSchema }),
  z.strictObject({
    kind: z.literal('editNested'),
    timelineId: timelineIdSchema,
    get edit(): z.ZodType<Edit> {
      return editSchema;
    },
  }),
  z.strictObject({ kind: z.literal('moveTrack'), trackId: trackIdSchema, position: z.int().nonnegative() }),
] as const;

const retiming = [
  z.strictObject({ kind: z.literal('freeze'), clipId: clipIdSchema, frame: frameIndexSchema.optional() }),
  z.strictObject({
    kind: z.literal('retime'),
    clipId: clipIdSchema,
    speed: rationalSchema,
    ripple: z.boolean(),
    linked: z.boolean(),
  }),
] as const;

const setting = [
  z.strictObject({ kind: z.literal('setClip'), clipId: clipIdSchema, set: clipPropertiesSchema }),
  z.strictObject({ kind: z.literal('setTrack'), trackId: trackIdSchema, set: trackPropertiesSchema }),
  z.strictObject({ kind: z.literal('setTimeline'), set: timelinePropertiesSchema }),
  z.strictObject({ kind: z.literal('addTrack'), track: trackSchema, position: z.int().nonnegative() }),
  z.strictObject({ kind: z.literal('removeTrack'), trackId: trackIdSchema }),
  z.strictObject({ kind: z.literal('putMarker'), marker: markerSchema }),
  z.strictObject({ kind: z.literal('removeMarker'), markerId: markerIdSchema }),
] as const;

const spliceSchema = z.strictObject({
  kind: z.literal('splice'),
  changes: z.array(
    z.strictObject({
      trackId: trackIdSchema,
      remove: clipIds,
      add: z.array(clipSchema),
      shift: z.strictObject({ from: flicksSchema, by: flicksSchema }).optional(),
    }),
  ),
});

const groupSchema = z.strictObject({
  kind: z.literal('group'),
  label: z.string(),
  get edits(): z.ZodArray<z.ZodType<Edit>> {
    return z.array(editSchema);
  },
});

/** Every edit as stored and sent. */
export const editSchema: z.ZodType<Edit> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    ...placing,
    ...shaping,
    ...arranging,
    ...decorating,
    ...nesting,
    ...retiming,
    ...setting,
    spliceSchema,
    groupSchema,
  ]),
);
