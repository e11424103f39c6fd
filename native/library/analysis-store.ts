import { createHash } from 'node:crypto';
import { z } from 'zod';
import { EVIDENCE_VERSION, type EvidencePage, type EvidenceQuery } from '../../core/analysis/evidence.ts';
import { speakerName } from '../../core/analysis/diarize.ts';
import type { SpeakerNames } from '../../core/analysis/measures.ts';
import { outranks, REFINING_ANALYSERS, type AnalyserStamp, type AnalysisResult } from '../../core/analysis/results.ts';
import { analysisResultSchema } from '../../core/analysis/schema.ts';
import { assert } from '../../core/errors.ts';
import type { MediaId } from '../../core/media/media.ts';
import { mediaIdSchema } from '../../core/media/schema.ts';
import type { SourceLookup } from '../../core/timeline/timeline.ts';
import type { Clock } from '../clock.ts';
import type { Database } from './database.ts';
import type { ProjectEvents } from './events.ts';
import { queryEvidence } from './evidence-query.ts';
import { writeEvidence } from './evidence-rows.ts';
import { storedJson } from './stored-json.ts';

/** Of the project table: which version its evidence was read with. */
const KEY = 'evidenceVersion';

export type StoredAnalysis = { readonly result: AnalysisResult; readonly artifacts: readonly string[] };

/** What a result was made from, so that it can be told whether it still holds. */
export type ResultBasis =
  | {
      readonly kind: 'made';
      /** Catalogue ids of the models that made it, with the hashes of their files. */
      readonly models: readonly (readonly [id: string, sha256: string])[];
      /** Names of the results it builds on: see `resultName`. */
      readonly results: readonly (string | null)[];
    }
  /** By the user: it stands whatever analysers would say. */
  | { readonly kind: 'given' };

/** Which analyser made a result, and what it rests on. */
export type AnalysisStamp = AnalyserStamp & {
  readonly kind: string;
  readonly artifacts: readonly string[];
  /** Hash of what it says; null where an older Montage stored it. */
  readonly digest: string | null;
  /** Null where nobody asked: measured in the one pass, or stored by an older Montage. */
  readonly basis: ResultBasis | null;
};

/** The result of a kind that an analyser builds on, of those that count first: never one that it gave itself. */
export function builtOnOf(stored: readonly AnalysisStamp[], kind: string, analyser: string): AnalysisStamp | undefined {
  return stored.find((one) => one.kind === kind && one.analyserId !== analyser);
}

/** Names a result by what it says. */
export function resultName({ analyserId, analyserVersion, digest, artifacts }: AnalysisStamp): string {
  return [analyserId, analyserVersion, digest ?? artifacts.join(' ')].join(' ');
}

export const resultBasisSchema: z.ZodType<ResultBasis> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('made'),
    models: z.array(z.tuple([z.string(), z.string()])),
    results: z.array(z.string().nullable()),
  }),
  z.object({ kind: z.literal('given') }),
]);

export type AnalysisSummary = {
  readonly shotCount: number | undefined;
  readonly integratedLufs: number | null | undefined;
  readonly tempoBpm: number | null | undefined;
  readonly bestFrame: number | undefined;
};

/** A result of a shape that this version does not know is null: it is measured anew, as results of older versions are. */
const storedResult = storedJson(z.unknown()).transform((value) => analysisResultSchema.safeParse(value).data ?? null);
const resultRow = z.object({ result: storedResult, artifacts: storedJson(z.array(z.string())) });
const stampRow = z.object({
  kind: z.string(),
  analyserId: z.string(),
  analyserVersion: z.int(),
  artifacts: storedJson(z.array(z.string())),
  digest: z.string().nullable(),
  basis: storedJson(resultBasisSchema).nullable(),
});
const summaryRow = z.object({ value: z.number().nullable() });
const labelRow = z.object({ label: z.string().nullable() });
const idRow = z.object({ id: z.int() });
const REFINED = `analyser IN (${REFINING_ANALYSERS.map((id) => `'${id}'`).join(', ')})`;
/** The order of results of a file as `outranks` has it. */
const BEST_FIRST = `ORDER BY ${REFINED} DESC, version DESC, id DESC`;
const storedRow = resultRow.extend({ id: z.int(), media_id: mediaIdSchema });

/** What analysers found: whole results as they gave them, and row by row, so that evidence can be asked for. */
export class AnalysisStore {
  readonly #database: Database;
  readonly #events: ProjectEvents;
  readonly #clock: Clock;
  readonly #sources: SourceLookup;

  constructor(database: Database, events: ProjectEvents, clock: Clock, sources: SourceLookup) {
    this.#database = database;
    this.#events = events;
    this.#clock = clock;
    this.#sources = sources;
    this.#refreshEvidence();
  }

  /** Keeps a result with the artifacts and all else it rests on; one of the same analyser version and kind is replaced. */
  save(
    mediaId: MediaId,
    result: AnalysisResult,
    artifacts: readonly string[] = [],
    basis: ResultBasis | null = null,
  ): void {
    const { analyserId, analyserVersion, kind } = result;
    const text = JSON.stringify(result);
    this.#database.transaction(() => {
      const key = [mediaId, analyserId, analyserVersion, kind];
      this.#database.run(
        'DELETE FROM analysis WHERE media_id = ? AND analyser = ? AND version = ? AND kind = ?',
        ...key,
      );
      const row = this.#database.get(
        idRow,
        `INSERT INTO analysis (media_id, analyser, version, kind, result, artifacts, created_at, digest, basis)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
        ...[...key, text, JSON.stringify(artifacts), this.#clock.now()],
        ...[createHash('sha256').update(text).digest('hex'), basis === null ? null : JSON.stringify(basis)],
      );
      assert(row !== undefined, 'an insert that returns gives a row');
      if (!this.#isSuperseded(mediaId, result)) {
        writeEvidence(this.#database, this.#sources, { analysisId: row.id, mediaId, result });
      }
      this.#database.afterCommit(() => this.#events.publish({ kind: 'analysis-changed', mediaId, result: kind }));
    });
  }

  /** Calls the speakers of a file by names in evidence; gives whether any is called otherwise than before. */
  nameSpeakers(mediaId: MediaId, names: SpeakerNames): boolean {
    const sql = `SELECT id, media_id, result, artifacts FROM analysis WHERE media_id = ? AND kind = 'speakers'
      ORDER BY version DESC, id DESC LIMIT 1`;
    const row = this.#database.get(storedRow, sql, mediaId);
    const result = row?.result;
    if (row === undefined || result?.kind !== 'speakers') return false;
    const called = `SELECT label FROM evidence WHERE media_id = ? AND kind = 'speakers' ORDER BY rowid`;
    const before = this.#database.all(labelRow, called, mediaId);
    if (result.turns.every(({ speaker }, turn) => before[turn]?.label === speakerName(speaker, names))) return false;
    this.#database.transaction(() => {
      writeEvidence(this.#database, this.#sources, { analysisId: row.id, mediaId, result, names });
      this.#database.afterCommit(() => this.#events.publish({ kind: 'analysis-changed', mediaId, result: 'speakers' }));
    });
    return true;
  }

  #isSuperseded(mediaId: MediaId, result: AnalysisResult): boolean {
    return this.stamps(mediaId).some((other) => other.kind === result.kind && outranks(other, result));
  }

  /** Forgets all that was found in a file. */
  remove(mediaId: MediaId): void {
    for (const table of ['analysis', 'evidence_groups']) {
      this.#database.run(`DELETE FROM ${table} WHERE media_id = ?`, mediaId);
    }
  }

  /**
   * The result of each kind that counts for a file: the newest version, and one that set right what was measured before that.
   * Of the kinds that are named alone, where some are: hours take seconds to read. `besides`: as if this analyser had not run.
   */
  results(mediaId: MediaId, kinds?: readonly AnalysisResult['kind'][], besides?: string): readonly AnalysisResult[] {
    const all = this.stored(mediaId, kinds, besides);
    return all.map(({ result }) => result);
  }

  /** As {@link results}, with the artifacts they rest on. */
  stored(mediaId: MediaId, kinds?: readonly AnalysisResult['kind'][], besides = ''): readonly StoredAnalysis[] {
    const [only, values] =
      kinds === undefined ? ['', []] : ['AND kind IN (SELECT value FROM json_each(?))', [JSON.stringify(kinds)]];
    const sql = `SELECT result, artifacts FROM analysis WHERE media_id = ? AND analyser != ? ${only} ${BEST_FIRST}`;
    const newest = new Map<string, StoredAnalysis>();
    for (const { result, artifacts } of this.#database.all(resultRow, sql, mediaId, besides, ...values)) {
      if (result !== null && !newest.has(result.kind)) newest.set(result.kind, { result, artifacts });
    }
    return [...newest.values()];
  }

  /** Which results there are, those that count first, without what they say. Quick for files of any length. */
  stamps(mediaId: MediaId): readonly AnalysisStamp[] {
    const sql = `SELECT kind, analyser AS analyserId, version AS analyserVersion, artifacts, digest, basis
      FROM analysis INDEXED BY analysis_stamps WHERE media_id = ? ${BEST_FIRST}`;
    return this.#database.all(stampRow, sql, mediaId);
  }

  /** What the bin shows of a file, read where it stands: quick for files of any length. Undefined is not measured yet. */
  summary(mediaId: MediaId): AnalysisSummary {
    const whole = (kind: AnalysisResult['kind'], measure: string) => {
      if (!this.#has(mediaId, kind)) return undefined;
      const found = `SELECT value FROM evidence WHERE media_id = ? AND kind = ? AND measure = ? LIMIT 1`;
      return this.#database.get(summaryRow, found, mediaId, kind, measure)?.value ?? null;
    };
    const shots = `SELECT count(*) AS value FROM evidence WHERE media_id = ? AND kind = 'shots' AND measure = 'shot'`;
    // The longest shot is what a file is about.
    const best = this.#database.get(
      summaryRow,
      `SELECT value FROM evidence WHERE media_id = ? AND kind = 'shot-scores' AND measure = 'keyFrame'
       ORDER BY span_end - span_start DESC, span_start LIMIT 1`,
      mediaId,
    );
    return {
      shotCount: this.#has(mediaId, 'shots') ? (this.#database.get(summaryRow, shots, mediaId)?.value ?? 0) : undefined,
      integratedLufs: whole('loudness', 'integratedLufs'),
      tempoBpm: whole('rhythm', 'tempoBpm'),
      bestFrame: best?.value ?? undefined,
    };
  }

  #has(mediaId: MediaId, kind: AnalysisResult['kind']): boolean {
    const sql = 'SELECT id FROM analysis INDEXED BY analysis_stamps WHERE media_id = ? AND kind = ? LIMIT 1';
    return this.#database.get(idRow, sql, mediaId, kind) !== undefined;
  }

  /** Results of one kind by all analysers of a file, oldest version first. */
  allOf<Kind extends AnalysisResult['kind']>(
    mediaId: MediaId,
    kind: Kind,
  ): readonly Extract<AnalysisResult, { kind: Kind }>[] {
    const sql = 'SELECT result, artifacts FROM analysis WHERE media_id = ? AND kind = ? ORDER BY version, id';
    return this.#database
      .all(resultRow, sql, mediaId, kind)
      .flatMap(({ result }) => (result !== null && isOfKind(result, kind) ? [result] : []));
  }

  /** Forgets what one analyser found in a file; gives whether there was anything. */
  forget(mediaId: MediaId, analyserId: string): boolean {
    const sql = 'DELETE FROM analysis WHERE media_id = ? AND analyser = ?';
    return this.#database.run(sql, mediaId, analyserId) > 0;
  }

  /** The result of one analyser version; undefined where it has not run. */
  result(mediaId: MediaId, analyserId: string, analyserVersion: number): AnalysisResult | undefined {
    const sql = 'SELECT result, artifacts FROM analysis WHERE media_id = ? AND analyser = ? AND version = ?';
    return this.#database.get(resultRow, sql, mediaId, analyserId, analyserVersion)?.result ?? undefined;
  }

  /** Answers a question about what was found in all footage. */
  find(query: EvidenceQuery): EvidencePage {
    return queryEvidence(this.#database, query);
  }

  /** Reads all evidence from the results anew where an older Montage wrote it. */
  #refreshEvidence(): void {
    this.#database.transaction(() => {
      const row = this.#database.get(z.object({ value: z.string() }), `SELECT value FROM project WHERE key = ?`, KEY);
      if (row?.value === String(EVIDENCE_VERSION)) return;
      // There may be some of kinds that are no more.
      for (const table of ['evidence', 'evidence_groups']) this.#database.run(`DELETE FROM ${table}`);
      const newestLast = `SELECT id, media_id, result, artifacts FROM analysis ORDER BY ${REFINED}, version, id`;
      for (const { id, media_id: mediaId, result } of this.#database.all(storedRow, newestLast)) {
        if (result !== null) writeEvidence(this.#database, this.#sources, { analysisId: id, mediaId, result });
      }
      this.#database.run('INSERT OR REPLACE INTO project (key, value) VALUES (?, ?)', KEY, String(EVIDENCE_VERSION));
    });
  }
}

function isOfKind<Kind extends AnalysisResult['kind']>(
  result: AnalysisResult,
  kind: Kind,
): result is Extract<AnalysisResult, { kind: Kind }> {
  return result.kind === kind;
}
