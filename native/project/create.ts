import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import { isWritable, syncFolder } from './file-system.ts';
import { writeEmptyProject } from './project-file.ts';

/**
 * Makes a project. The file appears under its name complete or not at all, and never replaces another.
 *
 * @throws MontageError E_FILE_EXISTS, E_FOLDER_MISSING, E_PROJECT_READ_ONLY, E_NO_SPACE
 */
export function createProjectFile(path: string, ids: IdSource, clock: Clock): void {
  checkFolder(path);
  const temporary = `${path}.${ids.id('new')}`;
  try {
    writeEmptyProject(temporary, (database) => {
      const sql = 'INSERT INTO project (key, value) VALUES (?, ?)';
      database.run(sql, 'id', ids.id('project'));
      database.run(sql, 'createdAt', String(clock.now()));
    });
    placeNew(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
    rmSync(`${temporary}-journal`, { force: true });
  }
}

/**
 * That a new file can be made in a folder.
 *
 * @throws MontageError E_FOLDER_MISSING, E_PROJECT_READ_ONLY
 */
export function checkFolder(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    const hint = 'create it first';
    throw new MontageError({ code: 'E_FOLDER_MISSING', message: 'the folder does not exist', where: folder, hint });
  }
  if (!isWritable(folder)) {
    const hint = 'choose a folder you can write to';
    throw new MontageError({
      code: 'E_PROJECT_READ_ONLY',
      message: 'the folder cannot be written',
      where: folder,
      hint,
    });
  }
}

/**
 * Names a finished file without ever replacing one: a link fails where the name is taken.
 *
 * @throws MontageError E_FILE_EXISTS
 */
export function placeNew(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
    rmSync(temporary);
  } catch {
    if (existsSync(path)) {
      const hint = 'choose another name';
      throw new MontageError({ code: 'E_FILE_EXISTS', message: 'there is a file of this name', where: path, hint });
    }
    // File systems without links.
    renameSync(temporary, path);
  }
  syncFolder(dirname(path));
}
