import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ImportRejection } from '../../core/contract/model.ts';
import { MontageError } from '../../core/errors.ts';
import { filesOf, pictureRun, runPath, runsAmong, runsOfPattern } from '../ffmpeg/picture-run.ts';
import { faultOf } from './refusals.ts';
import { pathFault } from './path-faults.ts';

export type FoundFiles = {
  /** Absolute paths, in the order given and, in folders, by name. */
  readonly files: readonly string[];
  readonly rejected: readonly ImportRejection[];
};

/** What systems and Montage itself leave beside footage. */
const JUNK =
  /^(?:thumbs\.db|desktop\.ini|\$recycle\.bin|system volume information|__macosx|.*\.montage(?:-(?:wal|shm|journal)|\.lock|\.cache)?)$/i;
const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * The files meant by paths: files as they are, folders with all below them but hidden and junk files. Each folder is entered
 * once, whatever links lead to it. What cannot be read is listed with the reason.
 */
export async function findFiles(paths: readonly string[], signal?: AbortSignal): Promise<FoundFiles> {
  const search: Search = { files: [], rejected: [], entered: new Set(), signal };
  for (const path of paths) await visit(search, resolve(path));
  return { files: withRuns([...new Set(search.files)]), rejected: search.rejected };
}

/** Numbered pictures become one clip, where the first of them was. */
function withRuns(files: readonly string[]): readonly string[] {
  const { runs } = runsAmong(files);
  const runOf = new Map(runs.map(runPath).flatMap((path) => filesOf(path).map((file) => [file, path] as const)));
  return [...new Set(files.map((file) => runOf.get(file) ?? file))];
}

type Search = {
  readonly files: string[];
  readonly rejected: ImportRejection[];
  readonly entered: Set<string>;
  readonly signal: AbortSignal | undefined;
};

async function visit(search: Search, path: string): Promise<void> {
  if (search.signal?.aborted === true) throw new MontageError({ code: 'E_CANCELLED', message: 'cancelled' });
  try {
    const runs = pictureRun(path) === undefined ? await runsOfPattern(path) : [];
    if (runs !== undefined) {
      search.files.push(...(runs.length === 0 ? [path] : runs.map(runPath)));
      return;
    }
    const found = await stat(path);
    if (found.isDirectory()) await enter(search, path);
    else if (found.isFile()) search.files.push(path);
    else search.rejected.push({ path, fault: notAFile(path, found) });
  } catch (error) {
    const fault = faultOf(pathFault(error, path, 'import'));
    if (fault.code === 'E_CANCELLED') throw error;
    search.rejected.push({ path, fault });
  }
}

async function enter(search: Search, folder: string): Promise<void> {
  const real = await realpath(folder);
  if (search.entered.has(real)) return;
  search.entered.add(real);
  const names = await readdir(folder);
  for (const name of names.filter(isWanted).sort(natural.compare)) await visit(search, join(folder, name));
}

function isWanted(name: string): boolean {
  return !name.startsWith('.') && !JUNK.test(basename(name));
}

function notAFile(path: string, found: Stats): ImportRejection['fault'] {
  const what = found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device';
  return { code: 'E_NOT_A_FILE', message: `this is ${what}, not a file`, where: path, stage: 'import' };
}
