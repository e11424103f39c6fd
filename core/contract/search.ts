import { z } from 'zod';
import { mediaIdSchema } from '../media/schema.ts';
import type { SearchQuery } from '../search/query.ts';

/** A question in plain words, or by a picture that others are to be like; at least one of them. */
export const searchQuerySchema = z
  .strictObject({
    text: z.string().trim().min(1).max(1000).optional(),
    like: z.strictObject({ mediaId: mediaIdSchema, frame: z.int().nonnegative() }).optional(),
    mediaIds: z.array(mediaIdSchema).max(10_000).optional(),
    variety: z.number().min(0).max(1).default(0),
    limit: z.int().min(1).max(1000).default(50),
    offset: z.int().nonnegative().max(1_000_000).default(0),
  })
  .refine(({ text, like }) => text !== undefined || like !== undefined, {
    message: 'say what to look for: text, or a picture',
  }) satisfies z.ZodType<SearchQuery>;
