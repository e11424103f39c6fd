import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MontageError } from '../../core/errors.ts';
import type { CutDifferenceKind } from '../../core/interchange/cut-difference.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { INTERCHANGE_FORMATS, type ExportInput } from '../../core/interchange/handoff.ts';
import { readBackExport } from '../../core/interchange/read-back.ts';
import { importCutText, readCutText } from '../../native/interchange/read-cut.ts';
import { mediaRoot } from '../media-root.ts';
import { assumedCut } from './whole-way.ts';

const folder = join(mediaRoot ?? '', 'interchange');
const files = mediaRoot !== undefined && existsSync(folder) ? readdirSync(folder).toSorted() : [];
if (files.length === 0) process.stdout.write(`Files of other editors are not converted: ${folder} is missing.\n`);

/** What makes it another cut. */
const CUT: readonly CutDifferenceKind[] = [
  'missing',
  'extra',
  'moved',
  'gap',
  'record-out',
  'source-in',
  'speed',
  'media',
  'track-order',
  'timeline-rate',
  'start-timecode',
];
/** Retimes that a format rounds further than its losses say: known, and named by the handoff report. */
const KNOWN = new Set([
  'hiero_xmeml5.xml edl',
  'premiere_large_empty_names_xmeml4.xml fcpxml',
  'otio_nested_example.otio fcpxml',
]);

/** The file as a timeline, without its media; undefined where it is refused with a code. */
async function opened(name: string): Promise<ExportInput | undefined> {
  try {
    const imported = importCutText(await readCutText(join(folder, name)));
    return assumedCut(imported);
  } catch (error) {
    if (error instanceof MontageError && /^E_(?:INTERCHANGE|UNKNOWN_FORMAT)/.test(error.fault.code)) return undefined;
    throw error;
  }
}

describe.skipIf(files.length === 0)('files that editors wrote, converted without their media', () => {
  test.each(files)('%s describes the same cut in every format, or the loss is listed', async (name) => {
    const input = await opened(name);
    if (input === undefined) {
      expect(name).toMatch(/fragment|1_8_clips/);
      return;
    }
    for (const format of INTERCHANGE_FORMATS) {
      const result = exportTimeline(format, input);
      const { unexplained } = readBackExport(format, input, result);
      const other = unexplained.filter(({ kind }) => CUT.includes(kind));
      if (!KNOWN.has(`${name} ${format}`)) expect(other.slice(0, 3), `${name} as ${format}`).toEqual([]);
    }
  });

  test.each(files.filter((name) => name.startsWith('edl_dissolve')))('%s keeps its dissolves', async (name) => {
    const input = await opened(name);
    if (input === undefined) throw new Error('refused');
    for (const format of INTERCHANGE_FORMATS) {
      const cutBack = exportTimeline(format, input).losses.filter(({ message }) =>
        message.includes('reach no further'),
      );
      expect(cutBack, format).toEqual([]);
    }
  });
});
