import { availableParallelism } from 'node:os';
import { MontageError } from '../../core/errors.ts';
import { isGenerated, nestedTimeline } from '../../core/timeline/generated-media.ts';
import type { Clip, Timeline } from '../../core/timeline/timeline.ts';
import { mulDiv } from '../../core/time/rational.ts';
import { frameOfTime } from '../../core/time/rate.ts';
import { FLICKS_PER_SECOND } from '../../core/time/flicks.ts';
import type { AvcParameters } from './avc-parameters.ts';
import { RENDER_SAMPLE_RATE, type RenderSettings, type RenderSources } from './request.ts';
import { cutSegments, type RenderSegment } from './segments.ts';

export type RenderPlan = {
  readonly timeline: Timeline;
  readonly settings: RenderSettings;
  /** Pixels of the film, even. */
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  readonly encoderThreads: number;
  /** Samples of the film's sound at 48 kHz. */
  readonly sampleCount: number;
  readonly segments: readonly RenderSegment[];
  /** Of the pictures that are copied from sources; absent where none are. */
  readonly parameters?: AvcParameters | undefined;
};

/** More gain nothing while several segments are made at a time. */
const MOST_THREADS = 8;

/**
 * Splits a timeline into segments that can be rendered apart, in any order, and joined without loss.
 *
 * @throws MontageError E_OFFLINE when a clip's media is not there, E_EMPTY_TIMELINE when there is nothing to render
 */
export function planRender(
  timeline: Timeline,
  sources: RenderSources,
  settings: RenderSettings,
  build: string,
): RenderPlan {
  const heard = enabledClips(timeline);
  refuseOffline([...heard, ...nestedClips(timeline, heard)], sources);
  const end = Math.max(0, ...heard.map(({ recordIn, duration }) => recordIn + duration));
  const frameCount = Math.max(0, ...heard.map((clip) => endFrame(clip, timeline)));
  if (frameCount === 0) {
    const hint = 'put a clip on it';
    throw new MontageError({
      code: 'E_EMPTY_TIMELINE',
      message: 'the timeline is empty',
      where: timeline.name,
      stage: 'render',
      hint,
    });
  }
  const even = (pixels: number) => Math.max(2, 2 * Math.round(pixels / 2));
  const [width, height] = [
    even(settings.video?.width ?? timeline.width),
    even(settings.video?.height ?? timeline.height),
  ];
  const encoderThreads = settings.threads ?? Math.min(MOST_THREADS, availableParallelism());
  const look = { settings, width, height, encoderThreads, build };
  const cut = settings.video === null ? [] : cutSegments(timeline, sources, { from: 0, to: frameCount }, look);
  const segments = cut.map((segment, index) => ({ index, ...segment }));
  const sampleCount = mulDiv(end, RENDER_SAMPLE_RATE, FLICKS_PER_SECOND, 'nearest');
  return { timeline, settings, width, height, frameCount, encoderThreads, sampleCount, segments };
}

function enabledClips(timeline: Timeline): readonly Clip[] {
  const clips = timeline.tracks.filter(({ enabled }) => enabled).flatMap(({ clips }): readonly Clip[] => clips);
  return clips.filter(({ enabled }) => enabled);
}

/** The clips of all timelines that clips play; these never cycle. */
function nestedClips(root: Timeline, clips: readonly Clip[]): readonly Clip[] {
  const inside = [...new Set(clips.map(({ mediaId }) => mediaId))].flatMap((id) => {
    const nested = nestedTimeline(root, id);
    return nested === undefined ? [] : enabledClips(nested);
  });
  return inside.length === 0 ? [] : [...inside, ...nestedClips(root, inside)];
}

function endFrame(clip: Clip, timeline: Timeline): number {
  return frameOfTime(clip.recordIn, timeline.rate, 'nearest') + frameOfTime(clip.duration, timeline.rate, 'nearest');
}

function refuseOffline(clips: readonly Clip[], sources: RenderSources): void {
  const offline = clips.find(({ mediaId }) => !isGenerated(mediaId) && sources.media(mediaId) === undefined);
  if (offline === undefined) return;
  const hint = 'relink the file or remove its clips';
  throw new MontageError({
    code: 'E_OFFLINE',
    message: 'the file of a clip is not there',
    where: offline.name,
    stage: 'render',
    hint,
  });
}
