import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timeline } from '../../core/timeline/timeline.ts';
import { findFfmpeg, type FfmpegTools } from '../ffmpeg/find.ts';
import { fileFault } from '../files.ts';
import { refuseBadTables } from './colour-tables.ts';
import { joinSegments } from './join.ts';
import { normaliseLoudness } from './loudness.ts';
import { planRender, type RenderPlan, type RenderSettings, type RenderSources } from './render-plan.ts';
import { eachInParallel, segmentsAtOnce } from './parallel.ts';
import { renderSegment, segmentFileName } from './render-segment.ts';
import type { RenderSegment } from './segments.ts';
import { mixSound } from './sound.ts';

export type RenderOptions = {
  readonly tools?: FfmpegTools | undefined;
  readonly signal?: AbortSignal | undefined;
  /** 0–1, never falling. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Where segments are kept: a later render into the same folder makes only those that are not there yet. */
  readonly workFolder?: string | undefined;
};

export type RenderReport = {
  readonly path: string;
  readonly frameCount: number;
  readonly segments: number;
  /** Segments that were there already. */
  readonly reused: number;
};

/** H.264 and AAC: what is made when nobody says otherwise. */
export const DEFAULT_RENDER: RenderSettings = { video: { codec: 'h264' }, audio: { codec: 'aac' } };

/**
 * Renders a timeline from the originals. Output frame k shows exactly what `layersAt` says for k ÷ rate; sound is
 * placed to the sample. The film appears whole or not at all.
 *
 * @throws MontageError E_OFFLINE, E_EMPTY_TIMELINE, E_SOURCE_CHANGED, E_NOT_FOUND, E_PERMISSION, E_NO_SPACE,
 *   E_CANCELLED, or as ffmpeg's messages tell
 */
export async function renderTimeline(
  timeline: Timeline,
  sources: RenderSources,
  output: string,
  settings: RenderSettings = DEFAULT_RENDER,
  options: RenderOptions = {},
): Promise<RenderReport> {
  const tools = options.tools ?? (await findFfmpeg());
  const plan = planRender(timeline, sources, settings, tools.build);
  await refuseBadTables(timeline);
  const own = options.workFolder === undefined ? await mkdtemp(join(tmpdir(), 'montage-render-')) : undefined;
  const folder = own ?? options.workFolder ?? tmpdir();
  try {
    await mkdir(folder, { recursive: true });
    return await renderInto({ tools, plan, sources, output, folder, options });
  } catch (error) {
    throw fileFault(error, folder);
  } finally {
    if (own !== undefined) await rm(own, { recursive: true, force: true });
  }
}

type Work = {
  readonly tools: FfmpegTools;
  readonly plan: RenderPlan;
  readonly sources: RenderSources;
  readonly output: string;
  readonly folder: string;
  readonly options: RenderOptions;
};

async function renderInto(work: Work): Promise<RenderReport> {
  const { tools, plan, output, folder, options } = work;
  const { signal } = options;
  const report = progressOf(work);
  const { segments, reused } = await makeSegments(work, report.frames);
  const mixed = join(folder, `sound-${process.pid}.f32`);
  const levelled = join(folder, `sound-${process.pid}-levelled.f32`);
  const listPath = join(folder, `segments-${process.pid}.txt`);
  try {
    const sound = plan.settings.audio === null ? undefined : await makeSound(work, { mixed, levelled }, report.sample);
    await joinSegments(tools, plan, { segments, sound, listPath }, output, signal);
  } finally {
    for (const path of [mixed, levelled, listPath]) await rm(path, { force: true });
  }
  options.onProgress?.(1);
  return { path: output, frameCount: plan.frameCount, segments: plan.segments.length, reused };
}

/** The file that holds the film's sound, at the wanted loudness. */
async function makeSound(
  { tools, plan, sources, options }: Work,
  files: { readonly mixed: string; readonly levelled: string },
  onSample: (sample: number) => void,
): Promise<string> {
  await mixSound({ tools, plan, sources, signal: options.signal, onSample }, files.mixed);
  const { loudness } = plan.settings;
  if (loudness === undefined) return files.mixed;
  const change = { from: files.mixed, to: files.levelled, sampleCount: plan.sampleCount };
  await normaliseLoudness(tools, change, loudness, options.signal);
  return files.levelled;
}

/** Renders the segments that are not there yet, several at a time. */
async function makeSegments(
  { tools, plan, sources, folder, options }: Work,
  onFrames: (count: number) => void,
): Promise<{ readonly segments: readonly string[]; readonly reused: number }> {
  const codec = plan.settings.video?.codec ?? 'h264';
  const paths = plan.segments.map((segment) => join(folder, segmentFileName(segment, codec)));
  // Equal segments are one file, made once.
  const missing = new Map<string, RenderSegment>();
  for (const [n, segment] of plan.segments.entries()) {
    const path = paths[n] ?? '';
    if (missing.has(path) || (await exists(path))) onFrames(segment.to - segment.from);
    else missing.set(path, segment);
  }
  await eachInParallel([...missing], segmentsAtOnce(plan), options.signal, ([path, segment], signal) =>
    renderSegment({ tools, plan, sources, signal, onFrame: () => onFrames(1) }, segment, path),
  );
  return { segments: paths, reused: paths.length - missing.size };
}

/** Pictures cost far more than sound. A segment that is begun again counts its frames twice, so the sum is limited. */
function progressOf({ plan, options }: Work): {
  readonly frames: (count: number) => void;
  readonly sample: (sample: number) => void;
} {
  const pictures = plan.settings.video === null ? 0 : 0.95;
  let done = 0;
  return {
    frames(count) {
      done = Math.min(plan.frameCount, done + count);
      options.onProgress?.((pictures * done) / plan.frameCount);
    },
    sample: (sample) => options.onProgress?.(pictures + ((0.99 - pictures) * sample) / Math.max(1, plan.sampleCount)),
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
