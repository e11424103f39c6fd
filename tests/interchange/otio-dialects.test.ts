import { expect, test } from 'vitest';
import type { ImportedTimeline } from '../../core/interchange/handoff.ts';
import { importTimeline } from '../../core/interchange/interchange.ts';
import { R } from './cut-builder.ts';

/** OTIO as other programs write it, each case as small as it can be: values, and what is listed as lost. */
const kinds = (cut: ImportedTimeline) => cut.losses.map((loss) => loss.kind);
const clipsOf = (cut: ImportedTimeline) => cut.tracks.flatMap((track) => track.clips);

const time = (value: number, rate = 25) => ({ OTIO_SCHEMA: 'RationalTime.1', value, rate });
const range = (start: number, duration: number, rate = 25) => ({
  start_time: time(start, rate),
  duration: time(duration, rate),
});
const clip = (more: object = {}) => ({ OTIO_SCHEMA: 'Clip.1', name: 'Take', source_range: range(5, 10), ...more });
const trackOf = (...children: readonly object[]) => ({ OTIO_SCHEMA: 'Track.1', kind: 'Video', children });
const read = (children: readonly object[], more: object = {}) =>
  importTimeline(
    'otio',
    JSON.stringify({ OTIO_SCHEMA: 'Timeline.1', tracks: { OTIO_SCHEMA: 'Stack.1', children }, ...more }),
  );

test('a timeline inside a collection is found; one without tracks, or something else, is refused', () => {
  const inside = { OTIO_SCHEMA: 'Timeline.1', name: 'In', tracks: { children: [trackOf(clip())] } };
  const collection = { OTIO_SCHEMA: 'SerializableCollection.1', children: [1, { OTIO_SCHEMA: 'Clip.1' }, inside] };
  expect(importTimeline('otio', JSON.stringify(collection))).toMatchObject({ name: 'In', rate: R.r25 });
  expect(() => importTimeline('otio', '{"OTIO_SCHEMA":"SerializableCollection.1"}')).toThrow(/E_INTERCHANGE_OTIO/);
  expect(() => importTimeline('otio', '{"OTIO_SCHEMA":"Timeline.1"}')).toThrow(/no tracks/);
  expect(() => importTimeline('otio', '{}')).toThrow(/a thing without a schema/);
});

test.each([
  ['LinearTimeWarp.1', 2, { num: 2, den: 1 }, []],
  ['LinearTimeWarp.1', -0.5, { num: -1, den: 2 }, []],
  ['LinearTimeWarp.1', 0, { num: 0, den: 1 }, []],
  ['FreezeFrame.1', 0, { num: 0, den: 1 }, []],
  ['TimeEffect.1', 2, { num: 1, den: 1 }, ['speed']],
  ['LinearTimeWarp.1', 1e-300, { num: 1, den: 1 }, ['speed']],
  ['Effect.1', undefined, { num: 1, den: 1 }, ['effect']],
])('the effect %s by %f', (schema, scalar, speed, lost) => {
  const cut = read([trackOf(clip({ effects: [{ OTIO_SCHEMA: schema, time_scalar: scalar }] }))]);
  expect(clipsOf(cut)[0]?.speed).toEqual(speed);
  expect(kinds(cut)).toEqual(lost);
});

test('an effect is named as the file names it', () => {
  const effects = [
    { OTIO_SCHEMA: 'Effect.1', effect_name: 'Blur', name: 'mine' },
    { OTIO_SCHEMA: 'Effect.1', name: 'mine' },
  ];
  expect(read([trackOf(clip({ effects }))]).losses.map((loss) => loss.message)).toEqual([
    'the effect Blur is not played',
    'the effect mine is not played',
  ]);
});

test('nested stacks and tracks become nested timelines, equal ones one; tracks that only group are their items', () => {
  const stack = {
    OTIO_SCHEMA: 'Stack.1',
    name: 'S',
    source_range: range(3, 20),
    effects: [{ OTIO_SCHEMA: 'LinearTimeWarp.1', time_scalar: 2 }],
    children: [clip(), trackOf(clip({ source_range: range(0, 30) }))],
  };
  const cut = read([trackOf(stack, trackOf(clip(), clip()), { children: [] }, stack, clip())]);
  expect(clipsOf(cut).map((one) => [one.recordIn, one.content])).toEqual([
    [0, { kind: 'nested', key: 'nested-1' }],
    [20, undefined],
    [30, undefined],
    [40, { kind: 'nested', key: 'nested-1' }],
    [60, undefined],
  ]);
  expect(clipsOf(cut)[0]).toMatchObject({ speed: { num: 2, den: 1 }, sourceIn: { num: 3, den: 25 }, duration: 20 });
  expect(cut.nested?.map(({ timeline }) => timeline.tracks.map((track) => track.clips.length))).toEqual([[1, 1]]);
  expect(cut.losses.map(({ kind, message }) => [kind, message])).toEqual([
    ['nested', 'a nested object cannot be read and leaves a hole'],
  ]);
});

test('a nested timeline that holds sound is heard from an audio track', () => {
  const stack = { OTIO_SCHEMA: 'Stack.1', children: [clip(), { ...trackOf(clip()), kind: 'Audio' }] };
  const cut = read([{ ...trackOf(stack), kind: 'Audio' }]);
  expect(cut.nested?.[0]?.timeline.tracks.map((track) => track.kind)).toEqual(['audio', 'audio']);
});

const transition = (inside: number, outside: number, more: object = {}) => ({
  OTIO_SCHEMA: 'Transition.1',
  transition_type: 'SMPTE_Dissolve',
  in_offset: time(inside),
  out_offset: time(outside),
  ...more,
});
const gap = { OTIO_SCHEMA: 'Gap.1', source_range: range(0, 10) };

test('transitions belong to the clips beside them: between two, from and to gaps', () => {
  const cut = read([trackOf(gap, transition(0, 4), clip(), transition(2, 3), clip(), transition(5, 0), gap)]);
  const [first, second] = clipsOf(cut);
  expect(first).toMatchObject({ head: { kind: 'dissolve', inOffset: 0, outOffset: 4 } });
  expect(second).toMatchObject({
    head: { kind: 'dissolve', inOffset: 2, outOffset: 3 },
    tail: { kind: 'dissolve', inOffset: 5, outOffset: 0 },
  });
  expect(cut.losses).toEqual([]);
});

test.each([
  ['Wipe Left', { kind: 'wipe', direction: 'left' }, []],
  ['Push Up', { kind: 'slide', direction: 'up' }, []],
  ['Dip to Black', { kind: 'fade-through-black' }, []],
  ['Page Peel', { kind: 'dissolve' }, ['transition']],
])('a transition named %s', (name, expected, lost) => {
  const cut = read([trackOf(clip(), transition(2, 2, { name, transition_type: 'Custom_Transition' }), clip())]);
  expect(clipsOf(cut)[1]?.head).toEqual({ inOffset: 2, outOffset: 2, ...expected });
  expect(kinds(cut)).toEqual(lost);
});

test('transitions without a clip, without a length, side by side or beyond their clip are listed', () => {
  const alone = read([trackOf(transition(2, 2), gap, transition(1, 1))]);
  expect(kinds(alone)).toEqual(['transition', 'transition']);
  expect(kinds(read([trackOf(clip(), transition(0, 0), clip())]))).toEqual(['transition']);
  expect(kinds(read([trackOf(clip(), transition(1, 1), transition(2, 2), clip())]))).toEqual(['transition']);
  expect(kinds(read([trackOf(gap, transition(3, 3), clip(), transition(3, 3))]))).toEqual(['transition', 'transition']);
});

test('a clip shorter than a frame, or between frames, is listed', () => {
  const cut = read([trackOf(clip({ source_range: range(0, 0) }), clip({ source_range: range(0, 10.5) }))]);
  expect(kinds(cut)).toEqual(['media', 'off-grid']);
});

test('a clip without a range plays its media, in seconds from their first frame', () => {
  const media = {
    OTIO_SCHEMA: 'ExternalReference.1',
    target_url: 'file:///m/take.mov',
    available_range: range(90_000, 40),
  };
  const references = { media_references: { DEFAULT_MEDIA: media }, active_media_reference_key: 'none' };
  const [whole, part] = clipsOf(
    read([
      trackOf(
        clip({ source_range: null, ...references }),
        clip({ source_range: range(90_010, 5), media_reference: media }),
      ),
    ]),
  );
  expect(whole).toMatchObject({ duration: 40, sourceIn: { num: 0, den: 1 }, media: { path: '/m/take.mov' } });
  expect(part).toMatchObject({ duration: 5, sourceIn: { num: 2, den: 5 } });
});

test('times that are no numbers, too large or without a duration are not read; nor are markers without a place', () => {
  const markers = [{ marked_range: range(6, 2), color: 'RED', name: 'M' }, { marked_range: null }, { name: 'lost' }];
  const cut = read([
    trackOf(
      clip({ markers }),
      clip({ source_range: { duration: time(1e300) } }),
      clip({ source_range: { duration: { value: 'x', rate: 25 } } }),
      clip({ source_range: { duration: time(4) } }),
    ),
  ]);
  expect(clipsOf(cut).map((one) => [one.recordIn, one.duration])).toEqual([
    [0, 10],
    [10, 4],
  ]);
  expect(clipsOf(cut)[0]?.markers).toMatchObject([{ at: 1, duration: 2, colour: 'red', name: 'M' }]);
  expect(kinds(cut)).toContain('marker');
});

test('without any rate it is 24; what counts in samples does not decide', () => {
  expect(read([trackOf()]).rate).toEqual(R.r24);
  expect(read([trackOf(clip({ source_range: range(0, 96_000, 48_000) }), clip())]).rate).toEqual(R.r25);
  expect(read([{ OTIO_SCHEMA: 'Track.1', children: 'none' }]).tracks).toHaveLength(1);
});
