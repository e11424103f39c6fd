import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { sourceDuration } from '../../core/media/frames.ts';
import { displaySize, mediaId, primaryVideo } from '../../core/media/media.ts';
import type { PreflightReport, QualityReport } from '../../core/output/quality.ts';
import { parsePlan, type Plan } from '../../core/plan/plan.ts';
import { timelineOfPlan, type PlannedClip, type PlanSource } from '../../core/plan/plan-timeline.ts';
import { findFfmpeg } from '../ffmpeg/find.ts';
import { inspectMedia, sourceFramesOfMedia, type InspectedMedia } from '../media/probe.ts';
import { codecFor, containerOf, isMadeFromPictures } from './containers.ts';
import { preflight, refuseFindings } from './preflight.ts';
import { fileFault } from '../files.ts';
import type { RenderMedia, RenderSettings, RenderSources } from './request.ts';
import { renderTimeline, type RenderOptions, type RenderReport } from './render-timeline.ts';

export type PlanReport = {
  readonly plan: string;
  readonly source: string;
  readonly output: string;
  /** Pictures in the film; 0 for sound alone. */
  readonly frameCount: number;
  readonly clips: readonly PlannedClip[];
  /** Wishes that had no or not all of their source. */
  readonly lost: readonly PlannedClip[];
  readonly preflight: PreflightReport;
  /** What was found in the finished film; absent where it is no one file that can be looked at. */
  readonly quality: QualityReport | undefined;
  readonly warnings: RenderReport['warnings'];
  /** `Executed plan: <plan> → <out>`. */
  readonly log: string;
};

const LARGEST_PLAN_BYTES = 16 * 1024 * 1024;

/**
 * Executes plan.json: its spans of one source, one after the other, into a film or sound file.
 *
 * @throws MontageError E_PLAN naming every wrong key, E_CONTAINER, E_SAME_FILE, E_NO_STREAMS; as `probe` and
 *   `renderTimeline`
 */
export async function executePlan(planPath: string, output: string, options: RenderOptions = {}): Promise<PlanReport> {
  const plan = await readPlan(planPath);
  const container = containerOf(output);
  const tools = options.tools ?? (await findFfmpeg());
  const sourcePath = resolve(dirname(resolve(planPath)), plan.source_video_path);
  const media = await inspectMedia(sourcePath, { tools, signal: options.signal });
  refuseSameFile(media.path, output);
  const settings = settingsOf(plan, output, container, media);
  const source = planSource(media, settings.video !== null);
  const { timeline, clips } = timelineOfPlan(plan, source);
  const lost = clips.filter((clip) => clip.lost !== 'nothing');
  if (clips.every((clip) => clip.lost === 'all')) {
    const hint = 'check the times against the length of the source';
    throw new MontageError({
      code: 'E_PLAN',
      message: 'no clip of the plan holds a frame of its source',
      where: planPath,
      hint,
    });
  }
  const render: RenderMedia = { path: media.path, facts: media.facts, frames: source.frames };
  const sources = onlySource(render, source);
  const before = await preflight({ timeline, sources, output, settings, workFolder: options.workFolder }, tools);
  refuseFindings(before);
  const check = !isMadeFromPictures(container);
  const { quality, ...report } = await renderTimeline(timeline, sources, output, settings, {
    check,
    ...options,
    tools,
  });
  const frameCount = settings.video === null ? 0 : report.frameCount;
  const log = `Executed plan: ${planPath} → ${output}`;
  const { warnings } = report;
  const found = { preflight: before, warnings, quality };
  return { plan: planPath, source: media.path, output, frameCount, clips, lost, ...found, log };
}

async function readPlan(path: string): Promise<Plan> {
  const text = await readText(path);
  const outcome = parsePlan(text);
  if (outcome.ok) return outcome.plan;
  const problems = outcome.problems.map(({ at, message }) => (at === '' ? message : `${at}: ${message}`));
  throw new MontageError({
    code: 'E_PLAN',
    message: problems.join('; '),
    where: path,
    stage: 'render',
    hint: 'correct the plan',
  });
}

async function readText(path: string): Promise<string> {
  const place = { where: path, stage: 'render' };
  try {
    const { size } = await stat(path);
    if (size > LARGEST_PLAN_BYTES)
      throw new MontageError({ code: 'E_PLAN', message: 'the plan is larger than 16 MB', ...place });
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EISDIR')
      throw new MontageError({ code: 'E_IS_DIRECTORY', message: 'this is a folder, not a plan', ...place });
    if (code === 'ENOENT') throw new MontageError({ code: 'E_NOT_FOUND', message: 'there is no such file', ...place });
    throw fileFault(error, path);
  }
}

function refuseSameFile(source: string, output: string): void {
  if (resolve(output) !== source) return;
  throw new MontageError({
    code: 'E_SAME_FILE',
    message: 'the output is the source itself',
    where: output,
    stage: 'render',
    hint: 'name another file',
  });
}

function settingsOf(
  plan: Plan,
  output: string,
  container: ReturnType<typeof containerOf>,
  media: InspectedMedia,
): RenderSettings {
  const hasPictures = media.facts.kind === 'video' && container.video.length > 0;
  const hasSound = media.facts.audio.length > 0;
  if (!hasPictures && !hasSound) {
    throw new MontageError({
      code: 'E_NO_STREAMS',
      message: 'the source has no sound for a sound file',
      where: media.path,
      stage: 'render',
    });
  }
  const { crf, bitrateKbps } = plan.video ?? {};
  return {
    video: hasPictures ? { codec: codecFor(output, container.video, plan.video?.codec), crf, bitrateKbps } : null,
    audio: hasSound ? { codec: codecFor(output, container.audio, plan.audio?.codec) } : null,
    ...(plan.loudness !== undefined && {
      loudness: { targetLufs: plan.loudness.targetLufs, truePeakDbtp: plan.loudness.truePeakDbtp ?? -1 },
    }),
  };
}

function planSource(media: InspectedMedia, withPictures: boolean): PlanSource {
  const video = primaryVideo(media.facts);
  const frames = withPictures ? sourceFramesOfMedia(media) : undefined;
  const size = video === undefined ? { width: 16, height: 16 } : displaySize(video);
  return {
    mediaId: mediaId('source'),
    name: 'source',
    frames,
    claimedRate: video?.realBaseRate,
    hasSound: media.facts.audio.length > 0,
    end: (frames === undefined ? undefined : sourceDuration(frames)) ?? media.facts.duration,
    ...size,
  };
}

function onlySource(media: RenderMedia, source: PlanSource): RenderSources {
  return {
    media: (id) => (id === source.mediaId ? media : undefined),
    source: (id) => (id === source.mediaId ? { frames: media.frames, audio: undefined } : undefined),
  };
}
