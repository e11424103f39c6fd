import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../core/plan/plan.ts';
import { timelineOfPlan, type PlanSource } from '../../../core/plan/plan-timeline.ts';
import { layersAt } from '../../../core/timeline/composite.ts';
import { mediaId } from '../../../core/media/media.ts';
import { sourceDuration, type SourceFrames } from '../../../core/media/frames.ts';
import { flicks, secondsOf } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { LISTED_RATES, timeOfFrame } from '../../../core/time/rate.ts';
import { scaled } from '../../scale.ts';

const plan = (clips: readonly { readonly start: number; readonly end: number }[]) => ({
  source_video_path: 'a.mp4',
  clips: [...clips],
});

describe('reading plan.json', () => {
  const problemsOf = (value: unknown) => {
    const outcome = parsePlan(typeof value === 'string' ? value : JSON.stringify(value));
    return outcome.ok ? [] : outcome.problems.map(({ at, message }) => `${at}: ${message}`);
  };

  it('takes everything the format has', () => {
    const full = {
      source_video_path: 'a b.mp4',
      clips: [{ start: 0, end: 1.5 }],
      loudness: { targetLufs: -16, truePeakDbtp: -1.5 },
      aspect: '9:16',
      video: { codec: 'h264', crf: 20, width: 720 },
      audio: { codec: 'aac' },
    };
    expect(parsePlan(JSON.stringify(full))).toEqual({ ok: true, plan: full });
  });

  it('names the key of every problem, unknown ones too', () => {
    const clips = [{ start: 0, end: 1 }];
    expect(problemsOf({ source_video_path: 'a', clips, loudnes: {} })).toEqual(['loudnes: unknown key']);
    expect(problemsOf({ source_video_path: 'a', clips: [{ start: 0, end: 1, strat: 2 }] })).toEqual([
      'clips[0].strat: unknown key',
    ]);
    expect(problemsOf({ source_video_path: 'a', clips: [...clips, { start: 3, end: 2 }] })).toEqual([
      'clips[1].end: ends before it starts',
    ]);
    expect(problemsOf({ source_video_path: 'a', clips: [] })).toEqual(['clips: names no clip']);
    expect(problemsOf({ source_video_path: 'a', clips, video: { codec: 'h264', crf: 1, bitrateKbps: 500 } })).toEqual([
      'video: takes crf or bitrateKbps, not both',
    ]);
    expect(problemsOf({ clips: [{ start: -1, end: 'x' }] }).map((text) => text.split(':')[0])).toEqual([
      'source_video_path',
      'clips[0].start',
      'clips[0].end',
    ]);
    expect(problemsOf('{ "clips": [')).toHaveLength(1);
  });
});

const sourceOf = (
  frames: SourceFrames | undefined,
  end = frames === undefined ? flicks(705_600_000) : sourceDuration(frames),
): PlanSource => ({
  mediaId: mediaId('m'),
  name: 'm',
  frames,
  claimedRate: undefined,
  hasSound: true,
  end: end ?? flicks(0),
  width: 1280,
  height: 720,
});

describe('what a plan means', () => {
  it('holds exactly the frames from floor(start) up to floor(end), at any constant rate', () => {
    const times = fc.tuple(fc.double({ min: 0, max: 30, noNaN: true }), fc.double({ min: 0.2, max: 5, noNaN: true }));
    fc.assert(
      fc.property(
        fc.constantFrom(...LISTED_RATES, rational(10), rational(90_000, 3001)),
        fc.array(times, { minLength: 1, maxLength: 8 }),
        (rate, wishes) => {
          const frames: SourceFrames = { kind: 'constant', rate, frameCount: 9000 };
          const clips = wishes.map(([start, length]) => ({ start, end: start + length }));
          const cut = timelineOfPlan(plan(clips), sourceOf(frames));
          const wanted = cut.clips.flatMap(({ firstFrame, lastFrame }) =>
            firstFrame === undefined || lastFrame === undefined
              ? []
              : Array.from({ length: lastFrame - firstFrame + 1 }, (_, n) => firstFrame + n),
          );
          const lookup = { source: () => ({ frames, audio: undefined }) };
          const shown = wanted.map((_, k) => layersAt(cut.timeline, lookup, timeOfFrame(k, rate))[0]?.frame);
          expect(shown).toEqual(wanted);
          expect(layersAt(cut.timeline, lookup, timeOfFrame(wanted.length, rate))).toEqual([]);
          const frame = rate.den / rate.num;
          for (const { startMovedSeconds, endMovedSeconds } of cut.clips) {
            for (const moved of [startMovedSeconds, endMovedSeconds]) {
              expect(moved).toBeLessThanOrEqual(1e-8);
              expect(moved).toBeGreaterThan(-frame - 1e-8);
            }
          }
        },
      ),
      { numRuns: scaled(60) },
    );
  });

  it('keeps frame starts that were written with full precision', () => {
    const frames: SourceFrames = { kind: 'constant', rate: rational(24_000, 1001), frameCount: 500 };
    const { clips } = timelineOfPlan(
      plan([{ start: (77 * 1001) / 24_000, end: (99 * 1001) / 24_000 }]),
      sourceOf(frames),
    );
    expect(clips[0]).toMatchObject({ firstFrame: 77, lastFrame: 98, startMovedSeconds: 0, lost: 'nothing' });
  });

  it('lists what the source does not have', () => {
    const frames: SourceFrames = { kind: 'constant', rate: rational(25), frameCount: 50 };
    const wishes = [
      { start: 1, end: 3 },
      { start: 5, end: 6 },
      { start: 0.01, end: 0.03 },
    ];
    const { clips, timeline } = timelineOfPlan(plan(wishes), sourceOf(frames));
    expect(clips.map(({ lost }) => lost)).toEqual(['tail', 'all', 'all']);
    expect(clips[0]).toMatchObject({ firstFrame: 25, lastFrame: 49, endMovedSeconds: -1 });
    expect(timeline.tracks[0]?.clips).toHaveLength(1);
  });

  it('cuts sound alone at samples, and makes the size that aspect and width ask for', () => {
    const { timeline, clips } = timelineOfPlan(
      { ...plan([{ start: 0.00001, end: 0.5 }]), aspect: '9:16' },
      sourceOf(undefined),
    );
    expect(secondsOf(timeline.tracks[1]?.clips[0]?.duration ?? flicks(0))).toBe(0.5);
    expect(clips[0]?.startMovedSeconds).toBeCloseTo(-0.00001, 9);
    expect([timeline.width, timeline.height]).toEqual([1080, 1920]);
    const wide = timelineOfPlan(
      { ...plan([{ start: 0, end: 1 }]), video: { codec: 'h264', width: 640 } },
      sourceOf(undefined),
    );
    expect([wide.timeline.width, wide.timeline.height]).toEqual([640, 360]);
  });
});
