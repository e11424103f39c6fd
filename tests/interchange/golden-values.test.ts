import { describe, expect, test } from 'vitest';
import { compareCuts } from '../../core/interchange/compare-cuts.ts';
import { exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { flicks } from '../../core/time/flicks.ts';
import type { Rate } from '../../core/time/rate.ts';
import { rational } from '../../core/time/rational.ts';
import type { Timeline } from '../../core/timeline/timeline.ts';
import {
  audioTrack,
  baseEdit,
  exportInput,
  marker,
  picture,
  R,
  sound,
  soundMedia,
  stillMedia,
  timelineOf,
  videoMedia,
  videoTrack,
} from './cut-builder.ts';
import { expectSameCut, expectValid, readings, text, type Edit } from './same-cut.ts';

const BASE_LINES = ['V1 0-48 A.mov #24 x1/1', 'V1 48-108 B.mov #24 x1/1', 'V1 132-182 C.mov #100 x1/1'];

describe('the base edit describes one cut in all formats', () => {
  const cases: readonly (readonly [string, Rate, boolean])[] = [
    ['p25', R.r25, false],
    ['p23976', R.r23976, false],
    ['p2997df', R.r2997, true],
    ['p2997', R.r2997, false],
    ['p5994df', R.r5994, true],
    ['p24', R.r24, false],
    ['p30', R.r30, false],
    ['p50', R.r50, false],
    ['p60', R.r60, false],
  ];
  const withoutSound = (edit: Edit): Edit => ({
    ...edit,
    media: edit.media.map((item) => ({ ...item, media: { ...item.media, audio: [] } })),
  });
  for (const [name, rate, dropFrame] of cases) {
    test(name, () => expectSameCut(withoutSound(baseEdit(rate, dropFrame)), BASE_LINES));
  }

  test('case 1, p25: golden values', () => {
    const edit = baseEdit(R.r25);
    const otio: unknown = JSON.parse(text('otio', edit));
    expect(otio).toMatchObject({
      global_start_time: { value: 90_000, rate: 25 },
      tracks: {
        children: [
          {
            children: [
              { source_range: { start_time: { value: 900_024 }, duration: { value: 48 } } },
              {},
              { OTIO_SCHEMA: 'Gap.1' },
              {},
            ],
          },
        ],
      },
    });
    expect(text('edl', edit)).toMatch(/^001 {2}A {8}V {5}C {8}10:00:00:24 10:00:02:22 01:00:00:00 01:00:01:23$/m);
  });

  test('case 3, p23976: golden values', () => {
    const edit = baseEdit(R.r23976);
    const fcpxml = text('fcpxml', edit);
    expect(fcpxml).toContain('frameDuration="1001/24000s"');
    expect(fcpxml).toContain('tcStart="18018/5s" tcFormat="NDF"');
    expect(fcpxml).toContain('start="36037001/1000s"');
    expect(fcpxml).toMatch(/offset="7218211\/2000s" name="C.mov" start="[^"]*" duration="1001\/480s"/);
    expect(text('fcp7', edit)).toMatch(
      /<timebase>24<\/timebase>\s*<ntsc>TRUE<\/ntsc>\s*<\/rate>\s*<string>01:00:00:00<\/string>\s*<frame>86400<\/frame>\s*<displayformat>NDF/,
    );
    expect(text('otio', edit)).toContain('"rate": 23.976023976023978');
  });

  test('cases 4 and 5, p2997df and p5994df: golden values', () => {
    const edit = baseEdit(R.r2997, true);
    expect(edit.timeline.startFrame).toBe(107_892);
    expect(text('fcpxml', edit)).toContain('tcStart="8999991/2500s" tcFormat="DF"');
    expect(edit.media[0]?.media.timecode?.startFrame).toBe(1_078_920);
    expect(text('edl', edit)).toMatch(/^FCM: DROP FRAME$/m);
    expect(text('edl', edit)).toMatch(/^003 {2}C {8}V {5}C {8}01:00:03;10 01:00:05;00 01:00:04;12 01:00:06;02$/m);
    const fast = baseEdit(R.r5994, true);
    expect(text('fcpxml', fast)).toContain('frameDuration="1001/60000s"');
    expect(text('fcpxml', fast)).toContain('tcStart="8999991/2500s"');
    expect(fast.timeline.startFrame).toBe(215_784);
    expect(text('edl', fast)).toMatch(/01:00:02;12 01:00:03;02$/m);
  });

  test('case 6, 29.97 NDF: golden values', () => {
    const edit = baseEdit(R.r2997);
    expect(edit.timeline.startFrame).toBe(108_000);
    expect(text('fcpxml', edit)).toContain('tcStart="18018/5s" tcFormat="NDF"');
    expect(text('fcp7', edit)).not.toContain('<displayformat>DF');
  });

  test('case 8, 30, 50 and 60 fps: whole time bases', () => {
    for (const fps of [30, 50, 60] as const) {
      const edit = baseEdit(rational(fps));
      expect(text('fcp7', edit)).not.toContain('<ntsc>TRUE');
      expect(text('fcpxml', edit)).toContain(`frameDuration="100/${fps * 100}s"`);
    }
  });
});

describe('places where timecode and rate disagree', () => {
  test('case 7, DF minute edge: drop-frame skips numbers at the minute but not at the tenth', () => {
    const a = videoMedia('A.mov', R.r2997, 20_000);
    const end = (length: number) => {
      const edit = {
        timeline: timelineOf(R.r2997, [videoTrack(1, [picture(a, R.r2997, 0, 0, length)])], { dropFrame: true }),
        media: [a],
      };
      return /(\S+)$/m.exec(text('edl', edit).split('\n')[3] ?? '')?.[1];
    };
    expect([end(1800), end(1801), end(17_982)]).toEqual(['00:01:00;02', '00:01:00;03', '00:10:00;00']);
  });

  test('case 21, a phone clip at 30 fps stamped as drop-frame counts its dropped frames at 30', () => {
    const phone = videoMedia('IMG.MOV', R.r30, 600, {
      timecode: '16:37:10;02',
      timecodeRate: R.r2997,
      dropFrame: true,
    });
    const edit = { timeline: timelineOf(R.r30, [videoTrack(1, [picture(phone, R.r30, 0, 0, 30)])]), media: [phone] };
    expect(text('fcpxml', edit)).toContain('start="298851/5s"');
  });

  test('case 13, a leading gap shifts the record, not the start', () => {
    const a = videoMedia('A.mov', R.r25, 500, { timecode: '10:00:00:00' });
    const edit = {
      timeline: timelineOf(R.r25, [videoTrack(1, [picture(a, R.r25, 5, 24, 50)])], { startFrame: 90_000 }),
      media: [a],
    };
    expectSameCut(edit, ['V1 24-74 A.mov #5 x1/1']);
    expect(text('fcpxml', edit)).toMatch(/<spine>\s*<gap /);
    expect(text('edl', edit)).toContain(' 01:00:00:24 ');
  });

  test('case 20, a 25 fps source on a 23.976 timeline keeps its own clock and format', () => {
    const a = videoMedia('A.mov', R.r25, 500, { timecode: '10:00:00:00' });
    const edit = { timeline: timelineOf(R.r23976, [videoTrack(1, [picture(a, R.r23976, 31, 0, 48)])]), media: [a] };
    expectSameCut(edit, ['V1 0-48 A.mov #31 x1/1']);
    expect(text('fcpxml', edit)).toContain('<conform-rate scaleEnabled="0" srcFrameRate="25"/>');
    expect(text('otio', edit)).toMatch(/"rate": 25,\s*"value": 900031/);
  });

  test('a source frame that no record frame falls into is listed, and its neighbour written', () => {
    const a = videoMedia('A.mov', R.r60, 500);
    const edit = { timeline: timelineOf(R.r24, [videoTrack(1, [picture(a, R.r24, 1, 0, 48)])]), media: [a] };
    for (const format of ['fcp7', 'edl'] as const) {
      const { losses } = exportTimeline(format, exportInput(edit.timeline, edit.media));
      expect(losses).toContainEqual(expect.objectContaining({ kind: 'source-in', severity: 'cut' }));
    }
    expect(readings(edit).otio).toEqual(['V1 0-48 A.mov #1 x1/1']);
    expect(readings(edit).fcpxml).toEqual(['V1 0-48 A.mov #1 x1/1']);
  });
});

describe('tracks, sound and states', () => {
  const a = videoMedia('A.mov', R.r25, 1000, { timecode: '10:00:00:00', audio: [2] });
  const mono = videoMedia('mono.mov', R.r25, 500, { audio: [1] });
  const music = soundMedia('music.wav', flicks(705_600_000 * 10));

  test('case 14, two video and two audio tracks, overlays connected to clips and gaps', () => {
    const edit = {
      timeline: timelineOf(R.r25, [
        videoTrack(1, [picture(a, R.r25, 100, 0, 40), picture(a, R.r25, 200, 60, 40)]),
        videoTrack(2, [picture(a, R.r25, 300, 10, 20), picture(a, R.r25, 400, 45, 10)]),
        audioTrack(1, [sound(a, R.r25, 100, 5, 30)]),
        audioTrack(2, [sound(music, R.r25, 0, 0, 100)]),
      ]),
      media: [a, music],
    };
    expectSameCut(edit, [
      'V1 0-40 A.mov #100 x1/1',
      'V1 60-100 A.mov #200 x1/1',
      'V2 10-30 A.mov #300 x1/1',
      'V2 45-55 A.mov #400 x1/1',
      'A1 5-35 A.mov #100 x1/1',
      'A2 0-100 music.wav 0/1s x1/1',
    ]);
    const lanes = [...text('fcpxml', edit).matchAll(/lane="(-?\d)"/g)].map((match) => match[1]);
    expect(new Set(lanes)).toEqual(new Set(['1', '-1', '-2']));
  });

  test('case 15, picture and stereo sound: one asset-clip, two exploded and linked clip items, one URL', () => {
    const link = { link: 'av' };
    const edit = {
      timeline: timelineOf(R.r25, [
        videoTrack(1, [picture(a, R.r25, 10, 0, 50, link)]),
        audioTrack(1, [sound(a, R.r25, 10, 0, 50, link)]),
      ]),
      media: [a],
    };
    expectSameCut(edit, ['V1 0-50 A.mov #10 x1/1', 'A1 0-50 A.mov #10 x1/1']);
    expect(text('fcpxml', edit).match(/<asset-clip /g)).toHaveLength(1);
    expect(text('fcpxml', edit)).toContain('audioChannels="2"');
    const xmeml = text('fcp7', edit);
    expect(xmeml.match(/<clipitem /g)).toHaveLength(3);
    expect(xmeml.match(/<linkclipref>/g)).toHaveLength(9);
    expect(xmeml.match(/totalExplodedTrackCount="2"/g)).toHaveLength(2);
    expect([...xmeml.matchAll(/<mediatype>audio<\/mediatype>\s*<trackindex>(\d)/g)].map((match) => match[1])).toContain(
      '2',
    );
    expect(new Set([...text('otio', edit).matchAll(/"target_url": "(.*)"/g)].map((match) => match[1]))).toEqual(
      new Set(['file:///media/A.mov']),
    );
  });

  test('case 16, mono sound has one track of one channel', () => {
    const edit = {
      timeline: timelineOf(R.r25, [videoTrack(1, []), audioTrack(1, [sound(mono, R.r25, 10, 0, 50)])]),
      media: [mono],
    };
    expect(text('fcp7', edit)).toContain('totalExplodedTrackCount="1"');
    expect(text('fcp7', edit).match(/<clipitem /g)).toHaveLength(1);
    expect(text('fcpxml', edit)).toContain('audioChannels="1"');
  });

  test('mono and stereo clips of one track part, and are listed', () => {
    const edit = {
      timeline: timelineOf(R.r25, [audioTrack(1, [sound(mono, R.r25, 10, 0, 50), sound(a, R.r25, 0, 60, 20)])]),
      media: [mono, a],
    };
    const { losses } = exportTimeline('fcp7', exportInput(edit.timeline, edit.media));
    expect(losses).toContainEqual(expect.objectContaining({ kind: 'track', where: { track: 'A1' } }));
    expect(importTimeline('fcp7', text('fcp7', edit)).tracks.map((track) => track.clips.length)).toEqual([1, 1]);
  });

  test('case 17, music alone: an asset without pictures below the picture, EDL channel A', () => {
    const edit = { timeline: timelineOf(R.r25, [audioTrack(1, [sound(music, R.r25, 0, 0, 100)])]), media: [music] };
    expectSameCut(edit, ['A1 0-100 music.wav 0/1s x1/1']);
    expect(text('fcpxml', edit)).toMatch(
      /<asset id="r2" name="music.wav" start="0s" duration="10s" hasAudio="1" audioSources/,
    );
    expect(text('fcpxml', edit)).toContain('lane="-1"');
    expect(text('edl', edit)).toMatch(/^001 {2}MUSIC {4}A {5}C /m);
  });

  test('case 18, speed 200 %: golden values', () => {
    const b = videoMedia('B.mov', R.r25, 1000, {});
    const edit = {
      timeline: timelineOf(R.r25, [videoTrack(1, [picture(b, R.r25, 100, 0, 50, { speed: rational(2) })])]),
      media: [b],
    };
    expectSameCut(edit, ['V1 0-50 B.mov #100 x2/1']);
    expect(text('edl', edit)).toMatch(
      /00:00:04:00 00:00:08:00 00:00:00:00 00:00:02:00\nM2 {3}B {14}050\.0 {16}00:00:04:00$/m,
    );
    expect(text('fcpxml', edit)).toContain('<timept time="0s" value="0s" interp="linear"/>');
    expect(text('fcpxml', edit)).toContain('<timept time="20s" value="40s" interp="linear"/>');
    expect(text('fcpxml', edit)).toMatch(/start="2s" duration="2s"/);
    expect(text('otio', edit)).toContain('"time_scalar": 2');
  });

  test('half speed of an odd frame with source timecode is the same frame everywhere', () => {
    const edit = {
      timeline: timelineOf(R.r25, [
        videoTrack(1, [
          picture({ ...a, media: { ...a.media, audio: [] } }, R.r25, 101, 3, 50, { speed: rational(1, 2) }),
        ]),
      ]),
      media: [{ ...a, media: { ...a.media, audio: [] } }],
    };
    expectSameCut(edit, ['V1 3-53 A.mov #101 x1/2']);
  });

  test('case 25, a disabled clip keeps its place; an EDL leaves a hole and says so', () => {
    const edit = {
      timeline: timelineOf(R.r25, [
        videoTrack(1, [
          picture(a, R.r25, 0, 0, 20),
          picture(a, R.r25, 50, 20, 20, { enabled: false }),
          picture(a, R.r25, 90, 40, 20),
        ]),
      ]),
      media: [a],
    };
    const read = readings(edit);
    expect(read.otio).toContain('V1 20-40 A.mov #50 x1/1 off');
    expect(read.fcpxml).toEqual(read.otio);
    expect(read.fcp7).toEqual(read.otio);
    expect(read.edl).toEqual(['V1 0-20 A.mov #0 x1/1', 'V1 40-60 A.mov #90 x1/1']);
    expect(exportTimeline('edl', exportInput(edit.timeline, edit.media)).losses).toContainEqual(
      expect.objectContaining({ kind: 'disabled', where: { track: 'V1', timecode: '00:00:00:20' } }),
    );
  });

  test('case 26, one media used 20 times is described once', () => {
    const clips = Array.from({ length: 20 }, (_, index) => picture(a, R.r25, index * 7, index * 10, 10));
    const edit = { timeline: timelineOf(R.r25, [videoTrack(1, clips)]), media: [a] };
    expect(text('fcp7', edit).match(/<pathurl>/g)).toHaveLength(1);
    expect(new Set(text('fcp7', edit).match(/<masterclipid>.*</g))).toHaveLength(1);
    expect(text('fcpxml', edit).match(/<asset /g)).toHaveLength(1);
  });
});

describe('names, markers, sizes', () => {
  const name = 'A & B <"\'> 日本';

  test('case 23, names survive escaping in all formats; an EDL title stays one line', () => {
    const a = videoMedia('A.mov', R.r25, 500);
    const edit = {
      timeline: timelineOf(R.r25, [videoTrack(1, [picture(a, R.r25, 0, 0, 50, { name })])], { name: `${name}\n2` }),
      media: [a],
    };
    for (const format of ['otio', 'fcpxml', 'fcp7', 'edl'] as const) {
      const read = importTimeline(format, text(format, edit));
      expect(read.tracks[0]?.clips[0]?.name, format).toBe(name);
      expect(read.name, format).toBe(format === 'edl' ? `${name} 2` : `${name}\n2`);
    }
    expectValid(text('fcpxml', edit));
  });

  test('case 24, markers stand at their record time', () => {
    const edit = baseEdit(R.r25);
    const timeline = { ...edit.timeline, markers: [marker(R.r25, 58, 'here', { colour: 'red', note: 'look' })] };
    expect(text('edl', { ...edit, timeline })).toContain('* LOC: 01:00:02:08 RED     here');
    for (const format of ['otio', 'fcpxml', 'fcp7', 'edl'] as const) {
      expect(importTimeline(format, text(format, { ...edit, timeline })).markers, format).toMatchObject([
        { at: 58, name: 'here' },
      ]);
    }
  });

  test('case 29, vertical pictures and stills', () => {
    const phone = videoMedia('v.mov', R.r30, 300, { width: 1080, height: 1920 });
    const still = stillMedia('logo.png', { width: 800, height: 600 });
    const edit = {
      timeline: timelineOf(
        R.r30,
        [videoTrack(1, [picture(phone, R.r30, 0, 0, 30), picture(still, R.r30, 0, 30, 60)])],
        { width: 1080, height: 1920 },
      ),
      media: [phone, still],
    };
    expectSameCut(edit, ['V1 0-30 v.mov #0 x1/1', 'V1 30-90 logo.png 0/1s x1/1']);
    const fcpxml = text('fcpxml', edit);
    expect(fcpxml).toContain('<format id="r1" frameDuration="100/3000s" width="1080" height="1920"');
    expect(fcpxml).toContain('name="FFVideoFormatRateUndefined" width="800" height="600"');
    expect(fcpxml).toMatch(/<video ref="r5" offset="1s" name="logo.png"/);
    expect(text('fcp7', edit)).toMatch(/<format>\s*<samplecharacteristics>[\s\S]*?<width>1080<\/width>\s*<height>1920/);
  });

  test('case 22, URLs are of the originals and fully encoded', () => {
    const odd = videoMedia('ünï#?%.mov', R.r25, 100, { path: '/media/ünï#?%.mov' });
    const windows = videoMedia('a b.mov', R.r25, 100, { path: 'C:\\m\\a b.mov' });
    const edit = {
      timeline: timelineOf(R.r25, [videoTrack(1, [picture(odd, R.r25, 0, 0, 10), picture(windows, R.r25, 0, 10, 10)])]),
      media: [odd, windows],
    };
    for (const format of ['otio', 'fcpxml'] as const) {
      expect(text(format, edit)).toContain('file:///media/%C3%BCn%C3%AF%23%3F%25.mov');
      expect(text(format, edit)).toContain('file:///C:/m/a%20b.mov');
    }
    expect(text('fcp7', edit)).toContain('<pathurl>file://localhost/C%3a/m/a%20b.mov</pathurl>');
  });
});

describe('long cuts', () => {
  test('case 27, 1200 cuts of one and two frames: no drift, EDL split at 999', () => {
    const a = videoMedia('A.mov', R.r23976, 5000);
    let at = 0;
    const clips = Array.from({ length: 1200 }, (_, index) => {
      const clip = picture(a, R.r23976, index * 3, at, 1 + (index % 2));
      at += 1 + (index % 2);
      return clip;
    });
    const edit = { timeline: timelineOf(R.r23976, [videoTrack(1, clips)]), media: [a] };
    const read = readings(edit);
    expect(read.otio).toHaveLength(1200);
    expect(read.otio).toContain('V1 1798-1800 A.mov #3597 x1/1');
    expect(read.fcpxml).toEqual(read.otio);
    expect(read.fcp7).toEqual(read.otio);
    expect(read.edl).toEqual(read.otio);
    const { files } = exportTimeline('edl', exportInput(edit.timeline, edit.media));
    expect(files.map((file) => file.suffix)).toEqual(['', '-part2']);
    expect(files[0]?.text).toMatch(/^999 /m);
  });

  test('case 28, the last cut of an hour at 23.976 is frame-exact', () => {
    const a = videoMedia('A.mov', R.r23976, 200_000, { timecode: '10:00:00:00' });
    const clips = Array.from({ length: 360 }, (_, index) => picture(a, R.r23976, index * 500 + 1, index * 240, 239));
    const edit = { timeline: timelineOf(R.r23976, [videoTrack(1, clips)], { startFrame: 86_400 }), media: [a] };
    const read = readings(edit);
    expect(read.otio).toContain('V1 86160-86399 A.mov #179501 x1/1');
    for (const format of ['fcpxml', 'fcp7', 'edl'] as const) expect(read[format], format).toEqual(read.otio);
    expectValid(text('fcpxml', edit));
  });
});

test('case 9, a source slipped by one frame is found as exactly one difference', () => {
  const meant = baseEdit(R.r25);
  const [track] = meant.timeline.tracks;
  if (track?.kind !== 'video') throw new Error('no track');
  const [a] = meant.media;
  if (a === undefined) throw new Error('no media');
  const slipped = {
    ...meant.timeline,
    tracks: [videoTrack(1, [picture(a, R.r25, 25, 0, 48), ...track.clips.slice(1)])],
  };
  for (const format of ['otio', 'fcpxml', 'fcp7', 'edl'] as const) {
    const read = (timeline: Timeline) => importTimeline(format, text(format, { ...meant, timeline }));
    const { differences, matching, clips } = compareCuts(read(meant.timeline), read(slipped));
    expect(differences, format).toMatchObject([{ kind: 'source-in', frames: 1, timecode: '01:00:00:00' }]);
    expect([matching, clips]).toEqual(format === 'fcpxml' ? [2, 3] : [2, 3]);
  }
});

test('12.5 fps is refused where a format cannot count it, and written where it can', () => {
  const a = videoMedia('A.mov', rational(25, 2), 100);
  const edit = {
    timeline: timelineOf(rational(25, 2), [videoTrack(1, [picture(a, rational(25, 2), 0, 0, 10)])]),
    media: [a],
  };
  expect(() => text('fcp7', edit)).toThrow(/E_INTERCHANGE_RATE/);
  expect(() => text('edl', edit)).toThrow(/E_INTERCHANGE_RATE/);
  expect(importTimeline('otio', text('otio', edit)).rate).toEqual(rational(25, 2));
  expect(importTimeline('fcpxml', text('fcpxml', edit)).rate).toEqual(rational(25, 2));
  expectValid(text('fcpxml', edit));
});
