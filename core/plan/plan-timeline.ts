import { frameAt, frameCountOf, frameIndex, startOfFrame, type SourceFrames } from '../media/frames.ts';
import type { MediaId } from '../media/media.ts';
import {
  addFlicks,
  flicks,
  flicksFromSeconds,
  secondsOf,
  subtractFlicks,
  ZERO_FLICKS,
  type Flicks,
} from '../time/flicks.ts';
import { rational } from '../time/rational.ts';
import { frameOfTime, isListedRate, nearestListedRate, timeOfFrame, type Rate } from '../time/rate.ts';
import { clipId, timelineId, trackId, type AudioClip, type Timeline, type VideoClip } from '../timeline/timeline.ts';
import type { Plan } from './plan.ts';

/** What a plan's spans are cut from. */
export type PlanSource = {
  readonly mediaId: MediaId;
  readonly name: string;
  /** undefined where only the sound is wanted, or is all there is. */
  readonly frames: SourceFrames | undefined;
  /** The rate a varying source is shown at, where its container claims one. */
  readonly claimedRate: Rate | undefined;
  readonly hasSound: boolean;
  /** The end of the source from its start. */
  readonly end: Flicks;
  /** On screen. */
  readonly width: number;
  readonly height: number;
};

/** One span as it was cut. Frames are undefined for sound alone; `lost` says how much of the wish had no source. */
export type PlannedClip = {
  readonly start: number;
  readonly end: number;
  readonly firstFrame: number | undefined;
  readonly lastFrame: number | undefined;
  /** Cut minus wish, in seconds: never positive but by rounding to frames that follow a lost part. */
  readonly startMovedSeconds: number;
  readonly endMovedSeconds: number;
  readonly lost: 'nothing' | 'all' | 'tail';
};

export type PlannedCut = { readonly timeline: Timeline; readonly clips: readonly PlannedClip[] };

const SIZES = {
  '16:9': { width: 1920, height: 1080 },
  '9:16': { width: 1080, height: 1920 },
  '1:1': { width: 1080, height: 1080 },
  '4:5': { width: 1080, height: 1350 },
} as const;
/** Sound alone snaps to samples. */
const SAMPLE = flicks(14_700);

/**
 * The timeline a plan means: its spans one after the other, both ends moved down to the source's frame. At a constant
 * rate the timeline runs at the source's own, so that output frame k is source frame firstFrame + k.
 */
export function timelineOfPlan(plan: Plan, source: PlanSource): PlannedCut {
  const rate = timelineRate(source);
  const video: VideoClip[] = [];
  const audio: AudioClip[] = [];
  const clips: PlannedClip[] = [];
  let at = ZERO_FLICKS;
  for (const [index, wish] of plan.clips.entries()) {
    const span = snap(source, flicksFromSeconds(wish.start), flicksFromSeconds(wish.end));
    clips.push(reportOf(wish, span, source));
    const duration = recordDuration(source, rate, span);
    if (duration <= 0) continue;
    const base = {
      mediaId: source.mediaId,
      name: source.name,
      recordIn: at,
      duration,
      speed: rational(1),
      enabled: true,
      linkId: null,
      note: '',
    };
    if (span.first !== undefined) {
      video.push({ ...base, id: clipId(`v${index}`), kind: 'video', sourceIn: frameIndex(span.first), opacity: 1 });
    }
    if (source.hasSound) {
      const sound = { sourceIn: span.from, streamOrdinal: 0, gainDb: 0, fadeIn: ZERO_FLICKS, fadeOut: ZERO_FLICKS };
      audio.push({ ...base, ...sound, id: clipId(`a${index}`), kind: 'audio' });
    }
    at = addFlicks(at, duration);
  }
  return { timeline: build(rate, sizeOf(plan, source), video, audio), clips };
}

type Span = {
  readonly from: Flicks;
  readonly to: Flicks;
  readonly first: number | undefined;
  /** The first frame after the span. */
  readonly after: number | undefined;
};

function snap({ frames, end }: PlanSource, start: Flicks, stop: Flicks): Span {
  const bounded = (time: Flicks) => flicks(Math.min(time, end));
  if (frames === undefined) {
    const onSample = (time: Flicks) => flicks(Math.floor(bounded(time) / SAMPLE) * SAMPLE);
    return { from: onSample(start), to: onSample(stop), first: undefined, after: undefined };
  }
  // At or past the end there is no frame: the count itself is the floor.
  const floor = (time: Flicks) => (time >= end ? frameCountOf(frames) : frameAt(frames, time));
  const [first, after] = [floor(start), floor(stop)];
  return { from: startOfFrame(frames, first), to: startOfFrame(frames, after), first, after };
}

function reportOf(wish: Plan['clips'][number], span: Span, source: PlanSource): PlannedClip {
  const [start, end] = [flicksFromSeconds(wish.start), flicksFromSeconds(wish.end)];
  const isEmpty = span.to <= span.from;
  return {
    start: wish.start,
    end: wish.end,
    firstFrame: isEmpty ? undefined : span.first,
    lastFrame: isEmpty || span.after === undefined ? undefined : span.after - 1,
    startMovedSeconds: secondsOf(subtractFlicks(span.from, start)),
    endMovedSeconds: secondsOf(subtractFlicks(span.to, end)),
    lost: isEmpty ? 'all' : end > source.end ? 'tail' : 'nothing',
  };
}

function timelineRate({ frames, claimedRate }: PlanSource): Rate {
  if (frames?.kind === 'constant') return frames.rate;
  if (frames?.kind !== 'variable') return rational(240);
  return claimedRate !== undefined && isListedRate(claimedRate) ? claimedRate : nearestListedRate(frames.averageRate);
}

/** On the timeline's grid; a varying source keeps its time, to the nearest frame of the film and at least one. */
function recordDuration({ frames }: PlanSource, rate: Rate, span: Span): Flicks {
  const length = subtractFlicks(span.to, span.from);
  if (frames === undefined || length <= 0) return length;
  const count =
    frames.kind === 'constant'
      ? (span.after ?? 0) - (span.first ?? 0)
      : Math.max(1, frameOfTime(length, rate, 'nearest'));
  return timeOfFrame(count, rate);
}

function sizeOf(plan: Plan, source: PlanSource): { readonly width: number; readonly height: number } {
  const shape = plan.aspect === undefined ? source : SIZES[plan.aspect];
  const { width, height } = plan.video ?? {};
  if (width !== undefined && height !== undefined) return { width, height };
  if (width !== undefined) return { width, height: Math.round((width * shape.height) / shape.width) };
  if (height !== undefined) return { width: Math.round((height * shape.width) / shape.height), height };
  return { width: shape.width, height: shape.height };
}

function build(
  rate: Rate,
  size: { readonly width: number; readonly height: number },
  video: readonly VideoClip[],
  audio: readonly AudioClip[],
): Timeline {
  const track = (name: string) => ({ id: trackId(name), name, enabled: true, locked: false });
  return {
    schema: 'montage.timeline/1',
    id: timelineId('plan'),
    name: 'plan',
    rate,
    startFrame: 0,
    dropFrame: false,
    ...size,
    tracks: [
      { ...track('V1'), kind: 'video', clips: video },
      { ...track('A1'), kind: 'audio', clips: audio },
    ],
    markers: [],
  };
}
