import { performance } from 'node:perf_hooks';
import { mediaId } from '../core/media/media.ts';
import { frameIndex } from '../core/media/frames.ts';
import { flicks, ZERO_FLICKS, type Flicks } from '../core/time/flicks.ts';
import { frameDuration } from '../core/time/rate.ts';
import { rational } from '../core/time/rational.ts';
import { applyEdit } from '../core/timeline/apply-edit.ts';
import type { Edit } from '../core/timeline/edit.ts';
import { emptyTimeline } from '../core/timeline/new-timeline.ts';
import { clipId, linkId, timelineId, type Clip, type Source, type Timeline } from '../core/timeline/timeline.ts';
import { writeResults } from './results.ts';

/** 10 000 clips: 5 000 linked pairs of picture and sound at 25 fps from one long 24 fps file. */
const PAIRS = 5_000;
const LENGTH = 50;
const RATE = rational(25);
const FRAME = frameDuration(RATE);
const SOURCE: Source = {
  frames: { kind: 'constant', rate: rational(24), frameCount: 10_000_000 },
  audio: { start: ZERO_FLICKS, end: flicks(10_000_000 * frameDuration(rational(24))) },
};
const SOURCES = { source: () => SOURCE };

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

function longTimeline(): Timeline {
  const empty = emptyTimeline({ id: timelineId('long'), name: 'Long', rate: RATE, width: 1920, height: 1080 });
  const pairs = Array.from({ length: PAIRS }, (_, index) => pair(index));
  const [picture, sound] = empty.tracks;
  if (picture === undefined || sound === undefined) throw new Error('an empty timeline has two tracks');
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

/** Edits of every family at a place of the timeline, given as a clip's index. */
function editsAt(timeline: Timeline, index: number): readonly (readonly [string, Edit])[] {
  const [picture, sound] = timeline.tracks;
  if (picture === undefined || sound === undefined) throw new Error('two tracks');
  const clip = clipId(`v${index}`);
  const { video, audio } = pair(index);
  const placements = [
    {
      trackId: picture.id,
      clip: { ...video, id: clipId('new v'), linkId: linkId('new'), recordIn: at(index * LENGTH + 10) },
    },
    {
      trackId: sound.id,
      clip: { ...audio, id: clipId('new a'), linkId: linkId('new'), recordIn: at(index * LENGTH + 10) },
    },
  ];
  const newIds = [clipId('n1'), clipId('n2'), clipId('n3'), clipId('n4')];
  const common = { clipId: clip, linked: true };
  return [
    ['trim', { kind: 'trim', ...common, edge: 'out', delta: at(-7), ripple: false }],
    ['ripple trim', { kind: 'trim', ...common, edge: 'in', delta: at(7), ripple: true }],
    ['roll', { kind: 'roll', ...common, delta: at(5) }],
    ['slip', { kind: 'slip', ...common, frames: 11 }],
    ['split', { kind: 'split', clipIds: [clip], at: at(index * LENGTH + 20), newIds, linked: true }],
    ['lift', { kind: 'lift', clipIds: [clip], linked: true }],
    ['ripple delete', { kind: 'rippleDelete', clipIds: [clip], linked: true }],
    ['insert', { kind: 'insert', at: at(index * LENGTH + 10), placements, newIds }],
    ['overwrite', { kind: 'overwrite', placements, newIds }],
    ['move', { kind: 'move', clipIds: [clip], delta: at(LENGTH * 3 + 11), trackDelta: 0, linked: true, newIds }],
    ['set clip', { kind: 'setClip', clipId: clip, set: { note: 'good' } }],
  ];
}

function quantile(values: readonly number[], share: number): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.min(Math.floor(ascending.length * share), ascending.length - 1)] ?? 0;
}

type Times = { readonly edit: number; readonly undo: number };

function timed(timeline: Timeline, name: string, edit: Edit): Times {
  const started = performance.now();
  const outcome = applyEdit(timeline, edit, SOURCES);
  const edited = performance.now();
  if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.refusal)}`);
  const before = performance.now();
  const undone = applyEdit(outcome.timeline, outcome.inverse, SOURCES);
  const after = performance.now();
  if (!undone.ok) throw new Error(`undo ${name}: ${JSON.stringify(undone.refusal)}`);
  return { edit: edited - started, undo: after - before };
}

/** Repeats at one place; the fastest is the place's figure, so that other work on the machine does not count. */
const REPEATS = 7;
const PLACES = 40;

/** The median over places spread from the first clips to the last, and the slowest of these places. */
function measure(timeline: Timeline) {
  const places = Array.from({ length: PLACES }, (_, index) => Math.floor((index * (PAIRS - 10)) / (PLACES - 1)) + 1);
  const names = editsAt(timeline, 1).map(([name]) => name);
  const times = new Map<string, Times[]>(names.map((name) => [name, []]));
  // The first places are visited twice: once to warm the compiler up.
  for (const [round, index] of [...places.slice(0, 10), ...places].entries()) {
    for (const [name, edit] of editsAt(timeline, index)) {
      const runs = Array.from({ length: REPEATS }, () => timed(timeline, name, edit));
      if (round < 10) continue;
      const fastest = (pick: (run: Times) => number) => Math.min(...runs.map(pick));
      times.get(name)?.push({ edit: fastest((run) => run.edit), undo: fastest((run) => run.undo) });
    }
  }
  return [...times].map(([edit, places]) => ({
    edit,
    editMs: quantile(
      places.map((place) => place.edit),
      0.5,
    ),
    editWorstPlaceMs: Math.max(...places.map((place) => place.edit)),
    undoMs: quantile(
      places.map((place) => place.undo),
      0.5,
    ),
    undoWorstPlaceMs: Math.max(...places.map((place) => place.undo)),
  }));
}

const rows = measure(longTimeline());
await writeResults('edits', {
  what: `Applying one edit, and undoing it, on a timeline of ${PAIRS * 2} linked clips; milliseconds, best of ${REPEATS} at each of ${PLACES} places`,
  rows,
});
