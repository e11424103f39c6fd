import * as fc from 'fast-check';
import { frameIndex } from '../../../core/media/frames.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { frameDuration, timeOfFrame, type Rate } from '../../../core/time/rate.ts';
import type { Edit } from '../../../core/timeline/edit.ts';
import { linkId, markerId, trackId, type Clip, type Timeline } from '../../../core/timeline/timeline.ts';
import { arrangingEdit } from './arranging-scripts.ts';
import { freshIds, MEDIA, pickFrom, placementsFor, type Draw } from './script-parts.ts';
import { FOOTAGE, clipsOf, picture, sound } from './footage.ts';

export const draws: fc.Arbitrary<readonly Draw[]> = fc.array(
  fc.record({
    kind: fc.nat(199),
    pick: fc.nat(1000),
    other: fc.nat(1000),
    frames: fc.integer({ min: -40, max: 40 }),
    at: fc.nat(400),
    flag: fc.boolean(),
    flag2: fc.boolean(),
  }),
  { minLength: 1, maxLength: 25, size: 'max' },
);

export const rates: fc.Arbitrary<Rate> = fc.constantFrom(
  rational(25),
  rational(24),
  rational(24000, 1001),
  rational(30000, 1001),
  rational(60),
  rational(25, 2),
);

/** The edit that a draw means on a timeline; `step` makes its new names unique. */
export function editOf(timeline: Timeline, draw: Draw, step: number): Edit {
  const frame = frameDuration(timeline.rate);
  const name = `e${step}`;
  const clips = clipsOf(timeline);
  const clip = pickFrom(clips, draw.pick);
  const delta = flicks(draw.frames * frame);
  if (clip === undefined || draw.kind < 22) {
    const placements = placementsFor(timeline, draw, name);
    const newIds = freshIds(name, 8);
    return draw.flag
      ? { kind: 'insert', at: flicks(draw.at * frame), placements, newIds }
      : { kind: 'overwrite', placements, newIds };
  }
  if (draw.kind > 99) return arrangingEdit(timeline, draw, clip, name);
  return draw.kind < 82 ? clipEdit(timeline, draw, clip, delta, name) : otherEdit(timeline, draw, clip, name);
}

function clipEdit(timeline: Timeline, draw: Draw, clip: Clip, delta: ReturnType<typeof flicks>, name: string): Edit {
  const linked = draw.flag;
  const second = pickFrom(clipsOf(timeline), draw.other);
  const ids = draw.flag2 && second !== undefined && second.id !== clip.id ? [clip.id, second.id] : [clip.id];
  const edge = draw.other % 2 === 0 ? 'in' : 'out';
  if (draw.kind < 27) return { kind: 'lift', clipIds: ids, linked };
  if (draw.kind < 33) return { kind: 'rippleDelete', clipIds: ids, linked };
  if (draw.kind < 52) return { kind: 'trim', clipId: clip.id, edge, delta, ripple: draw.flag2, linked };
  if (draw.kind < 58) return { kind: 'roll', clipId: clip.id, delta, linked };
  if (draw.kind < 63) return { kind: 'slip', clipId: clip.id, frames: draw.frames, linked };
  if (draw.kind < 70) {
    return { kind: 'move', clipIds: ids, delta, trackDelta: (draw.other % 3) - 1, linked, newIds: freshIds(name, 8) };
  }
  const frame = frameDuration(timeline.rate);
  const inside = flicks(clip.recordIn + frame * (draw.other % Math.max(clip.duration / frame, 1)));
  return { kind: 'split', clipIds: [clip.id], at: inside, newIds: freshIds(name, 8), linked };
}

function otherEdit(timeline: Timeline, draw: Draw, clip: Clip, name: string): Edit {
  const frame = frameDuration(timeline.rate);
  const track = pickFrom(timeline.tracks, draw.other);
  const at = flicks(draw.at * frame);
  if (draw.kind < 86) return { kind: 'closeGap', trackId: track?.id ?? trackId('none'), at };
  if (draw.kind < 89) {
    const speed = draw.flag ? rational(1, 2) : rational(3, 2);
    return { kind: 'setClip', clipId: clip.id, set: draw.flag2 ? { speed } : { note: name, enabled: draw.flag } };
  }
  if (draw.kind < 91) {
    return { kind: 'setTrack', trackId: track?.id ?? trackId('none'), set: { locked: draw.flag && draw.flag2 } };
  }
  if (draw.kind < 93) {
    const marker = {
      id: markerId(`m${draw.pick % 4}`),
      at,
      duration: flicks(0),
      name,
      note: '',
      colour: 'red' as const,
    };
    return { kind: 'putMarker', marker };
  }
  if (draw.kind < 94) {
    const known = draw.flag ? pickFrom(timeline.markers, draw.pick)?.id : undefined;
    return { kind: 'removeMarker', markerId: known ?? markerId(`m${draw.pick % 4}`) };
  }
  if (draw.kind < 95) {
    const added = {
      kind: 'video' as const,
      id: trackId(`track ${name}`),
      name,
      enabled: true,
      locked: false,
      clips: [],
    };
    return { kind: 'addTrack', track: added, position: draw.other % 3 };
  }
  if (draw.kind < 96) {
    const bare = draw.flag ? timeline.tracks.find(({ clips }) => clips.length === 0) : undefined;
    return { kind: 'removeTrack', trackId: (bare ?? track)?.id ?? trackId('none') };
  }
  const nested: Edit[] = [
    { kind: 'lift', clipIds: [clip.id], linked: draw.flag },
    { kind: 'overwrite', placements: placementsFor(timeline, draw, name), newIds: freshIds(name, 8) },
    { kind: 'setTimeline', set: { name } },
  ];
  return { kind: 'group', label: name, edits: draw.flag2 ? nested : nested.slice(1) };
}

/** Where a test starts: pictures with sound of five rates in sync, a music bed, a still above them. */
export function startingTimeline(rate: Rate): { readonly video: readonly Clip[]; readonly audio: readonly Clip[] } {
  const takes = ['pal', 'film', 'ntsc-film', 'sport', 'ntsc', 'phone'] as const;
  const video: Clip[] = [];
  const audio: Clip[] = [];
  for (const [index, media] of takes.entries()) {
    const source = FOOTAGE.get(MEDIA.find((id) => id === media) ?? pickMedia());
    const first = 40 + index;
    const start =
      source?.frames?.kind === 'constant'
        ? timeOfFrame(first, source.frames.rate)
        : flicks(source?.frames?.kind === 'variable' ? (source.frames.starts[first] ?? 0) : 0);
    const plan = { media, at: index * 30, frames: 30, link: `take ${index}` };
    video.push({ ...picture({ ...plan, id: `v${index}` }, rate), sourceIn: frameIndex(first) });
    audio.push({ ...sound({ ...plan, id: `a${index}` }, rate), sourceIn: start, linkId: linkId(plan.link) });
  }
  return { video, audio };
}

function pickMedia() {
  const [first] = MEDIA;
  if (first === undefined) throw new Error('no footage');
  return first;
}
