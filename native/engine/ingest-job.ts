import { z } from 'zod';
import { mediaIdSchema } from '../../core/media/schema.ts';
import type { Media } from '../../core/media/media.ts';
import { ANALYSERS } from '../analysers/registry.ts';
import { findFfmpeg } from '../ffmpeg/find.ts';
import { ingest } from '../ingest/ingest.ts';
import type { IngestOptions } from '../ingest/ports.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import type { Project } from '../project/project.ts';

const inputSchema = z.object({ mediaId: mediaIdSchema, name: z.string() });
const nothing = z.object({});
const resultSchema = z.object({
  results: z.int(),
  /** 0 when everything was there. */
  runs: z.int(),
  remarks: z.array(z.object({ code: z.string(), message: z.string() })),
});

export type IngestInput = z.infer<typeof inputSchema>;
type IngestSummary = z.infer<typeof resultSchema>;

/** Decoder, proxy encoder and analysis of one file keep more than one core busy; two files at once fill a small machine. */
const NEEDS = { cores: 1, memoryBytes: 700_000_000 };

/** What every file is asked for. */
export const INGEST_OPTIONS: IngestOptions = { proxyLines: 540, analysers: ANALYSERS.map(({ id }) => id) };

/** Looks at one file once; measurements become rows of the project in the step that says so. */
export function ingestJob(project: Project): JobKind<IngestInput, object, IngestSummary, IngestSummary> {
  return {
    id: 'ingest',
    version: 1,
    schemas: { input: inputSchema, shard: nothing, output: resultSchema, result: resultSchema },
    title: ({ name }) => `Ingest ${name}`,
    split: async () => [{ shard: {}, cost: 1, needs: NEEDS }],
    async run(_shard, context, { mediaId }) {
      const media = project.media.get(mediaId);
      // Taken out of the bin meanwhile.
      if (media === undefined) return { value: { results: 0, runs: 0, remarks: [] } };
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
    merge: async (_input, [output]) => ({ value: output ?? { results: 0, runs: 0, remarks: [] } }),
  };
}

function keep(project: Project, media: Media, found: Awaited<ReturnType<typeof ingest>>): void {
  if (project.media.get(media.id) === undefined) return;
  if (found.sourceFrames?.kind === 'variable') project.media.setFrameStarts(media.id, found.sourceFrames.starts);
  for (const result of found.results) project.analysis.save(media.id, result);
}
