import { Command } from 'commander';
import { resolve } from 'node:path';
import type { ImportOutcome, JobSummary } from '../../core/contract/model.ts';
import { formatFault, MontageError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { withEngine } from '../connection.ts';
import { ensureBackgroundEngine } from '../detach.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { waitForJobs } from '../jobs-watch.ts';

type ImportFlags = { readonly project: string; readonly detach?: true };

/** `montage import`: footage into a project, looked at and analysed. */
export function importCommand(cli: Cli): Command {
  return new Command('import')
    .description('bring files and folders into a project, make proxies and analyse them')
    .argument('<paths...>', 'files, folders, and numbered pictures as shot_####.png')
    .requiredOption('--project <file>', 'project, made when it is not there')
    .option('--detach', 'print the job ids and leave the work to an engine in the background')
    .action(async (paths: readonly string[], flags: ImportFlags) => importFiles(cli, paths, flags));
}

async function importFiles(cli: Cli, paths: readonly string[], flags: ImportFlags): Promise<void> {
  const { project } = flags;
  const named = paths.map((path) => resolve(path));
  if (flags.detach === true) await ensureBackgroundEngine(cli, project);
  await withEngine(cli, { project, create: true, runJobs: true }, async ({ client }) => {
    const outcome = await client.media.import({ paths: named }, { signal: cli.signal });
    refuseNothing(outcome, named);
    if (flags.detach === true) {
      cli.terminal.document({ jobs: outcome.jobIds, ...listing(outcome) }, () => outcome.jobIds.join('\n'));
    } else {
      const jobs = await waitForJobs(cli, client, outcome.jobIds);
      cli.terminal.document({ project: resolve(project), ...listing(outcome), jobs }, () => asText(outcome, jobs));
      reportFailures(cli, jobs);
    }
    reportRejected(cli, outcome, named);
  });
}

/** Nothing at all came in: that is bad input and not a warning. */
export function refuseNothing(outcome: ImportOutcome, named: readonly string[]): void {
  if (outcome.added.length + outcome.known.length > 0) return;
  const [rejection] = outcome.rejected;
  if (rejection !== undefined && named.includes(rejection.path)) throw new MontageError(rejection.fault);
  throw new MontageError({
    code: 'E_NO_MEDIA',
    message: 'no media was found',
    where: named.join(', '),
    hint: 'name files or folders with footage',
    stage: 'import',
  });
}

/** What the user named himself is a loss when refused; files met in folders are a warning. */
export function reportRejected(cli: Cli, outcome: Pick<ImportOutcome, 'rejected'>, named: readonly string[]): void {
  for (const { path, fault } of outcome.rejected) {
    cli.terminal.say(`skipped: ${formatFault({ ...fault, where: fault.where ?? path }).replaceAll('\n', '\\n')}`);
    if (named.includes(path)) cli.endWith(EXIT.lost);
  }
}

function reportFailures(cli: Cli, jobs: readonly JobSummary[]): void {
  for (const { fault, title } of jobs) {
    if (fault === undefined) continue;
    cli.terminal.say(formatFault({ ...fault, where: fault.where ?? title }));
    cli.endWith(exitCodeOf(fault) === EXIT.noSpaceOrPermission ? EXIT.noSpaceOrPermission : EXIT.lost);
  }
}

function listing({ added, known, rejected }: ImportOutcome) {
  return {
    added: added.map(({ media }) => ({ mediaId: media.id, file: media.path, kind: media.kind })),
    known: known.map(({ path, mediaId }) => ({ mediaId, file: path })),
    rejected: rejected.map(({ path, fault }) => ({ file: path, fault })),
  };
}

function asText({ added, known, rejected }: ImportOutcome, jobs: readonly JobSummary[]): string {
  const failed = jobs.filter(({ state }) => state !== 'done').length;
  return [
    `${added.length} added`,
    ...(known.length > 0 ? [`${known.length} known already`] : []),
    ...(rejected.length > 0 ? [`${rejected.length} skipped`] : []),
    ...(failed > 0 ? [`${failed} not analysed`] : []),
  ].join(', ');
}
