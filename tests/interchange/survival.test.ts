import { describe, expect, test } from 'vitest';
import type { InterchangeFormat } from '../../core/interchange/handoff.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { PROFILES } from '../../core/interchange/profiles.ts';
import { readBackExport } from '../../core/interchange/read-back.ts';
import { FEATURES, supportOf, type SurvivalColumn } from '../../core/interchange/survival.ts';
import { exportInput } from './cut-builder.ts';
import { SURVIVAL_CASES, type SurvivalCase } from './survival-cases.ts';

const COLUMNS: readonly SurvivalColumn[] = ['otio', 'resolve', 'premiere', 'fcpxml', 'fcp7', 'edl'];

/** What looks the same in other programs and comes back in another form, which is listed. */
const CHANGES_FORM = new Set([
  'fcp7 picture fades',
  'fcp7 how pictures of other shapes meet the frame',
  'fcpxml markers on clips',
]);

function exported(column: SurvivalColumn, { timeline, media }: SurvivalCase) {
  const format: InterchangeFormat = column === 'resolve' || column === 'premiere' ? 'otio' : column;
  const flavour = column === 'resolve' || column === 'premiere' ? column : 'generic';
  const profile = PROFILES.find(({ id, otio }) => (format === 'otio' ? otio === flavour : id === 'generic'));
  const input = { ...exportInput(timeline, media), profile };
  const result = exportTimeline(format, input);
  return { result, readBack: readBackExport(format, input, result) };
}

describe.each(COLUMNS)('the column %s of the table of what survives', (column) => {
  test.each(SURVIVAL_CASES)('$label', (one) => {
    const feature = FEATURES.find(({ label }) => label === one.label);
    if (feature === undefined) throw new Error(`no row ${one.label}`);
    const { result, readBack } = exported(column, one);
    expect(readBack.unexplained).toEqual([]);
    if (supportOf(feature, column).survives && !CHANGES_FORM.has(`${column} ${one.label}`)) {
      expect(readBack.declared.filter(({ kind }) => one.kinds.includes(kind))).toEqual([]);
    } else {
      // Whether or not our own reader knows what was written, who hands the file on is told.
      expect(result.losses.map(({ kind }) => kind)).toContain(feature.kind);
    }
  });
});

test('every row of the table has a case', () => {
  const proven = new Set(SURVIVAL_CASES.map(({ label }) => label));
  const rows = FEATURES.map(({ label }) => label).filter((label) => label !== 'markers of a cut that shows nothing');
  expect(rows.filter((label) => !proven.has(label))).toEqual([]);
});
