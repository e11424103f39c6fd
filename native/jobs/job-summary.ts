import type { JobSummary } from '../../core/contract/model.ts';
import type { ActiveJob } from './active-job.ts';
import type { JobRow } from './job-store.ts';

/** What clients see of a job: its row, and how far the work on it is where this engine does it. `nowMs` is monotonic. */
export function summaryOf(row: JobRow, active: ActiveJob | undefined, nowMs: number): JobSummary {
  const running = row.state === 'running' ? active : undefined;
  const etaMs = running?.estimate.remainingMs(nowMs);
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    state: row.state,
    progress: row.state === 'done' ? 1 : Math.max(row.progress, active?.progress() ?? 0),
    ...(etaMs !== undefined && { etaMs }),
    attempts: row.attempts,
    ...(row.fault !== null && { fault: row.fault }),
    createdAtMs: row.created_at,
    ...(row.finished_at !== null && { finishedAtMs: row.finished_at }),
    ...(row.result !== null && { result: row.result }),
  };
}
