import { deepEqual, match, notEqual } from 'node:assert/strict';
import { describeCut } from '../../cli/commands/timeline.ts';
import { MontageError } from '../../core/errors.ts';
import { assumedMedia } from '../../core/interchange/assumed-media.ts';
import type {
  ExportInput,
  ExportResult,
  ImportedTimeline,
  InterchangeFormat,
  ResolvedMedia,
} from '../../core/interchange/handoff.ts';
import { makeHandoffReport } from '../../core/interchange/handoff-report.ts';
import { exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { readBackExport, type ReadBack } from '../../core/interchange/read-back.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import { importSide, isSideFormat, type SideFormat } from '../../core/interchange/side-formats.ts';
import { checkTimeline } from '../../core/timeline/check-timeline.ts';

export type ReadFormat = InterchangeFormat | Extract<SideFormat, 'srt' | 'vtt' | 'ass' | 'csv'>;

/** A described cut as a timeline, its media taken as the file describes them, as `montage convert` does without them. */
export function assumedCut(imported: ImportedTimeline): ExportInput {
  const assume = assumedMedia(imported);
  const used = new Map<string, ResolvedMedia>();
  let last = 0;
  const { timeline } = resolveImported(
    imported,
    (reference) => {
      const media = assume(reference);
      if (media !== undefined) used.set(media.media.id, media);
      return media;
    },
    () => `c-${(last += 1)}`,
  );
  return { timeline, media: (id) => used.get(id)?.media, sources: { source: (id) => used.get(id)?.source } };
}

/** What was written has to be readable: a code of its own reader is no outcome. */
function readBackOwn(target: InterchangeFormat, input: ExportInput, result: ExportResult): ReadBack {
  try {
    return readBackExport(target, input, result);
  } catch (error) {
    throw new Error(`our own ${target} file is refused`, { cause: error });
  }
}

/**
 * Takes an untrusted text all the way that `montage timeline` and `montage convert` take it. It ends as a valid cut that
 * was written in `target`, or with a code and what to do: anything else throws.
 */
export function wholeWay(format: ReadFormat, text: string, target: InterchangeFormat): string {
  try {
    const imported = isSideFormat(format) ? importSide(format, text, `x.${format}`) : importTimeline(format, text);
    describeCut(imported);
    const input = assumedCut(imported);
    deepEqual(checkTimeline(input.timeline, input.sources), []);
    const result = exportTimeline(target, input);
    makeHandoffReport(target, ['x'], input, result, readBackOwn(target, input, result));
    return 'read';
  } catch (error) {
    if (!(error instanceof MontageError)) throw error;
    match(error.fault.code, /^E_INTERCHANGE_/);
    notEqual(error.fault.hint ?? '', '', error.message);
    return error.fault.code;
  }
}
