import { z } from 'zod';
import { spanSchema } from '../analysis/schema.ts';
import { mediaIdSchema } from '../media/schema.ts';
import { durationSchema, flicksSchema, rateSchema } from '../time/schema.ts';
import { editSchema } from '../timeline/edit-schema.ts';
import { timelineSchema } from '../timeline/schema.ts';
import { changeId, suggestionId, type Suggestion } from './suggestion.ts';

const briefSchema = z.strictObject({
  text: z.string(),
  duration: durationSchema,
  styleId: z.string(),
  aspect: z.enum(['16:9', '9:16', '1:1', '4:5']),
  music: mediaIdSchema.nullable(),
  mustUse: z.array(mediaIdSchema),
  neverUse: z.array(mediaIdSchema),
  maxShotReuse: z.int(),
  seed: z.int(),
  rate: rateSchema.nullable(),
  size: z.strictObject({ width: z.int().positive(), height: z.int().positive() }).nullable(),
});

const scoreSchema = z.strictObject({
  total: z.number(),
  parts: z.array(z.strictObject({ name: z.string(), value: z.number(), weight: z.number() })),
});

const evidenceSchema = z.strictObject({
  analyserId: z.string(),
  analyserVersion: z.int(),
  mediaId: mediaIdSchema,
  span: spanSchema,
  measure: z.string(),
  value: z.number(),
});

const changeSchema = z.strictObject({
  id: z.string().min(1).transform(changeId),
  edit: editSchema,
  reason: z.strictObject({ sentence: z.string(), evidence: z.array(evidenceSchema) }),
  score: scoreSchema,
  confidence: z.enum(['sure', 'fair', 'unsure']),
  record: z.strictObject({ start: flicksSchema, end: flicksSchema }),
});

/** A proposed cut, as stored. */
export const suggestionSchema = z.strictObject({
  schema: z.literal('montage.suggestion/1'),
  id: z.string().min(1).transform(suggestionId),
  brief: briefSchema,
  directorVersion: z.int(),
  base: timelineSchema,
  changes: z.array(changeSchema),
  score: scoreSchema,
  notes: z.array(z.string()),
  coverage: z.strictObject({ known: z.number(), total: z.number() }),
}) satisfies z.ZodType<Suggestion>;
