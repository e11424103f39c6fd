import { rmSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { z } from 'zod';
import { assert } from '../../core/errors.ts';
import { ArtifactStore } from '../artifacts/store.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import { AnalysisStore } from '../library/analysis-store.ts';
import type { Database } from '../library/database.ts';
import { ProjectEvents } from '../library/events.ts';
import { MediaStore } from '../library/media-store.ts';
import { PeopleStore } from '../library/people-store.ts';
import { SuggestionStore } from '../library/suggestion-store.ts';
import { TimelineStore, type EditEngine } from '../library/timeline-store.ts';
import { checkFolder, placeNew } from './create.ts';
import { cacheFolderFor } from './file-system.ts';
import { removeLock, writeLock, type Endpoint } from './lock.ts';
import type { Journal } from './project-file.ts';

export type ProjectServices = {
  readonly applyEdit: EditEngine;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** How long without a write until the log goes into the file. */
  readonly idleMs: number;
};

/** An open project: its stores, and what keeps its file whole. One engine holds it at a time. */
export class Project {
  readonly path: string;
  /** The file's name without its extension. */
  readonly name: string;
  readonly id: string;
  readonly cacheFolder: string;
  readonly artifacts: ArtifactStore;
  /** 'rollback' on a network file system, where SQLite's write-ahead log is not safe. */
  readonly journal: Journal;
  readonly database: Database;
  readonly events: ProjectEvents;
  readonly media: MediaStore;
  readonly analysis: AnalysisStore;
  readonly timelines: TimelineStore;
  readonly suggestions: SuggestionStore;
  readonly people: PeopleStore;
  readonly speakers: PeopleStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly #idle: NodeJS.Timeout;
  #seenWrites = 0;
  #checkpointedWrites = 0;
  #closed = false;

  constructor(path: string, database: Database, journal: Journal, services: ProjectServices) {
    const { clock, ids } = services;
    const row = database.get(z.object({ value: z.string() }), `SELECT value FROM project WHERE key = 'id'`);
    assert(row !== undefined, 'every project has an id');
    this.path = path;
    this.name = basename(path, extname(path));
    this.id = row.value;
    this.cacheFolder = cacheFolderFor(path);
    this.artifacts = new ArtifactStore(this.cacheFolder, ids);
    this.journal = journal;
    this.database = database;
    this.clock = clock;
    this.ids = ids;
    this.events = new ProjectEvents();
    this.media = new MediaStore(database, this.events, clock, ids);
    this.analysis = new AnalysisStore(database, this.events, clock, this.media);
    this.timelines = new TimelineStore(database, this.events, clock, this.media, services.applyEdit);
    this.people = new PeopleStore(database, clock, 'person_decisions');
    this.speakers = new PeopleStore(database, clock, 'speaker_decisions');
    this.suggestions = new SuggestionStore(database, this.events, clock);
    this.#idle = setInterval(() => this.#checkpointIfIdle(), services.idleMs).unref();
  }

  /** Tells other processes where this engine listens. */
  publish(endpoint: Endpoint): void {
    writeLock(this.path, endpoint);
  }

  /**
   * Writes a complete copy in one file while work goes on.
   *
   * @throws MontageError E_FILE_EXISTS, E_FOLDER_MISSING, E_PROJECT_READ_ONLY, E_NO_SPACE
   */
  async saveCopy(file: string): Promise<string> {
    const path = resolve(file);
    checkFolder(path);
    const temporary = `${path}.${this.ids.id('copy')}`;
    try {
      await this.database.backup(temporary);
      placeNew(temporary, path);
      return path;
    } finally {
      for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${temporary}${suffix}`, { force: true });
    }
  }

  /** Snapshots, empties the log into the file and lets the project go; what is left is one file. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#idle);
    try {
      this.timelines.snapshotAll();
      if (this.journal === 'wal') this.database.checkpoint();
    } finally {
      this.database.close();
      removeLock(this.path);
    }
  }

  /** Between one and two idle times after the last write. */
  #checkpointIfIdle(): void {
    const { writes } = this.database;
    if (this.journal === 'wal' && writes === this.#seenWrites && writes !== this.#checkpointedWrites) {
      this.database.checkpoint();
      this.#checkpointedWrites = writes;
    }
    this.#seenWrites = writes;
  }
}
