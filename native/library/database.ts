import Sqlite from 'better-sqlite3';
import type { z } from 'zod';
import { MontageError, type Fault } from '../../core/errors.ts';

type Parameter = string | number | bigint | Uint8Array | null;
type Handle = Sqlite.Database;

/** A project's SQLite connection: rows are checked as they are read, failures carry codes, events wait for the commit. */
export class Database {
  readonly path: string;
  readonly #handle: Handle;
  readonly #statements = new Map<string, Sqlite.Statement>();
  #afterCommit: (() => void)[] = [];
  #onRollback: (() => void)[] = [];
  #writes = 0;

  constructor(handle: Handle, path: string) {
    this.#handle = handle;
    this.path = path;
  }

  /** How many statements have written since opening; tells an idle project from a busy one. */
  get writes(): number {
    return this.#writes;
  }

  /** Runs one statement that returns no rows; gives how many rows it changed. */
  run(sql: string, ...parameters: readonly Parameter[]): number {
    this.#writes += 1;
    return this.#guarded(() => this.#prepare(sql).run(...parameters).changes);
  }

  /** The first row, or undefined. */
  get<Row>(schema: z.ZodType<Row>, sql: string, ...parameters: readonly Parameter[]): Row | undefined {
    const row = this.#guarded(() => this.#prepare(sql).get(...parameters));
    return row === undefined ? undefined : this.#checked(schema, row, sql);
  }

  all<Row>(schema: z.ZodType<Row>, sql: string, ...parameters: readonly Parameter[]): Row[] {
    const rows = this.#guarded(() => this.#prepare(sql).all(...parameters));
    return rows.map((row) => this.#checked(schema, row, sql));
  }

  /** All or nothing; calls inside calls join the outer one. What `afterCommit` was told runs once it is on disk. */
  transaction<Result>(work: () => Result): Result {
    if (this.#handle.inTransaction) return work();
    try {
      const result = this.#guarded(() => this.#handle.transaction(work).immediate());
      const told = this.#afterCommit;
      this.#forget();
      for (const tell of told) tell();
      return result;
    } catch (error) {
      const undone = this.#onRollback;
      this.#forget();
      for (const undo of undone) undo();
      throw error;
    }
  }

  /** Runs once the current transaction is on disk, at once where there is none. */
  afterCommit(tell: () => void): void {
    if (this.#handle.inTransaction) this.#afterCommit.push(tell);
    else tell();
  }

  /** Runs if the current transaction fails; for what memory holds of it. */
  onRollback(undo: () => void): void {
    if (this.#handle.inTransaction) this.#onRollback.push(undo);
  }

  /** Brings the write-ahead log into the file and empties it. */
  checkpoint(): void {
    this.#guarded(() => this.#handle.pragma('wal_checkpoint(TRUNCATE)'));
  }

  /** A consistent copy of the whole file while work goes on. */
  async backup(destination: string): Promise<void> {
    try {
      await this.#handle.backup(destination);
    } catch (error) {
      throw asFault(error, destination);
    }
  }

  close(): void {
    this.#statements.clear();
    this.#guarded(() => this.#handle.close());
  }

  #forget(): void {
    this.#afterCommit = [];
    this.#onRollback = [];
  }

  #prepare(sql: string): Sqlite.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#handle.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #checked<Row>(schema: z.ZodType<Row>, row: unknown, sql: string): Row {
    const result = schema.safeParse(row);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw new MontageError({
      code: 'E_PROJECT_INVALID',
      message: `the project holds a row that cannot be read (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}; ${sql})`,
      where: this.path,
      hint: 'keep the file and open a saved copy',
      stage: 'project',
    });
  }

  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw asFault(error, this.path);
    }
  }
}

/** SQLite's failures as faults a person can act on; anything else passes as it is. */
export function asFault(error: unknown, where: string): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error;
  return new MontageError({ ...faultOf(error.code, error.message), where, stage: 'project' }, { cause: error });
}

function faultOf(code: string, message: string): Fault {
  if (code.startsWith('SQLITE_FULL')) {
    return { code: 'E_NO_SPACE', message: 'no space is left to save', hint: 'free some space and try again' };
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return { code: 'E_PROJECT_LOCKED', message: 'another program holds the project', hint: 'close it there first' };
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM') {
    return {
      code: 'E_PROJECT_READ_ONLY',
      message: 'the project cannot be written',
      hint: 'save it to a folder you can write to',
    };
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return {
      code: 'E_PROJECT_INVALID',
      message: `the project file is damaged (${message})`,
      hint: 'open a saved copy',
    };
  }
  if (code.startsWith('SQLITE_CANTOPEN')) {
    return {
      code: 'E_PROJECT_UNREADABLE',
      message: 'the project cannot be opened',
      hint: 'check the folder and its permissions',
    };
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return {
      code: 'E_PROJECT_IO',
      message: `the disk failed (${message})`,
      hint: 'check the drive, then open the project again',
    };
  }
  return { code: 'E_BUG', message: `${code}: ${message}` };
}
