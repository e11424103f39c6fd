import { Option } from 'commander';
import { extname } from 'node:path';
import { MontageError } from '../core/errors.ts';
import { profileOf, TARGET_IDS, type TargetId } from '../core/interchange/profiles.ts';
import type { OutputFormat } from '../native/interchange/write-cut.ts';

/** What a file's ending means; `.xml` is Final Cut Pro 7's. */
const BY_EXTENSION: Readonly<Record<string, OutputFormat>> = {
  '.otio': 'otio',
  '.otioz': 'otioz',
  '.fcpxml': 'fcpxml',
  '.fcpxmld': 'fcpxmld',
  '.xml': 'fcp7',
  '.edl': 'edl',
  '.srt': 'srt',
  '.vtt': 'vtt',
  '.ass': 'ass',
  '.csv': 'csv',
  '.ffmetadata': 'ffmetadata',
};

const OUTPUT_FORMATS: readonly OutputFormat[] = [...Object.values(BY_EXTENSION), 'youtube'];

/** `--format`: wins over the file's ending. */
export function formatOption(): Option {
  return new Option('--format <format>', 'wins over the ending of the name').choices(OUTPUT_FORMATS);
}

/** `--target`: the program that will read it. */
export function targetOption(): Option {
  return new Option('--target <program>', 'program that will read it').choices(TARGET_IDS).default('generic');
}

/**
 * The format of an output: the one named, else what its name ends with, else what the target is handed.
 *
 * @throws MontageError E_USAGE, E_INTERCHANGE_AAF
 */
export function outputFormat(path: string, named: OutputFormat | undefined, target: TargetId): OutputFormat {
  if (named !== undefined) return named;
  const extension = extname(path).toLowerCase();
  if (extension === '.aaf') {
    const hint = 'write .xml for Premiere and Avid, or .fcpxml or .otio';
    const message = 'AAF is a closed binary format and is not written';
    throw new MontageError({ code: 'E_INTERCHANGE_AAF', message, where: path, hint, stage: 'export' });
  }
  const format = BY_EXTENSION[extension] ?? (extension === '' ? profileOf(target).format : undefined);
  if (format !== undefined) return format;
  const hint = `end it with ${Object.keys(BY_EXTENSION).join(', ')}, or add --format`;
  throw new MontageError({ code: 'E_USAGE', message: 'the name does not tell the format', where: path, hint });
}
