import { frameAt, frameCountOf, frameIndex, sourceDuration, startOfFrame, type SourceFrames } from '../media/frames.ts';
import { addFlicks, flicks, subtractFlicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { equalRational, mulDiv } from '../time/rational.ts';
import type { Rate } from '../time/rate.ts';
import { frameDuration } from '../time/rate.ts';
import type { Refusal } from './edit.ts';
import { fitFades, withTimesMoved } from './clip-anchors.ts';
import { frameAtOffset } from './clip-time.ts';
import { sourceTimeAtRecord } from './lookup.ts';
import type { AudioClip, Clip, Source, SourceLookup, Timeline, VideoClip } from './timeline.ts';

/** A changed clip, or why it cannot be. */
export type ClipOutcome =
  | { readonly ok: true; readonly clip: Clip }
  | { readonly ok: false; readonly refusal: Refusal };

/** Two roundings of source time to a flick may put a picture this far ahead of its sound. */
const ROUNDING_SLACK = 1024;

/** How many frames unknown media are taken to have. */
const ENDLESS = Number.MAX_SAFE_INTEGER;

/** Whether a clip holds one frame. */
export function isFrozen(clip: Pick<Clip, 'speed'>): boolean {
  return clip.speed.num === 0;
}

/** Whether a clip plays its source from a later to an earlier time. */
export function isBackwards(clip: Pick<Clip, 'speed'>): boolean {
  return clip.speed.num < 0;
}

/** The frames of a clip's media; unknown media count as endless footage at the timeline's rate. */
export function framesOf(clip: Clip, sources: SourceLookup, rate: Rate): SourceFrames {
  return sources.source(clip.mediaId)?.frames ?? { kind: 'constant', rate, frameCount: ENDLESS };
}

/** Where frames end in source time; Infinity for stills and unknown media. */
function endOf(frames: SourceFrames): number {
  if (frames.kind === 'constant' && frames.frameCount === ENDLESS) return Number.POSITIVE_INFINITY;
  return sourceDuration(frames) ?? Number.POSITIVE_INFINITY;
}

/** The source time at a clip's first moment: where its first frame starts; backwards, where that ends. */
export function sourceStartOf(clip: Clip, sources: SourceLookup, rate: Rate): Flicks {
  return clip.kind === 'audio' ? clip.sourceIn : edgeOf(clip, framesOf(clip, sources, rate), clip.sourceIn);
}

/** The source time at which a clip enters a frame: its start, backwards its end. */
export function edgeOf(clip: VideoClip, frames: SourceFrames, frame: number): Flicks {
  return startOfFrame(frames, isBackwards(clip) ? frame + 1 : frame);
}

/** The frame that a clip shows first when it starts at a source time. */
export function frameFrom(clip: VideoClip, frames: SourceFrames, time: number) {
  return frameAt(frames, flicks(isBackwards(clip) ? time - 1 : time));
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

/**
 * How far a clip's source moves in a span of record time, towards its end where that plays backwards. Rounded towards
 * what was already played, so that no part of a clip reaches beyond what the whole one played.
 */
export function sourceShift(clip: Clip, record: Flicks): Flicks {
  const { num, den } = clip.speed;
  return flicks(mulDiv(record, num, den, num < 0 ? 'ceil' : 'floor'));
}

/** How much source a clip plays, whatever its direction; rounded down. */
export function playedSpan(clip: Clip): Flicks {
  return flicks(mulDiv(clip.duration, Math.abs(clip.speed.num), clip.speed.den, 'floor'));
}

/** Record time that a span of source time fills, rounded down to the grid; Infinity where hours slowed outlast time. */
function recordSpan(sourceSpan: number, { speed }: Clip, frame: Flicks): number {
  if ((sourceSpan / Math.abs(speed.num)) * speed.den > Number.MAX_SAFE_INTEGER / 2) return Number.POSITIVE_INFINITY;
  const record = mulDiv(Math.max(sourceSpan, 0), speed.den, Math.abs(speed.num), 'floor');
  return record - (record % frame);
}

/** How much longer a clip could be at its out point, on the grid; Infinity without limits. */
export function tailRoom(clip: Clip, sources: SourceLookup, rate: Rate): number {
  const limits = mediaLimits(clip, sources.source(clip.mediaId));
  if (limits === undefined || isFrozen(clip)) return Number.POSITIVE_INFINITY;
  const start = sourceStartOf(clip, sources, rate);
  const ahead = isBackwards(clip) ? start - limits.start : limits.end - start;
  return Math.max(recordSpan(ahead, clip, frameDuration(rate)) - clip.duration, 0);
}

/** How much earlier a clip could start, on the grid; Infinity without limits. */
export function headRoom(clip: Clip, sources: SourceLookup, rate: Rate): number {
  const limits = mediaLimits(clip, sources.source(clip.mediaId));
  if (limits === undefined || isFrozen(clip)) return Number.POSITIVE_INFINITY;
  const start = sourceStartOf(clip, sources, rate);
  return recordSpan(isBackwards(clip) ? limits.end - start : start - limits.start, clip, frameDuration(rate));
}

/** Whether all that a clip plays lies in its media. */
export function isInsideMedia(clip: Clip, sources: SourceLookup, rate: Rate): boolean {
  const limits = mediaLimits(clip, sources.source(clip.mediaId));
  if (limits === undefined) return true;
  if (clip.kind === 'video' && clip.sourceIn >= frameCountOf(framesOf(clip, sources, rate))) return false;
  if (isFrozen(clip)) return true;
  const start = sourceStartOf(clip, sources, rate);
  const played = playedSpan(clip);
  return isBackwards(clip)
    ? start <= limits.end && start - played >= limits.start
    : start >= limits.start && start + played <= limits.end;
}

/**
 * How far past its first frame's edge a picture's exact source time lies, in the direction it plays. A picture
 * addresses whole frames, its sound any time: where the rates of source and timeline differ, the linked sound of the
 * same take is the clock that keeps what earlier cuts rounded away, so picture and sound stay within one source frame
 * of sync whatever is cut how often (two where the picture's last frames are used up). Undefined without such a sound,
 * or where it lies elsewhere on purpose.
 */
export function pictureClock(timeline: Timeline, clip: VideoClip, frames: SourceFrames): Flicks | undefined {
  return clockOf(timeline, clip, frames)?.ahead;
}

/** The sound that is a picture's clock, of several the one it is nearest to, and how far ahead of the picture that is. */
export function clockOf(
  timeline: Timeline,
  clip: VideoClip,
  frames: SourceFrames,
): { readonly sound: AudioClip; readonly ahead: Flicks } | undefined {
  if (isFrozen(clip)) return undefined;
  const start = edgeOf(clip, frames, clip.sourceIn);
  const reach = clockReach(frames, clip.sourceIn);
  let nearest: { readonly sound: AudioClip; readonly ahead: Flicks } | undefined;
  for (const sound of linkedSound(timeline, clip)) {
    if (sound.mediaId !== clip.mediaId || !equalRational(sound.speed, clip.speed)) continue;
    const past = sourceTimeAtRecord(sound, sound.sourceIn, clip.recordIn) - start;
    const ahead = isBackwards(clip) ? 0 - past : past;
    if (ahead < -ROUNDING_SLACK || ahead >= Math.min(reach, nearest?.ahead ?? reach)) continue;
    nearest = { sound, ahead: flicks(Math.max(ahead, 0)) };
  }
  return nearest;
}

/** How far past the edge of a picture that starts with this frame a sound may be and still be its clock. */
export function clockReach(frames: SourceFrames, frame: number): number {
  return 2 * (startOfFrame(frames, frame + 1) - startOfFrame(frames, frame));
}

/** The sound clips with a clip's link, one by one. */
function* linkedSound({ tracks }: Timeline, { linkId }: Clip): Generator<AudioClip> {
  if (linkId === null) return;
  for (const track of tracks) {
    if (track.kind !== 'audio') continue;
    for (const clip of track.clips) if (clip.linkId === linkId) yield clip;
  }
}

/** The clip with another length; its source start stays. */
export function withDuration(clip: Clip, duration: Flicks): Clip {
  return fitFades({ ...clip, duration });
}

/**
 * The clip with its in point moved by `delta` record time; its out point stays, and so do its keyframes and markers.
 * The picture's first frame becomes the one on screen at that time, sound moves by exactly `delta` × speed.
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
  const noMedia = (available: number): ClipOutcome => ({
    ok: false,
    refusal: { reason: 'no-media', clipId: clip.id, available: Math.min(available, Number.MAX_SAFE_INTEGER) },
  });
  const placed = fitFades(withTimesMoved({ ...clip, recordIn, duration }, 0 - delta));
  if (placed.kind === 'audio') {
    const trimmed = { ...placed, sourceIn: addFlicks(placed.sourceIn, sourceShift(placed, delta)) };
    return isInsideMedia(trimmed, sources, rate) ? { ok: true, clip: trimmed } : noMedia(headRoom(clip, sources, rate));
  }
  const frames = framesOf(placed, sources, rate);
  if (frames.kind === 'still' || isFrozen(placed) || clip.kind === 'audio') return { ok: true, clip: placed };
  const clock = pictureClock(timeline, clip, frames);
  const start = edgeOf(clip, frames, clip.sourceIn);
  const ahead = isBackwards(clip) ? 0 - (clock ?? 0) : (clock ?? 0);
  const exact = start + ahead + sourceShift(clip, delta);
  if (!reaches(clip, frames, exact)) {
    // Media that nobody knows have a first frame too.
    return noMedia(recordSpan(isBackwards(clip) ? endOf(frames) - start : start, clip, frameDuration(rate)));
  }
  const shown: VideoClip = { ...placed, sourceIn: frameFrom(clip, frames, exact) };
  if (keepTail && clock === undefined) {
    return { ok: true, clip: keepingTail(clip, shown, frames, frameDuration(rate)) };
  }
  return { ok: true, clip: insideAtTail(shown, frames) };
}

/** Whether a picture can start at a source time: that is not before its first frame, backwards not past its last. */
function reaches(clip: VideoClip, frames: SourceFrames, time: number): boolean {
  return isBackwards(clip) ? time <= endOf(frames) : time >= 0;
}

/**
 * A picture that starts with the frame on screen at a source time, or one frame nearer to where its media ends where
 * only that leaves enough to play; undefined where its media does not reach.
 */
export function startingAt(clip: VideoClip, frames: SourceFrames, time: number): VideoClip | undefined {
  if (!reaches(clip, frames, time)) return undefined;
  const shown = { ...clip, sourceIn: frameFrom(clip, frames, time) };
  const inside = insideAtTail(shown, frames);
  return Math.abs(inside.sourceIn - shown.sourceIn) <= 1 ? inside : undefined;
}

/**
 * The clip as near to its first frame as leaves enough media to play: a clock may carry a picture past its media where
 * the sound goes on longer.
 */
export function insideAtTail(clip: VideoClip, frames: SourceFrames): VideoClip {
  const end = endOf(frames);
  const played = playedSpan(clip);
  const start = edgeOf(clip, frames, clip.sourceIn);
  if (played > end || (isBackwards(clip) ? start >= played : start + played <= end)) return clip;
  return { ...clip, sourceIn: frameFrom(clip, frames, isBackwards(clip) ? played : end - played) };
}

function keepingTail(before: VideoClip, floor: VideoClip, frames: SourceFrames, frame: Flicks): VideoClip {
  const lastShown = (clip: VideoClip) => frameAtOffset(clip, frames, subtractFlicks(clip.duration, frame));
  if (floor.duration < frame || lastShown(floor) === lastShown(before)) return floor;
  const further = floor.sourceIn + (isBackwards(floor) ? -1 : 1);
  if (further < 0 || further >= frameCountOf(frames)) return floor;
  const next: VideoClip = { ...floor, sourceIn: frameIndex(further) };
  const start = edgeOf(next, frames, next.sourceIn);
  const played = playedSpan(next);
  const fits = isBackwards(next) ? start >= played : start + played <= endOf(frames);
  return fits && lastShown(next) === lastShown(before) ? next : floor;
}
