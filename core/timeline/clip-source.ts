import { frameAt, frameCountOf, frameIndex, sourceDuration, startOfFrame, type SourceFrames } from '../media/frames.ts';
import { addFlicks, flicks, scaleFlicks, subtractFlicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { mulDiv } from '../time/rational.ts';
import type { Rate } from '../time/rate.ts';
import { frameDuration } from '../time/rate.ts';
import type { Refusal } from './edit.ts';
import { frameAtOffset } from './clip-time.ts';
import { linkedPartners, sourceTimeAtRecord } from './lookup.ts';
import type { AudioClip, Clip, Source, SourceLookup, Timeline, VideoClip } from './timeline.ts';

/** A changed clip, or why it cannot be. */
export type ClipOutcome =
  | { readonly ok: true; readonly clip: Clip }
  | { readonly ok: false; readonly refusal: Refusal };

/** Two roundings of source time to a flick may put a picture this far ahead of its sound. */
const ROUNDING_SLACK = 1024;

/** The frames of a clip's media; unknown media count as endless footage at the timeline's rate. */
export function framesOf(clip: Clip, sources: SourceLookup, rate: Rate): SourceFrames {
  return sources.source(clip.mediaId)?.frames ?? { kind: 'constant', rate, frameCount: Number.MAX_SAFE_INTEGER };
}

/** The source time at a clip's first moment. */
export function sourceStartOf(clip: Clip, sources: SourceLookup, rate: Rate): Flicks {
  return clip.kind === 'audio' ? clip.sourceIn : startOfFrame(framesOf(clip, sources, rate), clip.sourceIn);
}

/**
 * The source times a clip may use; undefined where nothing limits it (stills, unknown media). Sound may use its file
 * wherever that has picture or sound: beyond its stream it is silent.
 */
export function mediaLimits(
  clip: Clip,
  source: Source | undefined,
): { readonly start: Flicks; readonly end: Flicks } | undefined {
  if (source === undefined) return undefined;
  const pictureEnd = source.frames === undefined ? undefined : sourceDuration(source.frames);
  if (clip.kind === 'video') return pictureEnd === undefined ? undefined : { start: ZERO_FLICKS, end: pictureEnd };
  if (source.audio === undefined) return undefined;
  const { start, end } = source.audio;
  if (pictureEnd === undefined) return { start, end };
  return { start: start > 0 ? ZERO_FLICKS : start, end: end > pictureEnd ? end : pictureEnd };
}

/** Record time that a span of source time fills, rounded down to the grid. */
function recordSpan(sourceSpan: number, clip: Clip, frame: Flicks): Flicks {
  const record = mulDiv(Math.max(sourceSpan, 0), clip.speed.den, clip.speed.num, 'floor');
  return flicks(record - (record % frame));
}

/** How much longer a clip could be at its out point, on the grid; Infinity without limits. */
export function tailRoom(clip: Clip, sources: SourceLookup, rate: Rate): number {
  const limits = mediaLimits(clip, sources.source(clip.mediaId));
  if (limits === undefined) return Number.POSITIVE_INFINITY;
  const longest = recordSpan(limits.end - sourceStartOf(clip, sources, rate), clip, frameDuration(rate));
  return Math.max(longest - clip.duration, 0);
}

/** How much earlier a clip could start, on the grid; Infinity without limits. */
export function headRoom(clip: Clip, sources: SourceLookup, rate: Rate): number {
  const limits = mediaLimits(clip, sources.source(clip.mediaId));
  if (limits === undefined) return Number.POSITIVE_INFINITY;
  return recordSpan(sourceStartOf(clip, sources, rate) - limits.start, clip, frameDuration(rate));
}

/** Whether all that a clip plays lies in its media. */
export function isInsideMedia(clip: Clip, sources: SourceLookup, rate: Rate): boolean {
  const limits = mediaLimits(clip, sources.source(clip.mediaId));
  if (limits === undefined) return true;
  const start = sourceStartOf(clip, sources, rate);
  return start >= limits.start && start + scaleFlicks(clip.duration, clip.speed, 'floor') <= limits.end;
}

/**
 * How far into its first frame a picture's exact source time lies. A picture addresses whole frames, its sound any
 * time: where the rates of source and timeline differ, the linked sound of the same take is the clock that keeps what
 * earlier cuts rounded away, so picture and sound stay within one source frame of sync whatever is cut how often (two
 * where the picture's last frames are used up). Undefined without such a sound, or where it lies elsewhere on purpose.
 */
function pictureClock(timeline: Timeline, clip: VideoClip, frames: SourceFrames): Flicks | undefined {
  const start = startOfFrame(frames, clip.sourceIn);
  const reach = 2 * (startOfFrame(frames, clip.sourceIn + 1) - start);
  for (const { clip: sound } of linkedPartners(timeline, clip)) {
    if (sound.kind !== 'audio' || sound.mediaId !== clip.mediaId) continue;
    const ahead = sourceTimeAtRecord({ ...sound, speed: clip.speed }, sound.sourceIn, clip.recordIn) - start;
    if (ahead >= -ROUNDING_SLACK && ahead < reach) return flicks(Math.max(ahead, 0));
  }
  return undefined;
}

/** Fades cut back so that both fit the clip, the fade-in first. */
export function fitFades(clip: AudioClip): AudioClip {
  const fadeIn = clip.fadeIn < clip.duration ? clip.fadeIn : clip.duration;
  const rest = subtractFlicks(clip.duration, fadeIn);
  const fadeOut = clip.fadeOut < rest ? clip.fadeOut : rest;
  return fadeIn === clip.fadeIn && fadeOut === clip.fadeOut ? clip : { ...clip, fadeIn, fadeOut };
}

/** The clip with another length; its source start stays. */
export function withDuration(clip: Clip, duration: Flicks): Clip {
  return clip.kind === 'audio' ? fitFades({ ...clip, duration }) : { ...clip, duration };
}

/**
 * The clip with its in point moved by `delta` record time; its out point stays. The picture's first frame becomes the
 * one on screen at that time, sound moves by exactly `delta` × speed.
 *
 * With `keepTail` a picture without a clock starts one frame later where only that keeps its last frame: single-frame
 * trims of slow sources would never advance the source otherwise.
 */
export function moveHead(
  timeline: Timeline,
  clip: Clip,
  delta: Flicks,
  sources: SourceLookup,
  keepTail: boolean,
): ClipOutcome {
  const { rate } = timeline;
  const recordIn = addFlicks(clip.recordIn, delta);
  const duration = subtractFlicks(clip.duration, delta);
  const moved = scaleFlicks(delta, clip.speed, 'nearest');
  const noMedia: ClipOutcome = {
    ok: false,
    refusal: { reason: 'no-media', clipId: clip.id, available: headRoom(clip, sources, rate) },
  };
  if (clip.kind === 'audio') {
    const trimmed = fitFades({ ...clip, recordIn, duration, sourceIn: addFlicks(clip.sourceIn, moved) });
    return isInsideMedia(trimmed, sources, rate) ? { ok: true, clip: trimmed } : noMedia;
  }
  const frames = framesOf(clip, sources, rate);
  if (frames.kind === 'still') return { ok: true, clip: { ...clip, recordIn, duration } };
  const clock = pictureClock(timeline, clip, frames);
  const start = startOfFrame(frames, clip.sourceIn);
  const exact = addFlicks(addFlicks(start, clock ?? ZERO_FLICKS), moved);
  if (exact < 0) return noMedia;
  const shown: VideoClip = { ...clip, recordIn, duration, sourceIn: frameAt(frames, exact) };
  if (keepTail && clock === undefined) {
    return { ok: true, clip: keepingTail(clip, shown, frames, frameDuration(rate)) };
  }
  return { ok: true, clip: insideAtTail(shown, frames) };
}

/** A clock may carry a picture past its media where the sound goes on longer: then it starts as late as it can. */
function insideAtTail(clip: VideoClip, frames: SourceFrames): VideoClip {
  const latest = subtractFlicks(sourceDuration(frames) ?? ZERO_FLICKS, scaleFlicks(clip.duration, clip.speed, 'floor'));
  if (startOfFrame(frames, clip.sourceIn) <= latest || latest < 0) return clip;
  return { ...clip, sourceIn: frameAt(frames, latest) };
}

function keepingTail(before: VideoClip, floor: VideoClip, frames: SourceFrames, frame: Flicks): VideoClip {
  const lastShown = (clip: VideoClip) => frameAtOffset(clip, frames, subtractFlicks(clip.duration, frame));
  if (floor.duration < frame || lastShown(floor) === lastShown(before)) return floor;
  if (floor.sourceIn + 1 >= frameCountOf(frames)) return floor;
  const next: VideoClip = { ...floor, sourceIn: frameIndex(floor.sourceIn + 1) };
  const end = startOfFrame(frames, next.sourceIn) + scaleFlicks(next.duration, next.speed, 'floor');
  const fits = end <= (sourceDuration(frames) ?? Number.POSITIVE_INFINITY);
  return fits && lastShown(next) === lastShown(before) ? next : floor;
}
