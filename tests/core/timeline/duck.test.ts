import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOUDNESS_ANALYSER } from '../../../core/analysis/loudness.ts';
import type { LoudnessResult } from '../../../core/analysis/results.ts';
import { mediaId } from '../../../core/media/media.ts';
import { flicks, secondsOf, ZERO_FLICKS } from '../../../core/time/flicks.ts';
import { isFrameAligned, timeOfFrame } from '../../../core/time/rate.ts';
import { rational } from '../../../core/time/rational.ts';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { duckEdit, duckingCurve, loudSpans, USUAL_DUCKING } from '../../../core/timeline/duck.ts';
import { valueAt } from '../../../core/timeline/keyframes.ts';
import { emptyTimeline } from '../../../core/timeline/new-timeline.ts';
import { clipId, timelineId, trackId, type AudioClip, type Timeline } from '../../../core/timeline/timeline.ts';
import { scaled } from '../../scale.ts';

const RATE = rational(25);
const seconds = (value: number) => flicks(Math.round(value * 705_600_000));
const [SPEECH, MUSIC] = [trackId('speech'), trackId('music')];

function clip(media: string, at: number, length: number, from: number, more: Partial<AudioClip> = {}): AudioClip {
  return {
    kind: 'audio',
    id: clipId(`${media}-${at}`),
    mediaId: mediaId(media),
    name: media,
    recordIn: seconds(at),
    duration: seconds(length),
    sourceIn: seconds(from),
    speed: rational(1),
    enabled: true,
    linkId: null,
    note: '',
    streamOrdinal: 0,
    gainDb: 0,
    fadeIn: ZERO_FLICKS,
    fadeOut: ZERO_FLICKS,
    ...more,
  };
}

function timelineOf(speech: readonly AudioClip[], music: readonly AudioClip[]): Timeline {
  const empty = emptyTimeline({ id: timelineId('t'), name: 't', rate: RATE, width: 320, height: 180 });
  const track = (id: typeof MUSIC, clips: readonly AudioClip[]) =>
    ({ kind: 'audio', id, name: id, enabled: true, locked: false, clips }) as const;
  return {
    ...empty,
    tracks: [...empty.tracks.filter(({ kind }) => kind === 'video'), track(SPEECH, speech), track(MUSIC, music)],
  };
}

/** Loud from 2 s to 4 s of the file: every 400 ms window that meets it is. */
const MEASURED: LoudnessResult = {
  kind: 'loudness',
  ...LOUDNESS_ANALYSER,
  integratedLufs: -20,
  rangeLu: 1,
  truePeakDbtp: -3,
  maxMomentaryLufs: null,
  maxShortTermLufs: null,
  shortTerm: { stepMs: 1000, lufs: [] },
  momentary: { stepMs: 100, lufs: Array.from({ length: 97 }, (_, n) => (n + 4 > 20 && n < 40 ? -20 : null)) },
};
const loudness = (id: string) => (id === 'voice' ? { result: MEASURED, start: seconds(0) } : undefined);
const sources = { source: () => undefined };

describe('speech', () => {
  it('is found in hours of sound that is slowed down a thousand times', () => {
    const day: LoudnessResult = {
      ...MEASURED,
      momentary: { stepMs: 100, lufs: Array.from({ length: 864_000 }, () => -20) },
    };
    const slow = clip('voice', 10, 8, 40_000, { speed: rational(1, 1000) });
    const heard = (speed: AudioClip['speed']) =>
      loudSpans(timelineOf([{ ...slow, speed }], []), [SPEECH], () => ({ result: day, start: seconds(0) }), -40);
    expect(heard(rational(1, 1000))).toEqual([{ start: seconds(10), end: seconds(18) }]);
    expect(heard(rational(-1, 1000))).toEqual([{ start: seconds(10), end: seconds(18) }]);
  });

  it('is where clips are loud on the timeline, forwards, retimed and backwards', () => {
    const spans = (more: Partial<AudioClip>, from = 0) =>
      loudSpans(timelineOf([clip('voice', 10, 8, from, more)], []), [SPEECH], loudness, -40).map(({ start, end }) => [
        secondsOf(start),
        secondsOf(end),
      ]);
    expect(spans({})).toEqual([[12, 14]]);
    expect(spans({}, 3)).toEqual([[10, 11]]);
    expect(spans({ speed: rational(2) })).toEqual([[11, 12]]);
    expect(spans({ speed: rational(-1) }, 9)).toEqual([[15, 17]]);
    expect(spans({ gainDb: -30 })).toEqual([]);
    expect(spans({ enabled: false })).toEqual([]);
  });
});

describe('ducking', () => {
  it('is down when speech starts, stays for the hold, comes back in the release, and does not pump', () => {
    const speech = [
      { start: seconds(10), end: seconds(12) },
      { start: seconds(13), end: seconds(14) },
      { start: seconds(30), end: seconds(31) },
    ];
    const curve = duckingCurve(speech, USUAL_DUCKING, RATE);
    const gain = (time: number) => valueAt(curve, seconds(time), Number.NaN);
    expect([0, 9.7, 10, 12.7, 14.5, 15.32, 20, 30, 31.5, 40].map(gain)).toEqual([
      0, 0, -12, -12, -12, 0, 0, -12, -12, 0,
    ]);
    expect(curve).toHaveLength(8);
  });

  it('is an edit whose keyframes lie on frames, over whatever the gain did before', () => {
    const own = [
      { at: seconds(0), value: -6, interpolation: 'linear' as const },
      { at: seconds(20), value: 0, interpolation: 'smooth' as const },
    ];
    const timeline = timelineOf(
      [],
      [clip('a', 0, 8, 0), clip('a', 8, 40, 8, { gainDb: -3, keyframes: { gainDb: own } })],
    );
    const edit = duckEdit(timeline, [MUSIC], [{ start: seconds(12), end: seconds(15) }], USUAL_DUCKING);
    if (edit === undefined) throw new Error('an edit');
    const outcome = applyEdit(timeline, edit, sources);
    if (!outcome.ok) throw new Error(outcome.refusal.reason);
    const [untouched, ducked] = outcome.timeline.tracks.at(-1)?.clips ?? [];
    expect(untouched).toEqual(timeline.tracks.at(-1)?.clips[0]);
    if (ducked?.kind !== 'audio') throw new Error('a clip');
    expect(ducked.keyframes?.gainDb?.every(({ at }) => isFrameAligned(at, RATE))).toBe(true);
    for (const [time, change] of [
      [1, 0],
      [4, -12],
      [7, -12],
      [9, 0],
      [30, 0],
    ] as const) {
      const before = valueAt(own, seconds(time), 0);
      expect(valueAt(ducked.keyframes?.gainDb, seconds(time), Number.NaN)).toBeCloseTo(before + change, 9);
    }
    const back = applyEdit(outcome.timeline, outcome.inverse, sources);
    expect(back.ok && back.timeline).toEqual(timeline);
    expect(duckEdit(timeline, [MUSIC], [], USUAL_DUCKING)).toBeUndefined();
  });

  it('keeps within 0 and the depth, ascending, with full depth under all speech', () => {
    const span = fc.tuple(fc.nat(3000), fc.integer({ min: 1, max: 200 }));
    const depth = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 12 }), depth, (pieces, depthDb) => {
        const spans = pieces
          .map(([from, length]) => ({ start: timeOfFrame(from, RATE), end: timeOfFrame(from + length, RATE) }))
          .toSorted((a, b) => a.start - b.start);
        const curve = duckingCurve(spans, { ...USUAL_DUCKING, depthDb }, RATE) ?? [];
        expect(curve.every(({ at }, n) => n === 0 || at > (curve[n - 1]?.at ?? 0))).toBe(true);
        for (const { start, end } of spans) {
          for (const time of [start, end]) expect(valueAt(curve, time, 0)).toBe(-depthDb);
        }
        expect(curve.every(({ value }) => value === 0 || value === -depthDb)).toBe(true);
      }),
      { numRuns: scaled(200) },
    );
  });
});
