import { z } from 'zod';
import type { Evidence, EvidenceCondition, EvidencePage, EvidenceQuery } from '../../core/analysis/evidence.ts';
import { RESULT_KINDS } from '../../core/analysis/schema.ts';
import { mediaIdSchema } from '../../core/media/schema.ts';
import { flicks } from '../../core/time/flicks.ts';
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
const groupRow = z.object({ media_id: z.string(), kind: z.string(), measure: z.string() });
const totalRow = z.object({ total: z.int() });
const COLUMNS =
  'e.media_id, e.kind, e.measure, e.label, e.value, e.span_kind, e.span_start, e.span_end, e.start_time, e.end_time';

/** A piece of SQL with the values of its question marks, in their order. */
type Piece = { readonly sql: string; readonly values: readonly (string | number)[] };
const piece = (sql: string, ...values: readonly (string | number)[]): Piece => ({ sql, values });

/**
 * Answers a question about all evidence. An instant overlaps what it lies in.
 *
 * Evidence is reached in groups of one file, kind and measure, each in order of time; `evidence_groups` knows the longest
 * of each, so that what overlaps a time is looked for no further back than that.
 */
export function queryEvidence(database: Database, query: EvidenceQuery): EvidencePage {
  const source = sourceOf(database, query);
  const conditions = joined(' AND ', [
    ...source.conditions,
    ...rowConditions('e', query.find),
    ...withinConditions(query, source.isGrouped),
    ...query.during.map((during) =>
      during.label === undefined ? duringCondition(database, during) : duringLabel(database, during, query.find),
    ),
  ]);
  const from = joined(' WHERE ', [piece(source.from), conditions]);
  const rows = database.all(
    evidenceRow,
    `SELECT ${COLUMNS} FROM ${from.sql} ORDER BY ${source.order} LIMIT ? OFFSET ?`,
    ...[...from.values, query.limit, query.offset],
  );
  // A page that is not full, and not beyond the end, tells by itself how many there are.
  const isLast = rows.length < query.limit && (rows.length > 0 || query.offset === 0);
  const total = isLast
    ? query.offset + rows.length
    : (database.get(totalRow, `SELECT count(*) AS total FROM ${from.sql}`, ...from.values)?.total ?? 0);
  return { found: rows.map(evidenceOf), total };
}

type Source = {
  readonly from: string;
  readonly conditions: readonly Piece[];
  readonly order: string;
  /** Whether `g` is the group of each row. */
  readonly isGrouped: boolean;
};

const ORDER: Readonly<Record<EvidenceQuery['order'], string>> = {
  time: 'm.added_at, m.name, e.start_time, e.end_time, e.rowid',
  highest: 'e.value DESC, e.start_time, e.rowid',
  lowest: 'e.value, e.start_time, e.rowid',
};
const IN_GROUP = 'e.media_id = g.media_id AND e.kind = g.kind AND e.measure = g.measure';
const GROUPS = 'evidence_groups g JOIN media m ON m.id = g.media_id AND m.removed_at IS NULL';

/** By which way rows are reached: by what they are called, by value, or group by group. */
function sourceOf(database: Database, { find, mediaIds, within, order, during }: EvidenceQuery): Source {
  const ungrouped = [piece('m.removed_at IS NULL'), ...groupConditions('e', find), ...fileConditions('e', mediaIds)];
  const media = 'JOIN media m ON m.id = e.media_id';
  const alike = { conditions: ungrouped, order: ORDER[order], isGrouped: false };
  if (find.label !== undefined) return { ...alike, from: `evidence e INDEXED BY evidence_by_label ${media}` };
  const isByValue = order !== 'time' && find.measure !== undefined && mediaIds === undefined && within === undefined;
  if (isByValue && during.length === 0) {
    return { ...alike, from: `evidence e INDEXED BY evidence_by_value ${media}` };
  }
  const conditions = [...groupConditions('g', find), ...fileConditions('g', mediaIds)];
  const grouped = joined(' AND ', [piece('1'), ...conditions]);
  const sql = `SELECT g.media_id, g.kind, g.measure FROM ${GROUPS} WHERE ${grouped.sql} LIMIT 2`;
  const [group, other] = database.all(groupRow, sql, ...grouped.values);
  // Of one group alone, time is the order that the index has.
  if (group !== undefined && other === undefined && order === 'time') {
    const { media_id: mediaId, kind, measure } = group;
    return {
      from: `evidence_groups g CROSS JOIN evidence e INDEXED BY evidence_by_media`,
      conditions: [
        piece('g.media_id = ? AND g.kind = ? AND g.measure = ?', mediaId, kind, measure),
        piece('e.media_id = ? AND e.kind = ? AND e.measure = ?', mediaId, kind, measure),
      ],
      order: 'e.start_time, e.end_time, e.rowid',
      isGrouped: true,
    };
  }
  const from = `${GROUPS} CROSS JOIN evidence e INDEXED BY evidence_by_media ON ${IN_GROUP}`;
  return { from, conditions: [grouped], order: ORDER[order], isGrouped: true };
}

function fileConditions(row: 'e' | 'g', mediaIds: EvidenceQuery['mediaIds']): readonly Piece[] {
  if (mediaIds === undefined) return [];
  return [piece(`${row}.media_id IN (SELECT value FROM json_each(?))`, JSON.stringify(mediaIds))];
}

function withinConditions({ within }: EvidenceQuery, isGrouped: boolean): readonly Piece[] {
  if (within === undefined) return [];
  const { start, end } = within;
  return [
    piece('e.start_time < ? AND ? < max(e.end_time, e.start_time + 1)', Math.max(end, start + 1), start),
    ...(isGrouped ? [piece('e.start_time > ? - g.longest', start)] : []),
  ];
}

const knownGroupRow = z.object({ kind: z.string(), measure: z.string(), longest: z.int() });
type KnownGroup = z.infer<typeof knownGroupRow>;

/** Kinds and measures that may meet a condition, each with its longest evidence in any file. */
function knownGroups(database: Database, condition: EvidenceCondition): readonly KnownGroup[] {
  const own = joined(' AND ', [piece('1'), ...groupConditions('g', condition)]);
  const sql = `SELECT g.kind, g.measure, max(g.longest) AS longest FROM evidence_groups g WHERE ${own.sql}
    GROUP BY g.kind, g.measure`;
  return database.all(knownGroupRow, sql, ...own.values);
}

/** Each kind and measure that may meet the condition is looked for by itself: which there are is told once, not row by row. */
function duringCondition(database: Database, condition: EvidenceCondition): Piece {
  const pieces = knownGroups(database, condition).map(({ kind, measure, longest }) => {
    const own = joined(' AND ', [
      piece(
        `d.media_id = e.media_id AND d.kind = ? AND d.measure = ?
         AND d.start_time < max(e.end_time, e.start_time + 1) AND d.start_time > e.start_time - ?`,
        ...[kind, measure, longest],
      ),
      piece('e.start_time < max(d.end_time, d.start_time + 1)'),
      ...rowConditions('d', condition),
    ]);
    return piece(`EXISTS (SELECT 1 FROM evidence d INDEXED BY evidence_by_media WHERE ${own.sql})`, ...own.values);
  });
  return pieces.length === 0 ? piece('0') : parenthesised(joined(' OR ', pieces));
}

/** As {@link duringCondition}, from the few that are called so to what overlaps them. */
function duringLabel(database: Database, condition: EvidenceCondition, find: EvidenceCondition): Piece {
  const pieces = knownGroups(database, find).map(({ kind, measure, longest }) => {
    const own = joined(' AND ', [...rowConditions('d', condition), ...groupConditions('d', condition)]);
    const sql = `SELECT o.rowid FROM evidence d INDEXED BY evidence_by_label
      CROSS JOIN evidence o INDEXED BY evidence_by_media
      ON o.media_id = d.media_id AND o.kind = ? AND o.measure = ?
      AND o.start_time < max(d.end_time, d.start_time + 1) AND o.start_time > d.start_time - ?
      WHERE ${own.sql} AND d.start_time < max(o.end_time, o.start_time + 1)`;
    return piece(sql, ...[kind, measure, longest], ...own.values);
  });
  if (pieces.length === 0) return piece('0');
  const all = joined(' UNION ALL ', pieces);
  return piece(`e.rowid IN (${all.sql})`, ...all.values);
}

function parenthesised({ sql, values }: Piece): Piece {
  return piece(`(${sql})`, ...values);
}

/** What is the same for all rows of a group. */
function groupConditions(row: 'e' | 'd' | 'g', { kind, measure, measures }: EvidenceCondition): readonly Piece[] {
  return asked([
    [`${row}.kind = ?`, kind],
    [`${row}.measure = ?`, measure],
    [`${row}.measure IN (SELECT value FROM json_each(?))`, measures && JSON.stringify(measures)],
  ]);
}

function rowConditions(row: 'e' | 'd', { label, contains, least, most }: EvidenceCondition): readonly Piece[] {
  return asked([
    [`${row}.label = ? COLLATE NOCASE`, label],
    [`${row}.label LIKE '%' || ? || '%' ESCAPE '\\'`, contains?.replaceAll(/[\\%_]/g, String.raw`\$&`)],
    [`${row}.value >= ?`, least],
    [`${row}.value <= ?`, most],
  ]);
}

function asked(tests: readonly (readonly [string, string | number | undefined])[]): readonly Piece[] {
  return tests.flatMap(([sql, value]) => (value === undefined ? [] : [piece(sql, value)]));
}

function joined(by: string, pieces: readonly Piece[]): Piece {
  return piece(pieces.map(({ sql }) => sql).join(by), ...pieces.flatMap(({ values }) => values));
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
