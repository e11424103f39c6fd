import { z } from 'zod';
import { rateSchema } from '../time/schema.ts';
import {
  audioClipSchema,
  clipIdSchema,
  clipSchema,
  markerSchema,
  metadataSchema,
  videoClipSchema,
} from './clip-schema.ts';
import type { TimelinePatch } from './patch.ts';
import { timelineId, trackId } from './timeline.ts';
import type { ColourSpace, Timeline, Track } from './timeline.ts';

export const timelineIdSchema = z.string().min(1).transform(timelineId).meta({ type: 'string', minLength: 1 });
export const trackIdSchema = z.string().min(1).transform(trackId).meta({ type: 'string', minLength: 1 });

const trackBase = {
  id: trackIdSchema,
  name: z.string(),
  enabled: z.boolean(),
  locked: z.boolean(),
  solo: z.boolean().optional(),
  syncLock: z.boolean().optional(),
  metadata: metadataSchema.optional(),
};

export const captionsSchema = z.strictObject({ language: z.string().min(1) });

export const trackSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...trackBase,
    kind: z.literal('video'),
    clips: z.array(videoClipSchema),
    captions: captionsSchema.optional(),
  }),
  z.strictObject({ ...trackBase, kind: z.literal('audio'), clips: z.array(audioClipSchema) }),
]) satisfies z.ZodType<Track>;

export const colourSpaceSchema = z.enum([
  'rec601-525',
  'rec601-625',
  'rec709',
  'p3-d65',
  'rec2020',
  'rec2020-pq',
  'rec2020-hlg',
]) satisfies z.ZodType<ColourSpace>;

const timelineHead = {
  name: z.string(),
  rate: rateSchema,
  startFrame: z.int(),
  dropFrame: z.boolean(),
  width: z.int().positive(),
  height: z.int().positive(),
  colourSpace: colourSpaceSchema.optional(),
  nested: z.lazy((): z.ZodArray<z.ZodType<Timeline>> => z.array(timelineSchema)).optional(),
  metadata: metadataSchema.optional(),
};

/** The shape of a timeline as stored and sent; `checkTimeline` holds its invariants. */
export const timelineSchema: z.ZodType<Timeline> = z.strictObject({
  schema: z.literal('montage.timeline/1'),
  id: timelineIdSchema,
  ...timelineHead,
  tracks: z.array(trackSchema),
  markers: z.array(markerSchema),
});

/** The stored effect of an edit. */
export const timelinePatchSchema = z.strictObject({
  head: z.strictObject(timelineHead).optional(),
  order: z.array(trackIdSchema).optional(),
  tracks: z.array(
    z.strictObject({
      head: z.strictObject({ ...trackBase, kind: z.enum(['video', 'audio']), captions: captionsSchema.optional() }),
      remove: z.array(clipIdSchema),
      put: z.array(clipSchema),
    }),
  ),
  markers: z.array(markerSchema).optional(),
}) satisfies z.ZodType<TimelinePatch>;
