import type { JobSummary } from '../core/contract/model.ts';
import { MontageError } from '../core/errors.ts';

/**
 * What a finished job made.
 *
 * @throws MontageError with the job's own fault, or E_CANCELLED
 */
export function resultOfJob(job: JobSummary | undefined): unknown {
  if (job?.state === 'done') return job.result;
  throw new MontageError(job?.fault ?? { code: 'E_CANCELLED', message: 'the job was cancelled', where: job?.title });
}
