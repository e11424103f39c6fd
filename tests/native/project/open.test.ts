import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MontageError } from '../../../core/errors.ts';
import { editId } from '../../../core/timeline/edit.ts';
import { openProject, type Opened, type OpenOptions } from '../../../native/project/open.ts';
import type { Project } from '../../../native/project/project.ts';
import { emptyTimeline, markerEngine, putMarker } from '../library/marker-engine.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

async function open(path: string, options: Partial<OpenOptions> = {}): Promise<Project> {
  const opened: Opened = await openProject(path, { applyEdit: markerEngine, create: true, ...options });
  if (opened.kind !== 'open') throw new Error('the project is open elsewhere');
  onTestFinished(() => opened.project.close());
  return opened.project;
}

/** The code with which a promise fails. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    if (error instanceof MontageError) return error.fault.code;
    throw error;
  }
}

const existing = { applyEdit: markerEngine };

describe('a project file', () => {
  it('is one file once closed, with everything in it', async () => {
    const path = join(temporaryFolder(), 'film.montage');
    const project = await open(path);
    const timeline = emptyTimeline();
    project.timelines.create(timeline);
    project.timelines.applyAt(timeline.id, { editId: editId('e1'), author: 'you' }, putMarker('m', 'one'));
    expect(existsSync(`${path}.lock`)).toBe(true);
    expect(statSync(`${path}.lock`).mode & 0o777).toBe(0o600);
    project.close();
    expect(readdirSync(join(path, '..')).sort()).toEqual(['film.montage', 'film.montage.cache']);
    const again = await open(path, { create: false });
    expect(again.id).toBe(project.id);
    expect(again.timelines.get(timeline.id).timeline.markers.map(({ name }) => name)).toEqual(['one']);
    expect(again.timelines.get(timeline.id)).toMatchObject({ revision: 1, undoLabel: 'Marker', redoLabel: null });
  });

  it('goes into the file when nothing was written for a while', async () => {
    const path = join(temporaryFolder(), 'film.montage');
    const project = await open(path, { idleMs: 20 });
    project.timelines.create(emptyTimeline());
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    await expect.poll(() => statSync(`${path}-wal`).size).toBe(0);
  });

  it('is copied while open, complete and never over another file', async () => {
    const folder = temporaryFolder();
    const project = await open(join(folder, 'film.montage'));
    project.timelines.create(emptyTimeline());
    const copy = await project.saveCopy(join(folder, 'copies.montage'));
    expect(readdirSync(folder).filter((name) => name.startsWith('copies'))).toEqual(['copies.montage']);
    expect((await open(copy, { create: false })).timelines.list()).toHaveLength(1);
    expect(await codeOf(project.saveCopy(copy))).toBe('E_FILE_EXISTS');
    expect(await codeOf(project.saveCopy(join(folder, 'absent', 'x.montage')))).toBe('E_FOLDER_MISSING');
  });
});

describe('a second opening', () => {
  it('is told where the first one listens', async () => {
    const path = join(temporaryFolder(), 'film.montage');
    const project = await open(path);
    project.publish({ port: 4321, token: 'secret' });
    expect(await openProject(path, existing)).toEqual({
      kind: 'running',
      pid: process.pid,
      port: 4321,
      token: 'secret',
    });
  });

  it('is refused while the first does not listen', async () => {
    const path = join(temporaryFolder(), 'film.montage');
    await open(path);
    expect(await codeOf(openProject(path, existing))).toBe('E_PROJECT_LOCKED');
  });

  it('takes over the lock of a process that is gone, and of a pid used again', async () => {
    const path = join(temporaryFolder(), 'film.montage');
    (await open(path)).close();
    const lock = { schema: 'montage.lock/1', host: (await import('node:os')).hostname(), port: 1, token: 'x' };
    writeFileSync(`${path}.lock`, JSON.stringify({ ...lock, pid: 2 ** 22 + 1, startedAt: 'boot/1' }));
    (await open(path)).close();
    if (process.platform !== 'linux') return;
    writeFileSync(`${path}.lock`, JSON.stringify({ ...lock, pid: process.ppid, startedAt: 'boot/1' }));
    (await open(path)).close();
    writeFileSync(`${path}.lock`, '{"half":');
    (await open(path)).close();
  });

  it('is refused while a machine that cannot be asked holds the lock', async () => {
    const path = join(temporaryFolder(), 'film.montage');
    (await open(path)).close();
    const lock = { schema: 'montage.lock/1', host: 'another-machine', pid: 1, startedAt: null, port: 1, token: 'x' };
    writeFileSync(`${path}.lock`, JSON.stringify(lock));
    expect(await codeOf(openProject(path, existing))).toBe('E_PROJECT_LOCKED');
  });

  it('is refused while another program holds the database', async () => {
    const path = join(temporaryFolder(), 'film.montage');
    (await open(path)).close();
    const other = new Sqlite(path);
    onTestFinished(() => {
      other.close();
    });
    other.pragma('locking_mode = EXCLUSIVE');
    other.exec('BEGIN EXCLUSIVE');
    expect(await codeOf(openProject(path, existing))).toBe('E_PROJECT_LOCKED');
  });
});

describe('what is no project of ours', () => {
  it('is refused with a code and left as it was', async () => {
    const folder = temporaryFolder();
    const newer = join(folder, 'newer.montage');
    (await open(newer)).close();
    const bytes = readFileSync(newer);
    bytes.writeUInt32BE(9999, 60);
    const foreign = new Sqlite(join(folder, 'foreign.montage'));
    foreign.exec('CREATE TABLE x (y)');
    foreign.close();
    const files: Readonly<Record<string, Buffer | string>> = {
      'text.montage': 'this is not a project, however long it may be. '.repeat(10),
      'empty.montage': '',
      'short.montage': 'SQLite format 3\0',
      'newer.montage': bytes,
      'foreign.montage': readFileSync(join(folder, 'foreign.montage')),
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    mkdirSync(join(folder, 'folder.montage'));
    const before = readdirSync(folder);
    const codes = await Promise.all(
      [...Object.keys(files), 'folder.montage', 'absent.montage'].map((name) =>
        codeOf(openProject(join(folder, name), existing)),
      ),
    );
    expect(codes).toEqual([
      'E_PROJECT_INVALID',
      'E_PROJECT_INVALID',
      'E_PROJECT_INVALID',
      'E_PROJECT_NEWER',
      'E_PROJECT_INVALID',
      'E_PROJECT_INVALID',
      'E_PROJECT_MISSING',
    ]);
    expect(readdirSync(folder)).toEqual(before);
    for (const [name, content] of Object.entries(files)) {
      expect(readFileSync(join(folder, name))).toEqual(Buffer.from(content));
    }
  });

  it('is refused when damaged behind its header', async () => {
    const path = join(temporaryFolder(), 'film.montage');
    (await open(path)).close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xaa, 100));
    expect(await codeOf(openProject(path, existing))).toBe('E_PROJECT_INVALID');
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('cannot be created in a folder that is not there', async () => {
    const path = join(temporaryFolder(), 'absent', 'film.montage');
    expect(await codeOf(openProject(path, { ...existing, create: true }))).toBe('E_FOLDER_MISSING');
  });
});
