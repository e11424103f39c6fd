import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MontageError } from '../../core/errors.ts';
import { systemClock, type Clock } from '../clock.ts';
import { randomIds, type IdSource } from '../ids.ts';
import type { Database } from '../library/database.ts';
import type { EditEngine } from '../library/timeline-store.ts';
import { createProjectFile } from './create.ts';
import { isNetworkFolder } from './file-system.ts';
import { holderState, readLock, removeLock, writeLock, type Endpoint, type Lock } from './lock.ts';
import { checkProjectFile, openDatabase, type Journal } from './project-file.ts';
import { Project } from './project.ts';

export type OpenOptions = {
  readonly applyEdit: EditEngine;
  /** Makes the project where there is none. */
  readonly create?: boolean | undefined;
  /** Where the engine listens, if it does already; else `project.publish` tells later. */
  readonly endpoint?: Endpoint | undefined;
  readonly clock?: Clock | undefined;
  readonly ids?: IdSource | undefined;
  /** How long without a write until the log goes into the file; 30 s unless told. */
  readonly idleMs?: number | undefined;
};

/** The project, or the engine that has it open: talk to that one. */
export type Opened =
  | { readonly kind: 'open'; readonly project: Project }
  | ({ readonly kind: 'running'; readonly pid: number } & Endpoint);

const IDLE_MS = 30_000;
/** How long an engine may take from holding a project to saying where it listens. */
const STARTING_MS = 2_000;
const RETRY_MS = 50;

/**
 * Opens a project file, or says which engine has it open. A lock whose process is gone is taken over.
 *
 * @throws MontageError E_PROJECT_MISSING, E_PROJECT_INVALID, E_PROJECT_NEWER, E_PROJECT_READ_ONLY, E_PROJECT_UNREADABLE,
 *   E_PROJECT_LOCKED (held by an engine that cannot be reached), E_FOLDER_MISSING, E_NO_SPACE; the file is as before then
 */
export async function openProject(file: string, options: OpenOptions): Promise<Opened> {
  const path = resolve(file);
  const services = {
    applyEdit: options.applyEdit,
    clock: options.clock ?? systemClock,
    ids: options.ids ?? randomIds,
    idleMs: options.idleMs ?? IDLE_MS,
  };
  if (options.create === true) createIfMissing(path, services.ids, services.clock);
  checkProjectFile(path);
  const journal: Journal = isNetworkFolder(dirname(path)) ? 'rollback' : 'wal';
  const patience = services.clock.elapsed() + STARTING_MS;
  for (;;) {
    const holder = readLock(path);
    const state = holder === undefined ? 'dead' : holderState(holder);
    const database = state === 'dead' || state === 'unknown' ? openDatabase(path, journal) : undefined;
    if (database !== undefined) {
      const project = held(path, database, options.endpoint, () => new Project(path, database, journal, services));
      return { kind: 'open', project };
    }
    const endpoint = holder === undefined ? undefined : endpointOf(holder);
    if (holder !== undefined && endpoint !== undefined && (state === 'alive' || state === 'unknown')) {
      return { kind: 'running', pid: holder.pid, ...endpoint };
    }
    if (state === 'elsewhere' || services.clock.elapsed() >= patience) throw unreachable(path, holder);
    await pause(RETRY_MS);
  }
}

/** Two that create the same project at once both get it: the later one opens what the earlier made. */
function createIfMissing(path: string, ids: IdSource, clock: Clock): void {
  if (existsSync(path)) return;
  try {
    createProjectFile(path, ids, clock);
  } catch (error) {
    if (!(error instanceof MontageError && error.fault.code === 'E_FILE_EXISTS')) throw error;
  }
}

function held(path: string, database: Database, endpoint: Endpoint | undefined, make: () => Project): Project {
  try {
    writeLock(path, endpoint ?? null);
    return make();
  } catch (error) {
    database.close();
    removeLock(path);
    throw error;
  }
}

function endpointOf({ port, token }: Lock): Endpoint | undefined {
  return port === null || token === null ? undefined : { port, token };
}

function unreachable(path: string, holder: Lock | undefined): MontageError {
  const who = holder === undefined ? 'another program' : `process ${holder.pid} on ${holder.host}`;
  const message = `${who} has the project open`;
  const hint = 'close it there; if that machine is gone, delete the .lock file beside the project';
  return new MontageError({ code: 'E_PROJECT_LOCKED', message, where: path, hint, stage: 'project' });
}
