import { z } from 'zod';
import type { QualityReport } from './quality.ts';

const span = z.object({ fromS: z.number(), toS: z.number() });

/** What a render's job keeps of the look at its film. */
export const qualitySchema: z.ZodType<QualityReport> = z.object({
  durationS: z.number(),
  expectedS: z.number(),
  frameCount: z.int(),
  expectedFrames: z.int(),
  lookedAt: z.enum(['every-frame', 'key-frames', 'nothing']),
  black: z.array(span),
  frozen: z.array(span),
  clipped: z.array(span),
  integratedLufs: z.number().nullable(),
  truePeakDbtp: z.number().nullable(),
});
