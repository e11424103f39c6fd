import type { ExportFormat, ExportReport } from '../core/contract/model.ts';
import { PROFILES, type Profile, type TargetId } from '../core/interchange/profiles.ts';
import { plural } from './format.ts';

/** A place to hand a cut to: named by application, never by file format. */
export type ExportTarget = {
  readonly id: string;
  readonly name: string;
  /** What it writes, in small print. */
  readonly writes: string;
  readonly format: ExportFormat | 'video';
  readonly extension: string;
  /** Versions of the application that its files are shaped for, the usual one first; none where it makes no difference. */
  readonly versions: readonly Profile[];
};

const profiles = (...ids: readonly TargetId[]): readonly Profile[] =>
  ids.flatMap((id) => PROFILES.find((profile) => profile.id === id) ?? []);

export const EXPORT_TARGETS: readonly ExportTarget[] = [
  {
    id: 'resolve',
    name: 'Resolve',
    writes: 'writes FCPXML',
    format: 'fcpxml',
    extension: 'fcpxml',
    versions: profiles('resolve19', 'resolve21', 'resolve18.5'),
  },
  {
    id: 'premiere',
    name: 'Premiere',
    writes: 'writes Final Cut Pro 7 XML',
    format: 'fcp7',
    extension: 'xml',
    versions: profiles('premiere25.6', 'premiere25'),
  },
  {
    id: 'final-cut',
    name: 'Final Cut',
    writes: 'writes FCPXML',
    format: 'fcpxml',
    extension: 'fcpxml',
    versions: profiles('fcp10.6', 'fcp11', 'fcp12'),
  },
  {
    id: 'other',
    name: 'Other app (OTIO)',
    writes: 'writes OpenTimelineIO',
    format: 'otio',
    extension: 'otio',
    versions: profiles('generic', 'resolve19', 'premiere25.6'),
  },
  { id: 'edl', name: 'Paper: EDL', writes: 'writes CMX 3600', format: 'edl', extension: 'edl', versions: [] },
  { id: 'captions', name: 'Captions', writes: 'writes SubRip (SRT)', format: 'srt', extension: 'srt', versions: [] },
  { id: 'shots', name: 'Shot list', writes: 'writes a table (CSV)', format: 'csv', extension: 'csv', versions: [] },
  {
    id: 'video',
    name: 'Video file',
    writes: 'film, images or sound',
    format: 'video',
    extension: 'mp4',
    versions: [],
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
