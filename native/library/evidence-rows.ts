import { z } from 'zod';
import type { Evidence, EvidenceCondition, EvidencePage, EvidenceQuery } from '../../core/analysis/evidence.ts';
import { measuresOf } from '../../core/analysis/measures.ts';
import type { AnalysisResult, Span } from '../../core/analysis/results.ts';
import { RESULT_KINDS } from '../../core/analysis/schema.ts';
import { startOfFrame } from '../../core/media/frames.ts';
import type { MediaId } from '../../core/media/media.ts';
import { mediaIdSchema } from '../../core/media/schema.ts';
import { flicks, ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import type { SourceLookup } from '../../core/timeline/timeline.ts';
import type { Database } from './database.ts';

const evidenceRow = z.object({
  media_id: mediaIdSchema,
  kind: z.enum(RESULT_KINDS),
  measure: z.string(),
  label: z.string().nullable(),
  value: z.number(),
  span_kind: z.enum(['frames', 'time']),
  span_start: z.int(),
  span_end: z.int(),
  start_time: z.int(),
  end_time: z.int(),
});
const COLUMNS =
  'e.media_id, e.kind, e.measure, e.label, e.value, e.span_kind, e.span_start, e.span_end, e.start_time, e.end_time';

/** Writes what a result says as rows that can be asked for; rows of older results of its kind go. */
export function writeEvidence(
  database: Database,
  sources: SourceLookup,
  {
    analysisId,
    mediaId,
    result,
  }: { readonly analysisId: number; readonly mediaId: MediaId; readonly result: AnalysisResult },
): void {
  database.run('DELETE FROM evidence WHERE media_id = ? AND kind = ?', mediaId, result.kind);
  const timesOf = spanTimes(sources, mediaId);
  for (const { measure, span, value, label } of measuresOf(result)) {
    const { start, end } = timesOf(span);
    const bounds = span.kind === 'frames' ? [span.firstFrame, span.lastFrame] : [span.start, span.end];
    database.run(
      `INSERT INTO evidence (analysis_id, media_id, kind, measure, label, value, span_kind, span_start, span_end,
         start_time, end_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[analysisId, mediaId, result.kind, measure, label ?? null, value, span.kind, ...bounds, start, end],
    );
  }
}

function spanTimes(sources: SourceLookup, mediaId: MediaId) {
  const frames = sources.source(mediaId)?.frames;
  return (span: Span): { readonly start: Flicks; readonly end: Flicks } => {
    if (span.kind === 'time') return span;
    // Frame numbers without frame times say nothing about when.
    if (frames === undefined) return { start: ZERO_FLICKS, end: ZERO_FLICKS };
    return { start: startOfFrame(frames, span.firstFrame), end: startOfFrame(frames, span.lastFrame + 1) };
  };
}

type Parameters = (string | number)[];

/** Answers a question about all evidence. An instant overlaps what it lies in. */
export function queryEvidence(database: Database, query: EvidenceQuery): EvidencePage {
  const values: Parameters = [];
  const conditions = ['m.removed_at IS NULL', ...conditionSql('e', query.find, values)];
  if (query.mediaIds !== undefined) {
    conditions.push('e.media_id IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(query.mediaIds));
  }
  if (query.within !== undefined) {
    conditions.push('e.start_time < max(?, ? + 1) AND ? < max(e.end_time, e.start_time + 1)');
    values.push(query.within.end, query.within.start, query.within.start);
  }
  for (const during of query.during) {
    const own = conditionSql('d', during, values);
    conditions.push(`EXISTS (SELECT 1 FROM evidence d WHERE d.media_id = e.media_id
      AND ${[...own, ...OVERLAP].join(' AND ')})`);
  }
  const from = `FROM evidence e JOIN media m ON m.id = e.media_id WHERE ${conditions.join(' AND ')}`;
  const total = database.get(z.object({ total: z.int() }), `SELECT count(*) AS total ${from}`, ...values);
  const rows = database.all(
    evidenceRow,
    `SELECT ${COLUMNS} ${from} ORDER BY ${ORDER[query.order]} LIMIT ? OFFSET ?`,
    ...[...values, query.limit, query.offset],
  );
  return { found: rows.map(evidenceOf), total: total?.total ?? 0 };
}

const OVERLAP = [
  'd.start_time < max(e.end_time, e.start_time + 1)',
  'e.start_time < max(d.end_time, d.start_time + 1)',
] as const;

const ORDER: Readonly<Record<EvidenceQuery['order'], string>> = {
  time: 'm.added_at, m.name, e.start_time, e.end_time, e.rowid',
  highest: 'e.value DESC, e.start_time, e.rowid',
  lowest: 'e.value, e.start_time, e.rowid',
};

function conditionSql(row: 'e' | 'd', condition: EvidenceCondition, values: Parameters): readonly string[] {
  const { kind, measure, measures, label, contains, least, most } = condition;
  const tests = [
    [`${row}.kind = ?`, kind],
    [`${row}.measure = ?`, measure],
    [`${row}.measure IN (SELECT value FROM json_each(?))`, measures && JSON.stringify(measures)],
    [`${row}.label = ? COLLATE NOCASE`, label],
    [`${row}.label LIKE '%' || ? || '%' ESCAPE '\\'`, contains?.replaceAll(/[\\%_]/g, String.raw`\$&`)],
    [`${row}.value >= ?`, least],
    [`${row}.value <= ?`, most],
  ] as const;
  return tests.flatMap(([sql, value]) => {
    if (value === undefined) return [];
    values.push(value);
    return [sql];
  });
}

function evidenceOf(row: z.infer<typeof evidenceRow>): Evidence {
  const { span_kind: kind, span_start: start, span_end: end } = row;
  return {
    mediaId: row.media_id,
    kind: row.kind,
    measure: row.measure,
    ...(row.label !== null && { label: row.label }),
    value: row.value,
    span:
      kind === 'frames'
        ? { kind, firstFrame: start, lastFrame: end }
        : { kind, start: flicks(start), end: flicks(end) },
    start: flicks(row.start_time),
    end: flicks(row.end_time),
  };
}
