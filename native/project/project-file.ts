import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { MontageError, type Fault } from '../../core/errors.ts';
import { asFault, Database } from '../library/database.ts';
import { APPLICATION_ID, CURRENT_VERSION, migrate } from '../library/migrations.ts';
import { isWritable } from './file-system.ts';

export type Journal = 'wal' | 'rollback';

const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
/** Offsets in the database header, https://www.sqlite.org/fileformat2.html#the_database_header */
const USER_VERSION_OFFSET = 60;
const APPLICATION_ID_OFFSET = 68;

function refuse(code: Fault['code'], message: string, where: string, hint: string): never {
  throw new MontageError({ code, message, where, hint, stage: 'project' });
}

/**
 * Looks at a project file without opening it, so that a file that is not ours is never touched.
 *
 * @throws MontageError E_PROJECT_MISSING, E_PROJECT_INVALID (a folder, no project, damaged), E_PROJECT_UNREADABLE,
 *   E_PROJECT_NEWER, E_PROJECT_READ_ONLY
 */
export function checkProjectFile(path: string): void {
  if (!existsSync(path)) refuse('E_PROJECT_MISSING', 'there is no such project', path, 'check the name, or create it');
  if (statSync(path).isDirectory()) {
    refuse('E_PROJECT_INVALID', 'this is a folder, not a project', path, 'name a .montage file');
  }
  const header = readHeader(path);
  const isSqlite = header.length === HEADER_BYTES && header.toString('latin1', 0, MAGIC.length) === MAGIC;
  if (!isSqlite || header.readUInt32BE(APPLICATION_ID_OFFSET) !== APPLICATION_ID) {
    refuse('E_PROJECT_INVALID', 'this is not a Montage project', path, 'name a .montage file');
  }
  checkVersion(header.readUInt32BE(USER_VERSION_OFFSET), path);
  if (!isWritable(path) || !isWritable(dirname(path))) {
    const hint = 'copy it to a folder you can write to';
    refuse('E_PROJECT_READ_ONLY', 'the project or its folder cannot be written', path, hint);
  }
}

function checkVersion(version: number, path: string): void {
  if (version <= CURRENT_VERSION) return;
  const message = `the project was saved by a newer Montage (format ${version}; this one knows ${CURRENT_VERSION})`;
  refuse('E_PROJECT_NEWER', message, path, 'update Montage');
}

function readHeader(path: string): Buffer {
  try {
    const file = openSync(path, 'r');
    try {
      const header = Buffer.alloc(Math.min(HEADER_BYTES, fstatSync(file).size));
      return header.subarray(0, readSync(file, header, 0, header.length, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    refuse('E_PROJECT_UNREADABLE', 'the project cannot be read', path, 'check its permissions');
  }
}

/**
 * Opens the database for this process alone and brings it up to the current version; undefined where another process
 * holds it. Call {@link checkProjectFile} first.
 *
 * @throws MontageError E_PROJECT_INVALID, E_PROJECT_NEWER, E_PROJECT_READ_ONLY, E_NO_SPACE …
 */
export function openDatabase(path: string, journal: Journal): Database | undefined {
  let handle: Sqlite.Database | undefined;
  try {
    handle = new Sqlite(path, { fileMustExist: true, timeout: 0 });
    // Exclusive from the first look on: no second engine gets in, and the log needs no shared memory file.
    handle.pragma('locking_mode = EXCLUSIVE');
    handle.exec('BEGIN EXCLUSIVE; COMMIT');
    checkVersion(Number(handle.pragma('user_version', { simple: true })), path);
    handle.pragma(`journal_mode = ${journal === 'wal' ? 'WAL' : 'TRUNCATE'}`);
    handle.pragma('synchronous = FULL');
    handle.pragma('foreign_keys = ON');
    // The header tells the version before the file is opened, so it must not lag behind in the log.
    if (migrate(handle).length > 0 && journal === 'wal') handle.pragma('wal_checkpoint(TRUNCATE)');
    return new Database(handle, path);
  } catch (error) {
    handle?.close();
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined;
    throw asFault(error, path);
  }
}

/**
 * Writes a new, empty project file. The caller gives it its final name.
 *
 * @throws MontageError E_NO_SPACE, E_PROJECT_UNREADABLE …
 */
export function writeEmptyProject(path: string, describe: (database: Database) => void): void {
  try {
    const handle = new Sqlite(path);
    try {
      migrate(handle);
      describe(new Database(handle, path));
    } finally {
      handle.close();
    }
  } catch (error) {
    throw asFault(error, path);
  }
}
