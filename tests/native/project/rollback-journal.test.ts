import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabase } from '../../../native/project/project-file.ts';
import { openTestProject } from '../open-test-project.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

it('a project moves between the write-ahead log and the rollback journal and back', async () => {
  const path = join(temporaryFolder(), 'film.montage');
  (await openTestProject(path)).close();
  const database = openDatabase(path, 'rollback');
  expect(database?.run('INSERT INTO project VALUES (?, ?)', 'k', 'v')).toBe(1);
  expect(existsSync(`${path}-wal`)).toBe(false);
  expect(openDatabase(path, 'rollback')).toBeUndefined();
  database?.close();
  const project = await openTestProject(path);
  expect(project.journal).toBe('wal');
  const row = project.database.get(z.object({ value: z.string() }), 'SELECT value FROM project WHERE key = ?', 'k');
  expect(row?.value).toBe('v');
});
