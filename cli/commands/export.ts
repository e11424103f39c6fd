import { Command, Option } from 'commander';
import { extname, resolve } from 'node:path';
import type { ExportFormat, ExportReport } from '../../core/contract/model.ts';
import { MontageError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { withEngine } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { timelineNamed } from '../timeline-name.ts';

type ExportFlags = {
  readonly project: string;
  readonly timeline: string;
  readonly out: string;
  readonly format?: ExportFormat;
};

const FORMATS: Readonly<Record<string, ExportFormat>> = {
  '.otio': 'otio',
  '.fcpxml': 'fcpxml',
  '.xml': 'fcp7',
  '.edl': 'edl',
};

/** `montage export`: a timeline for another editor. */
export function exportCommand(cli: Cli): Command {
  return new Command('export')
    .description('write a timeline for another editor and read it back')
    .requiredOption('--project <file>', 'project')
    .requiredOption('--timeline <name>', 'name or id of the timeline')
    .requiredOption('--out <file>', 'file to write: .otio, .fcpxml, .xml or .edl')
    .addOption(new Option('--format <format>', 'where the name does not tell').choices(Object.values(FORMATS)))
    .action(async (flags: ExportFlags) => exportTimeline(cli, flags));
}

async function exportTimeline(cli: Cli, flags: ExportFlags): Promise<void> {
  const format = flags.format ?? FORMATS[extname(flags.out).toLowerCase()];
  if (format === undefined) {
    const hint = 'end it with .otio, .fcpxml, .xml or .edl, or add --format';
    throw new MontageError({ code: 'E_USAGE', message: 'the name does not tell the format', where: flags.out, hint });
  }
  const { project } = flags;
  const report = await withEngine(cli, { project, create: false, runJobs: false }, async ({ client }) => {
    const timelineId = await timelineNamed(client, flags.timeline);
    return client.export.timeline({ timelineId, format, path: resolve(flags.out) });
  });
  for (const { message, what, where } of report.losses) cli.terminal.say(`lost: ${what} ${where}: ${message}`);
  for (const difference of report.readBack.differences) cli.terminal.say(`reads back differently: ${difference}`);
  if (report.readBack.differences.length > 0) cli.endWith(EXIT.lost);
  cli.terminal.document(report, () => asText(report));
}

function asText({ files, readBack }: ExportReport): string {
  const check = `${readBack.matching} of ${readBack.clips} clips read back the same`;
  return [...files.map(({ path }) => path), check].join('\n');
}
