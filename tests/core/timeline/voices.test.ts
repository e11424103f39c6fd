import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mediaId } from '../../../core/media/media.ts';
import { flicks, ZERO_FLICKS, type Flicks } from '../../../core/time/flicks.ts';
import { frameDuration } from '../../../core/time/rate.ts';
import { rational } from '../../../core/time/rational.ts';
import { emptyTimeline } from '../../../core/timeline/new-timeline.ts';
import { clipId, timelineId, type AudioClip, type Source, type Timeline } from '../../../core/timeline/timeline.ts';
import { gainAt, isSteady } from '../../../core/timeline/voice-gain.ts';
import { DECLICK, voicesOf } from '../../../core/timeline/voices.ts';
import { scaled } from '../../scale.ts';

const RATE = rational(25);
const FRAME = frameDuration(RATE);
const at = (frames: number): Flicks => flicks(frames * FRAME);
const FILE: Source = { frames: undefined, audio: { start: ZERO_FLICKS, end: at(1000) } };
const SOURCES = { source: () => FILE };

function clip(record: number, length: number, source: number, more: Partial<AudioClip> = {}): AudioClip {
  return {
    kind: 'audio',
    id: clipId(`${record}-${source}`),
    mediaId: mediaId('a'),
    name: 'a',
    recordIn: at(record),
    duration: at(length),
    sourceIn: at(source),
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

function timelineOf(clips: readonly AudioClip[], more: { solo?: boolean } = {}): Timeline {
  const empty = emptyTimeline({ id: timelineId('t'), name: 't', rate: RATE, width: 320, height: 180 });
  return {
    ...empty,
    tracks: empty.tracks.map((track) => (track.kind === 'audio' ? { ...track, clips: [...clips], ...more } : track)),
  };
}

const voices = (...clips: readonly AudioClip[]) => voicesOf(timelineOf(clips), SOURCES);
const dissolve = (before: number, after: number) =>
  ({ kind: 'dissolve', inOffset: at(before), outOffset: at(after) }) as const;

describe('voices', () => {
  it('go on through cuts in the same material, backwards and retimed as well', () => {
    for (const speed of [rational(1), rational(1001, 1000), rational(-1), rational(-3, 7), rational(2)]) {
      const whole = clip(0, 30, 500, { speed });
      const pieces = [0, 7, 20].map((from, n) => {
        const length = [7, 13, 10][n] ?? 0;
        const sourceIn = flicks(at(500) + Math.round((at(from) * speed.num) / speed.den));
        return clip(from, length, 0, { speed, sourceIn });
      });
      const [uncut] = voices(whole);
      const cut = voices(...pieces);
      expect(cut).toHaveLength(1);
      expect({ ...cut[0], clip: 0, clips: 0 }).toEqual({ ...uncut, clip: 0, clips: 0 });
      for (let time = 0; time < at(30); time += 1_234_567) {
        expect(cut.map((voice) => gainAt(voice, time, true))).toEqual(
          [uncut].flatMap((v) => (v ? [gainAt(v, time, true)] : [])),
        );
      }
    }
  });

  it('end where anything but level and pan differs, with 5 ms fades', () => {
    const others: readonly Partial<AudioClip>[] = [
      { sourceIn: at(111) },
      { mediaId: mediaId('b') },
      { streamOrdinal: 1 },
      { channels: [0] },
      { speed: rational(2) },
    ];
    for (const other of others) {
      const [before, after] = voices(clip(0, 10, 100), clip(10, 10, 110, other));
      expect(before?.tail).toEqual({ kind: 'declick', start: flicks(at(10) - DECLICK), end: at(10) });
      expect(after?.head).toEqual({ kind: 'declick', start: at(10), end: flicks(at(10) + DECLICK) });
    }
    expect(voices(clip(0, 10, 100), clip(10, 10, 110, { gainDb: -6, pan: 0.5 }))).toHaveLength(1);
    expect(voices(clip(0, 10, 100), clip(10, 10, 110, { enabled: false }))[0]?.tail.kind).toBe('declick');
  });

  it('come and go as their file does where that starts or ends', () => {
    const [whole] = voices(clip(3, 1000, 0));
    expect([whole?.head.kind, whole?.tail.kind]).toEqual(['none', 'none']);
    const [backwards] = voices(clip(3, 1000, 1000, { speed: rational(-1) }));
    expect([backwards?.head.kind, backwards?.tail.kind]).toEqual(['none', 'none']);
    const [part] = voices(clip(3, 998, 1));
    expect([part?.head.kind, part?.tail.kind]).toEqual(['declick', 'declick']);
  });

  it('reach over cuts with transitions, except in the same material', () => {
    const [out, back] = voices(clip(0, 50, 100), clip(50, 50, 700, { head: dissolve(5, 10) }));
    expect(out).toMatchObject({ end: at(60), tail: { kind: 'cross', start: at(45), end: at(60) } });
    expect(back).toMatchObject({ start: at(45), head: { kind: 'cross', start: at(45), end: at(60) } });
    const through = voices(clip(0, 50, 100), clip(50, 50, 150, { head: dissolve(5, 10) }));
    expect(through.map(({ start, end }) => [start, end])).toEqual([[0, at(100)]]);
    const [alone] = voices(clip(10, 50, 100, { head: dissolve(0, 5), tail: dissolve(7, 0) }));
    expect(alone?.head).toEqual({ kind: 'cross', start: at(10), end: at(15) });
    expect(alone?.tail).toEqual({ kind: 'cross', start: at(53), end: at(60) });
  });

  it('cross with equal power at every moment', () => {
    const [out, back] = voices(clip(0, 50, 100), clip(50, 50, 700, { head: dissolve(5, 10) }));
    if (out === undefined || back === undefined) throw new Error('two voices');
    fc.assert(
      fc.property(fc.integer({ min: at(45), max: at(60) }), (time) => {
        const power = gainAt(out, time, false).ll ** 2 + gainAt(back, time, false).ll ** 2;
        expect(power).toBeCloseTo(1, 10);
      }),
      { numRuns: scaled(100) },
    );
  });

  it('are those of solo tracks while there is one', () => {
    const [audio] = timelineOf([clip(0, 5, 10)]).tracks.filter(({ kind }) => kind === 'audio');
    const timeline = timelineOf([clip(0, 5, 20)], { solo: true });
    const both: Timeline = { ...timeline, tracks: [...timeline.tracks, ...(audio ? [{ ...audio }] : [])] };
    expect(voicesOf(both, SOURCES).map((voice) => voice.clip.sourceIn)).toEqual([at(20)]);
  });
});

describe('gain', () => {
  it('pans with constant power', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (pan) => {
        const [voice] = voices(clip(0, 1000, 0, { pan }));
        if (voice === undefined) throw new Error('a voice');
        const mono = gainAt(voice, at(10), true);
        expect(mono.ll ** 2 + mono.rr ** 2).toBeCloseTo(2, 10);
        const stereo = gainAt(voice, at(10), false);
        // Either side alone keeps its power.
        expect(stereo.ll ** 2 + stereo.rl ** 2).toBeCloseTo(1, 10);
        expect(stereo.lr ** 2 + stereo.rr ** 2).toBeCloseTo(1, 10);
      }),
      { numRuns: scaled(100) },
    );
  });

  it('moves between keyframes in decibels', () => {
    const gainDb = [
      { at: at(10), value: 0, interpolation: 'linear' as const },
      { at: at(20), value: -40, interpolation: 'linear' as const },
    ];
    const [voice] = voices(clip(0, 1000, 0, { gainDb: 3, keyframes: { gainDb } }));
    if (voice === undefined) throw new Error('a voice');
    expect(20 * Math.log10(gainAt(voice, at(15), false).ll)).toBeCloseTo(-20, 9);
    expect(gainAt(voice, at(500), false).ll).toBeCloseTo(0.01, 9);
  });

  it('is steady exactly where it says so, and never jumps', () => {
    const level = fc.constantFrom(0, -6, 3);
    const piece = fc.record({
      gainDb: level,
      pan: fc.constantFrom(undefined, 0, 0.5),
      fadeIn: fc.constantFrom(0, 3),
      fadeOut: fc.constantFrom(0, 2),
    });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.nat(400), fc.nat(200), (pieces, from, length) => {
        const clips = pieces.map(({ gainDb, pan, fadeIn, fadeOut }, n) =>
          clip(n * 10, 10, 100 + n * 10, {
            gainDb,
            ...(pan !== undefined && { pan }),
            fadeIn: at(fadeIn),
            fadeOut: at(fadeOut),
          }),
        );
        const [voice] = voices(...clips);
        if (voice === undefined) throw new Error('a voice');
        const [first, last] = [(from * FRAME) / 10, ((from + length) * FRAME) / 10];
        const gains = Array.from({ length: 50 }, (_, n) => gainAt(voice, first + ((last - first) * n) / 50, true));
        if (isSteady(voice, first, last)) expect(new Set(gains.map((gain) => JSON.stringify(gain))).size).toBe(1);
        // A 5 ms fade is the steepest: 240 samples, at most π/480 of full gain a sample.
        const steps = Array.from({ length: 480 }, (_, n) => gainAt(voice, first + n * 14_700, true).ll);
        const jump = Math.max(...steps.slice(1).map((gain, n) => Math.abs(gain - (steps[n] ?? 0))));
        expect(jump).toBeLessThan(0.02);
      }),
      { numRuns: scaled(200) },
    );
  });
});
