import { subtractFlicks, ZERO_FLICKS } from '../../../core/time/flicks.ts';
import { frameOfTime } from '../../../core/time/rate.ts';
import { recordOut, timelineDuration } from '../../../core/timeline/lookup.ts';
import { markerId, type Clip, type ClipId, type SourceLookup, type Timeline } from '../../../core/timeline/timeline.ts';
import type { Command } from '../../commands.ts';
import { freshId } from '../../ids.ts';
import { usePlayerStore } from '../../stores/player.ts';
import { useSelectionStore } from '../../stores/selection.ts';
import { applyEditNow, createTimeline, stepHistory, useTimelineStore } from '../../stores/timeline.ts';
import { toastFailure } from '../../stores/toasts.ts';
import { clipFrames, timeOf, xOfFrame } from './geometry.ts';
import { freshClipIds } from './gestures.ts';
import { placeSource } from './place-source.ts';
import { footageCommands } from './footage-commands.ts';
import { shapeCommands, type OnTimeline } from './shape-commands.ts';
import { clipsToSplit, splitEdit, withoutPartners } from './timeline-edits.ts';
import { useTimelineView } from './view-store.ts';

/** What edit commands work on at the moment they run. */
export type EditScope = { readonly timeline: () => Timeline | null; readonly sources: () => SourceLookup };

const playhead = () => usePlayerStore.getState().frames.program;
const selection = () => useSelectionStore.getState();

function selectedClips(timeline: Timeline): readonly Clip[] {
  const { clips } = selection();
  return timeline.tracks.flatMap((track) => track.clips.filter((clip) => clips.has(clip.id)));
}

function split(timeline: Timeline, all: boolean): void {
  const at = timeOf(playhead(), timeline.rate);
  const clips = clipsToSplit(timeline, at, selection().clips, all);
  if (clips.length > 0) applyEditNow(splitEdit(timeline, withoutPartners(clips), at));
}

function remove(timeline: Timeline, ripple: boolean): void {
  const clips = selectedClips(timeline);
  if (clips.length === 0) return;
  const clipIds = withoutPartners(clips);
  if (applyEditNow({ kind: ripple ? 'rippleDelete' : 'lift', clipIds, linked: true })) selection().clear();
}

/** Q and W: the start or end of the clip under the playhead comes to the playhead, and what follows closes up. */
function trimToPlayhead(timeline: Timeline, edge: 'in' | 'out'): void {
  const frame = playhead();
  const at = timeOf(frame, timeline.rate);
  const [clip] = clipsToSplit(timeline, at, selection().clips, false);
  if (clip === undefined) return;
  const delta = edge === 'in' ? subtractFlicks(at, clip.recordIn) : subtractFlicks(at, recordOut(clip));
  const start = clipFrames(clip, timeline.rate).start;
  if (!applyEditNow({ kind: 'trim', clipId: clip.id, edge, delta, ripple: true, linked: true })) return;
  if (edge === 'in') usePlayerStore.getState().seek(start);
}

function nudge(timeline: Timeline, frames: number): void {
  const clips = selectedClips(timeline);
  if (clips.length === 0) return;
  applyEditNow({
    kind: 'move',
    clipIds: withoutPartners(clips),
    delta: timeOf(frames, timeline.rate),
    trackDelta: 0,
    linked: true,
    newIds: freshClipIds(64, freshId),
  });
}

/** Switches the selected clips off, or on when all of them are off. */
function toggleEnabled(timeline: Timeline): void {
  const clips = selectedClips(timeline);
  if (clips.length === 0) return;
  const enabled = clips.every((clip) => !clip.enabled);
  applyEditNow({
    kind: 'group',
    label: enabled ? 'Enable' : 'Disable',
    edits: clips
      .filter((clip) => clip.enabled !== enabled)
      .map((clip) => ({ kind: 'setClip', clipId: clip.id, set: { enabled } })),
  });
}

function addMarker(timeline: Timeline): void {
  applyEditNow({
    kind: 'putMarker',
    marker: {
      id: markerId(freshId('marker')),
      at: timeOf(playhead(), timeline.rate),
      duration: ZERO_FLICKS,
      name: 'Marker',
      note: '',
      colour: 'blue',
    },
  });
}

function totalFrames(timeline: Timeline): number {
  return frameOfTime(timelineDuration(timeline), timeline.rate, 'ceil');
}

function zoom(timeline: Timeline, factor: number): void {
  const view = useTimelineView.getState();
  const x = Math.min(Math.max(xOfFrame(view.viewport, playhead()), 0), view.viewport.width);
  view.zoom(factor, x, totalFrames(timeline));
}

function allClips(timeline: Timeline): readonly ClipId[] {
  return timeline.tracks.flatMap((track) => track.clips.map((clip) => clip.id));
}

const HISTORY: readonly Command[] = [
  {
    id: 'edit.undo',
    label: 'Undo',
    group: 'Edit',
    when: () => useTimelineStore.getState().undoLabel !== null,
    run: () => stepHistory('undo'),
  },
  {
    id: 'edit.redo',
    label: 'Redo',
    group: 'Edit',
    when: () => useTimelineStore.getState().redoLabel !== null,
    run: () => stepHistory('redo'),
  },
];

const view = useTimelineView.getState;

const TOOLS: readonly Command[] = [
  {
    id: 'timeline.toggleSnap',
    label: 'Snapping on or off',
    group: 'Timeline',
    run: () => view().toggleSnapping(),
  },
  { id: 'tool.select', label: 'Selection tool', group: 'Timeline', run: () => view().setTool('select') },
  { id: 'tool.blade', label: 'Blade tool', group: 'Timeline', run: () => view().setTool('blade') },
  { id: 'tool.slip', label: 'Slip tool', group: 'Timeline', run: () => view().setTool('slip') },
  { id: 'timeline.new', label: 'New sequence', group: 'Timeline', run: newSequence },
];

function newSequence(): void {
  createTimeline(`Sequence ${useTimelineStore.getState().list.length + 1}`).catch((error: unknown) =>
    toastFailure('The sequence could not be made.', error),
  );
}

function clipCommands(on: OnTimeline, sources: () => SourceLookup): readonly Command[] {
  const panels = ['timeline'] as const;
  return [
    on('edit.split', 'Split at playhead', (timeline) => split(timeline, false)),
    on('edit.splitAll', 'Split all tracks at playhead', (timeline) => split(timeline, true)),
    { ...on('edit.lift', 'Delete and leave a gap', (timeline) => remove(timeline, false)), panels },
    { ...on('edit.rippleDelete', 'Delete and close the gap', (timeline) => remove(timeline, true)), panels },
    on('edit.trimStart', 'Trim start to playhead', (timeline) => trimToPlayhead(timeline, 'in')),
    on('edit.trimEnd', 'Trim end to playhead', (timeline) => trimToPlayhead(timeline, 'out')),
    on('edit.nudgeLeft', 'Move one frame left', (timeline) => nudge(timeline, -1)),
    on('edit.nudgeRight', 'Move one frame right', (timeline) => nudge(timeline, 1)),
    on('edit.insert', 'Insert at playhead', (timeline) => placeSource(timeline, sources(), 'insert')),
    on('edit.overwrite', 'Overwrite at playhead', (timeline) => placeSource(timeline, sources(), 'overwrite')),
    on('edit.fitToFill', 'Fit the source to the marked range', (timeline) =>
      placeSource(timeline, sources(), 'overwrite', true),
    ),
    on('edit.toggleEnabled', 'Enable or disable clips', toggleEnabled),
    on('edit.selectAll', 'Select all clips', (timeline) => selection().selectClips(allClips(timeline))),
    on('edit.deselect', 'Select nothing', () => selection().clear()),
    on('marker.add', 'Add marker', addMarker),
  ];
}

/** Editing and looking at the timeline. Edits need an open sequence, which a shown suggestion is not. */
export function editCommands(scope: EditScope): readonly Command[] {
  const on: OnTimeline = (id, label, run) => ({
    id,
    label,
    group: id.startsWith('timeline.') ? 'Timeline' : 'Edit',
    when: () => scope.timeline() !== null,
    run: () => {
      const timeline = scope.timeline();
      if (timeline !== null) run(timeline);
    },
  });
  return [
    ...HISTORY,
    ...TOOLS,
    ...clipCommands(on, scope.sources),
    ...shapeCommands(on),
    ...footageCommands(on),
    on('timeline.zoomIn', 'Zoom in', (timeline) => zoom(timeline, 1.25)),
    on('timeline.zoomOut', 'Zoom out', (timeline) => zoom(timeline, 0.8)),
    on('timeline.zoomFit', 'Zoom to the whole sequence', (timeline) => view().fit(totalFrames(timeline))),
  ];
}
