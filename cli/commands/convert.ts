import { Command } from 'commander';
import { resolve } from 'node:path';
import { handoffReportText } from '../../core/interchange/handoff-report.ts';
import type { Loss } from '../../core/interchange/handoff.ts';
import { profileOf, type TargetId } from '../../core/interchange/profiles.ts';
import type { Rate } from '../../core/time/rate.ts';
import { randomIds } from '../../native/ids.ts';
import { openForConversion } from '../../native/interchange/open-cut.ts';
import { writeCut, type OutputFormat } from '../../native/interchange/write-cut.ts';
import type { Cli } from '../cli.ts';
import { formatOption, outputFormat, targetOption } from '../cut-formats.ts';
import { EXIT } from '../exit-codes.ts';
import { rateValue } from '../option-values.ts';

type ConvertFlags = {
  readonly output: string;
  readonly target: TargetId;
  readonly format?: OutputFormat;
  readonly rate?: Rate;
};

/** `montage convert`: a cut of one editor for another. */
export function convertCommand(cli: Cli): Command {
  return new Command('convert')
    .description('turn a cut of one editor into that of another, and say what survived')
    .argument('<in>', 'OTIO, OTIOZ, FCPXML, FCPXMLD, FCP7 XML, EDL, SRT, VTT or ASS; its media may be missing')
    .requiredOption('-o, --output <file>', 'file to write; beside it lies <file>.report.json')
    .addOption(targetOption())
    .addOption(formatOption())
    .option('--rate <fps>', 'frame rate of EDLs and captions, which carry none', rateValue)
    .action(async (file: string, flags: ConvertFlags) => convert(cli, file, flags));
}

async function convert(cli: Cli, file: string, flags: ConvertFlags): Promise<void> {
  const format = outputFormat(flags.output, flags.format, flags.target);
  const { input, losses, missing } = await openForConversion(file, { rate: flags.rate }, cli.signal);
  const profile = profileOf(flags.target);
  const wish = { format, path: resolve(flags.output), report: true };
  const { report } = await writeCut({ ...input, profile }, wish, randomIds);
  const read = losses.map((loss) => readLoss(loss));
  if (report.faults.length > 0 || losses.some(({ kind, severity }) => kind === 'media' && severity === 'cut'))
    cli.endWith(EXIT.lost);
  cli.terminal.document({ ...report, read, missing }, () =>
    [
      ...report.files,
      ...read.map(({ what, where, message }) => `not read: ${[what, where].filter(Boolean).join(' ')}: ${message}`),
      ...(missing.length === 0 ? [] : [`missing media, taken as the file describes them: ${missing.join(', ')}`]),
      handoffReportText(report),
    ].join('\n'),
  );
}

function readLoss({ kind, severity, what, where, message }: Loss) {
  const line = where.line === undefined ? undefined : `line ${where.line}`;
  return { kind, severity, what, where: [where.track, where.timecode, line].filter(Boolean).join(' '), message };
}
