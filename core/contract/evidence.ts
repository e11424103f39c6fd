import { z } from 'zod';
import type { EvidenceCondition, EvidenceQuery } from '../analysis/evidence.ts';
import { RESULT_KINDS } from '../analysis/schema.ts';
import { mediaIdSchema } from '../media/schema.ts';
import { flicksSchema } from '../time/schema.ts';

const label = z.string().min(1).max(500).optional();

const conditionSchema = z.strictObject({
  kind: z.enum(RESULT_KINDS).optional(),
  measure: z.string().min(1).max(100).optional(),
  measures: z.array(z.string().min(1).max(100)).min(1).max(100).readonly().optional(),
  label,
  contains: label,
  least: z.number().optional(),
  most: z.number().optional(),
}) satisfies z.ZodType<EvidenceCondition>;

/** A question about what was found in the footage. */
export const evidenceQuerySchema = z.strictObject({
  find: conditionSchema,
  during: z.array(conditionSchema).max(8).default([]),
  mediaIds: z.array(mediaIdSchema).max(10_000).optional(),
  within: z.strictObject({ start: flicksSchema, end: flicksSchema }).optional(),
  order: z.enum(['time', 'highest', 'lowest']).default('time'),
  limit: z.int().min(1).max(10_000).default(1000),
  offset: z.int().nonnegative().default(0),
}) satisfies z.ZodType<EvidenceQuery>;
