import { flicks } from '../../core/time/flicks.ts';
import { timeOfFrame, type Rate } from '../../core/time/rate.ts';
import { rational } from '../../core/time/rational.ts';
import type { Timeline, VideoClip } from '../../core/timeline/timeline.ts';
import type { Transition } from '../../core/timeline/transition.ts';
import {
  audioTrack,
  baseEdit,
  marker,
  picture,
  R,
  sound,
  soundMedia,
  stillMedia,
  timelineOf,
  videoMedia,
  videoTrack,
  type TestMedia,
} from './cut-builder.ts';
import type { Edit } from './same-cut.ts';

/** A case of the plan: what is cut, and what every format must show of it. */
export type ConformanceCase = {
  readonly number: number;
  readonly name: string;
  readonly edit: Edit;
  readonly expected: readonly string[];
  /** Where an EDL holds less. */
  readonly inEdl?: readonly string[];
  /** In an EDL of what FCPXML made of it. */
  readonly afterFcpxml?: readonly string[];
  /** So many clips that each format is converted to one other, and to all at a bigger scale. */
  readonly isLong?: boolean;
};

/** A dissolve of so many frames before and after the cut. */
export function dissolve(rate: Rate, before: number, after: number): Transition {
  return { kind: 'dissolve', inOffset: timeOfFrame(before, rate), outOffset: timeOfFrame(after, rate) };
}

/** The base edit with its clips changed. */
export function based(rate: Rate, dropFrame: boolean, change: (clip: VideoClip, index: number) => VideoClip): Edit {
  const edit = baseEdit(rate, dropFrame);
  const tracks = edit.timeline.tracks.map((track) =>
    track.kind === 'video' ? { ...track, clips: track.clips.map((clip, index) => change(clip, index)) } : track,
  );
  return { timeline: { ...edit.timeline, tracks }, media: edit.media };
}

/** The base edit with a transition at the cut from A to B. */
export function withDissolve(rate: Rate, dropFrame = false, before = 6, after = 6): Edit {
  return based(rate, dropFrame, (clip, index) =>
    index === 1 ? { ...clip, head: dissolve(rate, before, after) } : clip,
  );
}

const DISSOLVED = ['V1 0-54 A.mov #24 x1/1', 'V1 42-108 B.mov #18 x1/1', 'V1 132-182 C.mov #100 x1/1', 'V1 42|48|54'];
const STRAIGHT = ['V1 0-48 A.mov #24 x1/1', 'V1 48-108 B.mov #24 x1/1', 'V1 132-182 C.mov #100 x1/1'];

const cutOf = (
  rate: Rate,
  clips: readonly VideoClip[],
  media: readonly TestMedia[],
  set?: Partial<Timeline>,
): Edit => ({
  timeline: timelineOf(rate, [videoTrack(1, clips)], set),
  media,
});

const { r25, r2997, r30, r23976 } = R;
const a = videoMedia('A.mov', r25, 1000, { timecode: '10:00:00:00', audio: [2] });
const b = videoMedia('B.mov', r25, 1000);
const av = { link: 'av' };
const music = soundMedia('music.wav', flicks(705_600_000 * 10));
const NAME = 'A & B <"\'> 日本';
const odd = videoMedia('ünï#?%.mov', r25, 100, { path: '/media/ünï#?%.mov' });
const spaced = videoMedia('A 001.mov', r25, 100);
const windows = videoMedia('a b.mov', r25, 100, { path: 'C:\\m\\a b.mov' });
const phone = videoMedia('v.mov', r30, 300, { width: 1080, height: 1920 });
const logo = stillMedia('logo.png', { width: 800, height: 600 });

/** One clip after another: length of each, and the source frame it starts at. */
function chain(of: TestMedia, rate: Rate, count: number, length: (index: number) => number, step: number) {
  let at = 0;
  return Array.from({ length: count }, (_, index) => {
    const clip = picture(of, rate, index * step + 1, at, length(index));
    const line = `V1 ${at}-${at + length(index)} ${of.media.name} #${index * step + 1} x1/1`;
    at += length(index);
    return { clip, line };
  });
}

const beats = videoMedia('beats.mov', r25, 8000);
const beat = chain(beats, r25, 1000, (index) => 1 + (index % 2), 3);
const long = videoMedia('long.mov', r23976, 200_000, { timecode: '10:00:00:00' });
const hour = chain(long, r23976, 360, (index) => (index % 2 === 0 ? 239 : 241), 500);
const repeated = chain(a, r25, 20, () => 10, 7);

function atRate(number: number, name: string, edit: Edit, expected = DISSOLVED): ConformanceCase {
  return { number, name, edit, expected };
}

function longCase(number: number, name: string, edit: Edit, expected: readonly string[]): ConformanceCase {
  return { number, name, edit, expected, isLong: true };
}

function atBase(number: number, name: string, rate: Rate, dropFrame = false): ConformanceCase {
  return atRate(number, name, withDissolve(rate, dropFrame));
}

const retimed = (speed: readonly [number, number], sourceIn: number, recordIn: number) =>
  picture(b, r25, sourceIn, recordIn, 50, { speed: rational(...speed) });

export const CASES: readonly ConformanceCase[] = [
  atBase(1, 'p25', r25),
  atBase(2, 'p25 dissolve', r25),
  atBase(3, 'p23976', r23976),
  atBase(4, 'p2997df', r2997, true),
  atBase(5, 'p5994df', R.r5994, true),
  atBase(6, '29.97 NDF', r2997),
  atRate(
    7,
    'DF minute edge',
    cutOf(
      r2997,
      chain(videoMedia('M.mov', r2997, 20_000), r2997, 2, (index) => [1801, 16_181][index] ?? 0, 1).map(
        ({ clip }) => clip,
      ),
      [videoMedia('M.mov', r2997, 20_000)],
      { dropFrame: true },
    ),
    ['V1 0-1801 M.mov #1 x1/1', 'V1 1801-17982 M.mov #2 x1/1'],
  ),
  atBase(8, '30 fps', r30),
  atBase(8, '50 fps', R.r50),
  atBase(8, '60 fps', R.r60),
  atRate(
    9,
    'source slip by 1 frame',
    based(r25, false, (clip, index) => (index === 0 ? picture(baseEdit(r25).media[0] ?? a, r25, 25, 0, 48) : clip)),
    ['V1 0-48 A.mov #25 x1/1', ...STRAIGHT.slice(1)],
  ),
  atRate(10, 'start-aligned dissolve', withDissolve(r25, false, 0, 12), [
    'V1 0-60 A.mov #24 x1/1',
    'V1 48-108 B.mov #24 x1/1',
    'V1 132-182 C.mov #100 x1/1',
    'V1 48|48|60',
  ]),
  atRate(10, 'end-aligned dissolve', withDissolve(r25, false, 12, 0), [
    'V1 0-48 A.mov #24 x1/1',
    'V1 36-108 B.mov #12 x1/1',
    'V1 132-182 C.mov #100 x1/1',
    'V1 36|48|48',
  ]),
  atRate(
    11,
    'fade in from black, fade out',
    based(r25, false, (clip, index) => {
      if (index === 0) return { ...clip, head: dissolve(r25, 0, 12) };
      return index === 2 ? { ...clip, tail: dissolve(r25, 10, 0) } : clip;
    }),
    [...STRAIGHT, 'V1 0|0|12', 'V1 172|182|182'],
  ),
  atRate(
    12,
    'dissolve without handles',
    cutOf(
      r25,
      [
        picture(spaced, r25, 0, 0, 100),
        { ...picture(odd, r25, 0, 100, 97), head: dissolve(r25, 6, 6) },
        { ...picture(b, r25, 3, 197, 40), head: dissolve(r25, 6, 6) },
      ],
      [spaced, odd, b],
    ),
    ['V1 0-100 A 001.mov #0 x1/1', 'V1 100-200 ünï#?%.mov #0 x1/1', 'V1 194-237 B.mov #0 x1/1', 'V1 194|197|200'],
  ),
  atRate(13, 'leading gap 24', cutOf(r25, [picture(a, r25, 5, 24, 50)], [a], { startFrame: 90_000 }), [
    'V1 24-74 A.mov #5 x1/1',
  ]),
  {
    number: 14,
    name: 'two video tracks + 2 audio',
    edit: {
      timeline: timelineOf(r25, [
        videoTrack(1, [picture(a, r25, 100, 0, 40), picture(a, r25, 200, 60, 40)]),
        videoTrack(2, [picture(a, r25, 300, 10, 20), picture(a, r25, 400, 45, 10)]),
        audioTrack(1, [sound(a, r25, 100, 5, 30)]),
        audioTrack(2, [sound(music, r25, 0, 0, 100)]),
      ]),
      media: [a, music],
    },
    expected: [
      'V1 0-40 A.mov #100 x1/1',
      'V1 60-100 A.mov #200 x1/1',
      'V2 10-30 A.mov #300 x1/1',
      'V2 45-55 A.mov #400 x1/1',
      'A1 5-35 A.mov #100 x1/1',
      'A2 0-100 music.wav 0/1s x1/1',
    ],
  },
  {
    number: 15,
    name: 'A/V clip, stereo',
    edit: {
      timeline: timelineOf(r25, [
        videoTrack(1, [picture(a, r25, 10, 0, 50, av)]),
        audioTrack(1, [sound(a, r25, 10, 0, 50, av)]),
      ]),
      media: [a],
    },
    expected: ['V1 0-50 A.mov #10 x1/1', 'A1 0-50 A.mov #10 x1/1'],
  },
  {
    number: 16,
    name: 'mono source',
    edit: (() => {
      const mono = videoMedia('mono.mov', r25, 500, { audio: [1] });
      const tracks = [
        videoTrack(1, [picture(mono, r25, 10, 0, 50, av)]),
        audioTrack(1, [sound(mono, r25, 10, 0, 50, av)]),
      ];
      return { timeline: timelineOf(r25, tracks), media: [mono] };
    })(),
    expected: ['V1 0-50 mono.mov #10 x1/1', 'A1 0-50 mono.mov #10 x1/1'],
  },
  {
    number: 17,
    name: 'audio-only music bed',
    edit: { timeline: timelineOf(r25, [audioTrack(1, [sound(music, r25, 0, 0, 100)])]), media: [music] },
    expected: ['A1 0-100 music.wav 0/1s x1/1'],
  },
  atRate(18, 'speed 200 %', cutOf(r25, [retimed([2, 1], 100, 0)], [b]), ['V1 0-50 B.mov #100 x2/1']),
  atRate(
    19,
    'speed 50 %, reverse −100 %, freeze',
    cutOf(r25, [retimed([1, 2], 100, 0), retimed([-1, 1], 300, 50), retimed([0, 1], 400, 100)], [b]),
    ['V1 0-50 B.mov #100 x1/2', 'V1 50-100 B.mov #300 x-1/1', 'V1 100-150 B.mov #400 x0/1'],
  ),
  atRate(20, '25 fps clip on 23.976 timeline', cutOf(r23976, [picture(a, r23976, 31, 0, 48)], [a]), [
    'V1 0-48 A.mov #31 x1/1',
  ]),
  atRate(
    21,
    '30 fps DF-stamped iPhone media',
    (() => {
      const stamped = { timecode: '16:37:10;02', timecodeRate: r2997, dropFrame: true };
      const media = videoMedia('IMG.MOV', r30, 600, stamped);
      return cutOf(r30, [picture(media, r30, 15, 0, 30)], [media]);
    })(),
    ['V1 0-30 IMG.MOV #15 x1/1'],
  ),
  atRate(
    22,
    'paths',
    cutOf(
      r25,
      [spaced, odd, windows].map((of, index) => picture(of, r25, index, index * 10, 10)),
      [spaced, odd, windows],
    ),
    ['V1 0-10 A 001.mov #0 x1/1', 'V1 10-20 ünï#?%.mov #1 x1/1', 'V1 20-30 a b.mov #2 x1/1'],
  ),
  atRate(
    23,
    'XML escaping',
    cutOf(r25, [picture(b, r25, 0, 0, 50, { name: NAME })], [b], {
      name: NAME,
      markers: [marker(r25, 7, NAME)],
    }),
    ['V1 0-50 B.mov #0 x1/1', `7 ${NAME}`],
  ),
  {
    number: 24,
    name: 'markers',
    edit: (() => {
      const edit = based(r25, false, (clip, index) =>
        index === 1 ? { ...clip, markers: [marker(r25, 10, 'in B')] } : clip,
      );
      return { ...edit, timeline: { ...edit.timeline, markers: [marker(r25, 60, 'here')] } };
    })(),
    expected: [...STRAIGHT, '58 in B', '60 here'],
    inEdl: [...STRAIGHT, '60 here'],
    afterFcpxml: [...STRAIGHT, '58 in B', '60 here'],
  },
  {
    number: 25,
    name: 'disabled clip',
    edit: cutOf(
      r25,
      [picture(a, r25, 0, 0, 20), picture(a, r25, 50, 20, 20, { enabled: false }), picture(a, r25, 90, 40, 20)],
      [a],
    ),
    expected: ['V1 0-20 A.mov #0 x1/1', 'V1 20-40 A.mov #50 x1/1 off', 'V1 40-60 A.mov #90 x1/1'],
    inEdl: ['V1 0-20 A.mov #0 x1/1', 'V1 40-60 A.mov #90 x1/1'],
  },
  atRate(
    26,
    'same media 20 times',
    cutOf(
      r25,
      repeated.map(({ clip }) => clip),
      [a],
    ),
    repeated.map(({ line }) => line),
  ),
  longCase(
    27,
    '1000-event beat cut, 1-frame and 2-frame clips',
    cutOf(
      r25,
      beat.map(({ clip }) => clip),
      [beats],
    ),
    beat.map(({ line }) => line),
  ),
  longCase(
    28,
    'hour-long 23.976 edit',
    cutOf(
      r23976,
      hour.map(({ clip }) => clip),
      [long],
      { startFrame: 86_400 },
    ),
    hour.map(({ line }) => line),
  ),
  atRate(
    29,
    'vertical 1080×1920 and still image',
    cutOf(r30, [picture(phone, r30, 0, 0, 30), picture(logo, r30, 0, 30, 60)], [phone, logo], {
      width: 1080,
      height: 1920,
    }),
    ['V1 0-30 v.mov #0 x1/1', 'V1 30-90 logo.png 0/1s x1/1'],
  ),
  atRate(30, 'proxies in use', withDissolve(r25)),
  atRate(31, 'every FCPXML', withDissolve(r30)),
  atRate(32, 'rendered proof', baseEdit(r25), STRAIGHT),
];
