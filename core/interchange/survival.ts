import { loss, type Cut } from './export-cut.ts';
import type { InterchangeFormat, Loss } from './handoff.ts';
import { CLIP_FEATURES } from './survival-clips.ts';
import { PICTURE_FEATURES } from './survival-pictures.ts';
import { TIMELINE_FEATURES } from './survival-timeline.ts';
import type { Feature, Support } from './survival-uses.ts';

/**
 * What survives in which format. The one table: exporters list losses from it, the documentation prints it, and a test
 * proves each cell by exporting a cut that has the thing and reading it back.
 */
export const FEATURES: readonly Feature[] = [...TIMELINE_FEATURES, ...CLIP_FEATURES, ...PICTURE_FEATURES];

/** The formats of the table; Resolve's and Premiere's OTIO hold more than plain OTIO. */
export type SurvivalColumn = InterchangeFormat | 'premiere' | 'resolve';

/** What a format, in the form that the target reads, makes of a property. */
export function supportOf({ support }: Feature, column: SurvivalColumn): Support {
  return column === 'premiere' || column === 'resolve' ? (support[column] ?? support.otio) : support[column];
}

/** Lists what a format cannot hold of a cut, from the table. */
export function tableLosses(cut: Cut, format: InterchangeFormat): readonly Loss[] {
  const flavour = cut.profile.otio === 'generic' ? 'otio' : cut.profile.otio;
  const column = format === 'otio' ? flavour : format;
  const cuts = [cut, ...(cut.timeline.nested ?? []).map((nested) => cut.nested(nested))];
  return FEATURES.flatMap((feature) => {
    const support = supportOf(feature, column);
    if (support.survives) return [];
    const uses = cuts.flatMap((one) => feature.uses(one));
    return uses.map((use) => loss(feature.kind, feature.severity, use.what, use.where, support.how));
  });
}

const TITLES: Readonly<Record<SurvivalColumn, string>> = {
  otio: 'OTIO',
  resolve: 'OTIO for Resolve',
  premiere: 'OTIO for Premiere',
  fcpxml: 'FCPXML',
  fcp7: 'FCP7 XML',
  edl: 'EDL',
};
const COLUMNS: readonly SurvivalColumn[] = ['otio', 'resolve', 'premiere', 'fcpxml', 'fcp7', 'edl'];

/** What survives in which format, as a Markdown table. */
export function generateInterchangeTable(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const cell = ({ survives, how }: Support) => `${survives ? 'yes' : '**no**'}: ${how.replaceAll('|', '\\|')}`;
  return [
    row(['what', ...COLUMNS.map((column) => TITLES[column])]),
    row(['---', ...COLUMNS.map(() => '---')]),
    ...FEATURES.map((feature) => row([feature.label, ...COLUMNS.map((column) => cell(supportOf(feature, column)))])),
    '',
  ].join('\n');
}
