import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { DirectoryListing } from '../../core/contract/model.ts';
import type { Caller } from './caller.ts';
import { pathFault } from './path-faults.ts';

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Folders of the engine's machine, for picking footage where the shell cannot give paths. */
export function filesRoom(caller: Caller) {
  return { list: caller.files.list.handler(({ input }) => listFolder(input.path ?? homedir())) };
}

/** Hidden entries are left out; folders come first, then names as people order them. */
async function listFolder(folder: string): Promise<DirectoryListing> {
  const path = resolve(folder);
  const names = await readdir(path).catch((error: unknown) => {
    throw pathFault(error, path, 'files');
  });
  const found = await Promise.all(
    names.filter((name) => !name.startsWith('.')).map((name) => entryOf(join(path, name), name)),
  );
  const entries = found.filter((entry) => entry !== undefined);
  entries.sort((a, b) => (a.kind === b.kind ? natural.compare(a.name, b.name) : a.kind === 'directory' ? -1 : 1));
  return { path, parent: dirname(path) === path ? null : dirname(path), entries };
}

async function entryOf(path: string, name: string): Promise<DirectoryListing['entries'][number] | undefined> {
  // A broken link or a file that went away meanwhile is no entry.
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return { name, path, kind: 'directory', sizeBytes: 0 };
  return found?.isFile() === true ? { name, path, kind: 'file', sizeBytes: found.size } : undefined;
}
