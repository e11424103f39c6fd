import { z } from 'zod';
import { mediaIdSchema } from '../../core/media/schema.ts';
import { MontageError } from '../../core/errors.ts';
import type { Media, MediaId } from '../../core/media/media.ts';
import { ANALYSERS } from '../analysers/registry.ts';
import { findFfmpeg } from '../ffmpeg/find.ts';
import { ingest } from '../ingest/ingest.ts';
import type { IngestOptions } from '../ingest/ports.ts';
import { makeStoryboards, type StoryboardOrder } from '../ingest/storyboard.ts';
import type { Done, JobContext, JobKind } from '../jobs/job-kind.ts';
import type { Project } from '../project/project.ts';
import { readFullHash } from './full-hash.ts';

const inputSchema = z.object({ mediaId: mediaIdSchema, name: z.string() });
/**
 * 'storyboard': the first pictures, from key frames. 'look': the one pass over the pixels. 'hash': the whole file's SHA-256,
 * which relinking asks for later.
 */
const shardSchema = z.object({ part: z.enum(['storyboard', 'look', 'hash']) });
const resultSchema = z.object({
  results: z.int(),
  /** 0 when everything was there. */
  runs: z.int(),
  remarks: z.array(z.object({ code: z.string(), message: z.string() })),
});

export type IngestInput = z.infer<typeof inputSchema>;
type IngestSummary = z.infer<typeof resultSchema>;
type Shard = z.infer<typeof shardSchema>;

/** Decoder, proxy encoder and analysis of one file keep more than one core busy; two files at once fill a small machine. */
const NEEDS = { cores: 1, memoryBytes: 700_000_000 };

/** It takes no core: somebody looks at the bin and waits, and it is over in about a second. */
const STORYBOARD_NEEDS = { cores: 0, memoryBytes: 200_000_000 };
const STORYBOARD_COST = 0.02;

const HASH_NEEDS = { cores: 0.25, memoryBytes: 16_000_000 };
/** Hashing costs about this much of a pass. */
const HASH_COST = 0.03;
const NOTHING_FOUND: IngestSummary = { results: 0, runs: 0, remarks: [] };

/** What every file is asked for. */
export const INGEST_OPTIONS: IngestOptions = { proxyLines: 540, analysers: ANALYSERS.map(({ id }) => id) };

/** Looks at one file once; measurements become rows of the project in the step that says so. */
export function ingestJob(project: Project): JobKind<IngestInput, Shard, IngestSummary, IngestSummary> {
  const boards = storyboards(project);
  return {
    id: 'ingest',
    version: 3,
    schemas: { input: inputSchema, shard: shardSchema, output: resultSchema, result: resultSchema },
    title: ({ name }) => `Ingest ${name}`,
    splitNeeds: { cores: 0, memoryBytes: 0 },
    split: async () => [
      { shard: { part: 'storyboard' }, cost: STORYBOARD_COST, needs: STORYBOARD_NEEDS },
      { shard: { part: 'look' }, cost: 1, needs: NEEDS },
      // Begun last: by then the file is in the system's cache, where it fits.
      { shard: { part: 'hash' }, cost: HASH_COST, needs: HASH_NEEDS },
    ],
    async run({ part }, context, { mediaId }) {
      const media = project.media.get(mediaId);
      // Taken out of the bin meanwhile.
      if (media === undefined) return { value: NOTHING_FOUND };
      if (part === 'storyboard') {
        await boards.make(media, context);
        return { value: NOTHING_FOUND };
      }
      if (part === 'hash') return hashed(project, media, context.signal);
      await boards.ready(mediaId);
      const found = await ingest({ path: media.path, facts: media }, INGEST_OPTIONS, {
        tools: await findFfmpeg(),
        artifacts: context.artifacts,
        signal: context.signal,
        pause: context.pause,
        onProgress: (fraction) => context.progress(fraction),
      });
      for (const { message } of found.remarks) context.log('warn', message);
      const value = { results: found.results.length, runs: found.runs, remarks: [...found.remarks] };
      return { value, commit: () => keep(project, media, found) };
    },
    merge: async (_input, [, look]) => ({ value: look ?? NOTHING_FOUND }),
  };
}

/**
 * One after another: files dropped together show their first pictures in order while the first are looked through; clips of
 * seconds come with the first of them.
 */
function storyboards(project: Project) {
  const underWay = new Map<MediaId, Promise<void>>();
  const waiting = new Map<MediaId, Media>();
  const orderOf = (media: Media): StoryboardOrder => ({
    media: { path: media.path, facts: media },
    frames: project.media.source(media.id)?.frames,
  });
  let last = Promise.resolve();
  const make = async (media: Media, context: JobContext) => {
    const { artifacts, signal } = context;
    waiting.delete(media.id);
    const all = [media, ...waiting.values()];
    try {
      const ports = { tools: await findFfmpeg(), artifacts, signal };
      const made = await makeStoryboards(all.map(orderOf), INGEST_OPTIONS, ports);
      for (const { id, path } of all) {
        if (made.some((one) => one.path === path)) project.events.publish({ kind: 'media-changed', mediaId: id });
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof MontageError)) throw error;
      context.log('warn', `no first pictures: ${error.message}`);
    }
  };
  return {
    make(media: Media, context: JobContext): Promise<void> {
      waiting.set(media.id, media);
      const made = last.then(() => make(media, context)).finally(() => underWay.delete(media.id));
      last = made.catch(() => undefined);
      underWay.set(media.id, last);
      return made;
    },
    /** Both at once would take twice as long to show anything. */
    ready: async (id: MediaId) => underWay.get(id),
  };
}

async function hashed(project: Project, media: Media, signal: AbortSignal): Promise<Done<IngestSummary>> {
  const isWanted = () => {
    const now = project.media.get(media.id);
    return now !== undefined && now.fingerprint.fullSha256 === undefined;
  };
  const full = isWanted() ? await readFullHash(media, signal) : undefined;
  const commit = () => {
    if (full !== undefined && isWanted()) project.media.setFullHash(media.id, full);
  };
  return { value: NOTHING_FOUND, commit };
}

function keep(project: Project, media: Media, found: Awaited<ReturnType<typeof ingest>>): void {
  if (project.media.get(media.id) === undefined) return;
  if (found.sourceFrames?.kind === 'variable') project.media.setFrameStarts(media.id, found.sourceFrames.starts);
  for (const result of found.results) project.analysis.save(media.id, result);
}
