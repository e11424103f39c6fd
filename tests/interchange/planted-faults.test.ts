import { describe, expect, test } from 'vitest';
import type { CutDifferenceKind } from '../../core/interchange/cut-difference.ts';
import type { InterchangeFormat } from '../../core/interchange/handoff.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { makeHandoffReport } from '../../core/interchange/handoff-report.ts';
import { readBackExport } from '../../core/interchange/read-back.ts';
import { frameIndex } from '../../core/media/frames.ts';
import { timeOfFrame } from '../../core/time/rate.ts';
import { rational } from '../../core/time/rational.ts';
import type { AudioClip, Timeline, VideoClip } from '../../core/timeline/timeline.ts';
import {
  audioTrack,
  exportInput,
  marker,
  picture,
  R,
  sound,
  timelineOf,
  videoMedia,
  videoTrack,
} from './cut-builder.ts';

const rate = R.r2997;
const at = (frame: number) => timeOfFrame(frame, rate);
const drop = { dropFrame: true, audio: [2, 2] };
const a = videoMedia('A 001.mov', rate, 480, { ...drop, timecode: '10:00:00;00' });
const b = videoMedia('B 002.mov', rate, 240, { ...drop, timecode: '00:00:00;00' });
const c = videoMedia('C.mov', rate, 1000, { ...drop, timecode: '01:00:00;00' });
const MOVED = {
  positionX: [
    { at: at(0), value: -0.25, interpolation: 'linear' },
    { at: at(20), value: 0.25, interpolation: 'linear' },
  ],
} as const;
const DISSOLVE = { kind: 'dissolve', inOffset: at(6), outOffset: at(6) } as const;

const cut = timelineOf(
  rate,
  [
    videoTrack(1, [
      picture(a, rate, 24, 0, 48, { link: 'av' }),
      { ...picture(b, rate, 24, 48, 60), head: DISSOLVE },
      picture(c, rate, 300, 132, 50, { speed: rational(-1) }),
      picture(c, rate, 500, 182, 20, { note: 'because it is sharp' }),
    ]),
    videoTrack(2, [{ ...picture(c, rate, 700, 10, 30), keyframes: MOVED }]),
    audioTrack(1, [
      sound(a, rate, 24, 0, 48, { link: 'av', gainDb: -6 }),
      { ...sound(c, rate, 100, 60, 40), channels: [0] },
    ]),
  ],
  { startFrame: 107_892, dropFrame: true, name: 'Faults', markers: [marker(rate, 60, 'here')] },
);
const input = exportInput(cut, [a, b, c]);

function withVideo(index: number, change: (clip: VideoClip) => VideoClip | undefined, track = 0): Timeline {
  return {
    ...cut,
    tracks: cut.tracks.map((one, place) =>
      one.kind === 'video' && place === track
        ? { ...one, clips: one.clips.flatMap((clip, here) => (here === index ? (change(clip) ?? []) : [clip])) }
        : one,
    ),
  };
}

function withSound(index: number, change: Partial<AudioClip>): Timeline {
  return {
    ...cut,
    tracks: cut.tracks.map((one) =>
      one.kind === 'audio'
        ? { ...one, clips: one.clips.map((clip, here) => (here === index ? { ...clip, ...change } : clip)) }
        : one,
    ),
  };
}

/** Everything after the gap moved up. */
function withoutGap(): Timeline {
  return {
    ...cut,
    tracks: cut.tracks.map((one, place) =>
      one.kind === 'video' && place === 0
        ? {
            ...one,
            clips: one.clips.map((clip) =>
              clip.recordIn >= at(132)
                ? { ...clip, recordIn: timeOfFrame(Math.round(clip.recordIn / at(1)) - 24, rate) }
                : clip,
            ),
          }
        : one,
    ),
  };
}

function swapped(): Timeline {
  const [v1, v2, ...rest] = cut.tracks;
  if (v1 === undefined || v2 === undefined) throw new Error('no tracks');
  return { ...cut, tracks: [v2, v1, ...rest] };
}

type Fault = readonly [string, Timeline, CutDifferenceKind, readonly InterchangeFormat[]];
const ALL: readonly InterchangeFormat[] = ['otio', 'fcpxml', 'fcp7', 'edl'];
const XML_AND_OTIO: readonly InterchangeFormat[] = ['otio', 'fcpxml', 'fcp7'];
const XML: readonly InterchangeFormat[] = ['fcpxml', 'fcp7'];

/** Files that hold exactly one fault: what a writer would have written had it this bug. */
const FAULTS: readonly Fault[] = [
  ['source slipped by one frame', withVideo(1, (clip) => ({ ...clip, sourceIn: frameIndex(25) })), 'source-in', ALL],
  ['one frame short', withVideo(3, (clip) => ({ ...clip, duration: at(19) })), 'record-out', ALL],
  ['gap lost', withoutGap(), 'gap', ALL],
  ['tracks swapped', swapped(), 'track-order', ALL],
  ['clip lost', withVideo(3, () => undefined), 'missing', ALL],
  ['wrong media', withVideo(1, (clip) => ({ ...clip, mediaId: a.media.id })), 'media', ALL],
  ['transition lost', withVideo(1, ({ head: _, ...clip }) => clip), 'transition', ALL],
  [
    'transition aligned to the cut',
    withVideo(1, (clip) => ({ ...clip, head: { ...DISSOLVE, inOffset: at(0), outOffset: at(12) } })),
    'transition',
    ALL,
  ],
  [
    'plays forwards',
    withVideo(2, (clip) => ({ ...clip, speed: rational(1), sourceIn: frameIndex(251) })),
    'speed',
    ALL,
  ],
  ['link lost', withSound(0, { linkId: null }), 'link', XML],
  ['other channel', withSound(1, { channels: [1] }), 'channels', ['fcpxml']],
  ['other sound stream', withSound(1, { streamOrdinal: 1 }), 'channels', ['fcpxml']],
  ['wrong gain', withSound(0, { gainDb: 0 }), 'gain', XML],
  ['marker lost', { ...cut, markers: [] }, 'marker', ALL],
  ['marker one frame late', { ...cut, markers: [marker(rate, 61, 'here')] }, 'marker', ALL],
  ['clip switched off', withVideo(3, (clip) => ({ ...clip, enabled: false })), 'enabled', XML_AND_OTIO],
  ['clip switched off', withVideo(3, (clip) => ({ ...clip, enabled: false })), 'missing', ['edl']],
  ['start one frame late', { ...cut, startFrame: 107_893 }, 'start-timecode', XML_AND_OTIO],
  ['start one frame late', { ...cut, startFrame: 107_893 }, 'moved', ['edl']],
  ['drop-frame flag lost', { ...cut, dropFrame: false }, 'drop-frame', [...XML, 'edl']],
  [
    'keyframe one frame late',
    withVideo(
      0,
      (clip) => ({
        ...clip,
        keyframes: { positionX: MOVED.positionX.map((key) => ({ ...key, at: at(key.at / at(1) + 1) })) },
      }),
      1,
    ),
    'keyframes',
    XML,
  ],
  ['note lost', withVideo(3, (clip) => ({ ...clip, note: '' })), 'note', ALL],
];

function kindsOf(format: InterchangeFormat, files: ReturnType<typeof exportTimeline>['files']) {
  const { losses } = exportTimeline(format, input);
  const result = { files, losses };
  const readBack = readBackExport(format, input, result);
  const report = makeHandoffReport(format, [], input, result, readBack);
  expect(report.faults.map(({ kind }) => kind)).toEqual(readBack.unexplained.map(({ kind }) => kind));
  return report.faults.map(({ kind }) => kind);
}

describe.each(ALL)('%s', (format) => {
  test('no fault, nothing named', () => {
    expect(kindsOf(format, exportTimeline(format, input).files)).toEqual([]);
  });

  test.each(FAULTS.filter(([, , , formats]) => formats.includes(format)))('%s is named', (_, faulty, kind) => {
    expect(kindsOf(format, exportTimeline(format, { ...input, timeline: faulty }).files)).toContain(kind);
  });
});

test.each(ALL)('%s: a dissolve off the middle of its cut that is lost, or lands in the middle, is named', (format) => {
  const off = exportInput(
    withVideo(1, (clip) => ({ ...clip, head: { ...DISSOLVE, inOffset: at(3) } })),
    [a, b, c],
  );
  const centred = exportInput(
    withVideo(1, (clip) => ({ ...clip, head: DISSOLVE })),
    [a, b, c],
  );
  const lost = exportInput(
    withVideo(1, ({ head: _, ...clip }) => clip),
    [a, b, c],
  );
  const { files, losses } = exportTimeline(format, off);
  expect(readBackExport(format, off, { files, losses }).unexplained).toEqual([]);
  for (const faulty of [centred, lost]) {
    const { unexplained } = readBackExport(format, off, { files: exportTimeline(format, faulty).files, losses });
    expect(unexplained.map(({ kind }) => kind)).toContain('transition');
  }
});

test.each(ALL)('%s: at least 13 kinds of fault are named', (format) => {
  const names = FAULTS.filter(([, , , formats]) => formats.includes(format)).map(([name]) => name);
  expect(new Set(names).size).toBeGreaterThanOrEqual(13);
});

const TEXT_FAULTS: readonly (readonly [string, InterchangeFormat, RegExp | string, string, CutDifferenceKind])[] = [
  ['an address that is not escaped', 'otio', 'A%20001.mov', 'A 001.mov', 'url'],
  ['an address that is not escaped', 'fcpxml', 'A%20001.mov', 'A 001.mov', 'url'],
  ['an address that is not escaped', 'fcp7', 'A%20001.mov', 'A 001.mov', 'url'],
  ['an address that is escaped', 'edl', 'SOURCE FILE: /media/A 001.mov', 'SOURCE FILE: /media/A%20001.mov', 'missing'],
  ['a time off the grid', 'otio', /("duration": \{[^}]*"value": )60\b/, '$160.5', 'off-grid'],
  ['a time off the grid', 'fcpxml', 'duration="1001/500s"', 'duration="2003/1000s"', 'off-grid'],
  ['a time off the grid', 'fcp7', '<end>40</end>', '<end>40.5</end>', 'off-grid'],
  ['the rate of whole frames', 'otio', /"rate": 29\.97\d*/g, '"rate": 30', 'timeline-rate'],
  ['the rate of whole frames', 'fcpxml', /frameDuration="1001\/30000s"/g, 'frameDuration="100/3000s"', 'timeline-rate'],
  ['the rate of whole frames', 'fcp7', /<ntsc>TRUE/g, '<ntsc>FALSE', 'timeline-rate'],
  ['the other flag of drop-frame', 'edl', 'FCM: DROP FRAME', 'FCM: NON-DROP FRAME', 'drop-frame'],
  ['the other flag of drop-frame', 'fcpxml', 'tcFormat="DF" audio', 'tcFormat="NDF" audio', 'drop-frame'],
];

test.each(TEXT_FAULTS)('%s in %s is named', (_, format, from, to, kind) => {
  const { files } = exportTimeline(format, input);
  const changed = files.map((file) => ({ ...file, text: file.text.replace(from, to) }));
  expect(changed).not.toEqual(files);
  expect(kindsOf(format, changed)).toContain(kind);
});
