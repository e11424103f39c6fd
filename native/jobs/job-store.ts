import { z } from 'zod';
import type { JobLogLine, JobState } from '../../core/contract/model.ts';
import { MontageError, type Fault } from '../../core/errors.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../library/database.ts';
import type { ProjectEvents } from '../library/events.ts';
import { storedJson } from '../library/stored-json.ts';
import { faultSchema } from './fault.ts';
import type { Needs, PlannedShard } from './job-kind.ts';

const stateSchema = z.enum([
  'queued',
  'running',
  'paused',
  'failed',
  'done',
  'cancelled',
]) satisfies z.ZodType<JobState>;

const jobRow = z.object({
  id: z.string(),
  kind: z.string(),
  version: z.int(),
  title: z.string(),
  input: storedJson(z.unknown()),
  state: stateSchema,
  parent_id: z.string().nullable(),
  split: z.int(),
  progress: z.number(),
  attempts: z.int(),
  fault: storedJson(faultSchema).nullable(),
  result: storedJson(z.unknown()).nullable(),
  created_at: z.int(),
  finished_at: z.int().nullable(),
});
export type JobRow = z.infer<typeof jobRow>;

const needsSchema = z.object({ cores: z.number(), memoryBytes: z.number() }) satisfies z.ZodType<Needs>;
const shardRow = z.object({
  ordinal: z.int(),
  shard: storedJson(z.unknown()),
  cost: z.number(),
  needs: storedJson(needsSchema).nullable(),
  done: z.int(),
  output: storedJson(z.unknown()).nullable(),
  attempts: z.int(),
});
export type ShardRow = z.infer<typeof shardRow>;

const idRow = z.object({ id: z.string() });
const logRow = z.object({ at: z.int(), level: z.enum(['info', 'warn', 'error']), message: z.string() });

export type NewJob = {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly title: string;
  readonly input: unknown;
  readonly parentId: string | null;
  readonly priority: number;
  readonly after: readonly string[];
};

const ENDED: ReadonlySet<JobState> = new Set<JobState>(['failed', 'done', 'cancelled']);

/** Whether a job is over. */
export function hasEnded(state: JobState): boolean {
  return ENDED.has(state);
}

/** Jobs, their shards and logs in the project's database; what a crash finds again. */
export class JobStore {
  readonly #database: Database;
  readonly #events: ProjectEvents;
  readonly #clock: Clock;

  constructor(database: Database, events: ProjectEvents, clock: Clock) {
    this.#database = database;
    this.#events = events;
    this.#clock = clock;
  }

  transaction<Result>(work: () => Result): Result {
    return this.#database.transaction(work);
  }

  add(job: NewJob): void {
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT INTO jobs (id, kind, version, title, input, state, parent_id, priority, created_at)
         VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?)`,
        ...[job.id, job.kind, job.version, job.title, JSON.stringify(job.input)],
        ...[job.parentId, job.priority, this.#clock.now()],
      );
      for (const needed of job.after) {
        this.#database.run('INSERT INTO job_dependencies (job_id, needs_id) VALUES (?, ?)', job.id, needed);
      }
      this.#changed(job.id);
    });
  }

  /** All jobs, newest first. */
  list(): readonly JobRow[] {
    return this.#database.all(jobRow, 'SELECT * FROM jobs ORDER BY created_at DESC, rowid DESC');
  }

  find(id: string): JobRow | undefined {
    return this.#database.get(jobRow, 'SELECT * FROM jobs WHERE id = ?', id);
  }

  /**
   * One job.
   *
   * @throws MontageError E_JOB_UNKNOWN
   */
  get(id: string): JobRow {
    const row = this.find(id);
    if (row !== undefined) return row;
    throw new MontageError({ code: 'E_JOB_UNKNOWN', message: 'there is no such job', where: id, stage: 'jobs' });
  }

  /** The oldest job of a kind and input that waits, runs or is paused; undefined where there is none. */
  unfinished(kind: string, input: unknown): string | undefined {
    const sql = `SELECT id FROM jobs WHERE kind = ? AND input = ? AND state IN ('queued', 'running', 'paused')
      ORDER BY created_at, rowid LIMIT 1`;
    return this.#database.get(idRow, sql, kind, JSON.stringify(input))?.id;
  }

  /** The newest job of this kind and input, whatever became of it. */
  latest(kind: string, input: unknown): string | undefined {
    const sql = 'SELECT id FROM jobs WHERE kind = ? AND input = ? ORDER BY created_at DESC, rowid DESC LIMIT 1';
    return this.#database.get(idRow, sql, kind, JSON.stringify(input))?.id;
  }

  childrenOf(id: string): readonly string[] {
    return this.#database.all(idRow, 'SELECT id FROM jobs WHERE parent_id = ?', id).map((row) => row.id);
  }

  /** Jobs that may run now, in the order in which they should. */
  runnable(): readonly string[] {
    const sql = `SELECT id FROM jobs j WHERE state IN ('queued', 'running') AND NOT EXISTS (
        SELECT 1 FROM job_dependencies d JOIN jobs n ON n.id = d.needs_id WHERE d.job_id = j.id AND n.state <> 'done')
      ORDER BY priority DESC, created_at, rowid`;
    return this.#database.all(idRow, sql).map((row) => row.id);
  }

  /** Waiting jobs that can never run because one they need failed or was cancelled. */
  stranded(): readonly string[] {
    const sql = `SELECT id FROM jobs j WHERE state = 'queued' AND EXISTS (
        SELECT 1 FROM job_dependencies d JOIN jobs n ON n.id = d.needs_id
        WHERE d.job_id = j.id AND n.state IN ('failed', 'cancelled'))`;
    return this.#database.all(idRow, sql).map((row) => row.id);
  }

  /** What an engine that died left running waits again; shards it recorded stay recorded. */
  recover(): readonly string[] {
    return this.#database.transaction(() => {
      const left = this.#database.all(idRow, `UPDATE jobs SET state = 'queued' WHERE state = 'running' RETURNING id`);
      for (const { id } of left) this.#changed(id);
      return left.map(({ id }) => id);
    });
  }

  setState(id: string, state: JobState, ended: { readonly fault?: Fault; readonly result?: unknown } = {}): void {
    this.#database.transaction(() => {
      const finishedAt = hasEnded(state) ? this.#clock.now() : null;
      this.#database.run(
        'UPDATE jobs SET state = ?, fault = ?, result = ?, finished_at = ? WHERE id = ?',
        ...[state, asJson(ended.fault), asJson(ended.result), finishedAt, id],
      );
      if (state === 'done') this.#database.run('UPDATE jobs SET progress = 1 WHERE id = ?', id);
      this.#changed(id);
    });
  }

  setPriority(id: string, priority: number): void {
    this.#database.run('UPDATE jobs SET priority = ? WHERE id = ?', priority, id);
  }

  /** The highest priority of any job, to go before. */
  topPriority(): number {
    const sql = `SELECT coalesce(max(priority), 0) AS top FROM jobs WHERE state IN ('queued', 'running', 'paused')`;
    return this.#database.get(z.object({ top: z.int() }), sql)?.top ?? 0;
  }

  /** Counts a try of a job or of one of its shards. */
  countAttempt(id: string, ordinal?: number): void {
    this.#database.transaction(() => {
      this.#database.run('UPDATE jobs SET attempts = attempts + 1 WHERE id = ?', id);
      if (ordinal !== undefined) {
        this.#database.run('UPDATE shards SET attempts = attempts + 1 WHERE job_id = ? AND ordinal = ?', id, ordinal);
      }
    });
  }

  /** Records how a job was split; earlier shards, of another version of its kind, are forgotten. */
  saveSplit(id: string, version: number, shards: readonly PlannedShard<unknown>[]): void {
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM shards WHERE job_id = ?', id);
      for (const [ordinal, { shard, cost, needs }] of shards.entries()) {
        const sql = 'INSERT INTO shards (job_id, ordinal, shard, cost, needs) VALUES (?, ?, ?, ?, ?)';
        this.#database.run(sql, id, ordinal, JSON.stringify(shard), cost, asJson(needs));
      }
      this.#database.run('UPDATE jobs SET split = 1, version = ? WHERE id = ?', version, id);
    });
  }

  shards(id: string): readonly ShardRow[] {
    const sql =
      'SELECT ordinal, shard, cost, needs, done, output, attempts FROM shards WHERE job_id = ? ORDER BY ordinal';
    return this.#database.all(shardRow, sql, id);
  }

  /** Records that a shard is done, what came out, and what else belongs to that, in one step. */
  saveShard(id: string, ordinal: number, output: unknown, progress: number, commit?: () => void): void {
    this.#database.transaction(() => {
      commit?.();
      const sql = 'UPDATE shards SET done = 1, output = ? WHERE job_id = ? AND ordinal = ?';
      this.#database.run(sql, JSON.stringify(output ?? null), id, ordinal);
      this.#database.run('UPDATE jobs SET progress = max(progress, ?) WHERE id = ?', progress, id);
      this.#changed(id);
    });
  }

  log(id: string, level: JobLogLine['level'], message: string): void {
    const sql = 'INSERT INTO job_log (job_id, at, level, message) VALUES (?, ?, ?, ?)';
    this.#database.run(sql, id, this.#clock.now(), level, message);
  }

  /** What a job said, oldest first. */
  logOf(id: string): readonly JobLogLine[] {
    const rows = this.#database.all(logRow, 'SELECT at, level, message FROM job_log WHERE job_id = ? ORDER BY id', id);
    return rows.map(({ at, level, message }) => ({ atMs: at, level, message }));
  }

  /** Forgets jobs that are over and that no waiting job needs; gives how many. */
  clean(): number {
    return this.#database.transaction(() => {
      const sql = `DELETE FROM jobs WHERE state IN ('failed', 'done', 'cancelled') AND id NOT IN (
          SELECT d.needs_id FROM job_dependencies d JOIN jobs j ON j.id = d.job_id
          WHERE j.state IN ('queued', 'running', 'paused')) RETURNING id`;
      const gone = this.#database.all(idRow, sql);
      for (const { id } of gone) {
        this.#database.afterCommit(() => this.#events.publish({ kind: 'job-removed', jobId: id }));
      }
      return gone.length;
    });
  }

  #changed(id: string): void {
    this.#database.afterCommit(() => this.#events.publish({ kind: 'job-changed', jobId: id }));
  }
}

function asJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
