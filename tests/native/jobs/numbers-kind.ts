import { z } from 'zod';
import type { JobKind } from '../../../native/jobs/job-kind.ts';

type Input = { readonly count: number };
type Run = JobKind<Input, number, number, { readonly sum: number }>['run'];

/** A job that adds the numbers below `count`, one shard each; `run` may be replaced to go wrong. */
export function numbersKind(
  run: Run = async (shard) => ({ value: shard }),
  options: Partial<JobKind<Input, number, number, { readonly sum: number }>> = {},
): JobKind<Input, number, number, { readonly sum: number }> {
  return {
    id: 'numbers',
    version: 1,
    schemas: {
      input: z.object({ count: z.int() }),
      shard: z.int(),
      output: z.int(),
      result: z.object({ sum: z.int() }),
    },
    title: ({ count }) => `Add ${count} numbers`,
    split: async ({ count }) => Array.from({ length: count }, (_, shard) => ({ shard, cost: 1 })),
    run,
    merge: async (_input, outputs) => ({ value: { sum: outputs.reduce((sum, output) => sum + output, 0) } }),
    ...options,
  };
}
