import { z } from 'zod';
import { analysisResultSchema } from '../../core/analysis/schema.ts';
import { MontageError } from '../../core/errors.ts';
import type { Media } from '../../core/media/media.ts';
import { mediaIdSchema } from '../../core/media/schema.ts';
import type { AnalyserInput, BoundModelAnalyser } from '../analysers/model-analyser.ts';
import { openProxyFrames } from '../analysers/proxy-frames.ts';
import { openSpeechSound } from '../analysers/speech-sound.ts';
import { findFfmpeg } from '../ffmpeg/find.ts';
import type { IngestAssets } from '../ingest/ports.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import { findModel, type ReadyModel } from '../models/find-model.ts';
import type { ModelHost } from '../models/model-host.ts';
import { builtOnOf, resultBasisSchema, resultName } from '../library/analysis-store.ts';
import type { Project } from '../project/project.ts';
import { shardHost } from './shard-host.ts';
import { saveHeard } from './transcripts.ts';

/** `key` names the result by all that decides it: the same job is not done twice, a changed model is another job. */
const inputSchema = z.object({
  mediaId: mediaIdSchema,
  name: z.string(),
  analyser: z.string(),
  title: z.string(),
  key: z.string(),
  /** What the key stands for; jobs of an older Montage have none. */
  basis: resultBasisSchema.optional(),
});
const shardSchema = z.object({ shard: z.unknown() });
const outputSchema = z.object({ output: z.unknown() });
const resultSchema = z.object({ kind: z.string().nullable() });

export type AnalysisInput = z.infer<typeof inputSchema>;

export type AnalysisJobParts = {
  readonly project: Project;
  readonly host: ModelHost;
  readonly analysers: readonly BoundModelAnalyser[];
  readonly assetsOf: (media: Media) => IngestAssets | undefined;
};

/** Runs one analyser over one file after its ingest; the result becomes a row of the project in the step that says so. */
export function analysisJob(
  parts: AnalysisJobParts,
): JobKind<AnalysisInput, { shard?: unknown }, { output?: unknown }, z.infer<typeof resultSchema>> {
  const { project } = parts;
  const analyserOf = (id: string) => parts.analysers.find((analyser) => analyser.id === id);
  return {
    id: 'analyse',
    version: 1,
    schemas: { input: inputSchema, shard: shardSchema, output: outputSchema, result: resultSchema },
    title: ({ title, name }) => `${title} of ${name}`,
    async split({ mediaId, analyser: id, key, basis }, context) {
      const [media, analyser] = [project.media.get(mediaId), analyserOf(id)];
      // Taken out of the bin meanwhile, or known from a file with the same content.
      if (media === undefined || analyser === undefined || context.artifacts.has(key)) return [];
      const planned = await analyser.split(await inputOf(parts, { media, analyser, basis }));
      return planned.map(({ shard, cost, needs }) => ({ shard: { shard }, cost, needs }));
    },
    async run({ shard }, context, { mediaId, analyser: id, basis }) {
      const [media, analyser] = [project.media.get(mediaId), analyserOf(id)];
      if (media === undefined || analyser === undefined) return { value: {} };
      const input = await inputOf(parts, { media, analyser, basis });
      const output = await analyser.run(shard, input, {
        host: shardHost(parts.host, context),
        signal: context.signal,
        progress: (fraction) => context.progress(fraction),
        log: (level, message) => context.log(level, message),
        ease: () => context.ease(),
      });
      return { value: { output } };
    },
    async merge({ mediaId, analyser: id, key, basis }, outputs, context) {
      const [media, analyser] = [project.media.get(mediaId), analyserOf(id)];
      if (media === undefined || analyser === undefined) return { value: { kind: null } };
      if (!context.artifacts.has(key)) {
        // What it builds on has been replaced meanwhile: another job is due, and this one has nothing to say.
        if (isOutdated(parts, { media, analyser, basis })) return { value: { kind: null } };
        const input = await inputOf(parts, { media, analyser, basis });
        const made = await analyser.merge(
          outputs.map(({ output }) => output),
          input,
        );
        // What cannot be read back must not be kept: it would stand in the way for good.
        await context.artifacts.put(key, JSON.stringify(analysisResultSchema.parse(made)));
      }
      const bytes = await context.artifacts.get(key);
      const result = analysisResultSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
      const commit = () => {
        if (project.media.get(mediaId) === undefined) return;
        if (result.kind === 'transcript') saveHeard(project.analysis, mediaId, result, { artifacts: [key], basis });
        else project.analysis.save(mediaId, result, [key], basis);
      };
      return { value: { kind: result.kind }, commit };
    },
  };
}

type Work = { readonly media: Media; readonly analyser: BoundModelAnalyser } & Pick<AnalysisInput, 'basis'>;

function isOutdated({ project }: AnalysisJobParts, { media, analyser, basis }: Work): boolean {
  if (basis?.kind !== 'made') return false;
  const stored = project.analysis.stamps(media.id);
  return (analyser.needs.results ?? []).some((wanted, n) => {
    const now = builtOnOf(stored, wanted, analyser.id);
    return (now === undefined ? null : resultName(now)) !== (basis.results[n] ?? null);
  });
}

/** Opens what an analyser works with. @throws MontageError E_MODEL_MISSING, E_ARTIFACT_MISSING, E_PROXY_UNREADABLE */
async function inputOf(parts: AnalysisJobParts, { media, analyser, basis }: Work): Promise<AnalyserInput> {
  const { project } = parts;
  const { proxy, speech } = parts.assetsOf(media) ?? {};
  const there = (key: string | undefined) =>
    key !== undefined && project.artifacts.has(key) ? project.artifacts.path(key) : undefined;
  const kinds = [...(analyser.needs.results ?? []), analyser.gives];
  // What it sets right is that of others, not what it made of it before.
  const besides = analyser.needs.results?.includes(analyser.gives) === true ? analyser.id : undefined;
  const [proxyPath, speechPath] = [media.kind === 'audio' ? undefined : there(proxy), there(speech)];
  return {
    media,
    analysis: { mediaId: media.id, results: project.analysis.results(media.id, kinds, besides) },
    models: await modelsOf(analyser, basis),
    frames: proxyPath === undefined ? undefined : await openProxyFrames(proxyPath, await findFfmpeg()),
    sound: speechPath === undefined ? undefined : await openSpeechSound(speechPath),
    artifacts: project.artifacts,
  };
}

/** Those that the job was queued for, neither more nor fewer: its key says that they made the result. */
async function modelsOf(
  { needs }: BoundModelAnalyser,
  basis: AnalysisInput['basis'],
): Promise<ReadonlyMap<string, ReadyModel>> {
  const models = new Map<string, ReadyModel>();
  const asked = basis?.kind === 'made' ? new Map(basis.models) : undefined;
  for (const id of asked?.keys() ?? [...needs.models, ...(needs.betterWith ?? []), ...(needs.oneOf ?? [])]) {
    const state = await findModel(id);
    if (state.kind === 'ready' && (asked === undefined || asked.get(id) === state.sha256)) models.set(id, state);
    else if (asked !== undefined || needs.models.includes(id)) {
      const message = state.kind === 'ready' ? `${state.model.name} has been replaced meanwhile` : state.sentence;
      throw new MontageError({ code: 'E_MODEL_MISSING', message, where: id, stage: 'models' });
    }
  }
  return models;
}
