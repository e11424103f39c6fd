import { readEdl } from './edl-read.ts';
import { writeEdl } from './edl-write.ts';
import { layOut, withoutGenerated, type Cut, type GeneratedContent } from './export-cut.ts';
import { readFcp7 } from './fcp7-read.ts';
import { writeFcp7 } from './fcp7-write.ts';
import { readFcpxml } from './fcpxml-read.ts';
import { writeFcpxml } from './fcpxml-write.ts';
import type {
  ExportFile,
  ExportInput,
  ExportResult,
  ImportedTimeline,
  ImportOptions,
  InterchangeFormat,
} from './handoff.ts';
import { readOtio } from './otio-read.ts';
import { writeOtio } from './otio-write.ts';
import { tableLosses } from './survival.ts';

/**
 * Writes a timeline for another editor. Deterministic: no time stamps, ids of ours or output paths. The first file is
 * the main one; an EDL has more for further tracks and for more than 999 events.
 *
 * @throws MontageError E_INTERCHANGE_RATE when FCP7 XML or EDL cannot hold the timeline's rate (12.5 fps)
 */
export function exportTimeline(format: InterchangeFormat, input: ExportInput): ExportResult {
  const cut = withoutGenerated(layOut(input), LEFT_OUT[format]);
  const files = write(format, cut);
  return { files, losses: [...cut.losses, ...tableLosses(cut, format)] };
}

/** Generated clips that a writer leaves as holes. */
const LEFT_OUT: Readonly<Record<InterchangeFormat, readonly GeneratedContent['kind'][]>> = {
  otio: [],
  fcpxml: [],
  fcp7: [],
  edl: ['title', 'nested'],
};

function write(format: InterchangeFormat, cut: Cut): readonly ExportFile[] {
  switch (format) {
    case 'otio':
      return [{ suffix: '', text: writeOtio(cut) }];
    case 'fcpxml':
      return [{ suffix: '', text: writeFcpxml(cut) }];
    case 'fcp7':
      return [{ suffix: '', text: writeFcp7(cut) }];
    case 'edl':
      return writeEdl(cut);
  }
}

/**
 * Reads an untrusted file of another editor into a described cut; `resolveImported` makes a timeline of it.
 *
 * @throws MontageError E_INTERCHANGE_… with the line or path in the file
 */
export function importTimeline(format: InterchangeFormat, text: string, options: ImportOptions = {}): ImportedTimeline {
  switch (format) {
    case 'otio':
      return readOtio(text);
    case 'fcpxml':
      return readFcpxml(text);
    case 'fcp7':
      return readFcp7(text);
    case 'edl':
      return readEdl(text, options);
  }
}

const SNIFFED_CHARACTERS = 4096;

/** The format of a text, by what it starts with, then by its name; undefined where neither tells. */
export function detectFormat(text: string, fileName: string): InterchangeFormat | undefined {
  const start = text
    .slice(0, SNIFFED_CHARACTERS)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/<(?:!DOCTYPE\s+)?fcpxml[\s>]/.test(start)) return 'fcpxml';
  if (/<(?:!DOCTYPE\s+)?xmeml[\s>]/.test(start)) return 'fcp7';
  if (start.startsWith('{')) return start.includes('"OTIO_SCHEMA"') || /\.otio$/i.test(fileName) ? 'otio' : undefined;
  if (/^(?:TITLE:|FCM:|\d{3,6}\s+\S+\s+\S+\s+[A-Z])/im.test(start) && !start.startsWith('<')) return 'edl';
  const extension = /\.([^.]+)$/.exec(fileName.toLowerCase())?.[1];
  if (extension === 'otio' || extension === 'fcpxml' || extension === 'edl') return extension;
  return undefined;
}
