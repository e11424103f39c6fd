import { ZERO_FLICKS } from '../time/flicks.ts';
import { equalRational } from '../time/rational.ts';
import { canDropFrame } from '../time/rate.ts';
import type { ClipProperties, Edit, EditOutcome, TrackProperties } from './edit.ts';
import { withSpeed } from './edit-retiming.ts';
import { findTrack } from './lookup.ts';
import { chosen, formerOf, withoutAbsent } from './optional-parts.ts';
import { openClip, replacing } from './selection.ts';
import { applySplices, refuse } from './splice.ts';
import type { AudioClip, Clip, SourceLookup, Timeline, Track, VideoClip, VideoTrack } from './timeline.ts';

const PICTURE_KEYS = ['opacity', 'transform', 'crop', 'fit', 'blend', 'lut', 'stabilise', 'retiming', 'title'] as const;
const SOUND_KEYS = ['gainDb', 'channels', 'pan'] as const;

/** Sets properties of a clip; a new speed takes linked partners of the same media along. */
export function setClip(
  timeline: Timeline,
  edit: Extract<Edit, { kind: 'setClip' }>,
  sources: SourceLookup,
): EditOutcome {
  const located = openClip(timeline, edit.clipId);
  if (!located.ok) return located;
  const { set } = edit;
  const { clip } = located;
  const foreign = (clip.kind === 'audio' ? PICTURE_KEYS : SOUND_KEYS).find((key) => set[key] !== undefined);
  if (foreign !== undefined) {
    return refuse({
      reason: 'invalid-value',
      field: foreign,
      message: `a clip of kind ${clip.kind} has no ${foreign}`,
    });
  }
  const after = withProperties(clip, set);
  if (set.speed !== undefined && !equalRational(set.speed, clip.speed)) {
    const retimed = withSpeed(timeline, { located, after }, set.speed, sources);
    return retimed.ok ? applySplices(timeline, replacing(retimed.changes), sources) : retimed;
  }
  const outcome = applySplices(timeline, replacing([{ located, after }]), sources);
  if (!outcome.ok) return outcome;
  return { ...outcome, inverse: { kind: 'setClip', clipId: clip.id, set: formerOf(clip, set) } };
}

function withProperties(clip: Clip, set: ClipProperties): Clip {
  const common = {
    name: set.name ?? clip.name,
    note: set.note ?? clip.note,
    enabled: set.enabled ?? clip.enabled,
    head: chosen(set.head, clip.head),
    tail: chosen(set.tail, clip.tail),
    markers: chosen(set.markers, clip.markers),
    metadata: chosen(set.metadata, clip.metadata),
  };
  return clip.kind === 'video' ? pictureWith({ ...clip, ...common }, set) : soundWith({ ...clip, ...common }, set);
}

function pictureWith(clip: VideoClip, set: ClipProperties): VideoClip {
  return withoutAbsent({
    ...clip,
    opacity: set.opacity ?? clip.opacity,
    transform: chosen(set.transform, clip.transform),
    crop: chosen(set.crop, clip.crop),
    fit: chosen(set.fit, clip.fit),
    blend: chosen(set.blend, clip.blend),
    lut: chosen(set.lut, clip.lut),
    stabilise: chosen(set.stabilise, clip.stabilise),
    retiming: chosen(set.retiming, clip.retiming),
    title: chosen(set.title, clip.title),
    fadeIn: chosen(set.fadeIn, clip.fadeIn),
    fadeOut: chosen(set.fadeOut, clip.fadeOut),
    keyframes: chosen(set.keyframes, clip.keyframes),
  });
}

function soundWith(clip: AudioClip, set: ClipProperties): AudioClip {
  return withoutAbsent({
    ...clip,
    gainDb: set.gainDb ?? clip.gainDb,
    channels: chosen(set.channels, clip.channels),
    pan: chosen(set.pan, clip.pan),
    fadeIn: chosen(set.fadeIn, clip.fadeIn) ?? ZERO_FLICKS,
    fadeOut: chosen(set.fadeOut, clip.fadeOut) ?? ZERO_FLICKS,
    keyframes: chosen(set.keyframes, clip.keyframes),
  });
}

/** Sets properties of a track, locked or not. */
export function setTrack(timeline: Timeline, edit: Extract<Edit, { kind: 'setTrack' }>): EditOutcome {
  const track = findTrack(timeline, edit.trackId);
  if (track === undefined) return refuse({ reason: 'unknown-track', trackId: edit.trackId });
  const { set } = edit;
  if (set.captions !== undefined && (track.kind === 'audio' || !canHoldCaptions(track, set))) {
    return refuse({ reason: 'invalid-value', field: 'captions', message: 'captions are a video track of titles' });
  }
  const common = {
    name: set.name ?? track.name,
    enabled: set.enabled ?? track.enabled,
    locked: set.locked ?? track.locked,
    solo: chosen(set.solo, track.solo),
    syncLock: chosen(set.syncLock, track.syncLock),
  };
  const after: Track =
    track.kind === 'audio'
      ? withoutAbsent({ ...track, ...common })
      : withoutAbsent({ ...track, ...common, captions: chosen(set.captions, track.captions) });
  return {
    ok: true,
    timeline: { ...timeline, tracks: timeline.tracks.map((other) => (other === track ? after : other)) },
    inverse: { kind: 'setTrack', trackId: track.id, set: formerOf(track, set) },
  };
}

function canHoldCaptions(track: VideoTrack, set: TrackProperties): boolean {
  return set.captions === null || track.clips.every((clip) => clip.title !== undefined);
}

/** Sets properties of the timeline itself. */
export function setTimeline(timeline: Timeline, edit: Extract<Edit, { kind: 'setTimeline' }>): EditOutcome {
  const { set } = edit;
  if (set.startFrame !== undefined && !(Number.isSafeInteger(set.startFrame) && set.startFrame >= 0)) {
    return refuse({
      reason: 'invalid-value',
      field: 'startFrame',
      message: 'the start is a whole frame number from 0',
    });
  }
  const isSize = (pixels: number | undefined) => pixels === undefined || (Number.isSafeInteger(pixels) && pixels > 0);
  if (!isSize(set.width) || !isSize(set.height)) {
    return refuse({ reason: 'invalid-value', field: 'size', message: 'a picture has a whole number of pixels' });
  }
  if (set.dropFrame === true && !canDropFrame(timeline.rate)) {
    return refuse({ reason: 'invalid-value', field: 'dropFrame', message: 'only 29.97 and 59.94 fps drop frames' });
  }
  const after: Timeline = withoutAbsent({
    ...timeline,
    name: set.name ?? timeline.name,
    startFrame: set.startFrame ?? timeline.startFrame,
    dropFrame: set.dropFrame ?? timeline.dropFrame,
    width: set.width ?? timeline.width,
    height: set.height ?? timeline.height,
    colourSpace: chosen(set.colourSpace, timeline.colourSpace),
  });
  return {
    ok: true,
    timeline: after,
    inverse: { kind: 'setTimeline', set: formerOf(timeline, set) },
  };
}
