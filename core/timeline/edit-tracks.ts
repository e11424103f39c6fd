import type { Edit, EditOutcome, Refusal } from './edit.ts';
import { findTrack } from './lookup.ts';
import { withoutAbsent } from './optional-parts.ts';
import { openTrack } from './selection.ts';
import { applySplices, refuse } from './splice.ts';
import type { SourceLookup, Timeline, Track, TrackKind } from './timeline.ts';

/** Adds a track at a position among all tracks; video tracks come before audio tracks. */
export function addTrack(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'addTrack' }>,
  sources: SourceLookup,
): EditOutcome {
  const { position } = edit;
  const track = withoutAbsent(edit.track);
  if (findTrack(timeline, track.id) !== undefined) return refuse({ reason: 'duplicate-id', id: track.id });
  if (!isPlace(timeline.tracks, track.kind, position)) return refuse(NO_PLACE);
  const bare: Track =
    track.kind === 'video' ? { ...track, locked: false, clips: [] } : { ...track, locked: false, clips: [] };
  const widened: Timeline = { ...timeline, tracks: timeline.tracks.toSpliced(position, 0, bare) };
  const inverse: Edit = { kind: 'removeTrack', trackId: track.id };
  if (track.clips.length === 0) {
    return { ok: true, timeline: { ...timeline, tracks: timeline.tracks.toSpliced(position, 0, track) }, inverse };
  }
  const filled = applySplices(widened, [{ trackId: track.id, remove: [], add: track.clips }], sources);
  if (!filled.ok) return filled;
  const tracks = filled.timeline.tracks.map((other) =>
    other.id === track.id ? { ...other, locked: track.locked } : other,
  );
  return {
    ok: true,
    timeline: { ...timeline, tracks },
    inverse: {
      kind: 'group',
      label: 'Remove track',
      edits: [
        ...(track.locked ? [{ kind: 'setTrack', trackId: track.id, set: { locked: false } } as const] : []),
        filled.inverse,
        inverse,
      ],
    },
  };
}

/** Removes an empty track. */
export function removeTrack(timeline: Timeline, edit: Extract<Edit, { kind: 'removeTrack' }>): EditOutcome {
  const open = openTrack(timeline, edit.trackId);
  if (!open.ok && open.refusal.reason !== 'track-locked') return open;
  const position = timeline.tracks.findIndex((track) => track.id === edit.trackId);
  const track = timeline.tracks[position];
  if (track === undefined) return refuse({ reason: 'unknown-track', trackId: edit.trackId });
  if (track.clips.length > 0) return refuse({ reason: 'track-not-empty', trackId: track.id });
  return {
    ok: true,
    timeline: { ...timeline, tracks: timeline.tracks.toSpliced(position, 1) },
    inverse: { kind: 'addTrack', track, position },
  };
}

/** Moves a track among those of its kind; `position` counts all tracks once it has left its place. */
export function moveTrack(timeline: Timeline, edit: Extract<Edit, { kind: 'moveTrack' }>): EditOutcome {
  const from = timeline.tracks.findIndex((track) => track.id === edit.trackId);
  const track = timeline.tracks[from];
  if (track === undefined) return refuse({ reason: 'unknown-track', trackId: edit.trackId });
  const others = timeline.tracks.toSpliced(from, 1);
  if (!isPlace(others, track.kind, edit.position)) return refuse(NO_PLACE);
  if (edit.position === from) return refuse({ reason: 'nothing-to-do' });
  return {
    ok: true,
    timeline: { ...timeline, tracks: others.toSpliced(edit.position, 0, track) },
    inverse: { kind: 'moveTrack', trackId: track.id, position: from },
  };
}

const NO_PLACE: Refusal = {
  reason: 'invalid-value',
  field: 'position',
  message: 'video tracks come before audio tracks',
};

/** Whether a track of a kind may come to a position among others. */
function isPlace(others: readonly Track[], kind: TrackKind, position: number): boolean {
  const videos = others.filter((other) => other.kind === 'video').length;
  const [first, last] = kind === 'video' ? [0, videos] : [videos, others.length];
  return Number.isInteger(position) && position >= first && position <= last;
}
