import { Command, Option } from 'commander';
import { join, resolve } from 'node:path';
import { CUT_FORMATS, cutReportSchema, type CutFormat, type CutReport } from '../../core/contract/cut.ts';
import { formatFault, MontageError } from '../../core/errors.ts';
import type { Rate } from '../../core/time/rate.ts';
import type { Cli } from '../cli.ts';
import { withEngine } from '../connection.ts';
import { ensureBackgroundEngine } from '../detach.ts';
import { EXIT } from '../exit-codes.ts';
import { waitForJobs } from '../jobs-watch.ts';
import { formatList, positiveSeconds, rateValue, sizeValue, wholeNumber } from '../option-values.ts';
import { resultOfJob } from '../job-results.ts';
import { reportRejected } from './import.ts';

type CutFlags = {
  readonly project?: string;
  readonly brief?: string;
  readonly style?: string;
  readonly duration?: number;
  readonly aspect?: '16:9' | '9:16' | '1:1' | '4:5';
  readonly music?: string;
  readonly seed?: number;
  readonly rate?: Rate;
  readonly size?: { readonly width: number; readonly height: number };
  readonly out: string;
  readonly formats: readonly CutFormat[];
  readonly detach?: true;
};

/** `montage cut`: footage in, cut out. */
export function cutCommand(cli: Cli): Command {
  return new Command('cut')
    .description('make a cut of footage: suggestion, exports, film and report in one folder')
    .argument('<paths...>', 'files and folders with footage')
    .requiredOption(
      '--out <dir>',
      'folder for cut.otio, cut.fcpxml, cut.xml, cut.edl, cut.mp4, suggestion.json, report.json',
    )
    .option('--project <file>', 'project to work in, made when it is not there; a temporary one by default')
    .option('--brief <text>', 'what the cut should be, in words')
    .option('--style <id>', 'edit recipe; by the brief, else documentary (with music: music-video)')
    .option('--duration <seconds>', 'length; by the brief, else 30', positiveSeconds)
    .addOption(new Option('--aspect <w:h>', 'shape of the picture').choices(['16:9', '9:16', '1:1', '4:5']))
    .option('--music <file>', 'music to cut to')
    .option('--seed <n>', 'chooses among equals; 1 by default', wholeNumber)
    .option('--rate <fps>', 'timeline rate such as 25 or 30000/1001; by the footage', rateValue)
    .option('--size <w>x<h>', 'size of the picture; by the aspect', sizeValue)
    .option('--formats <list>', `of ${CUT_FORMATS.join(',')}`, formatList, [...CUT_FORMATS])
    .option('--detach', 'print the job id and leave the work to an engine in the background; needs --project')
    .action(async (paths: readonly string[], flags: CutFlags) => cut(cli, paths, flags));
}

async function cut(cli: Cli, paths: readonly string[], flags: CutFlags): Promise<void> {
  const named = paths.map((path) => resolve(path));
  const project = flags.project ?? null;
  const detach = flags.detach === true;
  if (detach) await ensureBackgroundEngine(cli, projectFor(flags));
  await withEngine(cli, { project, create: true, runJobs: true }, async ({ client }) => {
    const { jobId } = await client.cut.start(wishOf(named, flags));
    if (detach) {
      cli.terminal.document({ job: jobId }, () => jobId);
      return;
    }
    const [job] = await waitForJobs(cli, client, [jobId]);
    const report = cutReportSchema.parse(resultOfJob(job));
    tell(cli, report, named, resolve(flags.out));
  });
}

function projectFor({ project }: CutFlags): string {
  if (project !== undefined) return project;
  const hint = 'add --project <file>';
  throw new MontageError({ code: 'E_USAGE', message: 'a detached cut needs a project to live in', hint });
}

function wishOf(paths: readonly string[], flags: CutFlags) {
  const { brief, style, duration, aspect, music, seed, rate, size, formats } = flags;
  return {
    paths: [...paths],
    out: resolve(flags.out),
    formats: [...formats],
    ...(brief !== undefined && { text: brief }),
    ...(style !== undefined && { styleId: style }),
    ...(duration !== undefined && { durationSeconds: duration }),
    ...(aspect !== undefined && { aspect }),
    ...(music !== undefined && { music: resolve(music) }),
    ...(seed !== undefined && { seed }),
    ...(rate !== undefined && { rate }),
    ...(size !== undefined && { size }),
  };
}

function tell(cli: Cli, report: CutReport, named: readonly string[], out: string): void {
  reportRejected(cli, { rejected: report.skipped }, named);
  for (const { fault } of report.failures) {
    cli.terminal.say(formatFault(fault));
    cli.endWith(EXIT.lost);
  }
  for (const { format, readBack } of report.exports) {
    for (const difference of readBack.differences) cli.terminal.say(`${format} reads back differently: ${difference}`);
    if (readBack.differences.length > 0) cli.endWith(EXIT.lost);
  }
  cli.terminal.document(report, () => asText(report, out));
}

function asText({ cut: made, files }: CutReport, out: string): string {
  const { name, clips, durationSeconds, rate, width, height, notes } = made;
  return [
    `${name}: ${clips} clips, ${durationSeconds.toFixed(2)} s, ${width}×${height} at ${rate}`,
    ...notes,
    ...files.map((file) => join(out, file)),
  ].join('\n');
}
