import type { JobSummary } from '../core/contract/model.ts';
import { MontageError } from '../core/errors.ts';
import type { Cli } from './cli.ts';
import type { EngineClient } from './connection.ts';

/** Whether a job is over. */
export function hasEnded({ state }: JobSummary): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/**
 * Waits until jobs are over, showing how far they are. Ending the command cancels them.
 *
 * @throws MontageError E_CANCELLED; E_JOB_UNKNOWN
 */
export async function waitForJobs(
  cli: Cli,
  client: EngineClient,
  jobIds: readonly string[],
): Promise<readonly JobSummary[]> {
  const jobs = new Map<string, JobSummary>();
  const watching = new AbortController();
  const cancel = () => {
    watching.abort();
  };
  cli.signal.addEventListener('abort', cancel, { once: true });
  try {
    const events = await client.system.events({ after: null }, { signal: watching.signal });
    const readAll = async () => {
      for (const id of jobIds) jobs.set(id, await client.jobs.get({ jobId: id }));
    };
    await readAll();
    show(cli, jobs);
    if (!cli.signal.aborted && !allEnded(jobs)) {
      for await (const item of events) {
        if ('resync' in item) await readAll();
        else if (item.event.kind === 'jobChanged' && jobs.has(item.event.job.id)) {
          jobs.set(item.event.job.id, item.event.job);
        } else continue;
        show(cli, jobs);
        if (allEnded(jobs)) break;
      }
    }
  } catch (error) {
    if (!cli.signal.aborted) throw error;
  } finally {
    cli.signal.removeEventListener('abort', cancel);
    watching.abort();
    cli.terminal.progressDone();
  }
  if (cli.signal.aborted) {
    for (const id of jobIds) await client.jobs.cancel({ jobId: id }).catch(() => undefined);
    throw new MontageError({ code: 'E_CANCELLED', message: 'cancelled' });
  }
  return [...jobs.values()];
}

function allEnded(jobs: ReadonlyMap<string, JobSummary>): boolean {
  return [...jobs.values()].every(hasEnded);
}

function show(cli: Cli, jobs: ReadonlyMap<string, JobSummary>): void {
  const all = [...jobs.values()];
  if (all.length === 0) return;
  const fraction = all.reduce((sum, job) => sum + (hasEnded(job) ? 1 : job.progress), 0) / all.length;
  const waiting = all.filter((job) => !hasEnded(job));
  const running = waiting.find(({ state }) => state === 'running') ?? waiting[0];
  const label = running?.title ?? all.at(-1)?.title ?? '';
  const count = all.length > 1 ? ` (${all.length - waiting.length}/${all.length})` : '';
  cli.terminal.progress(`${label}${count}`, fraction, waiting.length === 1 ? waiting[0]?.etaMs : undefined);
}
