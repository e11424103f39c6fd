import { Pause, Play, X } from 'lucide-react';
import type { JobSummary } from '../../../core/contract/model.ts';
import { useEngine } from '../../engine-context.ts';
import { filmCheckOf, filmCheckText } from '../../film-check.ts';
import { formatEta, plural } from '../../format.ts';
import { jobStateText } from '../../microcopy.ts';
import { activeJobs, sortedJobs, useJobsStore } from '../../stores/jobs.ts';
import { coverage, useLibraryStore } from '../../stores/library.ts';
import { toastFailure } from '../../stores/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Popover } from '../../ui/popover.tsx';
import { Progress } from '../../ui/progress.tsx';

const SHOWN = 30;

/** The chip in the title bar that says what runs, and behind it every job. */
export function JobsPopover() {
  const engine = useEngine();
  const jobs = useJobsStore((state) => state.jobs);
  const sorted = sortedJobs(jobs);
  const finished = sorted.filter((job) => job.state === 'done' || job.state === 'cancelled').length;
  return (
    <Popover label="Jobs" width={360} align="end" trigger={<JobsChip />}>
      <div className="mb-2 flex items-center justify-between">
        <h3 className="text-section text-g10">Jobs</h3>
        {finished > 0 && (
          <Button
            variant="quiet"
            onClick={() => {
              engine.client.jobs
                .clean()
                .catch((error: unknown) => toastFailure('The list could not be cleared.', error));
            }}
          >
            Clear finished
          </Button>
        )}
      </div>
      {sorted.length === 0 && <p className="text-g8">Nothing running.</p>}
      <ul className="flex flex-col gap-2">
        {sorted.slice(0, SHOWN).map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
      {sorted.length > SHOWN && <p className="mt-2 text-g8">and {sorted.length - SHOWN} more</p>}
    </Popover>
  );
}

function JobsChip(props: object) {
  const jobs = useJobsStore((state) => state.jobs);
  const entries = useLibraryStore((state) => state.entries);
  const active = activeJobs(jobs);
  const failed = [...jobs.values()].filter((job) => job.state === 'failed').length;
  const eta = Math.max(0, ...active.map((job) => job.etaMs ?? 0));
  const { known, total } = coverage(entries);
  const parts = [
    active.length === 0 ? 'No jobs' : plural(active.length, 'job'),
    active.length > 0 && total > 0 && known < total && `${known} of ${total}`,
    eta > 0 && formatEta(eta).replace(' left', ''),
    failed > 0 && `${failed} stopped`,
  ].filter((part) => part !== false);
  return (
    <Chip {...props} className="max-w-60 tabular-nums">
      <span className="truncate">{parts.join(' · ')}</span>
    </Chip>
  );
}

function JobRow({ job }: { readonly job: JobSummary }) {
  const engine = useEngine();
  const act = (verb: 'pause' | 'resume' | 'cancel') => {
    engine.client.jobs[verb]({ jobId: job.id })
      .then((changed) => useJobsStore.getState().put(changed))
      .catch((error: unknown) => toastFailure(`'${job.title}' could not be changed.`, error));
  };
  const quality = filmCheckOf(job);
  const check = quality === undefined ? undefined : filmCheckText(quality);
  const going = job.state === 'running' || job.state === 'queued';
  const text = [jobStateText(job), job.state === 'running' && job.etaMs !== undefined && formatEta(job.etaMs)]
    .filter((part) => part !== false)
    .join(' · ');
  return (
    <li>
      <div className="flex items-center gap-1">
        <span className="min-w-0 flex-1 truncate text-g10" title={job.title}>
          {job.title}
        </span>
        {going && <IconButton icon={Pause} name="Pause" onClick={() => act('pause')} />}
        {(job.state === 'paused' || job.state === 'failed') && (
          <IconButton
            icon={Play}
            name={job.state === 'failed' ? 'Try again' : 'Resume'}
            onClick={() => act('resume')}
          />
        )}
        {(going || job.state === 'paused') && <IconButton icon={X} name="Cancel" onClick={() => act('cancel')} />}
      </div>
      {job.state !== 'done' && job.state !== 'cancelled' && (
        <Progress
          label={job.title}
          value={job.progress}
          tone={job.state === 'failed' ? 'error' : job.state === 'running' ? 'accent' : 'muted'}
        />
      )}
      <p className={job.state === 'failed' ? 'selectable mt-1 text-error' : 'mt-1 text-g8 tabular-nums'}>{text}</p>
      {check !== undefined && (
        <p className={`selectable text-dense tabular-nums ${check.isWrong ? 'text-error' : 'text-g8'}`}>{check.text}</p>
      )}
    </li>
  );
}
