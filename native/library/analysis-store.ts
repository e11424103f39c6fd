import { z } from 'zod';
import { measuresOf, type Measure } from '../../core/analysis/measures.ts';
import type { AnalysisResult, Span } from '../../core/analysis/results.ts';
import { analysisResultSchema } from '../../core/analysis/schema.ts';
import type { MediaId } from '../../core/media/media.ts';
import { flicks } from '../../core/time/flicks.ts';
import type { Clock } from '../clock.ts';
import type { Database } from './database.ts';
import type { ProjectEvents } from './events.ts';
import { storedJson } from './stored-json.ts';

export type StoredAnalysis = { readonly result: AnalysisResult; readonly artifacts: readonly string[] };

/** Which measures to find. A span finds what overlaps it; frame spans and time spans are different things. */
export type MeasureQuery = {
  readonly mediaId: MediaId;
  readonly analyserId: string;
  readonly analyserVersion?: number | undefined;
  readonly measure?: string | undefined;
  readonly span?: Span | undefined;
};

const resultRow = z.object({ result: storedJson(analysisResultSchema), artifacts: storedJson(z.array(z.string())) });
const idRow = z.object({ id: z.int() });
const measureRow = z.object({
  measure: z.string(),
  span_kind: z.enum(['frames', 'time']),
  span_start: z.int(),
  span_end: z.int(),
  value: z.number(),
});

/** What analysers found: whole results as they gave them, and their numbers by span, so that evidence can be looked up. */
export class AnalysisStore {
  readonly #database: Database;
  readonly #events: ProjectEvents;
  readonly #clock: Clock;

  constructor(database: Database, events: ProjectEvents, clock: Clock) {
    this.#database = database;
    this.#events = events;
    this.#clock = clock;
  }

  /** Keeps a result with the artifacts it rests on; one of the same analyser version and kind is replaced. */
  save(mediaId: MediaId, result: AnalysisResult, artifacts: readonly string[] = []): void {
    const { analyserId, analyserVersion, kind } = result;
    this.#database.transaction(() => {
      const key = [mediaId, analyserId, analyserVersion, kind];
      this.#database.run(
        'DELETE FROM analysis WHERE media_id = ? AND analyser = ? AND version = ? AND kind = ?',
        ...key,
      );
      const row = this.#database.get(
        idRow,
        `INSERT INTO analysis (media_id, analyser, version, kind, result, artifacts, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
        ...[...key, JSON.stringify(result), JSON.stringify(artifacts), this.#clock.now()],
      );
      for (const measure of measuresOf(result)) this.#addMeasure(row?.id ?? 0, measure);
      this.#database.afterCommit(() => this.#events.publish({ kind: 'analysis-changed', mediaId, result: kind }));
    });
  }

  /** Forgets all that was found in a file. */
  remove(mediaId: MediaId): void {
    this.#database.run('DELETE FROM analysis WHERE media_id = ?', mediaId);
  }

  /** The newest version of each kind of result of a file. */
  results(mediaId: MediaId): readonly AnalysisResult[] {
    return this.stored(mediaId).map(({ result }) => result);
  }

  /** The newest version of each kind of result of a file, with the artifacts it rests on. */
  stored(mediaId: MediaId): readonly StoredAnalysis[] {
    const sql = 'SELECT result, artifacts FROM analysis WHERE media_id = ? ORDER BY version DESC, id DESC';
    const newest = new Map<string, StoredAnalysis>();
    for (const row of this.#database.all(resultRow, sql, mediaId)) {
      if (!newest.has(row.result.kind)) newest.set(row.result.kind, row);
    }
    return [...newest.values()];
  }

  /** The result of one analyser version; undefined where it has not run. */
  result(mediaId: MediaId, analyserId: string, analyserVersion: number): AnalysisResult | undefined {
    const sql = 'SELECT result, artifacts FROM analysis WHERE media_id = ? AND analyser = ? AND version = ?';
    return this.#database.get(resultRow, sql, mediaId, analyserId, analyserVersion)?.result;
  }

  /** Stored numbers that match, by span. Without a version: of all versions. */
  measures(query: MeasureQuery): readonly Measure[] {
    const { mediaId, analyserId, analyserVersion, measure, span } = query;
    const conditions = ['a.media_id = ?', 'a.analyser = ?'];
    const values: (string | number)[] = [mediaId, analyserId];
    if (analyserVersion !== undefined) {
      conditions.push('a.version = ?');
      values.push(analyserVersion);
    }
    if (measure !== undefined) {
      conditions.push('m.measure = ?');
      values.push(measure);
    }
    if (span !== undefined) {
      conditions.push('m.span_kind = ? AND m.span_start <= ? AND m.span_end >= ?');
      values.push(span.kind, bounds(span).end, bounds(span).start);
    }
    const rows = this.#database.all(
      measureRow,
      `SELECT m.measure, m.span_kind, m.span_start, m.span_end, m.value
       FROM measures m JOIN analysis a ON a.id = m.analysis_id
       WHERE ${conditions.join(' AND ')} ORDER BY a.version, m.measure, m.span_start`,
      ...values,
    );
    return rows.map((row) => ({ measure: row.measure, span: spanOf(row), value: row.value }));
  }

  #addMeasure(analysisId: number, { measure, span, value }: Measure): void {
    const { start, end } = bounds(span);
    this.#database.run(
      'INSERT INTO measures (analysis_id, measure, span_kind, span_start, span_end, value) VALUES (?, ?, ?, ?, ?, ?)',
      ...[analysisId, measure, span.kind, start, end, value],
    );
  }
}

function bounds(span: Span): { readonly start: number; readonly end: number } {
  return span.kind === 'frames' ? { start: span.firstFrame, end: span.lastFrame } : span;
}

function spanOf(row: z.infer<typeof measureRow>): Span {
  return row.span_kind === 'frames'
    ? { kind: 'frames', firstFrame: row.span_start, lastFrame: row.span_end }
    : { kind: 'time', start: flicks(row.span_start), end: flicks(row.span_end) };
}
