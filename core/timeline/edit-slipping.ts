import { frameAt, frameIndex, startOfFrame } from '../media/frames.ts';
import { addFlicks, flicks, scaleFlicks, subtractFlicks, type Flicks } from '../time/flicks.ts';
import { mulDiv } from '../time/rational.ts';
import { frameDuration } from '../time/rate.ts';
import { framesOf, isInsideMedia, mediaLimits } from './clip-source.ts';
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
    if (located.clip.id === lead.clip.id) continue;
    const after = slippedBy(timeline, located.clip, slipped.span, sources);
    if (!isInsideMedia(after, sources, timeline.rate)) {
      return refuse({
        reason: 'no-media',
        clipId: after.id,
        available: followRoom(timeline, located.clip, edit.frames, sources),
      });
    }
    changes.push({ located, after });
  }
  return { ok: true, changes: replacing(changes) };
}

/** The picture leads where one of the same media is linked: its frames are the measure. */
function leadOf(clips: readonly LocatedClip[], id: ClipId): LocatedClip | undefined {
  const named = clips.find(({ clip }) => clip.id === id);
  if (named === undefined || named.clip.kind === 'video') return named;
  return clips.find(({ clip }) => clip.kind === 'video' && clip.mediaId === named.clip.mediaId) ?? named;
}

function slipPicture(timeline: Timeline, clip: VideoClip, by: number, sources: SourceLookup): Slipped {
  const frames = framesOf(clip, sources, timeline.rate);
  if (frames.kind === 'still') return refuse({ reason: 'nothing-to-do' });
  const limits = mediaLimits(clip, sources.source(clip.mediaId));
  const played = scaleFlicks(clip.duration, clip.speed, 'floor');
  const latest = limits === undefined ? Number.POSITIVE_INFINITY : frameAt(frames, subtractFlicks(limits.end, played));
  const target = clip.sourceIn + by;
  if (target < 0 || target > latest) {
    const available = by < 0 ? clip.sourceIn : Math.max(latest - clip.sourceIn, 0);
    return refuse({ reason: 'no-media', clipId: clip.id, available });
  }
  const sourceIn = frameIndex(target);
  const span = subtractFlicks(startOfFrame(frames, sourceIn), startOfFrame(frames, clip.sourceIn));
  return { ok: true, clip: { ...clip, sourceIn }, span };
}

function slipSound(timeline: Timeline, clip: AudioClip, by: number, sources: SourceLookup): Slipped {
  const frame = frameDuration(timeline.rate);
  const span = scaleFlicks(flicks(by * frame), clip.speed, 'nearest');
  const moved = { ...clip, sourceIn: addFlicks(clip.sourceIn, span) };
  if (isInsideMedia(moved, sources, timeline.rate)) return { ok: true, clip: moved, span };
  return refuse({ reason: 'no-media', clipId: clip.id, available: followRoom(timeline, clip, by, sources) });
}

function slippedBy(timeline: Timeline, clip: Clip, span: Flicks, sources: SourceLookup): Clip {
  if (clip.kind === 'audio') return { ...clip, sourceIn: addFlicks(clip.sourceIn, span) };
  const frames = framesOf(clip, sources, timeline.rate);
  const start = addFlicks(startOfFrame(frames, clip.sourceIn), span);
  return { ...clip, sourceIn: frameAt(frames, start < 0 ? flicks(0) : start) };
}

/** How many timeline frames of source a clip can still slip in a direction. */
function followRoom(timeline: Timeline, clip: Clip, direction: number, sources: SourceLookup): number {
  const limits = mediaLimits(clip, sources.source(clip.mediaId));
  if (limits === undefined) return Number.POSITIVE_INFINITY;
  const start =
    clip.kind === 'audio' ? clip.sourceIn : startOfFrame(framesOf(clip, sources, timeline.rate), clip.sourceIn);
  const room =
    direction < 0 ? start - limits.start : limits.end - start - scaleFlicks(clip.duration, clip.speed, 'floor');
  const perFrame = scaleFlicks(frameDuration(timeline.rate), clip.speed, 'nearest');
  return Math.max(mulDiv(room, 1, Math.max(perFrame, 1), 'floor'), 0);
}
