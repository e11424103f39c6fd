import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Caller } from './caller.ts';
import type { EngineParts } from './parts.ts';

/** The project file itself. */
export function projectRoom(caller: Caller, parts: EngineParts) {
  const { project, temporary, saved } = parts;
  return {
    info: caller.project.info.handler(async () => {
      const { bavail, bsize } = await statfs(dirname(project.path));
      return {
        name: temporary ? 'Untitled' : project.name,
        path: project.path,
        cachePath: project.cacheFolder,
        temporary,
        lastSavedAtMs: saved.atMs,
        rollbackJournal: project.journal === 'rollback',
        freeDiskBytes: bavail * bsize,
      };
    }),
    saveCopy: caller.project.saveCopy.handler(async ({ input }) => ({ path: await project.saveCopy(input.path) })),
  };
}
