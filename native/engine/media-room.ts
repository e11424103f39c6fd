import type { ImportOutcome } from '../../core/contract/model.ts';
import { MontageError } from '../../core/errors.ts';
import type { Media, MediaId } from '../../core/media/media.ts';
import type { Clip, Timeline } from '../../core/timeline/timeline.ts';
import type { Caller } from './caller.ts';
import { mediaEntry } from './media-entry.ts';
import { importPaths } from './media-import.ts';
import { relinkMedia } from './media-relink.ts';
import type { EngineParts } from './parts.ts';

/** Footage: bringing it in and what is known of it. */
export function mediaRoom(caller: Caller, parts: EngineParts) {
  const { media, analysis } = parts.project;
  return {
    import: caller.media.import.handler(({ input, signal }) => importMedia(parts, input.paths, signal)),
    list: caller.media.list.handler(() => media.list().map((file) => mediaEntry(parts, file))),
    remove: caller.media.remove.handler(({ input }) => removeMedia(parts, input.mediaId)),
    relink: caller.media.relink.handler(async ({ input, signal }) => {
      const relinked = await relinkMedia(media, input, signal);
      return mediaEntry(parts, relinked);
    }),
    analysis: caller.media.analysis.handler(({ input }) => analysis.results(media.known(input.mediaId).id)),
    prioritise: caller.media.prioritise.handler(({ input }) => {
      const job = parts.ingest.jobOf(media.known(input.mediaId).id);
      if (job !== undefined) parts.queue.prioritise(job);
      return { moved: job !== undefined };
    }),
  };
}

/** Brings files and folders in and queues their ingest. */
export async function importMedia(
  parts: EngineParts,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<ImportOutcome> {
  const jobIds = new Set<string>();
  const queueIngest = (media: Media) => {
    const job = parts.ingest.queueFor(media);
    if (job !== undefined) jobIds.add(job);
  };
  const imported = await importPaths(parts.project.media, paths, { signal, onTakenIn: queueIngest });
  return {
    added: imported.added.map((media) => mediaEntry(parts, media)),
    known: imported.known.map(({ path, media }) => ({ path, mediaId: media.id })),
    rejected: imported.rejected,
    jobIds: [...jobIds],
  };
}

/**
 * Takes a file out of the bin.
 *
 * @throws MontageError E_MEDIA_IN_USE while a timeline shows it
 */
function removeMedia({ project }: EngineParts, id: MediaId): { readonly removed: boolean } {
  const { name } = project.media.known(id);
  const user = project.timelines
    .list()
    .find((entry) => clipsOf(project.timelines.get(entry.id).timeline).some((clip) => clip.mediaId === id));
  if (user !== undefined) {
    const hint = 'remove its clips first';
    throw new MontageError({ code: 'E_MEDIA_IN_USE', message: `'${user.name}' uses this file`, where: name, hint });
  }
  project.media.remove(id);
  return { removed: true };
}

function clipsOf(timeline: Timeline): readonly Clip[] {
  return timeline.tracks.flatMap((track): readonly Clip[] => track.clips);
}
