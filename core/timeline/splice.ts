import { addFlicks, flicks, type Flicks } from '../time/flicks.ts';
import { frameDuration } from '../time/rate.ts';
import { checkClip, checkLane } from './check-clip.ts';
import type { EditOutcome, Refusal, TrackSplice } from './edit.ts';
import { firstClipFrom } from './lookup.ts';
import { withoutAbsent } from './optional-parts.ts';
import type { AudioClip, Clip, ClipId, SourceLookup, Timeline, Track, VideoClip } from './timeline.ts';

/** Why not, where an outcome or a plan is expected. */
export type Refused = { readonly ok: false; readonly refusal: Refusal };

/** What an edit comes to: splices of its tracks, or why not. */
export type Plan = { readonly ok: true; readonly changes: readonly TrackSplice[] } | Refused;

/** A refusal as an outcome or a plan. */
export function refuse(refusal: Refusal): Refused {
  return { ok: false, refusal };
}

type TrackOutcome = { readonly ok: true; readonly track: Track; readonly inverse: TrackSplice } | Refused;

/**
 * Removes, shifts and adds whole clips: what every edit of clips comes down to, and the one place that checks the
 * result. The inverse is a splice again; a shift of ten thousand clips stays one small value.
 */
export function applySplices(timeline: Timeline, changes: readonly TrackSplice[], sources: SourceLookup): EditOutcome {
  const idProblem = checkIds(timeline, changes);
  if (idProblem !== undefined) return refuse(idProblem);
  const tracks = [...timeline.tracks];
  const inverse: TrackSplice[] = [];
  for (const change of changes) {
    const index = tracks.findIndex((track) => track.id === change.trackId);
    const track = tracks[index];
    if (track === undefined) return refuse({ reason: 'unknown-track', trackId: change.trackId });
    if (track.locked) return refuse({ reason: 'track-locked', trackId: track.id });
    const outcome = spliceTrack(timeline, track, change, sources);
    if (!outcome.ok) return outcome;
    tracks[index] = outcome.track;
    inverse.push(outcome.inverse);
  }
  return { ok: true, timeline: { ...timeline, tracks }, inverse: { kind: 'splice', changes: inverse } };
}

/** Names stay unique: what comes must be new or leave in the same splice. */
function checkIds(timeline: Timeline, changes: readonly TrackSplice[]): Refusal | undefined {
  if (changes.every((change) => isIdle(change))) return { reason: 'nothing-to-do' };
  const trackIds = new Set(changes.map((change) => change.trackId));
  if (trackIds.size < changes.length) {
    return { reason: 'invalid-value', field: 'changes', message: 'a splice names each track once' };
  }
  const leaving = new Set(changes.flatMap((change) => change.remove));
  const coming = new Set<ClipId>();
  const fresh: ClipId[] = [];
  for (const { id } of changes.flatMap((change) => change.add)) {
    if (coming.has(id)) return { reason: 'duplicate-id', id };
    coming.add(id);
    if (!leaving.has(id)) fresh.push(id);
  }
  const taken = fresh.length === 0 ? undefined : firstTaken(timeline, fresh);
  return taken === undefined ? undefined : { reason: 'duplicate-id', id: taken };
}

function firstTaken(timeline: Timeline, fresh: readonly ClipId[]): ClipId | undefined {
  const names = new Set(fresh);
  for (const { clips } of timeline.tracks) {
    for (const { id } of clips) if (fresh.length > FEW ? names.has(id) : fresh.includes(id)) return id;
  }
  return undefined;
}

function isIdle(change: TrackSplice): boolean {
  return change.remove.length === 0 && change.add.length === 0 && (change.shift === undefined || change.shift.by === 0);
}

function spliceTrack(timeline: Timeline, track: Track, change: TrackSplice, sources: SourceLookup): TrackOutcome {
  for (const clip of change.add) {
    const refusal = checkLane(clip, track) ?? checkClip(clip, timeline.rate, sources);
    if (refusal !== undefined) return refuse(refusal);
  }
  const { shift } = change;
  if (shift !== undefined && shift.by % frameDuration(timeline.rate) !== 0) {
    return refuse({ reason: 'off-grid', time: shift.by });
  }
  const add = change.add.map(withoutAbsent);
  if (track.kind === 'video') {
    const spliced = spliceClips(track.clips, change, add.filter(isVideo));
    return finish(track, { ...track, clips: spliced.clips }, change, spliced);
  }
  const spliced = spliceClips(track.clips, change, add.filter(isAudio));
  return finish(track, { ...track, clips: spliced.clips }, change, spliced);
}

function finish(before: Track, after: Track, change: TrackSplice, spliced: Spliced<Clip>): TrackOutcome {
  if (spliced.removed.length < change.remove.length) {
    const found = new Set(spliced.removed.map((clip) => clip.id));
    const unknown = change.remove.find((id) => !found.has(id));
    if (unknown !== undefined) return refuse({ reason: 'unknown-clip', clipId: unknown });
  }
  const first = spliced.clips[0];
  if (first !== undefined && first.recordIn < 0) return refuse({ reason: 'before-start', time: first.recordIn });
  if (spliced.overlapping !== undefined) {
    return refuse({ reason: 'would-overlap', trackId: before.id, clipId: spliced.overlapping.id });
  }
  const inverse: TrackSplice = {
    trackId: before.id,
    remove: change.add.map((clip) => clip.id),
    add: spliced.removed,
    ...(change.shift === undefined || spliced.shiftedFrom === undefined
      ? {}
      : { shift: { from: spliced.shiftedFrom, by: flicks(0 - change.shift.by) } }),
  };
  return { ok: true, track: after, inverse };
}

const isVideo = (clip: Clip): clip is VideoClip => clip.kind === 'video';
const isAudio = (clip: Clip): clip is AudioClip => clip.kind === 'audio';

type Spliced<Item> = {
  readonly clips: readonly Item[];
  readonly removed: readonly Item[];
  /** Where the first shifted clip starts now: what the inverse shifts back from. */
  readonly shiftedFrom: Flicks | undefined;
  /** A clip that starts before the one in front of it ends. */
  readonly overlapping: Clip | undefined;
};

function spliceClips<Item extends Clip>(
  clips: readonly Item[],
  change: TrackSplice,
  add: readonly Item[],
): Spliced<Item> {
  const { kept, removed } = withoutClips(clips, change);
  const from =
    change.shift === undefined || change.shift.by === 0 ? kept.length : firstClipFrom(kept, change.shift.from);
  const by = change.shift?.by;
  if (by !== undefined) {
    for (let index = from; index < kept.length; index += 1) {
      const clip = kept[index];
      // V8 copies objects of many shapes five times as fast by assign as by spread, and a ripple copies thousands.
      if (clip !== undefined) kept[index] = Object.assign({}, clip, { recordIn: addFlicks(clip.recordIn, by) });
    }
  }
  // Read before clips come in: they may lie at this index afterwards.
  const shiftedFrom = kept[from]?.recordIn;
  const collided = pressing(kept, from);
  const all = merged(kept, add);
  return { clips: all, removed, shiftedFrom, overlapping: collided ?? firstOverlap(all, add) };
}

/** Up to here ids are looked for one by one, which beats hashing all clips. */
const FEW = 6;

function withoutClips<Item extends Clip>(clips: readonly Item[], { remove: ids, add }: TrackSplice) {
  const kept = clips.slice();
  const removed: Item[] = [];
  if (ids.length <= FEW) {
    for (const id of ids) {
      const index = indexOf(kept, id, add);
      if (index >= 0) removed.push(...kept.splice(index, 1));
    }
    return { kept, removed };
  }
  const leaving = new Set(ids);
  let length = 0;
  for (const clip of clips) {
    if (leaving.has(clip.id)) removed.push(clip);
    else kept[length++] = clip;
  }
  kept.length = length;
  return { kept, removed };
}

/** Puts clips among others that ascend; few go in place, many are sorted along. */
function merged<Item extends Clip>(kept: Item[], add: readonly Item[]): readonly Item[] {
  if (add.length > 16) return [...kept, ...add].sort((a, b) => a.recordIn - b.recordIn);
  for (const clip of add) kept.splice(firstClipFrom(kept, clip.recordIn), 0, clip);
  return kept;
}

/** Where a clip is. Most clips that leave come back changed at about the same time, so it is looked for there first. */
function indexOf(clips: readonly Clip[], id: ClipId, add: readonly Clip[]): number {
  const next = add.find((clip) => clip.id === id);
  if (next !== undefined) {
    const near = firstClipFrom(clips, next.recordIn);
    for (let index = Math.max(near - 2, 0); index < near + 2; index += 1) if (clips[index]?.id === id) return index;
  }
  for (let index = 0; index < clips.length; index += 1) if (clips[index]?.id === id) return index;
  return -1;
}

/** The clip at an index if it starts before the one in front of it ends. */
function pressing(clips: readonly Clip[], index: number): Clip | undefined {
  const [before, clip] = [clips[index - 1], clips[index]];
  return before !== undefined && clip !== undefined && clip.recordIn < before.recordIn + before.duration
    ? clip
    : undefined;
}

/** Clips did not overlap before, so only those beside what came can now; where much came, all are looked at. */
function firstOverlap(clips: readonly Clip[], add: readonly Clip[]): Clip | undefined {
  if (add.length > FEW) return clips.find((_, index) => pressing(clips, index) !== undefined);
  for (const { recordIn } of add) {
    const index = firstClipFrom(clips, recordIn);
    const overlapping = pressing(clips, index) ?? pressing(clips, index + 1);
    if (overlapping !== undefined) return overlapping;
  }
  return undefined;
}
