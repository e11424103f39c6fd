import { flicks, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { frameDuration } from '../time/rate.ts';
import { rational } from '../time/rational.ts';
import { frameIndex } from '../media/frames.ts';
import { movedBy } from './carve.ts';
import { checkClip } from './check-clip.ts';
import { checkTimeline } from './check-timeline.ts';
import { findCycle } from './check-nested.ts';
import type { Edit, EditOutcome, Refusal, TrackSplice } from './edit.ts';
import { nestedMedia, sourcesOf } from './generated-media.ts';
import { recordOut, type LocatedClip } from './lookup.ts';
import { withoutAbsent } from './optional-parts.ts';
import { selectClips } from './selection.ts';
import { applySplices, refuse } from './splice.ts';
import {
  linkId,
  trackId,
  type Clip,
  type SourceLookup,
  type Timeline,
  type TimelineId,
  type Track,
  type TrackId,
} from './timeline.ts';

/**
 * Puts clips into a nested timeline and a clip of it in their place: its picture on the lowest of their video tracks, its
 * sound on the first of their audio tracks. Other clips of these tracks in that span are in the way.
 */
export function nest(timeline: Timeline, edit: Extract<Edit, { kind: 'nest' }>, sources: SourceLookup): EditOutcome {
  const selected = selectClips(timeline, edit.clipIds, edit.linked);
  if (!selected.ok) return selected;
  const [first] = selected.clips;
  if (first === undefined) return refuse({ reason: 'nothing-to-do' });
  const nested = nestedOf(timeline, selected.clips, edit);
  const added = putNested(timeline, { kind: 'putNested', timeline: nested }, sources, { isNew: true });
  if (!added.ok) return added;
  const changes = new Map<TrackId, { trackId: TrackId; remove: Clip['id'][]; add: Clip[] }>();
  for (const { track, clip } of selected.clips) {
    const change = changes.get(track.id) ?? { trackId: track.id, remove: [], add: [] };
    change.remove.push(clip.id);
    changes.set(track.id, change);
  }
  const hosts = (['video', 'audio'] as const).flatMap(
    (kind) => selected.clips.find(({ track }) => track.kind === kind)?.track ?? [],
  );
  if (edit.newIds.length < hosts.length) return refuse({ reason: 'missing-new-id', needed: hosts.length });
  for (const [index, track] of hosts.entries()) {
    const clip = playerOf(selected.clips, edit, track, index, hosts.length, frameDuration(timeline.rate));
    if (clip !== undefined) changes.get(track.id)?.add.push(clip);
  }
  const all = sourcesOf(added.timeline, sources);
  const placed = applySplices(added.timeline, [...changes.values()] satisfies TrackSplice[], all);
  if (!placed.ok) return placed;
  return {
    ok: true,
    timeline: placed.timeline,
    inverse: { kind: 'group', label: 'Nest', edits: [placed.inverse, added.inverse] },
  };
}

type NestEdit = Extract<Edit, { kind: 'nest' }>;

/** From the first clip's start to the last one's end. */
function spanOf(clips: readonly LocatedClip[]) {
  const start = flicks(Math.min(...clips.map(({ clip }) => clip.recordIn)));
  return { start, end: flicks(Math.max(...clips.map(({ clip }) => recordOut(clip)))) };
}

/** A timeline of the same rate and size with clips on tracks of their own, from its start on. */
function nestedOf(timeline: Timeline, clips: readonly LocatedClip[], edit: NestEdit): Timeline {
  const { start } = spanOf(clips);
  const { schema, rate, startFrame, dropFrame, width, height, colourSpace } = timeline;
  const counts = { video: 0, audio: 0 };
  const tracks = timeline.tracks.flatMap((track): readonly Track[] => {
    const own = clips
      .filter((located) => located.track.id === track.id)
      .map(({ clip }) => movedBy(clip, flicks(0 - start)));
    if (own.length === 0) return [];
    counts[track.kind] += 1;
    const name = `${track.kind === 'video' ? 'V' : 'A'}${counts[track.kind]}`;
    const head = { id: trackId(`${edit.timelineId} ${name}`), name, enabled: track.enabled, locked: false };
    return [
      track.kind === 'video'
        ? withoutAbsent({
            ...head,
            kind: 'video',
            captions: track.captions,
            clips: own.filter((clip) => clip.kind === 'video'),
          })
        : { ...head, kind: 'audio', clips: own.filter((clip) => clip.kind === 'audio') },
    ];
  });
  const head = {
    schema,
    id: edit.timelineId,
    name: edit.name,
    rate,
    startFrame,
    dropFrame,
    width,
    height,
    colourSpace,
  };
  return withoutAbsent({ ...head, tracks, markers: [] });
}

/** The clip that plays the nested timeline on a track, as long as there are clips of its kind in it. */
function playerOf(
  clips: readonly LocatedClip[],
  edit: NestEdit,
  track: Track,
  index: number,
  hosts: number,
  frame: Flicks,
): Clip | undefined {
  const id = edit.newIds[index];
  const [shared] = edit.newIds;
  if (id === undefined || shared === undefined) return undefined;
  const { start } = spanOf(clips);
  const own = spanOf(clips.filter((located) => located.track.kind === track.kind));
  const common = {
    id,
    mediaId: nestedMedia(edit.timelineId),
    name: edit.name,
    recordIn: own.start,
    duration: flicks(own.end - own.start),
    speed: rational(1),
    enabled: true,
    linkId: hosts > 1 ? linkId(`link ${shared}`) : null,
    note: '',
  };
  return track.kind === 'video'
    ? { ...common, kind: 'video', sourceIn: frameIndex((own.start - start) / frame), opacity: 1 }
    : {
        ...common,
        kind: 'audio',
        sourceIn: flicks(own.start - start),
        streamOrdinal: 0,
        gainDb: 0,
        fadeIn: ZERO_FLICKS,
        fadeOut: ZERO_FLICKS,
      };
}

/** Adds a nested timeline, or puts it in the place of the one of its name. */
export function putNested(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'putNested' }>,
  sources: SourceLookup,
  { isNew = false }: { readonly isNew?: boolean } = {},
): EditOutcome {
  const list = timeline.nested ?? [];
  const index = list.findIndex(({ id }) => id === edit.timeline.id);
  const former = list[index];
  if (edit.timeline.id === timeline.id || (isNew && former !== undefined)) {
    return refuse({ reason: 'duplicate-id', id: edit.timeline.id });
  }
  const position = edit.position ?? list.length;
  if (former === undefined && (position < 0 || position > list.length || !Number.isSafeInteger(position))) {
    return refuse({ reason: 'invalid-value', field: 'position', message: 'there is no such place' });
  }
  const nested =
    former === undefined ? list.toSpliced(position, 0, edit.timeline) : list.toSpliced(index, 1, edit.timeline);
  const after: Timeline = { ...timeline, nested };
  const problem = checkNestedChange(after, edit.timeline, sources);
  if (problem !== undefined) return refuse(problem);
  return {
    ok: true,
    timeline: after,
    inverse:
      former === undefined
        ? { kind: 'removeNested', timelineId: edit.timeline.id }
        : { kind: 'putNested', timeline: former },
  };
}

/** Removes a nested timeline that nothing plays. */
export function removeNested(timeline: Timeline, edit: Extract<Edit, { kind: 'removeNested' }>): EditOutcome {
  const list = timeline.nested ?? [];
  const position = list.findIndex(({ id }) => id === edit.timelineId);
  const former = list[position];
  if (former === undefined) return refuse({ reason: 'unknown-nested', mediaId: nestedMedia(edit.timelineId) });
  if (playersOf(timeline, edit.timelineId).length > 0) {
    return refuse({ reason: 'nested-in-use', timelineId: edit.timelineId });
  }
  const rest = list.toSpliced(position, 1);
  return {
    ok: true,
    timeline: withoutAbsent({ ...timeline, nested: rest.length > 0 ? rest : undefined }),
    inverse: { kind: 'putNested', timeline: former, position },
  };
}

/** Applies an edit inside a nested timeline; refused where clips that play it would then lack media. */
export function editNested(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'editNested' }>,
  sources: SourceLookup,
  apply: (nested: Timeline, edit: Edit, sources: SourceLookup) => EditOutcome,
): EditOutcome {
  const list = timeline.nested ?? [];
  const index = list.findIndex(({ id }) => id === edit.timelineId);
  const former = list[index];
  if (former === undefined) return refuse({ reason: 'unknown-nested', mediaId: nestedMedia(edit.timelineId) });
  const inner = apply(former, edit.edit, sourcesOf(timeline, sources));
  if (!inner.ok) return inner;
  if (inner.timeline.nested !== undefined) {
    return refuse({
      reason: 'invalid-value',
      field: 'nested',
      message: 'all nested timelines are held by the outermost',
    });
  }
  const after: Timeline = { ...timeline, nested: list.toSpliced(index, 1, inner.timeline) };
  const problem = checkPlayed(after, edit.timelineId, sources);
  if (problem !== undefined) return refuse(problem);
  const inverse: Edit = { kind: 'editNested', timelineId: edit.timelineId, edit: inner.inverse };
  return { ok: true, timeline: after, inverse };
}

/** Why a nested timeline cannot be as it came from outside. */
function checkNestedChange(after: Timeline, nested: Timeline, sources: SourceLookup): Refusal | undefined {
  if (nested.nested !== undefined) {
    return { reason: 'invalid-value', field: 'nested', message: 'all nested timelines are held by the outermost' };
  }
  const [violation] = checkTimeline(nested, sourcesOf(after, sources));
  if (violation !== undefined) {
    return { reason: 'invalid-value', field: 'nested', message: `${violation.where}: ${violation.message}` };
  }
  return checkPlayed(after, nested.id, sources);
}

/** Whether what plays a changed nested timeline still can. */
function checkPlayed(after: Timeline, id: TimelineId, sources: SourceLookup): Refusal | undefined {
  const cycle = findCycle(after.nested ?? []);
  if (cycle !== undefined) return { reason: 'nested-cycle', timelineId: cycle.id };
  const all = sourcesOf(after, sources);
  for (const { clip, timeline } of playersOf(after, id)) {
    const problem = checkClip(clip, timeline.rate, all);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function playersOf(root: Timeline, id: TimelineId): readonly { readonly clip: Clip; readonly timeline: Timeline }[] {
  const media = nestedMedia(id);
  return [root, ...(root.nested ?? [])].flatMap((timeline) =>
    timeline.tracks.flatMap(({ clips }) =>
      clips.flatMap((clip: Clip) => (clip.mediaId === media ? [{ clip, timeline }] : [])),
    ),
  );
}
