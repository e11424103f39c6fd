import { frameAt, frameCountOf, frameIndex, type FrameIndex, type SourceFrames } from '../media/frames.ts';
import { addFlicks, flicks, subtractFlicks, type Flicks } from '../time/flicks.ts';
import { mulDiv } from '../time/rational.ts';
import { frameDuration } from '../time/rate.ts';
import { withTimesMoved } from './clip-anchors.ts';
import {
  clockReach,
  edgeOf,
  frameFrom,
  framesOf,
  isBackwards,
  isFrozen,
  isInsideMedia,
  mediaLimits,
  pictureClock,
  playedSpan,
  sourceStartOf,
  startingAt,
} from './clip-source.ts';
import type { Edit } from './edit.ts';
import type { LocatedClip } from './lookup.ts';
import { replacing, selectClips, type ClipChange } from './selection.ts';
import { refuse, type Plan, type Refused } from './splice.ts';
import type { AudioClip, Clip, ClipId, SourceLookup, Timeline, VideoClip } from './timeline.ts';

type Slipped = { readonly ok: true; readonly clip: Clip; readonly span: Flicks } | Refused;

/** Moves the source under a clip; linked sound and picture go by the same span of source time. */
export function planSlip(timeline: Timeline, edit: Extract<Edit, { kind: 'slip' }>, sources: SourceLookup): Plan {
  const selected = selectClips(timeline, [edit.clipId], edit.linked);
  if (!selected.ok) return selected;
  if (!Number.isSafeInteger(edit.frames)) {
    return refuse({ reason: 'invalid-value', field: 'frames', message: 'a slip is a whole number of frames' });
  }
  const lead = leadOf(selected.clips, edit.clipId);
  if (lead === undefined || edit.frames === 0) return refuse({ reason: 'nothing-to-do' });
  const slipped =
    lead.clip.kind === 'video'
      ? slipPicture(timeline, lead.clip, edit.frames, sources)
      : slipSound(timeline, lead.clip, edit.frames, sources);
  if (!slipped.ok) return slipped;
  const changes: ClipChange[] = [{ located: lead, after: slipped.clip }];
  for (const located of selected.clips) {
    // A held picture is in sync with nothing: it slips by itself.
    if (located.clip.id === lead.clip.id || isFrozen(lead.clip) || isFrozen(located.clip)) continue;
    const after = slippedBy(timeline, located.clip, slipped.span, sources);
    if (after === undefined || !isInsideMedia(after, sources, timeline.rate)) {
      return refuse({
        reason: 'no-media',
        clipId: located.clip.id,
        available: followRoom(timeline, located.clip, edit.frames, sources),
      });
    }
    changes.push({ located, after });
  }
  return { ok: true, changes: replacing(changes) };
}

/** The picture leads where one of the same media is linked and plays: its frames are the measure. */
function leadOf(clips: readonly LocatedClip[], id: ClipId): LocatedClip | undefined {
  const named = clips.find(({ clip }) => clip.id === id);
  if (named === undefined || named.clip.kind === 'video') return named;
  const { mediaId } = named.clip;
  return clips.find(({ clip }) => clip.kind === 'video' && clip.mediaId === mediaId && !isFrozen(clip)) ?? named;
}

function slipPicture(timeline: Timeline, clip: VideoClip, by: number, sources: SourceLookup): Slipped {
  const frames = framesOf(clip, sources, timeline.rate);
  if (frames.kind === 'still') return refuse({ reason: 'nothing-to-do' });
  const [earliest, latest] = firstFrames(clip, frames, sources);
  const target = clip.sourceIn + by;
  if (target < earliest || target > latest) {
    const available = by < 0 ? clip.sourceIn - earliest : latest - clip.sourceIn;
    return refuse({ reason: 'no-media', clipId: clip.id, available: Math.max(available, 0) });
  }
  const sourceIn = frameIndex(target);
  const moved = subtractFlicks(edgeOf(clip, frames, sourceIn), edgeOf(clip, frames, clip.sourceIn));
  const span = flicks(moved + keptInReach(timeline, clip, frames, sourceIn));
  return { ok: true, clip: withTimesMoved({ ...clip, sourceIn }, recordOf(clip, moved)), span };
}

/**
 * By how much less than its picture a sound slips to stay its clock: what is little past a long frame of a variable rate
 * would be far past a short one.
 */
function keptInReach(timeline: Timeline, clip: VideoClip, frames: SourceFrames, sourceIn: FrameIndex): number {
  const ahead = pictureClock(timeline, clip, frames) ?? 0;
  const over = ahead - (clockReach(frames, sourceIn) - 1);
  if (over <= 0) return 0;
  return isBackwards(clip) ? over : 0 - over;
}

/** The frames that a clip of its length and speed may start with, from and to. */
function firstFrames(clip: VideoClip, frames: SourceFrames, sources: SourceLookup): readonly [number, number] {
  const limits = mediaLimits(clip, sources.source(clip.mediaId));
  const last = limits === undefined ? Number.MAX_SAFE_INTEGER : frameCountOf(frames) - 1;
  if (isFrozen(clip)) return [0, last];
  const played = playedSpan(clip);
  if (isBackwards(clip)) return [frameFrom(clip, frames, played), last];
  return [0, limits === undefined ? last : frameAt(frames, subtractFlicks(limits.end, played))];
}

/** How far content that starts later by a source span moves on the timeline: what hangs on it goes along. */
function recordOf(clip: Clip, span: Flicks): number {
  return isFrozen(clip) ? 0 : mulDiv(0 - span, clip.speed.den, clip.speed.num, 'nearest');
}

function slipSound(timeline: Timeline, clip: AudioClip, by: number, sources: SourceLookup): Slipped {
  const frame = frameDuration(timeline.rate);
  const span = flicks(mulDiv(by * frame, Math.abs(clip.speed.num), clip.speed.den, 'nearest'));
  const moved = slippedBy(timeline, clip, span, sources);
  if (moved !== undefined && isInsideMedia(moved, sources, timeline.rate)) return { ok: true, clip: moved, span };
  return refuse({ reason: 'no-media', clipId: clip.id, available: followRoom(timeline, clip, by, sources) });
}

/** A clip that follows by a span of source; undefined where its picture does not reach so far. */
function slippedBy(timeline: Timeline, clip: Clip, span: Flicks, sources: SourceLookup): Clip | undefined {
  const anchored = withTimesMoved(clip, recordOf(clip, span));
  if (anchored.kind === 'audio') return { ...anchored, sourceIn: addFlicks(anchored.sourceIn, span) };
  const frames = framesOf(anchored, sources, timeline.rate);
  if (frames.kind === 'still' || clip.kind === 'audio') return anchored;
  const clock = pictureClock(timeline, clip, frames) ?? 0;
  const start = edgeOf(anchored, frames, anchored.sourceIn) + (isBackwards(anchored) ? 0 - clock : clock) + span;
  return startingAt(anchored, frames, start);
}

/** How many timeline frames of source a clip can still slip in a direction; media that nobody knows start at 0 too. */
function followRoom(timeline: Timeline, clip: Clip, direction: number, sources: SourceLookup): number {
  const limits = mediaLimits(clip, sources.source(clip.mediaId)) ?? { start: 0, end: Number.MAX_SAFE_INTEGER };
  const start = sourceStartOf(clip, sources, timeline.rate);
  const played = playedSpan(clip);
  const [first, last] = isBackwards(clip) ? [start - played, start] : [start, start + played];
  const room = direction < 0 ? first - limits.start : limits.end - last;
  const perFrame = mulDiv(frameDuration(timeline.rate), Math.abs(clip.speed.num), clip.speed.den, 'nearest');
  return Math.max(mulDiv(room, 1, Math.max(perFrame, 1), 'floor'), 0);
}
