import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { systemClock } from '../../../native/clock.ts';
import { Database } from '../../../native/library/database.ts';
import { ProjectEvents } from '../../../native/library/events.ts';
import { migrate } from '../../../native/library/migrations.ts';
import { TimelineStore, type EditEngine } from '../../../native/library/timeline-store.ts';
import { SOURCES } from '../../core/timeline/footage.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

export type Opening = { readonly database: Database; readonly reopen: (engine?: EditEngine) => TimelineStore };

/** A database of its own, and stores over it that know only what is on disk. */
export function openDatabaseForTest(): Opening {
  const path = join(temporaryFolder(), 'film.montage');
  const handle = new Sqlite(path);
  // The disk itself is not under test, the log is.
  handle.pragma('synchronous = OFF');
  migrate(handle);
  const database = new Database(handle, path);
  onTestFinished(() => database.close());
  const reopen = (engine: EditEngine = applyEdit) =>
    new TimelineStore(database, new ProjectEvents(), systemClock, SOURCES, engine);
  return { database, reopen };
}
