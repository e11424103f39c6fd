import type { ExportFormat, ExportReport } from '../core/contract/model.ts';
import { plural } from './format.ts';

/** A place to hand a cut to: named by application, never by file format. */
export type ExportTarget = {
  readonly id: string;
  readonly name: string;
  /** What it writes, in small print. */
  readonly writes: string;
  readonly format: ExportFormat | 'video';
  readonly extension: string;
};

export const EXPORT_TARGETS: readonly ExportTarget[] = [
  { id: 'resolve', name: 'Resolve', writes: 'writes FCPXML 1.10', format: 'fcpxml', extension: 'fcpxml' },
  { id: 'premiere', name: 'Premiere', writes: 'writes Final Cut Pro 7 XML', format: 'fcp7', extension: 'xml' },
  { id: 'final-cut', name: 'Final Cut', writes: 'writes FCPXML 1.10', format: 'fcpxml', extension: 'fcpxml' },
  { id: 'other', name: 'Other app (OTIO)', writes: 'writes OpenTimelineIO', format: 'otio', extension: 'otio' },
  { id: 'edl', name: 'Paper: EDL', writes: 'writes CMX 3600', format: 'edl', extension: 'edl' },
  {
    id: 'video',
    name: 'Video file',
    writes: 'film, images or sound',
    format: 'video',
    extension: 'mp4',
  },
];

/** What an export says of itself in one sentence. */
export function exportSummary(report: ExportReport, target: ExportTarget): string {
  const name = report.files[0]?.path.split(/[/\\]/).at(-1) ?? '';
  const { clips, matching } = report.readBack;
  if (matching < clips)
    return `Exported to '${name}'. ${plural(clips - matching, 'clip')} of ${clips} did not read back the same.`;
  if (report.losses.length > 0) {
    return `Exported. ${plural(report.losses.length, 'thing')} will look different in ${target.name}.`;
  }
  return `Exported to '${name}'. Read back: all ${plural(clips, 'clip')} match.`;
}
