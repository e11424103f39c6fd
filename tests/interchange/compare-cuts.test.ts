import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareCuts } from '../../core/interchange/compare-cuts.ts';
import type { CutDifferenceKind } from '../../core/interchange/cut-difference.ts';
import { describeTimeline } from '../../core/interchange/describe-cut.ts';
import { INTERCHANGE_FORMATS, type ImportedClip, type ImportedTimeline } from '../../core/interchange/handoff.ts';
import { exportTimeline } from '../../core/interchange/interchange.ts';
import { readBackExport } from '../../core/interchange/read-back.ts';
import { flicks } from '../../core/time/flicks.ts';
import { rational } from '../../core/time/rational.ts';
import { scaled } from '../scale.ts';
import {
  audioTrack,
  exportInput,
  marker,
  picture,
  R,
  sound,
  timelineOf,
  varyingMedia,
  videoMedia,
  videoTrack,
} from './cut-builder.ts';
import { randomCut } from './random-cut.ts';

const a = videoMedia('A.mov', R.r25, 1000, { audio: [2] });
const b = videoMedia('B.mov', R.r30, 1000, { timecode: '01:00:00:00' });
const input = exportInput(
  timelineOf(
    R.r25,
    [
      videoTrack(1, [
        picture(a, R.r25, 100, 0, 50, { link: 'l' }),
        picture(b, R.r25, 40, 50, 25),
        picture(a, R.r25, 500, 80, 20),
      ]),
      videoTrack(2, [picture(a, R.r25, 700, 20, 10, { opacity: 0.5 })]),
      audioTrack(1, [sound(a, R.r25, 100, 0, 50, { link: 'l', gainDb: -6 })]),
    ],
    { startFrame: 90_000, markers: [marker(R.r25, 60, 'here')] },
  ),
  [a, b],
);
const meant = describeTimeline(input);

/** The cut with one clip changed. */
function withClip(track: number, index: number, change: Partial<ImportedClip>): ImportedTimeline {
  return {
    ...meant,
    tracks: meant.tracks.map((one, at) =>
      at === track
        ? { ...one, clips: one.clips.map((clip, place) => (place === index ? { ...clip, ...change } : clip)) }
        : one,
    ),
  };
}

function withoutClip(track: number, index: number): ImportedTimeline {
  return {
    ...meant,
    tracks: meant.tracks.map((one, at) =>
      at === track ? { ...one, clips: one.clips.filter((_, place) => place !== index) } : one,
    ),
  };
}

describe('each kind of planted fault is found where it is', () => {
  const faults: readonly (readonly [string, ImportedTimeline, readonly CutDifferenceKind[], string])[] = [
    ['source one frame late', withClip(0, 0, { sourceIn: rational(101, 25) }), ['source-in'], '01:00:00:00'],
    ['source one frame early', withClip(0, 2, { sourceIn: rational(499, 25) }), ['source-in'], '01:00:03:05'],
    ['source a sample late', withClip(2, 0, { sourceIn: rational(192_001, 48_000) }), ['source-in'], '01:00:00:00'],
    ['one frame longer', withClip(0, 2, { duration: 21 }), ['record-out'], '01:00:03:05'],
    ['one frame shorter', withClip(0, 0, { duration: 49 }), ['record-out'], '01:00:00:00'],
    ['record one frame late', withClip(0, 1, { recordIn: 51 }), ['moved'], '01:00:02:00'],
    ['clip missing', withoutClip(0, 1), ['missing'], '01:00:02:00'],
    [
      'track missing',
      { ...meant, tracks: meant.tracks.filter((_, index) => index !== 2) },
      ['track-count', 'missing'],
      '01:00:00:00',
    ],
    ['wrong speed', withClip(0, 1, { speed: rational(1000, 1001) }), ['speed'], '01:00:02:00'],
    ['wrong media', withClip(0, 1, { media: { name: 'A.mov', path: '/media/A.mov' } }), ['media'], '01:00:02:00'],
    ['clip disabled', withClip(1, 0, { enabled: false }), ['enabled'], '01:00:00:20'],
    ['link lost', withClip(2, 0, { linkGroup: null }), ['link'], '01:00:00:00'],
    ['wrong gain', withClip(2, 0, { gainDb: 0 }), ['gain'], '01:00:00:00'],
    ['wrong opacity', withClip(1, 0, { opacity: 1 }), ['opacity'], '01:00:00:20'],
    ['wrong rate', { ...meant, rate: R.r24 }, ['timeline-rate'], '01:00:00:00'],
    ['wrong start', { ...meant, startFrame: 0 }, ['start-timecode'], '01:00:00:00'],
    [
      'marker moved',
      { ...meant, markers: meant.markers.map((one) => ({ ...one, at: 61 })) },
      ['marker'],
      '01:00:02:10',
    ],
  ];
  test.each(faults)('%s', (_, faulty, kinds, timecode) => {
    const { differences } = compareCuts(meant, faulty);
    expect(differences.map((one) => one.kind)).toEqual(kinds);
    expect(differences[0]?.timecode).toBe(timecode);
  });

  test('no fault, no difference', () => {
    expect(compareCuts(meant, meant)).toEqual({ clips: 5, matching: 5, differences: [] });
  });
});

describe('reading an export back', () => {
  test('every clip of a cut of mixed rates matches in every format', () => {
    for (const format of INTERCHANGE_FORMATS) {
      const result = readBackExport(format, input, exportTimeline(format, input));
      expect(result, format).toMatchObject({ clips: 5, matching: 5, unexplained: [] });
    }
  });

  test('a damaged export is seen', () => {
    const result = exportTimeline('fcpxml', input);
    const files = result.files.map((file) => ({ ...file, text: file.text.replace('start="4s"', 'start="101/25s"') }));
    const { unexplained } = readBackExport('fcpxml', input, { ...result, files });
    expect(unexplained.map((one) => one.kind)).toContain('source-in');
  });

  test('sound that moves with its picture of a varying rate is a listed loss', () => {
    const ms = 705_600;
    const starts = Array.from({ length: 50 }, (_, n) => (67 * n + (n % 3) * 9) * ms);
    const phone = varyingMedia('phone.3gp', rational(15), starts, flicks(50 * 67 * ms), { audio: [1] });
    const link = { link: 'av' };
    const cut = timelineOf(R.r25, [
      videoTrack(1, [picture(phone, R.r25, 20, 0, 10, link)]),
      audioTrack(1, [sound(phone, R.r25, 20, 0, 10, link)]),
    ]);
    const varying = exportInput(cut, [phone]);
    const exported = exportTimeline('fcpxml', varying);
    const { declared, unexplained } = readBackExport('fcpxml', varying, exported);
    expect(unexplained).toEqual([]);
    expect(declared.map(({ kind, track }) => [kind, track])).toEqual([['source-in', 'A1']]);
  });

  test('random cuts come back with nothing unexplained', () => {
    fc.assert(
      fc.property(fc.gen(), fc.constantFrom(...INTERCHANGE_FORMATS), (g, format) => {
        const { timeline, media } = randomCut(g);
        const random = exportInput(timeline, media);
        const { unexplained } = readBackExport(format, random, exportTimeline(format, random));
        expect(unexplained).toEqual([]);
      }),
      { numRuns: scaled(120) },
    );
  });
});
