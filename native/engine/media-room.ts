import type { ImportOutcome } from '../../core/contract/model.ts';
import type { AnalyserState } from '../../core/contract/understanding.ts';
import { MontageError } from '../../core/errors.ts';
import type { Media, MediaId } from '../../core/media/media.ts';
import type { Clip, Timeline } from '../../core/timeline/timeline.ts';
import { TRANSCRIPT_ANALYSER } from '../../core/transcript/transcript.ts';
import type { Caller } from './caller.ts';
import { captionPictures } from './captioning.ts';
import { mediaEntry } from './media-entry.ts';
import { importPaths } from './media-import.ts';
import { relinkMedia } from './media-relink.ts';
import type { EngineParts } from './parts.ts';
import { footageSearch } from './footage-search.ts';
import {
  forgetTranscript,
  listTranscripts,
  readTranscriptFile,
  takeTranscript,
  voteTranscripts,
} from './transcripts.ts';
import { spokenTranscript, writeWords } from './written-transcript.ts';

/** Footage: bringing it in and what is known of it. */
export function mediaRoom(caller: Caller, parts: EngineParts) {
  const { media, analysis } = parts.project;
  const search = footageSearch(parts);
  return {
    import: caller.media.import.handler(({ input, signal }) => importMedia(parts, input.paths, signal)),
    list: caller.media.list.handler(() => media.list().map((file) => mediaEntry(parts, file))),
    remove: caller.media.remove.handler(({ input }) => removeMedia(parts, input.mediaId)),
    relink: caller.media.relink.handler(async ({ input, signal }) => {
      const relinked = await relinkMedia(media, input, signal);
      // Other content has to be looked at anew.
      parts.ingest.queueFor(relinked);
      return mediaEntry(parts, relinked);
    }),
    analysis: caller.media.analysis.handler(({ input }) => analysis.results(media.known(input.mediaId).id)),
    understanding: caller.media.understanding.handler(({ input }) =>
      understandingOf(parts, media.known(input.mediaId)),
    ),
    analyse: caller.media.analyse.handler(({ input }) => analyse(parts, media.known(input.mediaId))),
    describe: caller.media.describe.handler(({ input }) => captionPictures(parts, media.known(input.mediaId))),
    find: caller.media.find.handler(({ input }) => analysis.find(input)),
    search: caller.media.search.handler(async ({ input, signal }) => search(input, signal)),
    readTranscript: caller.media.readTranscript.handler(({ input }) =>
      readTranscriptFile(analysis, media.known(input.mediaId), input),
    ),
    words: caller.media.words.handler(({ input }) => spokenTranscript(parts.project, media.known(input.mediaId))),
    writeWords: caller.media.writeWords.handler(({ input }) => writeWords(parts, media.known(input.mediaId), input)),
    hear: caller.media.hear.handler(({ input }) =>
      parts.analysis.demand(media.known(input.mediaId), TRANSCRIPT_ANALYSER.analyserId, input.model),
    ),
    transcripts: caller.media.transcripts.handler(({ input }) =>
      listTranscripts(analysis, media.known(input.mediaId).id),
    ),
    voteTranscripts: caller.media.voteTranscripts.handler(({ input }) =>
      voteTranscripts(analysis, media.known(input.mediaId), input),
    ),
    takeTranscript: caller.media.takeTranscript.handler(({ input }) =>
      takeTranscript(analysis, media.known(input.mediaId), input.name),
    ),
    forgetTranscript: caller.media.forgetTranscript.handler(({ input }) =>
      forgetTranscript(analysis, media.known(input.mediaId), input.name),
    ),
    prioritise: caller.media.prioritise.handler(({ input }) => {
      const job = parts.ingest.jobOf(media.known(input.mediaId).id);
      if (job !== undefined) parts.queue.prioritise(job);
      return { moved: job !== undefined };
    }),
  };
}

/** The analysers of the one pass stand as it stands. */
async function understandingOf(parts: EngineParts, media: Media): Promise<readonly AnalyserState[]> {
  const { ingest, analysis } = parts;
  const now = ingest.stateOf(media);
  const jobId = ingest.jobOf(media.id) ?? '';
  const inPass = ingest.analysersOf(media).map(({ id, title }): AnalyserState => {
    const analyser = { analyserId: id, title };
    switch (now.state) {
      case 'ready':
        return { ...analyser, state: 'done' };
      case 'running':
        return { ...analyser, state: 'running', jobId, progress: now.progress };
      case 'failed':
        return { ...analyser, state: 'failed', jobId, fault: now.fault };
      case 'waiting':
      case 'paused':
      case 'cancelled':
        return { ...analyser, state: 'waiting' };
    }
  });
  return [...inPass, ...(await analysis.statesOf(media))];
}

async function analyse({ ingest, analysis, queue }: EngineParts, media: Media) {
  const states = await analysis.statesOf(media);
  const again = states.flatMap((state) => (state.state === 'failed' ? [queue.resume(state.jobId).id] : []));
  const job = ingest.queueFor(media);
  return { jobIds: [...(job === undefined ? [] : [job]), ...again, ...(await analysis.queueDue(media))] };
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
 * Takes a file out of the bin, with what was found in it and made of it. Its frame times stay: undo may need them.
 *
 * @throws MontageError E_MEDIA_IN_USE, naming the timelines that show it
 */
function removeMedia({ project, ingest }: EngineParts, id: MediaId): { readonly removed: boolean } {
  const media = project.media.known(id);
  const uses = project.timelines.list().flatMap((entry) => {
    const count = clipsOf(project.timelines.get(entry.id).timeline).filter((clip) => clip.mediaId === id).length;
    return count === 0 ? [] : [`'${entry.name}' (${count} ${count === 1 ? 'clip' : 'clips'})`];
  });
  if (uses.length > 0) {
    const message = `the file is used in ${uses.join(', ')}`;
    throw new MontageError({ code: 'E_MEDIA_IN_USE', message, where: media.name, hint: 'remove its clips first' });
  }
  project.database.transaction(() => {
    project.analysis.remove(id);
    project.media.remove(id);
  });
  ingest.forget(media);
  return { removed: true };
}

function clipsOf(timeline: Timeline): readonly Clip[] {
  return timeline.tracks.flatMap((track): readonly Clip[] => track.clips);
}
