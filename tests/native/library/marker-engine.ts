import type { EditEngine } from '../../../native/library/timeline-store.ts';
import type { Edit, EditOutcome } from '../../../core/timeline/edit.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { markerId, timelineId, type Marker, type Timeline } from '../../../core/timeline/timeline.ts';

/** An engine of three edits: enough to test the store apart from the rules of editing. */
export const markerEngine: EditEngine = (timeline, edit) => outcomeOf(timeline, edit);

function outcomeOf(timeline: Timeline, edit: Edit): EditOutcome {
  if (edit.kind === 'putMarker') {
    const earlier = timeline.markers.find(({ id }) => id === edit.marker.id);
    const others = timeline.markers.filter(({ id }) => id !== edit.marker.id);
    const markers = [...others, edit.marker].sort((a, b) => (a.id < b.id ? -1 : 1));
    const inverse: Edit =
      earlier === undefined
        ? { kind: 'removeMarker', markerId: edit.marker.id }
        : { kind: 'putMarker', marker: earlier };
    return { ok: true, timeline: { ...timeline, markers }, inverse };
  }
  if (edit.kind !== 'removeMarker') return { ok: false, refusal: { reason: 'nothing-to-do' } };
  const gone = timeline.markers.find(({ id }) => id === edit.markerId);
  if (gone === undefined) return { ok: false, refusal: { reason: 'unknown-marker', markerId: edit.markerId } };
  const markers = timeline.markers.filter(({ id }) => id !== edit.markerId);
  return { ok: true, timeline: { ...timeline, markers }, inverse: { kind: 'putMarker', marker: gone } };
}

export function emptyTimeline(id = 'timeline-1'): Timeline {
  return {
    schema: 'montage.timeline/1',
    id: timelineId(id),
    name: 'Cut',
    rate: rational(25),
    startFrame: 0,
    dropFrame: false,
    width: 1920,
    height: 1080,
    tracks: [],
    markers: [],
  };
}

export function putMarker(id: string, name: string): Edit {
  const marker: Marker = { id: markerId(id), at: flicks(0), duration: flicks(0), name, note: '', colour: 'red' };
  return { kind: 'putMarker', marker };
}
