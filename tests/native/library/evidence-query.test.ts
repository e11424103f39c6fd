import Sqlite from 'better-sqlite3';
import * as fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { z } from 'zod';
import type { Evidence, EvidenceCondition, EvidenceQuery } from '../../../core/analysis/evidence.ts';
import { flicks, FLICKS_PER_SECOND } from '../../../core/time/flicks.ts';
import { Database } from '../../../native/library/database.ts';
import { queryEvidence } from '../../../native/library/evidence-query.ts';
import { migrate } from '../../../native/library/migrations.ts';
import { longFilmFacts, longFindings } from '../../media/long-findings.ts';
import { scaled } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openTestProject } from '../open-test-project.ts';

const SECONDS = 240;
const ALL: EvidenceQuery = { find: {}, during: [], order: 'time', limit: 10_000, offset: 0 };

async function twoFilms() {
  const project = await openTestProject();
  const ids = ['aa', 'bb'].map((hash, index) => {
    const { id } = project.media.add(`/${hash}.mp4`, longFilmFacts(SECONDS, hash));
    for (const result of longFindings(SECONDS, 900 + index)) project.analysis.save(id, result);
    return id;
  });
  return { project, ids };
}

function fits(row: Evidence, { kind, measure, measures, label, contains, least, most }: EvidenceCondition): boolean {
  const lower = (text: string | undefined) => text?.toLowerCase();
  return (
    (kind === undefined || row.kind === kind) &&
    (measure === undefined || row.measure === measure) &&
    (measures === undefined || measures.includes(row.measure)) &&
    (label === undefined || lower(row.label) === lower(label)) &&
    (contains === undefined || (lower(row.label) ?? '').includes(contains.toLowerCase())) &&
    (least === undefined || row.value >= least) &&
    (most === undefined || row.value <= most)
  );
}

const lastOf = ({ start, end }: { readonly start: number; readonly end: number }) => Math.max(end, start + 1);
const overlap = (a: Pick<Evidence, 'start' | 'end'>, b: Pick<Evidence, 'start' | 'end'>) =>
  a.start < lastOf(b) && b.start < lastOf(a);

/** The same answer by looking at every row. */
function byHand(rows: readonly Evidence[], { find, during, mediaIds, within }: EvidenceQuery): readonly Evidence[] {
  return rows.filter(
    (row) =>
      fits(row, find) &&
      (mediaIds === undefined || mediaIds.includes(row.mediaId)) &&
      (within === undefined || overlap(row, within)) &&
      during.every((condition) =>
        rows.some((other) => other.mediaId === row.mediaId && fits(other, condition) && overlap(other, row)),
      ),
  );
}

const conditionArbitrary: fc.Arbitrary<EvidenceCondition> = fc.record(
  {
    kind: fc.constantFrom('shots', 'rhythm', 'transcript', 'faces', 'objects', 'speech-segments', 'loudness'),
    measure: fc.constantFrom('beat', 'onset', 'word', 'face', 'object', 'speech', 'sharpness', 'integratedLufs'),
    measures: fc.constant(['beat', 'downbeat', 'music']),
    label: fc.constantFrom('CAR', 'person', 'word1'),
    contains: fc.constantFrom('Word1', 'a', '%', '_'),
    least: fc.double({ min: 0, max: 1, noNaN: true }),
    most: fc.double({ min: 0.2, max: 60, noNaN: true }),
  },
  { requiredKeys: [] },
);

const key = ({ mediaId, kind, measure, start, end, value, label }: Evidence) =>
  JSON.stringify([mediaId, kind, measure, start, end, value, label]);

describe('questions about evidence', () => {
  it('are answered as if every row were looked at', async () => {
    const { project, ids } = await twoFilms();
    const rows = project.analysis.find(ALL).found;
    expect(rows.length).toBeGreaterThan(3_000);
    const time = fc.integer({ min: 0, max: SECONDS }).map((second) => flicks(second * FLICKS_PER_SECOND));
    const queryArbitrary = fc.record({
      find: conditionArbitrary,
      during: fc.array(conditionArbitrary, { maxLength: 2 }),
      mediaIds: fc.constantFrom(undefined, ids, ids.slice(1), []),
      within: fc.option(fc.record({ start: time, end: time }), { nil: undefined }),
      order: fc.constantFrom('time', 'highest', 'lowest'),
    });
    fc.assert(
      fc.property(
        queryArbitrary,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 60 }),
        (some, limit, offset) => {
          const wanted = byHand(rows, { ...ALL, ...some });
          const whole = project.analysis.find({ ...ALL, ...some });
          expect(whole.total).toBe(wanted.length);
          expect(whole.found.map(key).toSorted()).toEqual(wanted.map(key).toSorted());
          const page = project.analysis.find({ ...some, limit, offset });
          expect(page).toEqual({ found: whole.found.slice(offset, offset + limit), total: whole.total });
        },
      ),
      { numRuns: scaled(30) },
    );
  });

  it('use indexes: nothing is looked for row by row', () => {
    const path = join(temporaryFolder(), 'film.montage');
    const handle = new Sqlite(path);
    migrate(handle);
    handle.exec(`INSERT INTO media VALUES ('m', 'a.mov', '/a.mov', 1, 'video', 1, 'aa', NULL, 1, '{}', 0, NULL);
      INSERT INTO evidence_groups VALUES ('m', 'faces', 'face', 9), ('m', 'speech-segments', 'speech', 9),
        ('m', 'sound-kinds', 'speech', 9), ('m', 'shots', 'shot', 9)`);
    const asked: string[] = [];
    /** Explains what it is asked before it answers. */
    class Explaining extends Database {
      override all<Row>(schema: z.ZodType<Row>, sql: string, ...values: (string | number)[]): Row[] {
        asked.push(JSON.stringify(handle.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values)));
        return super.all(schema, sql, ...values);
      }
    }
    const database = new Explaining(handle, path);
    onTestFinished(() => database.close());
    const minute = { start: flicks(0), end: flicks(60 * FLICKS_PER_SECOND) };
    const questions: readonly Partial<EvidenceQuery>[] = [
      { find: { kind: 'shots' } },
      { find: {}, within: minute },
      { find: { label: 'needle' }, during: [{ measure: 'face' }] },
      { find: { measure: 'sharpness' }, order: 'highest' },
      { find: { kind: 'shots' }, during: [{ label: 'car' }, { measure: 'speech' }] },
    ];
    for (const question of questions) queryEvidence(database, { ...ALL, ...question });
    expect(asked.length).toBeGreaterThanOrEqual(questions.length);
    for (const plan of asked) {
      expect(plan).not.toMatch(/SCAN [ed]\b/);
    }
    expect(asked.filter((plan) => plan.includes('SEARCH e USING INDEX')).length).toBe(questions.length);
  });
});
