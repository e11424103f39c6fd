import { create } from 'zustand';
import type { JobSummary } from '../../core/contract/model.ts';

type JobsState = {
  readonly jobs: ReadonlyMap<string, JobSummary>;
  readonly replaceAll: (jobs: readonly JobSummary[]) => void;
  readonly put: (job: JobSummary) => void;
  readonly remove: (id: string) => void;
};

/** The engine's jobs as it last told them. */
export const useJobsStore = create<JobsState>((set) => ({
  jobs: new Map(),
  replaceAll: (jobs) => set({ jobs: new Map(jobs.map((job) => [job.id, job])) }),
  put: (job) => set((state) => ({ jobs: new Map(state.jobs).set(job.id, job) })),
  remove: (id) => set((state) => ({ jobs: new Map([...state.jobs].filter(([key]) => key !== id)) })),
}));

const ORDER: Readonly<Record<JobSummary['state'], number>> = {
  running: 0,
  queued: 1,
  paused: 2,
  failed: 3,
  cancelled: 4,
  done: 5,
};

/** Jobs as a person looks for them: what runs first, then what waits, failed, and done; newest first within each. */
export function sortedJobs(jobs: ReadonlyMap<string, JobSummary>): readonly JobSummary[] {
  return [...jobs.values()].sort(
    (a, b) => ORDER[a.state] - ORDER[b.state] || b.createdAtMs - a.createdAtMs || a.id.localeCompare(b.id),
  );
}

/** Jobs that still have work to do. */
export function activeJobs(jobs: ReadonlyMap<string, JobSummary>): readonly JobSummary[] {
  return sortedJobs(jobs).filter((job) => job.state === 'running' || job.state === 'queued' || job.state === 'paused');
}
