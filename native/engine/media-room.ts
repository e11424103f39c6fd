import type { ImportOutcome } from '../../core/contract/model.ts';
import { notAvailable, type Caller } from './caller.ts';
import { mediaEntry } from './media-entry.ts';
import { importPaths } from './media-import.ts';
import type { EngineParts } from './parts.ts';

/** Footage: bringing it in and what is known of it. */
export function mediaRoom(caller: Caller, parts: EngineParts) {
  const { media, analysis } = parts.project;
  return {
    import: caller.media.import.handler(({ input, signal }) => importMedia(parts, input.paths, signal)),
    list: caller.media.list.handler(() => media.list().map((file) => mediaEntry(parts, file))),
    remove: caller.media.remove.handler(() => notAvailable('removing media')),
    relink: caller.media.relink.handler(() => notAvailable('relinking')),
    analysis: caller.media.analysis.handler(({ input }) => analysis.results(media.known(input.mediaId).id)),
    prioritise: caller.media.prioritise.handler(() => notAvailable('ingest')),
  };
}

/** Brings files and folders in and queues their ingest. */
export async function importMedia(
  parts: EngineParts,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<ImportOutcome> {
  const imported = await importPaths(parts.project.media, paths, { signal });
  return {
    added: imported.added.map((media) => mediaEntry(parts, media)),
    known: imported.known.map(({ path, media }) => ({ path, mediaId: media.id })),
    rejected: imported.rejected,
    jobIds: [],
  };
}
