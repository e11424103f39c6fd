import { frameIndex } from '../../../core/media/frames.ts';
import { mediaId } from '../../../core/media/media.ts';
import { flicks, type Flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { frameDuration } from '../../../core/time/rate.ts';
import type { ClipProperties, Edit } from '../../../core/timeline/edit.ts';
import { nestedMedia } from '../../../core/timeline/generated-media.ts';
import { NO_TRANSFORM } from '../../../core/timeline/picture.ts';
import {
  clipId,
  linkId,
  markerId,
  timelineId,
  trackId,
  type Clip,
  type Timeline,
} from '../../../core/timeline/timeline.ts';
import { freshIds, pickFrom, placementsFor, type Draw } from './script-parts.ts';
import { clipsOf, FOOTAGE } from './footage.ts';

const SPEEDS = [rational(1), rational(-1), rational(2), rational(-1, 2), rational(3, 7)] as const;

/** The edits that arrange, decorate, nest and retime, by `kind` from 100 to 199. */
export function arrangingEdit(timeline: Timeline, draw: Draw, clip: Clip, name: string): Edit {
  if (draw.kind < 137) return copyingEdit(timeline, draw, clip, name);
  if (draw.kind < 166) return relatingEdit(timeline, draw, clip, name);
  if (draw.kind < 183) return decoratingEdit(timeline, draw, clip, name);
  if (draw.kind < 192) return nestingEdit(timeline, draw, clip, name);
  return retimingEdit(draw, clip, name, timeline);
}

const deltaOf = (timeline: Timeline, draw: Draw): Flicks => flicks(draw.frames * frameDuration(timeline.rate));
const timeOf = (timeline: Timeline, frames: number): Flicks => flicks(frames * frameDuration(timeline.rate));

/** A few tracks, from the first, the last or all. */
function someTracks(timeline: Timeline, draw: Draw) {
  const ids = timeline.tracks.map((track) => track.id);
  return draw.flag ? ids : ids.filter((_, index) => (draw.other >> index) % 2 === 1);
}

function copyingEdit(timeline: Timeline, draw: Draw, clip: Clip, name: string): Edit {
  const linked = draw.flag;
  const newIds = freshIds(name, 12);
  if (draw.kind < 107) {
    const placements = placementsFor(timeline, { ...draw, at: draw.at % 20 }, name);
    return { kind: 'append', placements };
  }
  if (draw.kind < 115) {
    const media = pickFrom([...FOOTAGE.keys()], draw.other) ?? mediaId('pal');
    const sourceIn = clip.kind === 'video' ? draw.at : draw.at * 14_700_000;
    return { kind: 'replace', clipId: clip.id, mediaId: media, name, sourceIn, linked };
  }
  if (draw.kind < 122) {
    const trackDelta = (draw.other % 3) - 1;
    return { kind: 'duplicate', clipIds: [clip.id], delta: deltaOf(timeline, draw), trackDelta, linked, newIds };
  }
  const [start, end] = [timeOf(timeline, draw.at), timeOf(timeline, draw.at + Math.abs(draw.frames))];
  return { kind: draw.kind < 129 ? 'liftRange' : 'extract', trackIds: someTracks(timeline, draw), start, end, newIds };
}

function relatingEdit(timeline: Timeline, draw: Draw, clip: Clip, name: string): Edit {
  const linked = draw.flag;
  const clips = clipsOf(timeline);
  const other = pickFrom(clips, draw.other) ?? clip;
  if (draw.kind < 145) return { kind: 'slide', clipId: clip.id, delta: deltaOf(timeline, draw), linked };
  if (draw.kind < 152) {
    const mates = timeline.tracks.find((track) => track.clips.some(({ id }) => id === clip.id))?.clips ?? clips;
    const mate = draw.flag2 ? pickFrom<Clip>(mates, draw.other) : other;
    return { kind: 'swap', clipId: clip.id, otherId: (mate ?? other).id, linked };
  }
  if (draw.kind < 159) {
    const cut = timeline.tracks.flatMap(({ clips: row }) =>
      row.filter((left, index) => {
        const right = row[index + 1];
        return right?.mediaId === left.mediaId && right.recordIn === left.recordIn + left.duration;
      }),
    );
    return { kind: 'joinThrough', clipId: (pickFrom<Clip>(cut, draw.pick) ?? clip).id, linked };
  }
  if (draw.kind < 163) return { kind: 'link', clipIds: [clip.id, other.id], linkId: linkId(`made ${name}`) };
  return { kind: 'unlink', clipIds: draw.flag2 ? [clip.id, other.id] : [clip.id] };
}

function decoratingEdit(timeline: Timeline, draw: Draw, clip: Clip, name: string): Edit {
  const at = timeOf(timeline, draw.frames);
  const parameter = clip.kind === 'video' ? 'opacity' : 'pan';
  if (draw.kind < 174) {
    const offset = timeOf(timeline, Math.abs(draw.frames) % 9);
    const transition = { kind: 'dissolve' as const, inOffset: offset, outOffset: timeOf(timeline, draw.other % 9) };
    const edge = draw.flag2 ? 'in' : 'out';
    return {
      kind: 'setTransition',
      clipId: clip.id,
      edge,
      transition: draw.at % 4 === 0 ? null : transition,
      linked: draw.flag,
    };
  }
  if (draw.kind < 179) {
    const interpolation = draw.flag ? ('smooth' as const) : ('linear' as const);
    return {
      kind: 'setKeyframe',
      clipId: clip.id,
      parameter,
      keyframe: { at, value: (draw.at % 10) / 10, interpolation },
    };
  }
  if (draw.kind < 181) {
    const known = Object.values(clip.keyframes ?? {})[0]?.[0]?.at;
    return { kind: 'removeKeyframe', clipId: clip.id, parameter, at: known ?? at };
  }
  const known = draw.flag ? clip.markers?.[0]?.id : undefined;
  const id = known ?? markerId(`c${draw.other % 3}`);
  const marker = { id, at, duration: flicks(0), name, note: '', colour: 'blue' as const };
  return draw.flag2
    ? { kind: 'putClipMarker', clipId: clip.id, marker }
    : { kind: 'removeClipMarker', clipId: clip.id, markerId: id };
}

function nestingEdit(timeline: Timeline, draw: Draw, clip: Clip, name: string): Edit {
  const nested = pickFrom(timeline.nested ?? [], draw.other);
  if (draw.kind < 187 || (nested === undefined && draw.kind < 190)) {
    const second = pickFrom(clipsOf(timeline), draw.other) ?? clip;
    const clipIds = draw.flag2 ? [clip.id] : [...new Set([clip.id, second.id])];
    const id = timelineId(`nest ${name}`);
    return { kind: 'nest', clipIds, linked: draw.flag, timelineId: id, name, newIds: freshIds(name, 2) };
  }
  if (nested !== undefined && draw.kind < 189) {
    const inner = clipsOf(nested);
    const first = pickFrom(inner, draw.pick)?.id ?? clip.id;
    const delta = deltaOf(timeline, draw);
    const trim: Edit = { kind: 'trim', clipId: first, edge: 'out', delta, ripple: draw.flag, linked: true };
    const edit: Edit = draw.flag2 ? trim : { kind: 'setClip', clipId: first, set: { note: name } };
    return { kind: 'editNested', timelineId: nested.id, edit };
  }
  if (nested !== undefined && draw.kind === 189) {
    const unused = timeline.nested?.find(({ id }) =>
      clipsOf(timeline).every(({ mediaId: media }) => media !== nestedMedia(id)),
    );
    return { kind: 'removeNested', timelineId: (unused ?? nested).id };
  }
  const track = pickFrom(timeline.tracks, draw.pick);
  if (draw.kind === 190) return { kind: 'moveTrack', trackId: track?.id ?? trackId('none'), position: draw.other % 6 };
  const copy = { ...(nested ?? timeline), nested: undefined, id: timelineId(`put ${draw.other % 2}`) };
  const { nested: _none, ...bare } = copy;
  return { kind: 'putNested', timeline: bare };
}

function retimingEdit(draw: Draw, clip: Clip, name: string, timeline: Timeline): Edit {
  const speed = pickFrom(SPEEDS, draw.other) ?? rational(1);
  if (draw.kind < 194) {
    return { kind: 'freeze', clipId: clip.id, ...(draw.flag && { frame: frameIndex(draw.at) }) };
  }
  if (draw.kind < 197) return { kind: 'retime', clipId: clip.id, speed, ripple: draw.flag2, linked: draw.flag };
  if (draw.kind < 198) return { kind: 'setClip', clipId: clip.id, set: { speed } };
  const track = pickFrom(timeline.tracks, draw.pick);
  if (draw.kind < 199) {
    const syncLock = draw.flag ? false : draw.flag2 ? true : null;
    return { kind: 'setTrack', trackId: track?.id ?? trackId('none'), set: { syncLock } };
  }
  const fade = timeOf(timeline, Math.abs(draw.frames) % 12);
  const picture: ClipProperties = { transform: draw.flag ? { ...NO_TRANSFORM, scaleX: 2 } : null, fadeIn: fade };
  const heard: ClipProperties = { pan: draw.flag ? 0.5 : null, channels: draw.flag2 ? [0] : null, fadeOut: fade };
  return {
    kind: 'setClip',
    clipId: draw.at % 9 === 0 ? clipId('gone') : clip.id,
    set: clip.kind === 'video' ? picture : { ...heard, note: name },
  };
}
