import { frameIndex } from '../media/frames.ts';
import { addFlicks, flicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import type { Rate } from '../time/rate.ts';
import { checkNames, movedBy, newNames } from './carve.ts';
import { frameFrom, framesOf, isFrozen, sourceShift, sourceStartOf, startingAt } from './clip-source.ts';
import type { Edit, Placement, TrackSplice } from './edit.ts';
import { planPlacing, targetTrack } from './edit-placing.ts';
import { linkedPartners, recordOut } from './lookup.ts';
import { withoutAbsent } from './optional-parts.ts';
import { openClip, openTrack, replacing, selectClips, type ClipChange } from './selection.ts';
import { refuse, type Plan } from './splice.ts';
import { linkId, type Clip, type LinkId, type SourceLookup, type Timeline, type TrackId } from './timeline.ts';

/** Places clips after the last one of their tracks, in sync: after the longest of them. */
export function planAppend(timeline: Timeline, edit: Extract<Edit, { kind: 'append' }>): Plan {
  if (edit.placements.length === 0) return refuse({ reason: 'nothing-to-do' });
  const adds = new Map<TrackId, Clip[]>();
  let end = ZERO_FLICKS;
  for (const { trackId, clip } of edit.placements) {
    const open = openTrack(timeline, trackId);
    if (!open.ok) return open;
    const last = open.track.clips.at(-1);
    if (last !== undefined && recordOut(last) > end) end = recordOut(last);
    if (clip.recordIn < 0) return refuse({ reason: 'before-start', time: clip.recordIn });
    adds.set(trackId, [...(adds.get(trackId) ?? []), clip]);
  }
  const changes = [...adds].map(
    ([trackId, clips]): TrackSplice => ({ trackId, remove: [], add: clips.map((clip) => movedBy(clip, end)) }),
  );
  return { ok: true, changes };
}

/** Copies clips over what is there; copies of linked clips are linked among themselves. */
export function planDuplicate(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'duplicate' }>,
  sources: SourceLookup,
): Plan {
  const selected = selectClips(timeline, edit.clipIds, edit.linked);
  if (!selected.ok) return selected;
  if (selected.clips.length === 0) return refuse({ reason: 'nothing-to-do' });
  const names = newNames(edit.newIds);
  const named = new Set(edit.clipIds);
  const links = new Map<LinkId, LinkId>();
  const companies = new Map<LinkId | null, number>();
  for (const { clip } of selected.clips) companies.set(clip.linkId, (companies.get(clip.linkId) ?? 0) + 1);
  const placements: Placement[] = [];
  for (const located of selected.clips) {
    const { clip } = located;
    const target = targetTrack(timeline, located, named.has(clip.id) ? edit.trackDelta : 0);
    if (target === undefined) {
      return refuse({ reason: 'invalid-value', field: 'trackDelta', message: 'there is no such track of this kind' });
    }
    const id = names.take();
    const alone = clip.linkId === null || companies.get(clip.linkId) === 1;
    const link = clip.linkId === null || alone ? null : (links.get(clip.linkId) ?? linkId(`link ${id}`));
    if (clip.linkId !== null && link !== null) links.set(clip.linkId, link);
    placements.push({ trackId: target.id, clip: { ...movedBy(clip, edit.delta), id, linkId: link } });
  }
  const plan = planPlacing(timeline, placements, new Map(), names, sources);
  return checkNames(names, edit.newIds) ?? plan;
}

/**
 * Another source under the same record span, with all that was done to the clip. Linked clips of the former media take
 * the new one at the same time; sound takes its first stream.
 */
export function planReplace(timeline: Timeline, edit: Extract<Edit, { kind: 'replace' }>, sources: SourceLookup): Plan {
  const named = openClip(timeline, edit.clipId);
  if (!named.ok) return named;
  const { clip } = named;
  if (!Number.isSafeInteger(edit.sourceIn) || (clip.kind === 'video' && edit.sourceIn < 0)) {
    return refuse({ reason: 'invalid-value', field: 'sourceIn', message: 'a source starts at a whole number' });
  }
  const after = withSource(clip, edit);
  const lead: Clip =
    after.kind === 'audio'
      ? { ...after, sourceIn: flicks(edit.sourceIn) }
      : { ...after, sourceIn: frameIndex(edit.sourceIn) };
  const changes: ClipChange[] = [{ located: named, after: lead }];
  const start = sourceStartOf(lead, sources, timeline.rate);
  const partners = edit.linked
    ? linkedPartners(timeline, clip).filter((other) => other.clip.mediaId === clip.mediaId)
    : [];
  for (const located of partners) {
    const partner = withSource(located.clip, edit);
    const at = addFlicks(start, sourceShift(partner, flicks(partner.recordIn - clip.recordIn)));
    const moved = startedAt(partner, at, sources, timeline.rate);
    if (moved === undefined) return refuse({ reason: 'no-media', clipId: partner.id, available: 0 });
    changes.push({ located, after: moved });
  }
  return { ok: true, changes: replacing(changes) };
}

/** A clip that starts at a source time; undefined where its picture does not reach there. */
function startedAt(clip: Clip, time: Flicks, sources: SourceLookup, rate: Rate): Clip | undefined {
  if (clip.kind === 'audio') return { ...clip, sourceIn: time };
  const frames = framesOf(clip, sources, rate);
  if (frames.kind === 'still' || isFrozen(clip)) {
    return { ...clip, sourceIn: frameFrom(clip, frames, Math.max(time, 0)) };
  }
  return startingAt(clip, frames, time);
}

function withSource(clip: Clip, { mediaId, name }: Extract<Edit, { kind: 'replace' }>): Clip {
  return clip.kind === 'audio'
    ? withoutAbsent({ ...clip, mediaId, name, streamOrdinal: 0, channels: undefined })
    : withoutAbsent({ ...clip, mediaId, name, title: undefined });
}
