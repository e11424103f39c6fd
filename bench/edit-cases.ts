import { mediaId } from '../core/media/media.ts';
import { frameIndex } from '../core/media/frames.ts';
import { flicks, ZERO_FLICKS, type Flicks } from '../core/time/flicks.ts';
import { frameDuration } from '../core/time/rate.ts';
import { rational } from '../core/time/rational.ts';
import { applyEdit } from '../core/timeline/apply-edit.ts';
import type { Edit, Placement } from '../core/timeline/edit.ts';
import { emptyTimeline } from '../core/timeline/new-timeline.ts';
import {
  clipId,
  linkId,
  markerId,
  timelineId,
  trackId,
  type Clip,
  type Marker,
  type Source,
  type Timeline,
  type TrackId,
} from '../core/timeline/timeline.ts';
import type { Transition } from '../core/timeline/transition.ts';

/** 10 000 clips: 5 000 linked pairs of picture and sound at 25 fps from one long 24 fps file. */
export const PAIRS = 5_000;
const LENGTH = 50;
const RATE = rational(25);
const FRAME = frameDuration(RATE);
const SOURCE: Source = {
  frames: { kind: 'constant', rate: rational(24), frameCount: 10_000_000 },
  audio: { start: ZERO_FLICKS, end: flicks(10_000_000 * frameDuration(rational(24))) },
};
export const SOURCES = { source: () => SOURCE };

const at = (frames: number): Flicks => flicks(frames * FRAME);

function pair(index: number): { readonly video: Clip; readonly audio: Clip } {
  const common = {
    mediaId: mediaId('long'),
    name: `clip ${index}`,
    recordIn: at(index * LENGTH),
    duration: at(LENGTH),
    speed: rational(1),
    enabled: true,
    linkId: linkId(`link ${index}`),
    note: '',
  };
  const sourceIn = frameIndex(1_000 + index * 24);
  return {
    video: { ...common, kind: 'video', id: clipId(`v${index}`), sourceIn, opacity: 1 },
    audio: {
      ...common,
      kind: 'audio',
      id: clipId(`a${index}`),
      sourceIn: flicks(sourceIn * frameDuration(rational(24))),
      streamOrdinal: 0,
      gainDb: 0,
      fadeIn: ZERO_FLICKS,
      fadeOut: ZERO_FLICKS,
    },
  };
}

/** The timeline of linked pairs, with an empty second picture track. */
export function longTimeline(): Timeline {
  const empty = emptyTimeline({
    id: timelineId('long'),
    name: 'Long',
    rate: RATE,
    width: 1920,
    height: 1080,
    videoTracks: 2,
  });
  const pairs = Array.from({ length: PAIRS }, (_, index) => pair(index));
  const [picture, , sound] = empty.tracks;
  if (picture === undefined || sound === undefined) throw new Error('three tracks');
  // Through JSON, as projects come from disk: ids are then fresh strings and compare at their slowest.
  const add = (kind: Clip['kind']) => pairs.map(({ video, audio }) => (kind === 'video' ? video : audio));
  const filled = applyEdit(
    empty,
    structuredClone({
      kind: 'splice',
      changes: [
        { trackId: picture.id, remove: [], add: add('video') },
        { trackId: sound.id, remove: [], add: add('audio') },
      ],
    } satisfies Edit),
    SOURCES,
  );
  if (!filled.ok) throw new Error(JSON.stringify(filled.refusal));
  return filled.timeline;
}

const dissolve: Transition = { kind: 'dissolve', inOffset: at(6), outOffset: at(6) };
const note: Marker = {
  id: markerId('m'),
  at: at(5),
  duration: ZERO_FLICKS,
  name: 'good laugh',
  note: 'keep',
  colour: 'green',
};

function placing(timeline: Timeline, index: number): readonly Placement[] {
  const [picture, sound] = [timeline.tracks[0], timeline.tracks[2]];
  if (picture === undefined || sound === undefined) throw new Error('three tracks');
  const { video, audio } = pair(index);
  const recordIn = at(index * LENGTH + 10);
  return [
    { trackId: picture.id, clip: { ...video, id: clipId('new v'), linkId: linkId('new'), recordIn } },
    { trackId: sound.id, clip: { ...audio, id: clipId('new a'), linkId: linkId('new'), recordIn } },
  ];
}

const newIds = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'].map(clipId);

const lane: Edit = {
  kind: 'addTrack',
  position: 0,
  track: { kind: 'video', id: trackId('new'), name: 'V3', enabled: true, locked: false, clips: [] },
};

const empty = emptyTimeline({ id: timelineId('empty'), name: 'Empty', rate: RATE, width: 1920, height: 1080 });

function first(timeline: Timeline): TrackId {
  const [track] = timeline.tracks;
  if (track === undefined) throw new Error('no track');
  return track.id;
}

/** A name, the edit, and what must be done before it. */
export type Case = readonly [name: string, edit: Edit, before?: Edit];

/** Every kind of edit at a place of the timeline, given as a clip's index; some need others before them. */
export function editsAt(timeline: Timeline, index: number): readonly Case[] {
  return [...cuttingAt(timeline, index), ...treatingAt(index), ...framingAt(timeline, index)];
}

/** Edits that cut, place and remove. */
function cuttingAt(timeline: Timeline, index: number): readonly Case[] {
  const clip = clipId(`v${index}`);
  const trackIds = timeline.tracks.map((track) => track.id);
  const placements = placing(timeline, index);
  const common = { clipId: clip, linked: true };
  const many = { clipIds: [clip], linked: true };
  const range = { trackIds, start: at(index * LENGTH + 20), end: at(index * LENGTH + 80), newIds };
  const split: Edit = { kind: 'split', ...many, at: at(index * LENGTH + 20), newIds };
  return [
    ['trim', { kind: 'trim', ...common, edge: 'out', delta: at(-7), ripple: false }],
    ['ripple trim', { kind: 'trim', ...common, edge: 'in', delta: at(7), ripple: true }],
    ['roll', { kind: 'roll', ...common, delta: at(5) }],
    ['slip', { kind: 'slip', ...common, frames: 11 }],
    ['slide', { kind: 'slide', ...common, delta: at(5) }],
    ['split', split],
    ['join through', { kind: 'joinThrough', ...common }, split],
    ['lift', { kind: 'lift', ...many }],
    ['ripple delete', { kind: 'rippleDelete', ...many }],
    [
      'close gap',
      { kind: 'closeGap', trackId: first(timeline), at: at(index * LENGTH + 1) },
      { kind: 'lift', ...many },
    ],
    ['lift range', { kind: 'liftRange', ...range }],
    ['extract', { kind: 'extract', ...range }],
    ['insert', { kind: 'insert', at: at(index * LENGTH + 10), placements, newIds }],
    ['overwrite', { kind: 'overwrite', placements, newIds }],
    ['append', { kind: 'append', placements }],
    ['replace', { kind: 'replace', ...common, mediaId: mediaId('other'), name: 'other', sourceIn: 77 }],
    ['move', { kind: 'move', ...many, delta: at(LENGTH * 3 + 11), trackDelta: 0, newIds }],
    ['swap', { kind: 'swap', ...common, otherId: clipId(`v${index + 1}`) }],
    ['duplicate', { kind: 'duplicate', ...many, delta: at(LENGTH * 2 + 11), trackDelta: 0, newIds }],
  ];
}

/** Edits of single clips. */
function treatingAt(index: number): readonly Case[] {
  const clip = clipId(`v${index}`);
  const common = { clipId: clip, linked: true };
  const keyframe: Edit = {
    kind: 'setKeyframe',
    clipId: clip,
    parameter: 'opacity',
    keyframe: { at: at(3), value: 0.5, interpolation: 'smooth' },
  };
  const marked: Edit = { kind: 'putClipMarker', clipId: clip, marker: note };
  return [
    ['link', { kind: 'link', clipIds: [clip, clipId(`a${index}`)], linkId: linkId('made') }],
    ['unlink', { kind: 'unlink', clipIds: [clip] }],
    ['reverse', { kind: 'setClip', clipId: clip, set: { speed: rational(-1) } }],
    ['freeze', { kind: 'freeze', clipId: clip }],
    ['retime', { kind: 'retime', ...common, speed: rational(2), ripple: true }],
    ['set transition', { kind: 'setTransition', ...common, edge: 'in', transition: dissolve }],
    ['set keyframe', keyframe],
    ['remove keyframe', { kind: 'removeKeyframe', clipId: clip, parameter: 'opacity', at: at(3) }, keyframe],
    ['clip marker', marked],
    ['remove clip marker', { kind: 'removeClipMarker', clipId: clip, markerId: note.id }, marked],
  ];
}

/** Edits of tracks, timelines and several things. */
function framingAt(timeline: Timeline, index: number): readonly Case[] {
  const clip = clipId(`v${index}`);
  const nest: Edit = {
    kind: 'nest',
    clipIds: [clip],
    linked: true,
    timelineId: timelineId('inner'),
    name: 'Nest',
    newIds,
  };
  const put: Edit = { kind: 'putNested', timeline: empty };
  const slip: Edit = { kind: 'slip', clipId: clip, frames: 3, linked: true };
  const marked: Edit = { kind: 'putClipMarker', clipId: clip, marker: note };
  return [
    ['set clip', { kind: 'setClip', clipId: clip, set: { note: 'good' } }],
    ['set track', { kind: 'setTrack', trackId: first(timeline), set: { enabled: false } }],
    ['set timeline', { kind: 'setTimeline', set: { name: 'Second cut' } }],
    ['add track', lane],
    ['remove track', { kind: 'removeTrack', trackId: trackId('new') }, lane],
    ['move track', { kind: 'moveTrack', trackId: first(timeline), position: 1 }],
    ['marker', { kind: 'putMarker', marker: note }],
    ['remove marker', { kind: 'removeMarker', markerId: note.id }, { kind: 'putMarker', marker: note }],
    ['nest', nest],
    ['put nested', put],
    ['remove nested', { kind: 'removeNested', timelineId: empty.id }, put],
    [
      'edit nested',
      {
        kind: 'editNested',
        timelineId: timelineId('inner'),
        edit: { kind: 'setClip', clipId: clip, set: { note: 'good' } },
      },
      nest,
    ],
    [
      'group of 3',
      {
        kind: 'group',
        label: 'Three',
        edits: [slip, marked, { kind: 'setClip', clipId: clip, set: { enabled: false } }],
      },
    ],
  ];
}
