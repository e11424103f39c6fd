import { Command } from 'commander';
import type { JobSummary } from '../../core/contract/model.ts';
import { formatFault } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { withEngine, type EngineClient } from '../connection.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { waitForJobs } from '../jobs-watch.ts';
import { durationText, table } from '../terminal.ts';

type ProjectFlag = { readonly project: string };

/** `montage jobs …`: what a project's engine works on. */
export function jobsCommand(cli: Cli): Command {
  const jobs = new Command('jobs').description('what a project works on: list, show, log, wait, cancel, resume, clean');
  const add = (name: string, description: string) =>
    jobs.command(name).description(description).requiredOption('--project <file>', 'project');
  const look = <Value>(project: string, work: (client: EngineClient) => Promise<Value>) =>
    withEngine(cli, { project, create: false, runJobs: false }, ({ client }) => work(client));

  add('list', 'all jobs, newest first').action(async ({ project }: ProjectFlag) => {
    const list = await look(project, (client) => client.jobs.list());
    cli.terminal.document({ jobs: list }, () => listText(list));
  });
  add('show', 'one job')
    .argument('<id>', 'job id')
    .action(async (jobId: string, { project }: ProjectFlag) => {
      const job = await look(project, (client) => client.jobs.get({ jobId }));
      cli.terminal.document(job, () => jobText(job));
    });
  add('log', 'what a job said')
    .argument('<id>', 'job id')
    .action(async (jobId: string, { project }: ProjectFlag) => {
      const lines = await look(project, (client) => client.jobs.log({ jobId }));
      cli.terminal.document({ lines }, () =>
        lines.map(({ atMs, level, message }) => `${new Date(atMs).toISOString()} ${level} ${message}`).join('\n'),
      );
    });
  add('wait', 'wait until jobs are over; works them off where no engine runs')
    .argument('<ids...>', 'job ids')
    .action(async (ids: readonly string[], { project }: ProjectFlag) => wait(cli, project, ids));
  add('cancel', 'end a job; what it finished stays')
    .argument('<id>', 'job id')
    .action(async (jobId: string, { project }: ProjectFlag) => {
      const job = await look(project, (client) => client.jobs.cancel({ jobId }));
      cli.terminal.document(job, () => jobText(job));
    });
  add('resume', 'take a paused, failed or cancelled job up again and wait for it')
    .argument('<id>', 'job id')
    .action(async (jobId: string, { project }: ProjectFlag) => {
      await look(project, (client) => client.jobs.resume({ jobId }));
      await wait(cli, project, [jobId]);
    });
  add('clean', 'forget jobs that are over').action(async ({ project }: ProjectFlag) => {
    const { removed } = await look(project, (client) => client.jobs.clean());
    cli.terminal.document({ removed }, () => `${removed} forgotten`);
  });
  return jobs;
}

async function wait(cli: Cli, project: string, ids: readonly string[]): Promise<void> {
  await withEngine(cli, { project, create: false, runJobs: true }, async ({ client }) => {
    const jobs = await waitForJobs(cli, client, ids);
    cli.terminal.document({ jobs }, () => listText(jobs));
    for (const job of jobs) reportEnd(cli, job);
  });
}

/** A job that did not get done decides what the command ends with. */
function reportEnd(cli: Cli, { fault, state, title }: JobSummary): void {
  if (fault !== undefined) {
    cli.terminal.say(formatFault({ ...fault, where: fault.where ?? title }));
    cli.endWith(exitCodeOf(fault));
  } else if (state === 'cancelled') cli.endWith(EXIT.lost);
}

function listText(jobs: readonly JobSummary[]): string {
  if (jobs.length === 0) return 'no jobs';
  const rows = jobs.map((job) => [job.id, job.kind, job.state, percent(job), eta(job), job.title]);
  return table(['id', 'kind', 'state', 'done', 'left', 'title'], rows);
}

function jobText(job: JobSummary): string {
  const fault = job.fault === undefined ? [] : [formatFault(job.fault)];
  return [`${job.id}  ${job.kind}  ${job.state}  ${percent(job)}  ${job.title}`, ...fault].join('\n');
}

function percent({ progress }: JobSummary): string {
  return `${Math.round(progress * 100)} %`;
}

function eta({ etaMs }: JobSummary): string {
  return etaMs === undefined ? '' : durationText(etaMs);
}
