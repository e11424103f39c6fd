import { frameDuration } from '../time/rate.ts';
import type { Edit, EditOutcome, Refusal } from './edit.ts';
import { refuse } from './splice.ts';
import type { Marker, Timeline } from './timeline.ts';

/** Sets or replaces a marker. */
export function putMarker(timeline: Timeline, { marker }: Extract<Edit, { kind: 'putMarker' }>): EditOutcome {
  const problem = checkMarker(marker, timeline);
  if (problem !== undefined) return refuse(problem);
  const former = timeline.markers.find((other) => other.id === marker.id);
  const others = timeline.markers.filter((other) => other.id !== marker.id);
  return {
    ok: true,
    timeline: { ...timeline, markers: [...others, marker].sort(compareMarkers) },
    inverse:
      former === undefined ? { kind: 'removeMarker', markerId: marker.id } : { kind: 'putMarker', marker: former },
  };
}

/** Removes a marker. */
export function removeMarker(timeline: Timeline, edit: Extract<Edit, { kind: 'removeMarker' }>): EditOutcome {
  const marker = timeline.markers.find((other) => other.id === edit.markerId);
  if (marker === undefined) return refuse({ reason: 'unknown-marker', markerId: edit.markerId });
  return {
    ok: true,
    timeline: { ...timeline, markers: timeline.markers.filter((other) => other !== marker) },
    inverse: { kind: 'putMarker', marker },
  };
}

/** The order of markers: by time, then by id. */
export function compareMarkers(a: Marker, b: Marker): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Why a marker cannot stand on a timeline. */
export function checkMarker(marker: Marker, timeline: Timeline): Refusal | undefined {
  const frame = frameDuration(timeline.rate);
  if (marker.at % frame !== 0) return { reason: 'off-grid', time: marker.at };
  if (marker.duration % frame !== 0) return { reason: 'off-grid', time: marker.duration };
  if (marker.at < 0) return { reason: 'before-start', time: marker.at };
  return marker.duration < 0
    ? { reason: 'invalid-value', field: 'duration', message: 'a marker is not negative' }
    : undefined;
}
