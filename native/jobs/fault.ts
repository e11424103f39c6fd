import { z } from 'zod';
import { MontageError, type Fault } from '../../core/errors.ts';

/** A fault as stored. */
export const faultSchema = z.object({
  code: z.templateLiteral(['E_', z.string()]),
  message: z.string(),
  where: z.string().optional(),
  hint: z.string().optional(),
  stage: z.string().optional(),
}) satisfies z.ZodType<Fault>;

/** What went wrong, as data; anything without a code is a bug of ours. */
export function faultOf(error: unknown, stage: string): Fault {
  if (error instanceof MontageError) return { ...error.fault, stage: error.fault.stage ?? stage };
  return { code: 'E_BUG', message: error instanceof Error ? error.message : String(error), stage };
}
