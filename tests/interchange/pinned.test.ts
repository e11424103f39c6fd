import { expect, test } from 'vitest';
import { exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { readBackExport } from '../../core/interchange/read-back.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import { timeOfFrame } from '../../core/time/rate.ts';
import { rational } from '../../core/time/rational.ts';
import {
  audioTrack,
  exportInput,
  picture,
  R,
  sound,
  soundMedia,
  timelineOf,
  videoMedia,
  videoTrack,
} from './cut-builder.ts';
import { assumedCut, wholeWay } from './whole-way.ts';

/** What random cuts and mutations found, by hand. */

const seconds = (count: number) => timeOfFrame(count, rational(1));
const amid = (frames: number) => ({ inOffset: timeOfFrame(frames, R.r25), outOffset: timeOfFrame(frames, R.r25) });
const take = videoMedia('take.mov', R.r25, 1000, { audio: [2] });
const music = soundMedia('music.wav', seconds(90));

test('FCP7 XML: sound of different channel counts parts without being taken for other sound at the same time', () => {
  const parted = [
    sound(take, R.r25, 50, 0, 40),
    { ...sound(take, R.r25, 100, 100, 40), channels: [1] },
    sound(take, R.r25, 200, 200, 40, { speed: rational(3, 2) }),
  ];
  const other = [{ ...sound(music, R.r25, { flicks: seconds(2) }, 200, 40, { gainDb: -3 }), channels: [1] }];
  const tracks = [videoTrack(1, [picture(take, R.r25, 0, 0, 240)]), audioTrack(1, parted), audioTrack(2, other)];
  const input = exportInput(timelineOf(R.r25, tracks), [take, music]);
  const { unexplained } = readBackExport('fcp7', input, exportTimeline('fcp7', input));
  expect(unexplained).toEqual([]);
});

test('EDL: a clip that only its transitions show keeps all its frames', () => {
  const wipe = { kind: 'wipe', inOffset: timeOfFrame(12, R.r25), outOffset: timeOfFrame(0, R.r25) } as const;
  const fade = { kind: 'dissolve', inOffset: timeOfFrame(6, R.r25), outOffset: timeOfFrame(0, R.r25) } as const;
  const clips = [
    picture(take, R.r25, 100, 0, 25),
    { ...picture(take, R.r25, 500, 25, 6), head: { ...wipe, direction: 'right' as const }, tail: fade },
  ];
  const input = exportInput(timelineOf(R.r25, [videoTrack(1, clips)]), [take]);
  const result = exportTimeline('edl', input);
  expect(readBackExport('edl', input, result).unexplained).toEqual([]);
  const [track] = importTimeline('edl', result.files[0]?.text ?? '', { rate: R.r25, startFrame: 0 }).tracks;
  expect(track?.clips.map(({ recordIn, duration }) => [recordIn, duration])).toEqual([
    [0, 25],
    [25, 6],
  ]);
});

test('EDL: a transition that rounding to the grid of the list leaves too little media is said to be cut back', () => {
  const sport = videoMedia('sport.mov', R.r60, 471);
  const dissolve = (before: number, after: number) => ({
    head: {
      kind: 'dissolve' as const,
      inOffset: timeOfFrame(before, R.r30),
      outOffset: timeOfFrame(after, R.r30),
    },
  });
  // Source frame 3 of 60 fps starts between two frames of 30: it becomes frame 2 or 4, and 311 becomes 312.
  const tracks = [
    videoTrack(1, [
      picture(take, R.r30, 0, 0, 40),
      { ...picture(sport, R.r30, 3, 40, 60), ...dissolve(1, 5) },
      picture(sport, R.r30, 311, 100, 79),
      { ...picture(take, R.r30, 0, 179, 40), ...dissolve(0, 1) },
    ]),
  ];
  const input = exportInput(timelineOf(R.r30, tracks), [take, sport]);
  const result = exportTimeline('edl', input);
  const { unexplained, declared } = readBackExport('edl', input, result);
  expect(unexplained).toEqual([]);
  const kinds = declared.map(({ kind, timecode }) => `${kind} ${timecode}`);
  expect(kinds.filter((kind) => kind.startsWith('transition'))).toContain('transition 00:00:05:29');
});

test('EDL: what plays backwards to the first frame of all does not reach over midnight', () => {
  const film = videoMedia('film.mov', R.r24, 1000);
  const tracks = [videoTrack(1, [picture(film, R.r30, 1, 18, 5, { speed: rational(-1, 2) })])];
  const input = exportInput(timelineOf(R.r30, tracks), [film]);
  const result = exportTimeline('edl', input);
  expect(result.files[0]?.text).toContain('C        00:00:00:00 00:00:00:02 00:00:00:18 00:00:00:23');
  expect(readBackExport('edl', input, result)).toMatchObject({ clips: 1, matching: 1, unexplained: [] });
});

test('FCPXML: sound that rides on a picture which wipes comes back with a dissolve', () => {
  const head = { kind: 'dissolve', inOffset: timeOfFrame(0, R.r25), outOffset: timeOfFrame(4, R.r25) } as const;
  const wiped = { ...head, kind: 'wipe', direction: 'up' } as const;
  const tracks = [
    videoTrack(1, [{ ...picture(take, R.r25, 25, 10, 40, { link: 'l' }), head: wiped }]),
    audioTrack(1, [{ ...sound(take, R.r25, 25, 10, 40, { link: 'l' }), head }]),
  ];
  const input = exportInput(timelineOf(R.r25, tracks), [take]);
  const { unexplained, matching } = readBackExport('fcpxml', input, exportTimeline('fcpxml', input));
  expect([unexplained, matching]).toEqual([[], 2]);
});

const time = (value: number, rate = 25) => ({ OTIO_SCHEMA: 'RationalTime.1', value, rate });
const clip = (more: object) => ({
  OTIO_SCHEMA: 'Clip.2',
  name: 'Take',
  source_range: { start_time: time(5), duration: time(10) },
  ...more,
});
const otio = (...children: readonly object[]) =>
  JSON.stringify({
    OTIO_SCHEMA: 'Timeline.1',
    tracks: { OTIO_SCHEMA: 'Stack.1', children: [{ OTIO_SCHEMA: 'Track.1', kind: 'Video', children }] },
  });

test.each([
  [
    'a transition of a million years',
    otio(
      clip({}),
      { OTIO_SCHEMA: 'Transition.1', in_offset: time(10), out_offset: time(1e15), transition_type: 'SMPTE_Dissolve' },
      clip({}),
    ),
  ],
  [
    'half a character in a name',
    otio(clip({ media_reference: { OTIO_SCHEMA: 'ExternalReference.1', target_url: '\ud800' } })),
  ],
])('OTIO with %s goes all the way', (_, text) => {
  for (const target of ['otio', 'fcpxml', 'fcp7', 'edl'] as const) expect(wholeWay('otio', text, target)).toBe('read');
});

test('a frame held of a nested timeline that is empty is left out', () => {
  const effects = [{ OTIO_SCHEMA: 'FreezeFrame.1', time_scalar: 0 }];
  const empty = { OTIO_SCHEMA: 'Stack.1', source_range: { start_time: time(0), duration: time(59) }, effects };
  const text = otio(clip({}), empty);
  expect(assumedCut(importTimeline('otio', text)).timeline.tracks.map(({ clips }) => clips.length)).toEqual([1]);
  for (const target of ['otio', 'fcpxml', 'fcp7', 'edl'] as const) expect(wholeWay('otio', text, target)).toBe('read');
});

const event = (more: string) =>
  `TITLE: T\n001  AX       V     C        09:00:00:00 09:00:01:00 01:00:00:00 01:00:01:00\n${more}\n`;

test('EDL with a rate of its own beyond counting goes all the way', () => {
  const text = event('* FRAME RATE: 999999999999/7');
  for (const target of ['otio', 'fcpxml', 'fcp7', 'edl'] as const) expect(wholeWay('edl', text, target)).toBe('read');
});

test.each(['000.1', '-000.1', '000.025'])('EDL of %s frames in a second goes all the way', (fps) => {
  const text = event(`M2   AX       ${fps}   09:00:00:00`);
  for (const target of ['otio', 'fcpxml', 'fcp7', 'edl'] as const) expect(wholeWay('edl', text, target)).toBe('read');
});

test.each([rational(1, 1000), rational(-1, 1000)])('hours of media at speed %j come back from FCPXML', (speed) => {
  const long = videoMedia('long.mov', R.r25, 9 * 3600 * 25);
  const clips = [
    picture(take, R.r25, 0, 0, 50),
    { ...picture(long, R.r25, 800_000, 50, 60, { speed }), head: { kind: 'dissolve', ...amid(5) } as const },
  ];
  const input = exportInput(timelineOf(R.r25, [videoTrack(1, clips)]), [take, long]);
  const result = exportTimeline('fcpxml', input);
  expect(readBackExport('fcpxml', input, result)).toMatchObject({ unexplained: [], declared: [] });
});

test.each([
  ['500 hours after midnight', time(45_000_000), time(1000), time(45_000_000)],
  ['500 hours before midnight', time(-45_000_000), time(1000), time(-45_000_000)],
  ['for 900 hours', time(0), time(81_000_000), time(5)],
  ['500 hours after what is used of them', time(45_000_000), time(1000), time(5)],
])('OTIO of media that go on %s is written as files that can be read', (_, first, duration, start_time) => {
  const media_reference = {
    OTIO_SCHEMA: 'ExternalReference.1',
    target_url: 'a.mov',
    available_range: { start_time: first, duration },
  };
  const text = otio(clip({ media_reference, source_range: { start_time, duration: time(50) } }));
  for (const target of ['otio', 'fcpxml', 'fcp7', 'edl'] as const) expect(wholeWay('otio', text, target)).toBe('read');
});

test('FCP7 XML of half a sample and half a pixel goes all the way', () => {
  const tracks = [
    videoTrack(1, [picture(take, R.r25, 0, 0, 40)]),
    audioTrack(1, [sound(music, R.r25, { flicks: 0 }, 0, 40)]),
  ];
  const [file] = exportTimeline('fcp7', exportInput(timelineOf(R.r25, tracks), [take, music])).files;
  const written = file?.text ?? '';
  const half = (tag: string, text: string) => text.replaceAll(new RegExp(`<${tag}>\\d+`, 'g'), `$&.5`);
  const text = ['samplerate', 'width', 'height'].reduce((all, tag) => half(tag, all), written);
  expect(text).not.toBe(written);
  for (const target of ['otio', 'fcpxml', 'fcp7', 'edl'] as const) expect(wholeWay('fcp7', text, target)).toBe('read');
});

test('media that play longer than FCPXML counts are refused with what to do', () => {
  const vast = videoMedia('vast.mov', R.r25, 300 * 3600 * 25);
  const input = exportInput(timelineOf(R.r25, [videoTrack(1, [picture(vast, R.r25, 0, 0, 50)])]), [vast]);
  expect(() => exportTimeline('fcpxml', input)).toThrow(/E_INTERCHANGE_FCPXML.*ten days.*vast\.mov.*shorten/);
  expect(readBackExport('otio', input, exportTimeline('otio', input)).unexplained).toEqual([]);
});

test('a keyframe further off than FCPXML counts is refused with what to do, and other formats take it', () => {
  const opacity = [
    { at: seconds(0), value: 1, interpolation: 'linear' as const },
    { at: seconds(20 * 86_400), value: 0, interpolation: 'linear' as const },
  ];
  const clips = [{ ...picture(take, R.r25, 0, 0, 40), keyframes: { opacity } }];
  const input = exportInput(timelineOf(R.r25, [videoTrack(1, clips)]), [take]);
  expect(() => exportTimeline('fcpxml', input)).toThrow(/E_INTERCHANGE_FCPXML.*keyframe.*ten days.*amount.*take that/);
  expect(readBackExport('otio', input, exportTimeline('otio', input)).unexplained).toEqual([]);
});

test('OTIO of a rate that is next to nothing goes all the way', () => {
  const text = otio(clip({ source_range: { start_time: time(0, 0.0001), duration: time(1, 1e-9) } }), clip({}));
  for (const target of ['otio', 'fcpxml', 'fcp7', 'edl'] as const) expect(wholeWay('otio', text, target)).toBe('read');
});

test('markers at one time keep the order of the file, however ids count', () => {
  const locators = Array.from({ length: 12 }, (_, index) => `* LOC: 01:00:00:05 RED m${index}`).join('\n');
  const { timeline } = assumedCut(importTimeline('edl', event(locators)));
  expect(timeline.markers.map(({ name }) => name)).toEqual(Array.from({ length: 12 }, (_, index) => `m${index}`));
  expect(timeline.markers.map(({ id }) => id)).toEqual(timeline.markers.map(({ id }) => id).toSorted());
});

test.each([
  ['before midnight', '-1s'],
  ['after a hundred hours', '360000s'],
])('FCPXML that starts %s starts at zero and says so', (_, start) => {
  const clip = '<video ref="a" duration="2s"/>';
  const resources =
    '<resources><format id="r1" frameDuration="1/25s"/><asset id="a" hasVideo="1" duration="9s" format="r1"/></resources>';
  const text = `<fcpxml version="1.10">${resources}<project><sequence format="r1" tcStart="${start}"><spine>${clip}</spine></sequence></project></fcpxml>`;
  const imported = importTimeline('fcpxml', text);
  expect(assumedCut(imported).timeline.startFrame).toBe(0);
  const { losses } = resolveImported(
    imported,
    () => undefined,
    () => 'id',
  );
  expect(losses.map(({ kind }) => kind)).toContain('start-timecode');
  expect(wholeWay('fcpxml', text, 'otio')).toBe('read');
});

test('sound of billions of channels and streams takes no memory for them', () => {
  const tracks = [audioTrack(1, [{ ...sound(music, R.r25, { flicks: 0 }, 0, 40), channels: [1] }])];
  const written = exportTimeline('otio', exportInput(timelineOf(R.r25, tracks), [music])).files[0]?.text ?? '';
  const text = written.replace(/"channels": \[[^\]]*\]/, '"channels": [4000000000]');
  expect(text).not.toBe(written);
  for (const target of ['otio', 'fcpxml', 'fcp7'] as const) expect(wholeWay('otio', text, target)).toBe('read');
  const asset =
    '<asset id="a" hasAudio="1" audioSources="1000000000" audioChannels="1000000000" duration="9s" format="r1"/>';
  const spine = '<asset-clip ref="a" duration="2s"/>';
  const xml = `<fcpxml version="1.10"><resources><format id="r1" frameDuration="1/25s"/>${asset}</resources><project><sequence format="r1"><spine>${spine}</spine></sequence></project></fcpxml>`;
  expect(wholeWay('fcpxml', xml, 'otio')).toBe('read');
});
