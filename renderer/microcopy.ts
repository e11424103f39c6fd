import type { ImportRejection, JobSummary } from '../core/contract/model.ts';
import type { Fault } from '../core/errors.ts';

/** Why a file was not taken in, in the words of the house. */
export function rejectionText({ path, fault }: ImportRejection): string {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  if (fault.code === 'E_NOT_MEDIA') return `'${name}' is not media. Skipped.`;
  return `'${name}': ${sentence(fault.message)}${fault.hint === undefined ? '' : ` ${sentence(fault.hint)}`}`;
}

/** A fault as sentences: what happened, what to do. */
export function faultText(fault: Fault): string {
  const where = fault.where === undefined ? '' : ` (${fault.where})`;
  return `${sentence(`${fault.message}${where}`)}${fault.hint === undefined ? '' : ` ${sentence(fault.hint)}`}`;
}

function sentence(text: string): string {
  const trimmed = text.trim().replace(/\.$/, '');
  return trimmed === '' ? '' : `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
}

/** A job's state in words. */
export function jobStateText(job: JobSummary): string {
  switch (job.state) {
    case 'queued':
      return 'Waiting';
    case 'running':
      return `${Math.round(job.progress * 100)} %`;
    case 'paused':
      return 'Paused. Editing is not affected.';
    case 'failed':
      return job.fault === undefined ? 'Stopped' : faultText(job.fault);
    case 'done':
      return 'Done';
    case 'cancelled':
      return 'Cancelled';
  }
}

/** A caught failure as sentences. The engine's faults come as errors whose data is the fault. */
export function failureText(error: unknown): string {
  const fault = faultOf(error);
  if (fault !== undefined) return faultText(fault);
  return error instanceof Error ? error.message : String(error);
}

/** The fault inside an error, whichever side it was thrown on. */
export function faultOf(error: unknown): Fault | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('fault' in error && isFault(error.fault)) return error.fault;
  if ('data' in error && isFault(error.data)) return error.data;
  return undefined;
}

function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}
