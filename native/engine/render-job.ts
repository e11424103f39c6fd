import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { renderSettingsSchema } from '../../core/contract/contract.ts';
import { assert } from '../../core/errors.ts';
import { timelineSchema } from '../../core/timeline/schema.ts';
import type { Timeline } from '../../core/timeline/timeline.ts';
import { artifactKey } from '../artifacts/key.ts';
import { findFfmpeg, type FfmpegTools } from '../ffmpeg/find.ts';
import type { JobContext, JobKind } from '../jobs/job-kind.ts';
import type { MediaStore } from '../library/media-store.ts';
import { segmentExtension } from '../render/containers.ts';
import { joinSegments } from '../render/join.ts';
import { planRender, type RenderPlan, type RenderSources } from '../render/render-plan.ts';
import { renderSegment } from '../render/render-segment.ts';
import { mixSound } from '../render/sound.ts';
import { settingsFor } from './render-settings.ts';
import { refuseBadOutput } from './render-output.ts';

const timelineValue: z.ZodType<Timeline> = timelineSchema;
const inputSchema = z.object({ timeline: timelineValue, path: z.string(), settings: renderSettingsSchema });
const shardSchema = z.object({ key: z.string(), from: z.int(), to: z.int(), seconds: z.number() });
const outputSchema = z.object({ artifact: z.string(), made: z.boolean() });
const resultSchema = z.object({
  path: z.string(),
  frameCount: z.int(),
  segments: z.int(),
  /** Segments that an earlier render had made. */
  reused: z.int(),
});

export type RenderInput = z.infer<typeof inputSchema>;
export type RenderResult = z.infer<typeof resultSchema>;
type Shard = z.infer<typeof shardSchema>;
type Output = z.infer<typeof outputSchema>;

/** An encoder takes all cores; its pictures and the sources' decoders a good part of memory. */
const SEGMENT_NEEDS = { cores: 2, memoryBytes: 1_500_000_000 };

/** Renders a timeline as it was when the job was queued: a shard per segment, then sound and joining. */
export function renderJob(media: MediaStore): JobKind<RenderInput, Shard, Output, RenderResult> {
  const sources = renderSourcesOf(media);
  return {
    id: 'render',
    version: 1,
    schemas: { input: inputSchema, shard: shardSchema, output: outputSchema, result: resultSchema },
    title: ({ timeline }) => `Render ${timeline.name}`,
    async split(input) {
      await refuseBadOutput(input.path);
      const { plan } = await planned(input, sources);
      const perSecond = plan.timeline.rate.num / plan.timeline.rate.den;
      return plan.segments.map(({ key, from, to }) => ({
        shard: { key, from, to, seconds: (to - from) / perSecond },
        cost: to - from,
        needs: SEGMENT_NEEDS,
      }));
    },
    async run(shard, context, input) {
      const { tools, plan } = await planned(input, sources);
      const segment = plan.segments.find(({ key, from }) => key === shard.key && from === shard.from);
      assert(segment !== undefined, 'a render is planned the same way each time');
      const { signal, artifacts } = context;
      const onFrame = (frame: number) => context.progress((frame + 1 - shard.from) / (shard.to - shard.from));
      const key = segmentArtifact(shard.key, tools, segmentExtension(plan.settings.video?.codec ?? 'h264'));
      const { made } = await artifacts.make(key, (path) =>
        renderSegment({ tools, plan, sources, signal, onFrame }, segment, path),
      );
      return { value: { artifact: key, made } };
    },
    async merge(input, outputs, context) {
      const { tools, plan } = await planned(input, sources);
      await joinFilm({ tools, plan, sources, context }, input.path, outputs);
      context.log('info', `rendered ${plan.frameCount} frames → ${input.path}`);
      const reused = outputs.filter(({ made }) => !made).length;
      return { value: { path: input.path, frameCount: plan.frameCount, segments: outputs.length, reused } };
    },
  };
}

type Work = {
  readonly tools: FfmpegTools;
  readonly plan: RenderPlan;
  readonly sources: RenderSources;
  readonly context: JobContext;
};

async function planned(
  { timeline, path, settings }: RenderInput,
  sources: RenderSources,
): Promise<{ readonly tools: FfmpegTools; readonly plan: RenderPlan }> {
  const tools = await findFfmpeg();
  return { tools, plan: planRender(timeline, sources, settingsFor(path, settings), tools.build) };
}

/** The sound is mixed beside the artifacts, where there is room for hours of PCM. */
async function joinFilm(work: Work, output: string, outputs: readonly Output[]): Promise<void> {
  const { tools, plan, sources, context } = work;
  const { signal, artifacts } = context;
  const folder = await artifacts.workFolder();
  try {
    const sound = join(folder, 'sound.f32');
    await mixSound({ tools, plan, sources, signal }, sound);
    const segments = outputs.map(({ artifact }) => artifacts.path(artifact));
    await joinSegments(tools, plan, { segments, sound, listPath: join(folder, 'segments.txt') }, output, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
