import { z } from 'zod';
import { frameIndexSchema, mediaIdSchema } from '../media/schema.ts';
import { durationSchema, flicksSchema, rateSchema, rationalSchema } from '../time/schema.ts';
import { clipId, linkId, markerId, timelineId, trackId } from './timeline.ts';
import type { TimelinePatch } from './patch.ts';
import type { Clip, Marker, Timeline, Track } from './timeline.ts';

export const timelineIdSchema = z.string().min(1).transform(timelineId).meta({ type: 'string', minLength: 1 });
export const trackIdSchema = z.string().min(1).transform(trackId).meta({ type: 'string', minLength: 1 });
export const clipIdSchema = z.string().min(1).transform(clipId).meta({ type: 'string', minLength: 1 });
export const markerIdSchema = z.string().min(1).transform(markerId).meta({ type: 'string', minLength: 1 });
const linkIdSchema = z.string().min(1).transform(linkId).meta({ type: 'string', minLength: 1 });

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
};

const videoClipSchema = z.strictObject({
  ...clipBase,
  kind: z.literal('video'),
  sourceIn: frameIndexSchema,
  opacity: z.number(),
});

const audioClipSchema = z.strictObject({
  ...clipBase,
  kind: z.literal('audio'),
  sourceIn: flicksSchema,
  streamOrdinal: z.int().nonnegative(),
  gainDb: z.number(),
  fadeIn: durationSchema,
  fadeOut: durationSchema,
});

export const clipSchema = z.discriminatedUnion('kind', [videoClipSchema, audioClipSchema]) satisfies z.ZodType<Clip>;

const trackBase = { id: trackIdSchema, name: z.string(), enabled: z.boolean(), locked: z.boolean() };

export const trackSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...trackBase, kind: z.literal('video'), clips: z.array(videoClipSchema) }),
  z.strictObject({ ...trackBase, kind: z.literal('audio'), clips: z.array(audioClipSchema) }),
]) satisfies z.ZodType<Track>;

export const markerSchema = z.strictObject({
  id: markerIdSchema,
  at: flicksSchema,
  duration: durationSchema,
  name: z.string(),
  note: z.string(),
  colour: z.enum(['red', 'orange', 'yellow', 'green', 'cyan', 'blue', 'purple', 'pink']),
}) satisfies z.ZodType<Marker>;

const timelineHead = {
  name: z.string(),
  rate: rateSchema,
  startFrame: z.int(),
  dropFrame: z.boolean(),
  width: z.int().positive(),
  height: z.int().positive(),
};

/** The shape of a timeline as stored and sent; `checkTimeline` holds its invariants. */
export const timelineSchema = z.strictObject({
  schema: z.literal('montage.timeline/1'),
  id: timelineIdSchema,
  ...timelineHead,
  tracks: z.array(trackSchema),
  markers: z.array(markerSchema),
}) satisfies z.ZodType<Timeline>;

/** The stored effect of an edit. */
export const timelinePatchSchema = z.strictObject({
  head: z.strictObject(timelineHead).optional(),
  order: z.array(trackIdSchema).optional(),
  tracks: z.array(
    z.strictObject({
      head: z.strictObject({ ...trackBase, kind: z.enum(['video', 'audio']) }),
      remove: z.array(clipIdSchema),
      put: z.array(clipSchema),
    }),
  ),
  markers: z.array(markerSchema).optional(),
}) satisfies z.ZodType<TimelinePatch>;
