import { Command } from 'commander';
import { resolve } from 'node:path';
import type { ExportFormat } from '../../core/contract/model.ts';
import { handoffReportText } from '../../core/interchange/handoff-report.ts';
import type { TargetId } from '../../core/interchange/profiles.ts';
import type { Cli } from '../cli.ts';
import { withEngine } from '../connection.ts';
import { formatOption, outputFormat, targetOption } from '../cut-formats.ts';
import { EXIT } from '../exit-codes.ts';
import { timelineNamed } from '../timeline-name.ts';

type ExportFlags = {
  readonly project: string;
  readonly timeline: string;
  readonly out: string;
  readonly format?: ExportFormat;
  readonly target: TargetId;
};

/** `montage export`: a timeline for another editor. */
export function exportCommand(cli: Cli): Command {
  return new Command('export')
    .description('write a timeline for another editor and read it back')
    .requiredOption('--project <file>', 'project')
    .requiredOption('--timeline <name>', 'name or id of the timeline')
    .requiredOption('--out <file>', 'file to write; beside it lies <file>.report.json')
    .addOption(targetOption())
    .addOption(formatOption())
    .action(async (flags: ExportFlags) => exportTimeline(cli, flags));
}

async function exportTimeline(cli: Cli, flags: ExportFlags): Promise<void> {
  const format = outputFormat(flags.out, flags.format, flags.target);
  const { project } = flags;
  const report = await withEngine(cli, { project, create: false, runJobs: false }, async ({ client }) => {
    const timelineId = await timelineNamed(client, flags.timeline);
    return client.export.timeline({ timelineId, format, path: resolve(flags.out), target: flags.target });
  });
  for (const { message, what, where } of report.losses) cli.terminal.say(`lost: ${what} ${where}: ${message}`);
  for (const difference of report.readBack.differences) cli.terminal.say(`reads back differently: ${difference}`);
  if (report.readBack.differences.length > 0) cli.endWith(EXIT.lost);
  cli.terminal.document(report, () =>
    [...report.files.map(({ path }) => path), handoffReportText(report.handoff)].join('\n'),
  );
}
