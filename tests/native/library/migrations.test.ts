import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { APPLICATION_ID, CURRENT_VERSION, migrate, MIGRATIONS } from '../../../native/library/migrations.ts';
import { emptyTimeline } from './marker-engine.ts';
import { openTestProject } from '../open-test-project.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const FACTS = {
  ...{ kind: 'audio', container: 'wav', duration: 1, video: [], audio: [], remarks: [] },
  fingerprint: { sizeBytes: 1, sampledSha256: 'aa' },
};
const RHYTHM = {
  ...{ kind: 'rhythm', analyserId: 'rhythm', analyserVersion: 1, tempoBpm: 120, confidence: 1 },
  ...{ beats: [], onsets: [] },
};

/** What a file of each version held that a later version must keep; a new migration without a row here fails below. */
const FILLED: ReadonlyMap<number, string> = new Map([
  [
    1,
    `INSERT INTO project VALUES ('id', 'project-1'), ('createdAt', '0');
     INSERT INTO timelines VALUES ('timeline-1', 'Cut', 0, 0, NULL);
     INSERT INTO timeline_snapshots VALUES ('timeline-1', 0, 1, '${JSON.stringify(emptyTimeline())}');`,
  ],
  [
    2,
    `INSERT INTO project VALUES ('id', 'project-1'), ('createdAt', '0');
     INSERT INTO timelines VALUES ('timeline-1', 'Cut', 0, 0, NULL);
     INSERT INTO timeline_snapshots VALUES ('timeline-1', 0, 1, '${JSON.stringify(emptyTimeline())}');
     INSERT INTO media VALUES ('m', 'a.wav', '/a.wav', 1, 'audio', 1, 'aa', NULL, 1, '${JSON.stringify(FACTS)}', 0, NULL);
     INSERT INTO analysis VALUES (1, 'm', 'rhythm', 'rhythm', 1, '${JSON.stringify(RHYTHM)}', '[]', 0);
     INSERT INTO measures VALUES (1, 'tempoBpm', 'time', 0, 9, 120);`,
  ],
  [
    3,
    `INSERT INTO project VALUES ('id', 'project-1'), ('createdAt', '0');
     INSERT INTO timelines VALUES ('timeline-1', 'Cut', 0, 0, NULL);
     INSERT INTO timeline_snapshots VALUES ('timeline-1', 0, 1, '${JSON.stringify(emptyTimeline())}');`,
  ],
  [
    4,
    `INSERT INTO project VALUES ('id', 'project-1'), ('createdAt', '0');
     INSERT INTO timelines VALUES ('timeline-1', 'Cut', 0, 0, NULL);
     INSERT INTO timeline_snapshots VALUES ('timeline-1', 0, 1, '${JSON.stringify(emptyTimeline())}');
     INSERT INTO person_decisions VALUES (1, '{"kind":"name","print":"m 0 0","name":"Ann"}', 0);`,
  ],
  [
    5,
    `INSERT INTO project VALUES ('id', 'project-1'), ('createdAt', '0');
     INSERT INTO timelines VALUES ('timeline-1', 'Cut', 0, 0, NULL);
     INSERT INTO timeline_snapshots VALUES ('timeline-1', 0, 1, '${JSON.stringify(emptyTimeline())}');
     INSERT INTO media VALUES ('m', 'a.wav', '/a.wav', 1, 'audio', 1, 'aa', NULL, 1, '${JSON.stringify(FACTS)}', 0, NULL);
     INSERT INTO analysis VALUES (1, 'm', 'rhythm', 'rhythm', 1, '${JSON.stringify(RHYTHM)}', '[]', 0);
     INSERT INTO evidence VALUES (1, 'm', 'rhythm', 'tempoBpm', NULL, 120, 'time', 0, 9, 0, 9);`,
  ],
  [
    6,
    `INSERT INTO project VALUES ('id', 'project-1'), ('createdAt', '0');
     INSERT INTO timelines VALUES ('timeline-1', 'Cut', 0, 0, NULL);
     INSERT INTO timeline_snapshots VALUES ('timeline-1', 0, 1, '${JSON.stringify(emptyTimeline())}');
     INSERT INTO media VALUES ('m', 'a.wav', '/a.wav', 1, 'audio', 1, 'aa', NULL, 1, '${JSON.stringify(FACTS)}', 0, NULL);
     INSERT INTO analysis VALUES (1, 'm', 'rhythm', 'rhythm', 1, '${JSON.stringify(RHYTHM)}', '["made.json"]', 0);`,
  ],
  [
    7,
    `INSERT INTO project VALUES ('id', 'project-1'), ('createdAt', '0');
     INSERT INTO timelines VALUES ('timeline-1', 'Cut', 0, 0, NULL);
     INSERT INTO timeline_snapshots VALUES ('timeline-1', 0, 1, '${JSON.stringify(emptyTimeline())}');
     INSERT INTO media VALUES ('m', 'a.wav', '/a.wav', 1, 'audio', 1, 'aa', NULL, 1, '${JSON.stringify(FACTS)}', 0, NULL);
     INSERT INTO analysis VALUES (1, 'm', 'rhythm', 'rhythm', 1, '${JSON.stringify(RHYTHM)}', '["made.json"]', 0, 'hash', '{"kind":"given"}');`,
  ],
]);

function fileOfVersion(version: number, content: string): string {
  const path = join(temporaryFolder(), 'film.montage');
  const handle = new Sqlite(path);
  migrate(handle, version);
  handle.exec(content);
  handle.close();
  return path;
}

describe('migrations', () => {
  it('are numbered from 1 without gaps, and each but the newest has a file to start from', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
    expect([...FILLED.keys()]).toEqual(MIGRATIONS.slice(0, -1).map(({ version }) => version));
  });

  it.each([...FILLED])('bring a file of version %i to now and keep what it holds', async (version, content) => {
    const path = fileOfVersion(version, content);
    const project = await openTestProject(path);
    expect(project.id).toBe('project-1');
    expect(project.timelines.list().map(({ name }) => name)).toEqual(['Cut']);
    expect(project.timelines.get(emptyTimeline().id).timeline).toEqual(emptyTimeline());
    project.close();
    const header = readFileSync(path);
    expect([header.readUInt32BE(60), header.readUInt32BE(68)]).toEqual([CURRENT_VERSION, APPLICATION_ID]);
  });

  it('find the evidence in results that an older version stored', async () => {
    const project = await openTestProject(fileOfVersion(2, FILLED.get(2) ?? ''));
    const query = { find: { measure: 'tempoBpm' }, during: [], order: 'time', limit: 9, offset: 0 } as const;
    expect(project.analysis.find(query).found.map(({ value }) => value)).toEqual([120]);
    project.close();
  });

  it('tell nothing of what older results were made from', async () => {
    const project = await openTestProject(fileOfVersion(6, FILLED.get(6) ?? ''));
    const [media] = project.media.list();
    expect(media && project.analysis.stamps(media.id)).toMatchObject([
      { analyserId: 'rhythm', artifacts: ['made.json'], digest: null, basis: null },
    ]);
    project.close();
  });

  it('that fail half-way leave the file as it was', async () => {
    const path = fileOfVersion(1, `${FILLED.get(1) ?? ''} CREATE TABLE shards (x);`);
    const before = readFileSync(path);
    await expect(openTestProject(path)).rejects.toThrow();
    const handle = new Sqlite(path, { readonly: true });
    expect(handle.pragma('user_version', { simple: true })).toBe(1);
    handle.close();
    expect(readFileSync(path).length).toBe(before.length);
  });

  it('do nothing to a file that is up to date', () => {
    const handle = new Sqlite(fileOfVersion(CURRENT_VERSION, ''));
    expect(migrate(handle)).toEqual([]);
    handle.close();
  });
});
