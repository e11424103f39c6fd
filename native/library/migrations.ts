import type Sqlite from 'better-sqlite3';

/** 'MTGE' in the file's header: what tells a Montage project from any other SQLite file. */
export const APPLICATION_ID = 0x4d_54_47_45;

export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

const LIBRARY = `
CREATE TABLE project (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE media (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  online INTEGER NOT NULL,
  kind TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sampled_sha256 TEXT NOT NULL,
  full_sha256 TEXT,
  duration INTEGER NOT NULL,
  facts TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE INDEX media_by_content ON media (sampled_sha256, size_bytes);
CREATE INDEX media_by_path ON media (path);

CREATE TABLE frame_tables (
  media_id TEXT PRIMARY KEY REFERENCES media (id),
  frame_count INTEGER NOT NULL,
  deltas BLOB NOT NULL
) STRICT;

CREATE TABLE analysis (
  id INTEGER PRIMARY KEY,
  media_id TEXT NOT NULL REFERENCES media (id),
  kind TEXT NOT NULL,
  analyser TEXT NOT NULL,
  version INTEGER NOT NULL,
  result TEXT NOT NULL,
  artifacts TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (media_id, analyser, version, kind)
) STRICT;
CREATE INDEX analysis_by_analyser ON analysis (analyser, version);

CREATE TABLE measures (
  analysis_id INTEGER NOT NULL REFERENCES analysis (id) ON DELETE CASCADE,
  measure TEXT NOT NULL,
  span_kind TEXT NOT NULL CHECK (span_kind IN ('frames', 'time')),
  span_start INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  value REAL NOT NULL
) STRICT;
CREATE INDEX measures_by_span ON measures (analysis_id, measure, span_start);

CREATE TABLE timelines (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;

CREATE TABLE edit_log (
  timeline_id TEXT NOT NULL REFERENCES timelines (id),
  revision INTEGER NOT NULL,
  edit_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo')),
  schema_version INTEGER NOT NULL,
  label TEXT NOT NULL,
  edit TEXT,
  inverse TEXT,
  effect TEXT,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (timeline_id, revision),
  UNIQUE (timeline_id, edit_id)
) STRICT;

CREATE TABLE timeline_snapshots (
  timeline_id TEXT NOT NULL REFERENCES timelines (id),
  revision INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  timeline TEXT NOT NULL,
  PRIMARY KEY (timeline_id, revision)
) STRICT;

CREATE TABLE suggestions (
  id TEXT PRIMARY KEY,
  timeline_id TEXT REFERENCES timelines (id),
  state TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
`;

const JOBS = `
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  input TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'failed', 'done', 'cancelled')),
  parent_id TEXT REFERENCES jobs (id) ON DELETE SET NULL,
  priority INTEGER NOT NULL,
  split INTEGER NOT NULL DEFAULT 0,
  progress REAL NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  fault TEXT,
  result TEXT,
  created_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state, priority);
CREATE INDEX jobs_by_parent ON jobs (parent_id);

CREATE TABLE job_dependencies (
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  needs_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  PRIMARY KEY (job_id, needs_id)
) STRICT;
CREATE INDEX job_dependencies_by_need ON job_dependencies (needs_id);

CREATE TABLE shards (
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  shard TEXT NOT NULL,
  cost REAL NOT NULL,
  needs TEXT,
  done INTEGER NOT NULL DEFAULT 0,
  output TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (job_id, ordinal)
) STRICT;

CREATE TABLE job_log (
  id INTEGER PRIMARY KEY,
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  level TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX job_log_by_job ON job_log (job_id);
`;

/** Measures of before had no times of their own and no labels: they are read anew from the results when a project opens. */
const EVIDENCE = `
DROP TABLE measures;

CREATE TABLE evidence (
  analysis_id INTEGER NOT NULL REFERENCES analysis (id) ON DELETE CASCADE,
  media_id TEXT NOT NULL REFERENCES media (id),
  kind TEXT NOT NULL,
  measure TEXT NOT NULL,
  label TEXT,
  value REAL NOT NULL,
  span_kind TEXT NOT NULL CHECK (span_kind IN ('frames', 'time')),
  span_start INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  start_time INTEGER NOT NULL,
  end_time INTEGER NOT NULL
) STRICT;
CREATE INDEX evidence_by_analysis ON evidence (analysis_id);
CREATE INDEX evidence_by_media ON evidence (media_id, kind, measure, start_time);
CREATE INDEX evidence_by_value ON evidence (measure, value);
CREATE INDEX evidence_by_label ON evidence (label COLLATE NOCASE, measure);
`;

const PEOPLE = `
CREATE TABLE person_decisions (
  id INTEGER PRIMARY KEY,
  decision TEXT NOT NULL,
  decided_at INTEGER NOT NULL
) STRICT;
`;

const SPEAKERS = `
CREATE TABLE speaker_decisions (
  id INTEGER PRIMARY KEY,
  decision TEXT NOT NULL,
  decided_at INTEGER NOT NULL
) STRICT;
`;

/** Which evidence there is by file, kind and measure, and how long the longest of it is: what a search starts from. */
const EVIDENCE_GROUPS = `
CREATE TABLE evidence_groups (
  media_id TEXT NOT NULL REFERENCES media (id),
  kind TEXT NOT NULL,
  measure TEXT NOT NULL,
  longest INTEGER NOT NULL,
  PRIMARY KEY (media_id, kind, measure)
) STRICT, WITHOUT ROWID;
INSERT INTO evidence_groups
  SELECT media_id, kind, measure, max(1, max(end_time - start_time)) FROM evidence GROUP BY media_id, kind, measure;
`;

/** What each result says, as one hash, and what it was made from; null for results of before, and for given ones. */
const RESULT_BASIS = `
ALTER TABLE analysis ADD COLUMN digest TEXT;
ALTER TABLE analysis ADD COLUMN basis TEXT;
`;

/** Times and stamps are read from indexes alone: rows of results hold megabytes before what says whose they are. */
const COVERING_INDEXES = `
DROP INDEX evidence_by_media;
CREATE INDEX evidence_by_media ON evidence (media_id, kind, measure, start_time, end_time);
CREATE INDEX analysis_stamps ON analysis (media_id, version DESC, id DESC, kind, analyser, artifacts, digest, basis);
`;

/** Forward only, in order, never changed once released; each is tested from a file of the version before. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'media, analysis and timelines', sql: LIBRARY },
  { version: 2, name: 'jobs', sql: JOBS },
  { version: 3, name: 'evidence', sql: EVIDENCE },
  { version: 4, name: 'people', sql: PEOPLE },
  { version: 5, name: 'speakers', sql: SPEAKERS },
  { version: 6, name: 'evidence by groups', sql: EVIDENCE_GROUPS },
  { version: 7, name: 'what results rest on', sql: RESULT_BASIS },
  { version: 8, name: 'indexes that cover', sql: COVERING_INDEXES },
];

/** The version this Montage writes. */
export const CURRENT_VERSION = MIGRATIONS.length;

/**
 * Brings a file up to a version (the current one unless told), all or nothing, and says which steps ran.
 *
 * @throws SqliteError when the disk fails; the file is then as before
 */
export function migrate(handle: Sqlite.Database, upTo: number = CURRENT_VERSION): readonly Migration[] {
  const from = Number(handle.pragma('user_version', { simple: true }));
  const steps = MIGRATIONS.filter(({ version }) => version > from && version <= upTo);
  if (steps.length === 0) return steps;
  handle
    .transaction(() => {
      for (const { sql } of steps) handle.exec(sql);
      handle.pragma(`application_id = ${APPLICATION_ID}`);
      handle.pragma(`user_version = ${upTo}`);
    })
    .immediate();
  return steps;
}
