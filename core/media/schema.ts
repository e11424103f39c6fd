import { z } from 'zod';
import { durationSchema, flicksSchema, rateSchema, rationalSchema } from '../time/schema.ts';
import { frameIndex } from './frames.ts';
import { mediaId, type MediaFacts } from './media.ts';

export const mediaIdSchema = z.string().min(1).transform(mediaId).meta({ type: 'string', minLength: 1 });

export const frameIndexSchema = z.int().nonnegative().transform(frameIndex).meta({ type: 'integer', minimum: 0 });

export const fingerprintSchema = z.strictObject({
  sizeBytes: z.int().nonnegative(),
  sampledSha256: z.string().min(1),
  fullSha256: z.string().min(1).optional(),
  isAmbiguous: z.literal(true).optional(),
});

const colourSchema = z.strictObject({
  primaries: z.string().optional(),
  transfer: z.string().optional(),
  matrix: z.string().optional(),
  range: z.enum(['tv', 'pc']).optional(),
  hdr: z.enum(['none', 'pq', 'hlg', 'dolby-vision']),
});

const sourceTimecodeSchema = z.strictObject({
  startFrame: z.int(),
  rate: rateSchema,
  dropFrame: z.boolean(),
  text: z.string(),
  reel: z.string().optional(),
});

const frameTimingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), rate: rateSchema, frameCount: z.int().nonnegative() }),
  z.strictObject({
    kind: z.literal('variable'),
    averageRate: rateSchema,
    frameCount: z.int().nonnegative(),
    duration: durationSchema,
  }),
  z.strictObject({ kind: z.literal('still') }),
]);

const videoStreamSchema = z.strictObject({
  index: z.int().nonnegative(),
  codec: z.string(),
  profile: z.string().optional(),
  pixelFormat: z.string(),
  bitDepth: z.int().nonnegative(),
  width: z.int().nonnegative(),
  height: z.int().nonnegative(),
  sampleAspect: rationalSchema,
  rotation: z.literal([0, 90, 180, 270]),
  timeBase: rationalSchema,
  startTicks: z.int(),
  timing: frameTimingSchema,
  realBaseRate: rateSchema.optional(),
  averageRate: rateSchema.optional(),
  colour: colourSchema,
});

const audioStreamSchema = z.strictObject({
  index: z.int().nonnegative(),
  codec: z.string(),
  sampleRateHz: z.int().nonnegative(),
  channels: z.int().nonnegative(),
  channelLayout: z.string(),
  duration: durationSchema,
  offset: flicksSchema,
  language: z.string().optional(),
  title: z.string().optional(),
});

/** What probing a file tells, as stored and sent. */
export const mediaFactsSchema = z.strictObject({
  kind: z.enum(['video', 'audio', 'still']),
  container: z.string(),
  duration: durationSchema,
  video: z.array(videoStreamSchema),
  audio: z.array(audioStreamSchema),
  timecode: sourceTimecodeSchema.optional(),
  fingerprint: fingerprintSchema,
  remarks: z.array(z.strictObject({ code: z.string(), message: z.string() })),
}) satisfies z.ZodType<MediaFacts>;
