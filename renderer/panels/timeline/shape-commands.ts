import { flicks, subtractFlicks, ZERO_FLICKS, type Flicks } from '../../../core/time/flicks.ts';
import { frameDuration, nominalFps } from '../../../core/time/rate.ts';
import { rational } from '../../../core/time/rational.ts';
import type { Edit, TrimEdge } from '../../../core/timeline/edit.ts';
import { TITLE_MEDIA } from '../../../core/timeline/generated-media.ts';
import { recordOut } from '../../../core/timeline/lookup.ts';
import {
  clipId,
  linkId,
  timelineId,
  trackId,
  type Clip,
  type Timeline,
  type Track,
  type TrackKind,
  type VideoClip,
} from '../../../core/timeline/timeline.ts';
import { frameIndex } from '../../../core/media/frames.ts';
import type { Command } from '../../commands.ts';
import { freshId } from '../../ids.ts';
import { usePlayerStore } from '../../stores/player.ts';
import { useSelectionStore } from '../../stores/selection.ts';
import { applyEditNow } from '../../stores/timeline.ts';
import { timeOf } from './geometry.ts';
import { freshClipIds } from './gestures.ts';
import { withoutPartners } from './timeline-edits.ts';

/** Makes a command that works on the open sequence. */
export type OnTimeline = (id: string, label: string, run: (timeline: Timeline) => void) => Command;

const playhead = (timeline: Timeline) => timeOf(usePlayerStore.getState().frames.program, timeline.rate);

function selected(timeline: Timeline): readonly Clip[] {
  const { clips } = useSelectionStore.getState();
  return timeline.tracks.flatMap((track): readonly Clip[] => track.clips.filter((clip) => clips.has(clip.id)));
}

/** The clip end nearest to the playhead: of the selected clips where there are any, else of the lowest open picture track. */
function nearestEnd(timeline: Timeline): { readonly clip: Clip; readonly edge: TrimEdge } | undefined {
  const chosen = selected(timeline);
  const lowest = timeline.tracks.find((track) => track.kind === 'video' && !track.locked);
  const clips = chosen.length > 0 ? chosen : (lowest?.clips ?? []);
  const at = playhead(timeline);
  const ends = clips.flatMap((clip) => [
    { clip, edge: 'in' as const, distance: Math.abs(clip.recordIn - at) },
    { clip, edge: 'out' as const, distance: Math.abs(recordOut(clip) - at) },
  ]);
  return ends.reduce<(typeof ends)[number] | undefined>(
    (nearest, end) => (nearest === undefined || end.distance < nearest.distance ? end : nearest),
    undefined,
  );
}

/** Half a second each side, as editors' usual transition. */
function sideOf(timeline: Timeline): Flicks {
  return flicks(Math.max(1, Math.round(nominalFps(timeline.rate) / 2)) * frameDuration(timeline.rate));
}

function addTransition(timeline: Timeline): void {
  const end = nearestEnd(timeline);
  if (end === undefined) return;
  const side = sideOf(timeline);
  const transition = { kind: 'dissolve', inOffset: side, outOffset: side } as const;
  applyEditNow({ kind: 'setTransition', clipId: end.clip.id, edge: end.edge, transition, linked: true });
}

function removeTransition(timeline: Timeline): void {
  const end = nearestEnd(timeline);
  if (end === undefined) return;
  applyEditNow({ kind: 'setTransition', clipId: end.clip.id, edge: end.edge, transition: null, linked: true });
}

/** The same edit for every selected clip whose partners follow by themselves: one step of undo. */
function forEach(timeline: Timeline, label: string, make: (clip: Clip) => Edit): void {
  const leaders = new Set(withoutPartners(selected(timeline)));
  const edits = selected(timeline)
    .filter((clip) => leaders.has(clip.id))
    .map(make);
  const [only] = edits;
  if (only !== undefined) applyEditNow(edits.length === 1 ? only : { kind: 'group', label, edits });
}

function reverse(timeline: Timeline): void {
  forEach(timeline, 'Reverse', (clip) => ({
    kind: 'setClip',
    clipId: clip.id,
    set: { speed: rational(-clip.speed.num, clip.speed.den) },
  }));
}

function freeze(timeline: Timeline): void {
  const pictures = selected(timeline).filter((clip) => clip.kind === 'video' && clip.speed.num !== 0);
  const edits = pictures.map((clip): Edit => ({ kind: 'freeze', clipId: clip.id }));
  const [only] = edits;
  if (only !== undefined) applyEditNow(edits.length === 1 ? only : { kind: 'group', label: 'Freeze', edits });
}

/** Copies the selected clips to where the last of them ends. */
function duplicate(timeline: Timeline): void {
  const clips = selected(timeline);
  if (clips.length === 0) return;
  const start = Math.min(...clips.map((clip) => clip.recordIn));
  const end = Math.max(...clips.map(recordOut));
  applyEditNow({
    kind: 'duplicate',
    clipIds: withoutPartners(clips),
    delta: flicks(end - start),
    trackDelta: 0,
    linked: true,
    newIds: freshClipIds(clips.length * 4, freshId),
  });
}

function nest(timeline: Timeline): void {
  const clips = selected(timeline);
  if (clips.length === 0) return;
  applyEditNow({
    kind: 'nest',
    clipIds: withoutPartners(clips),
    linked: true,
    timelineId: timelineId(freshId('timeline')),
    name: `Nest of ${clips[0]?.name ?? 'clips'}`,
    newIds: freshClipIds(2, freshId),
  });
}

function link(timeline: Timeline): void {
  const clipIds = selected(timeline).map((clip) => clip.id);
  if (clipIds.length > 1) applyEditNow({ kind: 'link', clipIds, linkId: linkId(freshId('link')) });
}

function unlink(timeline: Timeline): void {
  const clipIds = selected(timeline).map((clip) => clip.id);
  if (clipIds.length > 0) applyEditNow({ kind: 'unlink', clipIds });
}

/** Takes the marked range of the program out of all open tracks. */
function clearRange(timeline: Timeline, kind: 'liftRange' | 'extract'): void {
  const { in: first, out: last } = usePlayerStore.getState().ranges.program;
  if (first === null || last === null) return;
  applyEditNow({
    kind,
    trackIds: timeline.tracks.filter((track) => !track.locked).map((track) => track.id),
    start: timeOf(first, timeline.rate),
    end: timeOf(last + 1, timeline.rate),
    newIds: freshClipIds(timeline.tracks.length * 4, freshId),
  });
}

function emptyTrack(timeline: Timeline, kind: TrackKind): Track {
  const count = timeline.tracks.filter((track) => track.kind === kind).length;
  const name = `${kind === 'video' ? 'V' : 'A'}${count + 1}`;
  return { kind, id: trackId(freshId('track')), name, enabled: true, locked: false, clips: [] };
}

function addTrack(timeline: Timeline, kind: TrackKind): void {
  const videos = timeline.tracks.filter((track) => track.kind === 'video').length;
  const position = kind === 'video' ? videos : timeline.tracks.length;
  applyEditNow({ kind: 'addTrack', track: emptyTrack(timeline, kind), position });
}

const LOWER_THIRD: VideoClip['title'] = {
  text: 'Title',
  style: {
    font: 'Inter',
    size: 0.1,
    bold: true,
    italic: false,
    colour: '#ffffff',
    outline: { colour: '#000000', width: 0.003 },
    align: 'centre',
    x: 0,
    y: 0.3,
  },
};

/** Four seconds of title at the playhead, on the topmost picture track if it is free there, else on a new one. */
function addTitle(timeline: Timeline): void {
  const at = playhead(timeline);
  const duration = flicks(4 * nominalFps(timeline.rate) * frameDuration(timeline.rate));
  const title: VideoClip = {
    kind: 'video',
    id: clipId(freshId('clip')),
    mediaId: TITLE_MEDIA,
    name: 'Title',
    recordIn: at,
    duration,
    speed: rational(1),
    enabled: true,
    linkId: null,
    note: '',
    sourceIn: frameIndex(0),
    opacity: 1,
    title: LOWER_THIRD,
  };
  const videos = timeline.tracks.filter((track) => track.kind === 'video');
  const top = videos.at(-1);
  const isFree = (track: Track) =>
    videos.length > 1 &&
    !track.locked &&
    track.clips.every((clip) => clip.recordIn >= at + duration || recordOut(clip) <= at);
  if (top !== undefined && isFree(top)) {
    applyEditNow({ kind: 'overwrite', placements: [{ trackId: top.id, clip: title }], newIds: [] });
    return;
  }
  const track: Track = { ...emptyTrack(timeline, 'video'), kind: 'video', clips: [title] };
  applyEditNow({ kind: 'addTrack', track, position: videos.length });
}

function joinThrough(timeline: Timeline): void {
  forEach(timeline, 'Join', (clip) => ({ kind: 'joinThrough', clipId: clip.id, linked: true }));
}

/** Moves the selected clip between its neighbours, which give way. */
function slide(timeline: Timeline, frames: number): void {
  const [clip] = selected(timeline);
  const delta =
    frames < 0 ? subtractFlicks(ZERO_FLICKS, timeOf(-frames, timeline.rate)) : timeOf(frames, timeline.rate);
  if (clip !== undefined) applyEditNow({ kind: 'slide', clipId: clip.id, delta, linked: true });
}

/** What shapes clips beyond cutting and moving them. */
export function shapeCommands(on: OnTimeline): readonly Command[] {
  return [
    on('edit.addTransition', 'Add dissolve at the nearest cut', addTransition),
    on('edit.removeTransition', 'Remove the transition at the nearest cut', removeTransition),
    on('edit.reverse', 'Reverse clips', reverse),
    on('edit.freeze', 'Freeze the first frame of clips', freeze),
    on('edit.duplicate', 'Duplicate clips', duplicate),
    on('edit.joinThrough', 'Join clips that play on through a cut', joinThrough),
    on('edit.slideLeft', 'Slide one frame left', (timeline) => slide(timeline, -1)),
    on('edit.slideRight', 'Slide one frame right', (timeline) => slide(timeline, 1)),
    on('edit.link', 'Link clips', link),
    on('edit.unlink', 'Unlink clips', unlink),
    on('edit.nest', 'Nest clips', nest),
    on('edit.liftRange', 'Lift the marked range', (timeline) => clearRange(timeline, 'liftRange')),
    on('edit.extract', 'Extract the marked range and close the gap', (timeline) => clearRange(timeline, 'extract')),
    on('edit.addTitle', 'Add title at playhead', addTitle),
    on('edit.addVideoTrack', 'Add video track', (timeline) => addTrack(timeline, 'video')),
    on('edit.addAudioTrack', 'Add audio track', (timeline) => addTrack(timeline, 'audio')),
  ];
}
