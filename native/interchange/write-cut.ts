import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { makeHandoffReport, type HandoffReport } from '../../core/interchange/handoff-report.ts';
import type { ExportInput, ExportResult, InterchangeFormat } from '../../core/interchange/handoff.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { readBackExport, type ReadBack } from '../../core/interchange/read-back.ts';
import { exportSide, isSideFormat, readBackSide, type SideFormat } from '../../core/interchange/side-formats.ts';
import { pathFault } from '../engine/path-faults.ts';
import type { IdSource } from '../ids.ts';
import { writeOtioz } from './otio-bundle.ts';

/** What can be written: the formats of editors, the two of them as bundles, captions, lists and chapters. */
export type OutputFormat = InterchangeFormat | SideFormat | 'otioz' | 'fcpxmld';

export type WriteWish = {
  readonly format: OutputFormat;
  readonly path: string;
  /** Whether `<file>.report.json` is written too. */
  readonly report: boolean;
};

export type WrittenCut = {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly result: ExportResult;
  readonly readBack: ReadBack;
  readonly report: HandoffReport;
};

/**
 * Writes a timeline for another editor, reads it back, and writes the handoff report beside it as `<file>.report.json`.
 * Each file appears whole or not at all.
 *
 * @throws MontageError E_INTERCHANGE_RATE, E_NOT_FOUND, E_NOT_A_FILE, E_NO_PERMISSION, E_NO_SPACE, E_TOO_LARGE
 */
export async function writeCut(input: ExportInput, wish: WriteWish, ids: IdSource): Promise<WrittenCut> {
  const { format, path } = wish;
  const base = format === 'otioz' ? 'otio' : format === 'fcpxmld' ? 'fcpxml' : format;
  const result = isSideFormat(base) ? exportSide(base, input) : exportTimeline(base, input);
  const files: WrittenCut['files'][number][] = [];
  for (const { suffix, text } of result.files) {
    const file = withSuffix(path, suffix);
    if (format === 'otioz') await writeBundle(file, text, ids);
    else if (format === 'fcpxmld') await writeFolder(file, text, ids);
    else await writeText(file, text, ids);
    files.push({ path: file, bytes: format === 'otioz' ? (await stat(file)).size : Buffer.byteLength(text) });
  }
  const readBack = isSideFormat(base) ? readBackSide(base, input, result) : readBackExport(base, input, result);
  const report = makeHandoffReport(
    format,
    files.map((file) => file.path),
    input,
    result,
    readBack,
  );
  if (wish.report) await writeText(`${path}.report.json`, `${JSON.stringify(report, null, 2)}\n`, ids);
  return { files, result, readBack, report };
}

function withSuffix(path: string, suffix: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}${suffix}${extension}`;
}

async function writeBundle(path: string, otio: string, ids: IdSource): Promise<void> {
  await refuseFolder(path);
  const temporary = join(dirname(path), `.${ids.id('part')}`);
  try {
    await writeOtioz(temporary, otio);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw pathFault(error, path, 'export');
  }
}

/** Final Cut's bundle is a folder with the document in it. */
async function writeFolder(path: string, fcpxml: string, ids: IdSource): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw pathFault(error, path, 'export');
  });
  await writeText(join(path, 'Info.fcpxml'), fcpxml, ids);
}

/**
 * Writes a text under a temporary name beside its place and names it when it is whole.
 *
 * @throws MontageError E_NOT_FOUND, E_NOT_A_FILE, E_NO_PERMISSION, E_NO_SPACE, E_READ_ONLY
 */
export async function writeText(path: string, text: string, ids: IdSource): Promise<void> {
  await refuseFolder(path);
  const temporary = join(dirname(path), `.${ids.id('part')}`);
  try {
    await writeFile(temporary, text, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw pathFault(error, path, 'export');
  }
}

async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return;
  const hint = 'name a file in it';
  throw new MontageError({ code: 'E_NOT_A_FILE', message: 'this is a folder', where: path, hint, stage: 'export' });
}
