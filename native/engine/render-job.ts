import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { renderSettingsSchema } from '../../core/contract/contract.ts';
import { assert } from '../../core/errors.ts';
import { timelineSchema } from '../../core/timeline/schema.ts';
import { qualitySchema } from '../../core/output/quality-schema.ts';
import type { Timeline } from '../../core/timeline/timeline.ts';
import { artifactKey } from '../artifacts/key.ts';
import { findFfmpeg, type FfmpegTools } from '../ffmpeg/find.ts';
import type { JobContext, JobKind } from '../jobs/job-kind.ts';
import type { MediaStore } from '../library/media-store.ts';
import { tellKeptWarnings } from '../render/damage.ts';
import { containerOf, isMadeFromPictures, segmentExtension } from '../render/containers.ts';
import { findingOf, preflight, refuseFindings } from '../render/preflight.ts';
import { checkQuality } from '../render/quality-check.ts';
import { qualityFaults, qualityLines, type PreflightReport, type QualityReport } from '../../core/output/quality.ts';
import { finishFilm } from '../render/finish-film.ts';
import { eachInParallel, segmentCores, segmentMemoryBytes, segmentsAtOnce } from '../render/parallel.ts';
import { planFilm, type FilmPlan } from '../render/plan-film.ts';
import type { RenderPlan } from '../render/render-plan.ts';
import type { RenderSources } from '../render/request.ts';
import { renderSegment } from '../render/render-segment.ts';
import type { RenderWarning } from '../render/segment-context.ts';
import type { RenderSegment } from '../render/segments.ts';
import { CopyRefused } from '../render/smart-join.ts';
import { settingsFor } from './render-settings.ts';
import { refuseBadOutput } from './render-output.ts';

const timelineValue: z.ZodType<Timeline> = timelineSchema;
const inputSchema = z.object({ timeline: timelineValue, path: z.string(), settings: renderSettingsSchema });
const shardSchema = z.object({ index: z.int(), key: z.string(), from: z.int(), to: z.int(), seconds: z.number() });
const warningValue = z.object({ code: z.string(), path: z.string(), message: z.string() });
const outputSchema = z.object({
  index: z.int(),
  artifact: z.string(),
  made: z.boolean(),
  warnings: z.array(warningValue),
});
const findingValue = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.templateLiteral(['E_', z.string()]),
  message: z.string(),
  where: z.string().optional(),
  hint: z.string().optional(),
});
const preflightValue: z.ZodType<PreflightReport> = z.object({
  findings: z.array(findingValue),
  estimatedBytes: z.number(),
  freeBytes: z.number().nullable(),
});
const resultSchema = z.object({
  path: z.string(),
  frameCount: z.int(),
  segments: z.int(),
  /** Segments that an earlier render had made. */
  reused: z.int(),
  /** Frames that are the sources' own coded pictures. */
  copiedFrames: z.int(),
  /** Why copied pictures were given up and all encoded. */
  copyRefused: z.string().optional(),
  /** What is not as it was asked for: pictures of damaged sources with their times, clips retimed otherwise. */
  warnings: z.array(warningValue),
  /** What was found in the finished film; null where it cannot be looked at as one file. */
  quality: qualitySchema.nullable(),
  /** What was found before the work began. */
  preflight: preflightValue,
});

export type RenderInput = z.infer<typeof inputSchema>;
export type RenderResult = z.infer<typeof resultSchema>;
type Shard = z.infer<typeof shardSchema>;
type Output = z.infer<typeof outputSchema>;

type Finished = Pick<RenderResult, 'copiedFrames' | 'copyRefused'>;

/** Renders a timeline as it was when the job was queued: a shard per segment, then sound and joining. */
export function renderJob(media: MediaStore): JobKind<RenderInput, Shard, Output, RenderResult> {
  const sources = renderSourcesOf(media);
  const planOnce = rememberPlans(sources);
  return {
    id: 'render',
    version: 3,
    schemas: { input: inputSchema, shard: shardSchema, output: outputSchema, result: resultSchema },
    title: ({ timeline }) => `Render ${timeline.name}`,
    async split(input, context) {
      const before = await preflightOf(input, sources, context.artifacts.folder);
      refuseFindings(before);
      for (const { message, where } of before.findings) context.log('warn', `${message}: ${where ?? ''}`);
      const { plan } = await planOnce(input, context);
      const perSecond = plan.timeline.rate.num / plan.timeline.rate.den;
      const needs = { cores: segmentCores(), memoryBytes: segmentMemoryBytes(plan) };
      return plan.segments
        .filter(({ copy }) => copy === undefined)
        .map(({ index, key, from, to }) => ({
          shard: { index, key, from, to, seconds: (to - from) / perSecond },
          cost: to - from,
          needs,
        }));
    },
    async run(shard, context, input) {
      const { tools, plan } = await planOnce(input, context);
      const segment = plan.segments[shard.index];
      assert(segment?.key === shard.key, 'a render is planned the same way each time');
      const onFrame = (frame: number) => context.progress((frame + 1 - shard.from) / (shard.to - shard.from));
      const { onDamage } = input.settings;
      const made = await makeSegment({ tools, plan, sources, context, onDamage }, segment, onFrame);
      return { value: { index: shard.index, ...made } };
    },
    async merge(input, outputs, context) {
      const { tools, plan, full } = await planOnce(input, context);
      const work = { tools, sources, context, onDamage: input.settings.onDamage };
      const before = await preflightOf(input, sources, context.artifacts.folder);
      const found = new Map(outputs.map(({ index, artifact }) => [index, artifact]));
      const finished = await finish({ ...work, plan }, found, input.path).catch((error: unknown) => {
        if (!(error instanceof CopyRefused)) throw error;
        context.log('warn', `copied pictures were given up, all are encoded: ${error.fault.message}`);
        return finishFull({ ...work, plan: full }, input.path, error.fault.message);
      });
      context.log('info', `rendered ${plan.frameCount} frames → ${input.path}`);
      const quality = await lookAt({ ...work, plan }, input.path);
      const reused = outputs.filter(({ made }) => !made).length;
      const warnings = withoutRepeats(outputs.flatMap((output) => output.warnings));
      const counts = { frameCount: plan.frameCount, segments: plan.segments.length, reused };
      return { value: { path: input.path, ...counts, warnings, quality, preflight: before, ...finished } };
    },
  };
}

type Work = {
  readonly tools: FfmpegTools;
  readonly plan: RenderPlan;
  readonly sources: RenderSources;
  readonly context: JobContext;
  readonly onDamage: RenderInput['settings']['onDamage'];
};

type Planned = FilmPlan & { readonly tools: FfmpegTools };
const MOST_PLANS = 4;

/** Planning looks at every frame: jobs that run are planned once. */
function rememberPlans(sources: RenderSources): (input: RenderInput, context: JobContext) => Promise<Planned> {
  const plans = new Map<string, Promise<Planned>>();
  return (input, { jobId }) => {
    const known = plans.get(jobId) ?? planned(input, sources);
    plans.delete(jobId);
    plans.set(jobId, known);
    known.catch(() => plans.delete(jobId));
    for (const oldest of [...plans.keys()].slice(0, Math.max(0, plans.size - MOST_PLANS))) plans.delete(oldest);
    return known;
  };
}

async function planned({ timeline, path, settings }: RenderInput, sources: RenderSources): Promise<Planned> {
  const tools = await findFfmpeg();
  return { tools, ...(await planFilm(timeline, sources, path, settingsFor(path, settings), tools)) };
}

async function makeSegment(
  { tools, plan, sources, context, onDamage }: Work,
  segment: RenderSegment,
  onFrame?: (frame: number) => void,
): Promise<Omit<Output, 'index'>> {
  const { signal, artifacts } = context;
  const key = segmentArtifact(segment.key, tools, segmentExtension(plan.settings.video?.codec ?? 'h264'));
  const notes = segmentArtifact(segment.key, tools, 'json');
  const warnings: Output['warnings'] = [];
  const onWarning = ({ code, path, message }: RenderWarning) => {
    context.log('warn', `${path}: ${message}`);
    warnings.push({ code, path, message });
  };
  const keepWarnings = (text: string) => artifacts.put(notes, text);
  const { made } = await artifacts.make(key, (path) =>
    renderSegment({ tools, plan, sources, signal, onFrame, onDamage, onWarning, keepWarnings }, segment, path),
  );
  if (!made && artifacts.has(notes)) tellKeptWarnings((await artifacts.get(notes)).toString(), { onDamage, onWarning });
  return { artifact: key, made, warnings };
}

/** A clip's warning comes from every segment that it is in. */
function withoutRepeats(warnings: Output['warnings']): Output['warnings'] {
  return [...new Map(warnings.map((warning) => [`${warning.path} ${warning.message}`, warning])).values()];
}

/** The sound is mixed beside the artifacts, where there is room for hours of PCM. */
async function finish(
  { tools, plan, sources, context }: Work,
  made: ReadonlyMap<number, string>,
  output: string,
): Promise<Finished> {
  const { signal, artifacts } = context;
  const folder = await artifacts.workFolder();
  try {
    const segments = new Map([...made].map(([index, artifact]) => [index, artifacts.path(artifact)]));
    const { copiedFrames, loudness } = await finishFilm({ tools, plan, sources, folder, signal }, segments, output);
    if (loudness?.note !== undefined) context.log('warn', `loudness: ${loudness.note}`);
    return { copiedFrames };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Encodes what was to be copied, then finishes. */
async function finishFull(work: Work, output: string, copyRefused: string): Promise<Finished> {
  const made = new Map<number, string>();
  await eachInParallel(work.plan.segments, segmentsAtOnce(work.plan), work.context.signal, async (segment) => {
    made.set(segment.index, (await makeSegment(work, segment)).artifact);
  });
  return { ...(await finish(work, made, output)), copyRefused };
}

/** What a render would meet, before it starts. `workFolder` is where its segments are kept. */
export async function preflightOf(
  { timeline, path, settings }: RenderInput,
  sources: RenderSources,
  workFolder: string,
): Promise<PreflightReport> {
  try {
    await refuseBadOutput(path);
    const wish = { timeline, sources, output: path, settings: settingsFor(path, settings), workFolder };
    return await preflight(wish, await findFfmpeg());
  } catch (error) {
    return { findings: [findingOf(error)], estimatedBytes: 0, freeBytes: null };
  }
}

/** Image sequences and animations are not looked at: ffmpeg does not read all of them back. */
async function lookAt({ tools, plan, context }: Work, path: string): Promise<QualityReport | null> {
  if (isMadeFromPictures(containerOf(path))) return null;
  const quality = await checkQuality(tools, plan, path, context.signal);
  const isFound = qualityFaults(quality).length + quality.black.length + quality.frozen.length + quality.clipped.length;
  context.log(isFound > 0 ? 'warn' : 'info', `the finished film: ${qualityLines(quality).join('; ')}`);
  return quality;
}

function segmentArtifact(key: string, tools: FfmpegTools, extension: string): string {
  const parameters = { key };
  return artifactKey({
    media: null,
    step: 'render-segment',
    stepVersion: 1,
    parameters,
    build: tools.build,
    extension,
  });
}

/** The project's media as the renderer reads them: originals, by the frames that edits address. */
export function renderSourcesOf(media: MediaStore): RenderSources {
  return {
    source: (id) => media.source(id),
    media(id) {
      const file = media.get(id);
      if (file === undefined) return undefined;
      return { path: file.path, facts: file, frames: media.source(id)?.frames };
    },
  };
}
