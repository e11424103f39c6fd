import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QualityReport } from '../../core/output/quality.ts';
import type { Timeline } from '../../core/timeline/timeline.ts';
import { findFfmpeg, type FfmpegTools } from '../ffmpeg/find.ts';
import { fileFault } from '../files.ts';
import { tellKeptWarnings } from './damage.ts';
import { finishFilm } from './finish-film.ts';
import { planFilm } from './plan-film.ts';
import type { LoudnessReport } from './loudness.ts';
import type { RenderPlan } from './render-plan.ts';
import type { RenderSettings, RenderSources } from './request.ts';
import { eachInParallel, segmentsAtOnce } from './parallel.ts';
import { checkQuality } from './quality-check.ts';
import { renderSegment, segmentFileName } from './render-segment.ts';
import type { RenderWarning } from './segment-context.ts';
import type { RenderSegment } from './segments.ts';
import { madeTogether, togetherFor } from './short-segments.ts';
import { CopyRefused } from './smart-join.ts';
import { isSmart } from './smart-plan.ts';

export type RenderOptions = {
  readonly tools?: FfmpegTools | undefined;
  readonly signal?: AbortSignal | undefined;
  /** 0–1, never falling. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Where segments are kept: a later render into the same folder makes only those that are not there yet. */
  readonly workFolder?: string | undefined;
  /** What to do where a source holds pictures or sound that cannot be decoded; 'conceal' by default. */
  readonly onDamage?: 'conceal' | 'abort' | undefined;
  /** Where it is kept which graphics devices work; the user's cache by default. */
  readonly deviceFolder?: string | undefined;
  /** How long a device may be silent before software takes over, in ms; 20 000 by default. */
  readonly deviceStallMs?: number | undefined;
  /** Whether the finished film is looked at. */
  readonly check?: boolean | undefined;
};

export type RenderReport = {
  readonly path: string;
  readonly frameCount: number;
  readonly segments: number;
  /** Segments that were there already. */
  readonly reused: number;
  /** Frames that are the sources' own coded pictures; 0 unless `settings.smart`. */
  readonly copiedFrames: number;
  /** Why copied pictures were given up and the film encoded in full. */
  readonly copyRefused: string | undefined;
  /** What was done to the sound, where a loudness was asked for. */
  readonly loudness?: LoudnessReport | undefined;
  /** What is not as it was asked for, such as pictures of damaged sources. */
  readonly warnings: readonly RenderWarning[];
  /** What was found in the finished film, where that was asked for. */
  readonly quality: QualityReport | undefined;
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
  const { plan, full } = await planFilm(timeline, sources, output, settings, tools);
  const own = options.workFolder === undefined ? await mkdtemp(join(tmpdir(), 'montage-render-')) : undefined;
  const folder = own ?? options.workFolder ?? tmpdir();
  const work = { tools, sources, output, folder, options };
  try {
    await mkdir(folder, { recursive: true });
    return await renderInto({ ...work, plan }).catch((error: unknown) => {
      if (!(error instanceof CopyRefused)) throw error;
      return renderInto({ ...work, plan: full }, error.fault.message);
    });
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
  /** Where segments stay. */
  readonly folder: string;
  readonly options: RenderOptions;
};

async function renderInto(work: Work, copyRefused?: string): Promise<RenderReport> {
  const { tools, plan, sources, output, folder, options } = work;
  const { signal } = options;
  // For files that nobody needs afterwards, where there is room for segments.
  const own = await mkdtemp(join(folder, '.passing-'));
  const report = progressOf(work);
  try {
    const { segments, reused, warnings } = await makeSegments(work, report.frames);
    const { onDamage } = options;
    const context = { tools, plan, sources, folder: own, signal, onSample: report.sample, onDamage };
    const { damage, ...finished } = await finishFilm(context, segments, output);
    const quality = options.check === true ? await checkQuality(tools, plan, output, signal) : undefined;
    options.onProgress?.(1);
    const { frameCount, segments: all } = plan;
    const counts = { frameCount, segments: all.length, reused };
    return { path: output, ...counts, ...finished, copyRefused, warnings: [...warnings, ...damage], quality };
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Renders the segments that are not there yet, several at a time. */
async function makeSegments(
  { tools, plan, sources, folder, options }: Work,
  onFrames: (count: number) => void,
): Promise<{
  readonly segments: ReadonlyMap<number, string>;
  readonly reused: number;
  readonly warnings: readonly RenderWarning[];
}> {
  const codec = plan.settings.video?.codec ?? 'h264';
  const paths = new Map<number, string>();
  // Equal segments are one file, made once.
  const missing = new Map<string, RenderSegment>();
  const there = new Set<string>();
  for (const segment of plan.segments) {
    const path = join(folder, segmentFileName(segment, codec));
    if (segment.copy === undefined) paths.set(segment.index, path);
    const isThere = segment.copy === undefined && !missing.has(path) && (await exists(path));
    if (isThere) there.add(path);
    if (segment.copy !== undefined || missing.has(path) || isThere) onFrames(segment.to - segment.from);
    else missing.set(path, segment);
  }
  const warnings: RenderWarning[] = [];
  const onWarning = (warning: RenderWarning) => {
    if (!warnings.some(({ message, path }) => message === warning.message && path === warning.path))
      warnings.push(warning);
  };
  const { onDamage, deviceFolder, deviceStallMs: stallMs } = options;
  const context = { tools, plan, sources, onDamage, deviceFolder, stallMs, onWarning };
  const notesOf = (path: string) => `${path}.warnings.json`;
  for (const path of there) {
    const text = await readFile(notesOf(path), 'utf8').catch(() => '[]');
    tellKeptWarnings(text, context);
  }
  const wanted = [...missing].map(([path, segment]) => ({ path, segment }));
  const groups = isSmart(plan) ? togetherFor(wanted, plan.timeline.rate) : wanted.map((one) => [one]);
  await eachInParallel(groups, segmentsAtOnce(plan), options.signal, async (group, signal) => {
    const here = { ...context, signal, onFrame: () => onFrames(1) };
    const { video } = plan.settings;
    if (video !== null && group.length > 1 && (await madeTogether(here, video, group))) return;
    for (const { path, segment } of group) {
      const keepWarnings = (text: string) => writeFile(notesOf(path), text);
      await renderSegment({ ...here, keepWarnings }, segment, path);
    }
  });
  return { segments: paths, reused: paths.size - missing.size, warnings };
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
