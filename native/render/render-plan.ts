import { createHash, type Hash } from 'node:crypto';
import { MontageError } from '../../core/errors.ts';
import type { SourceFrames } from '../../core/media/frames.ts';
import { contentHash, type MediaFacts, type MediaId } from '../../core/media/media.ts';
import { layersAt, type Layer } from '../../core/timeline/composite.ts';
import type { Clip, SourceLookup, Timeline } from '../../core/timeline/timeline.ts';
import { mulDiv } from '../../core/time/rational.ts';
import { frameOfTime, timeOfFrame } from '../../core/time/rate.ts';
import { FLICKS_PER_SECOND } from '../../core/time/flicks.ts';

/** A file that clips are cut from. `frames` are what the timeline addresses it by. */
export type RenderMedia = {
  readonly path: string;
  readonly facts: Pick<MediaFacts, 'kind' | 'video' | 'audio' | 'fingerprint'>;
  readonly frames: SourceFrames | undefined;
};

/** Finds the file behind a clip; undefined while it is offline. */
export interface RenderSources extends SourceLookup {
  media(mediaId: MediaId): RenderMedia | undefined;
}

export type VideoCodec = 'h264' | 'hevc' | 'vp9';
export type AudioCodec = 'aac' | 'opus' | 'mp3' | 'flac' | 'pcm';

export type RenderSettings = {
  /** null renders sound only. Size: the timeline's where not given. Quality: crf 18 where neither is given. */
  readonly video: {
    readonly codec: VideoCodec;
    readonly crf?: number | undefined;
    readonly bitrateKbps?: number | undefined;
    readonly width?: number | undefined;
    readonly height?: number | undefined;
    /** x264 and x265 speed, 'fast' by default. */
    readonly preset?: string | undefined;
  } | null;
  /** null renders a silent film. */
  readonly audio: { readonly codec: AudioCodec; readonly bitrateKbps?: number | undefined } | null;
  readonly loudness?: LoudnessTarget | undefined;
  /** Encoder threads; all cores by default. Renders are identical for the same build and number. */
  readonly threads?: number | undefined;
};

/** EBU R128 integrated loudness and true peak that the whole sound is brought to. */
export type LoudnessTarget = { readonly targetLufs: number; readonly truePeakDbtp: number };

/** Output frames `from` up to `to`, encoded as one closed piece. Equal keys mean equal files. */
export type RenderSegment = {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly key: string;
};

export type RenderPlan = {
  readonly timeline: Timeline;
  readonly settings: RenderSettings;
  /** Pixels of the film, even. */
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  /** Samples of the film's sound at 48 kHz. */
  readonly sampleCount: number;
  readonly segments: readonly RenderSegment[];
};

export const RENDER_SAMPLE_RATE = 48_000;
/** Segments end at cuts once they are this long, and without a cut when they are that long, in seconds. */
const SHORTEST_S = 3;
const LONGEST_S = 10;
/** Counts up whenever the same plan would make other pictures. */
const VERSION = 1;

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
  const clips = timeline.tracks.filter(({ enabled }) => enabled).flatMap(({ clips }): readonly Clip[] => clips);
  const heard = clips.filter(({ enabled }) => enabled);
  refuseOffline(heard, sources);
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
  const segments =
    settings.video === null ? [] : cutSegments(timeline, sources, frameCount, { settings, width, height, build });
  const sampleCount = mulDiv(end, RENDER_SAMPLE_RATE, FLICKS_PER_SECOND, 'nearest');
  return { timeline, settings, width, height, frameCount, sampleCount, segments };
}

function endFrame(clip: Clip, timeline: Timeline): number {
  return frameOfTime(clip.recordIn, timeline.rate, 'nearest') + frameOfTime(clip.duration, timeline.rate, 'nearest');
}

function refuseOffline(clips: readonly Clip[], sources: RenderSources): void {
  const offline = clips.find(({ mediaId }) => sources.media(mediaId) === undefined);
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

type Look = {
  readonly settings: RenderSettings;
  readonly width: number;
  readonly height: number;
  readonly build: string;
};

function cutSegments(
  timeline: Timeline,
  sources: RenderSources,
  frameCount: number,
  look: Look,
): readonly RenderSegment[] {
  const perSecond = timeline.rate.num / timeline.rate.den;
  const segments: RenderSegment[] = [];
  let from = 0;
  let hash = startKey(timeline, look);
  let previous: readonly Layer[] = [];
  const close = (to: number) => {
    segments.push({ index: segments.length, from, to, key: hash.digest('hex').slice(0, 32) });
    from = to;
    hash = startKey(timeline, look);
  };
  for (let frame = 0; frame < frameCount; frame += 1) {
    const layers = layersAt(timeline, sources, timeOfFrame(frame, timeline.rate));
    const length = frame - from;
    const isCut = !sameClips(layers, previous);
    if (length > 0 && ((isCut && length >= SHORTEST_S * perSecond) || length >= LONGEST_S * perSecond)) close(frame);
    describe(hash, layers, sources);
    previous = layers;
  }
  close(frameCount);
  return segments;
}

function startKey(timeline: Timeline, { settings, width, height, build }: Look): Hash {
  const { video, threads } = settings;
  const facts = [VERSION, build, timeline.rate, width, height, video, threads ?? 0];
  return createHash('sha256').update(JSON.stringify(facts));
}

/** What one output frame shows, as far as its pixels go: content, not names or paths. */
function describe(hash: Hash, layers: readonly Layer[], sources: RenderSources): void {
  for (const { clip, frame, opacity } of layers) {
    const content = sources.media(clip.mediaId)?.facts.fingerprint;
    const named = content === undefined ? '0 ' : `${content.sizeBytes} ${contentHash(content)}`;
    hash.update(`${named} ${frame} ${opacity};`);
  }
  hash.update('\n');
}

function sameClips(a: readonly Layer[], b: readonly Layer[]): boolean {
  return a.length === b.length && a.every((layer, n) => layer.clip.id === b[n]?.clip.id);
}

/** Consecutive output frames that show the same clips; `frames[l][k]` is layer l's source frame at the k-th of them. */
export type Run = { readonly from: number; readonly to: number; readonly layers: readonly RunLayer[] };
export type RunLayer = { readonly mediaId: MediaId; readonly opacity: number; readonly frames: readonly number[] };

/** What a segment shows, frame by frame, in runs. */
export function runsOf(segment: RenderSegment, timeline: Timeline, sources: SourceLookup): readonly Run[] {
  const runs: Run[] = [];
  let open: { readonly from: number; readonly layers: readonly Layer[]; readonly frames: number[][] } | undefined;
  const close = (to: number) => {
    if (open === undefined) return;
    const { frames } = open;
    const layers = open.layers.map(({ clip, opacity }, l) => ({
      mediaId: clip.mediaId,
      opacity,
      frames: frames[l] ?? [],
    }));
    runs.push({ from: open.from, to, layers });
  };
  for (let frame = segment.from; frame < segment.to; frame += 1) {
    const layers = layersAt(timeline, sources, timeOfFrame(frame, timeline.rate));
    if (open === undefined || !sameClips(layers, open.layers)) {
      close(frame);
      open = { from: frame, layers, frames: layers.map(() => []) };
    }
    const { frames } = open;
    layers.forEach((layer, l) => frames[l]?.push(layer.frame));
  }
  close(segment.to);
  return runs;
}
