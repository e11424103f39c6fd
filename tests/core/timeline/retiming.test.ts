import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameIndex, startOfFrame } from '../../../core/media/frames.ts';
import { mediaId } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { frameDuration, timeOfFrame } from '../../../core/time/rate.ts';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { checkTimeline } from '../../../core/timeline/check-timeline.ts';
import { frameAtOffset } from '../../../core/timeline/clip-time.ts';
import type { Edit } from '../../../core/timeline/edit.ts';
import { clipId, linkId, type AudioClip, type Timeline, type VideoClip } from '../../../core/timeline/timeline.ts';
import { scaled } from '../../scale.ts';
import { rates } from './edit-scripts.ts';
import { atFrame, clipsOf, FOOTAGE, layout, picture, sound, SOURCES, timelineOf } from './footage.ts';

const speed = (id: string, num: number, den = 1): Edit => ({
  kind: 'setClip',
  clipId: clipId(id),
  set: { speed: rational(num, den) },
});

function apply(timeline: Timeline, ...edits: readonly Edit[]): Timeline {
  return edits.reduce((current, edit) => {
    const outcome = applyEdit(current, edit, SOURCES);
    if (!outcome.ok) expect.fail(JSON.stringify({ edit, refusal: outcome.refusal }));
    expect(checkTimeline(outcome.timeline, SOURCES)).toEqual([]);
    const undone = applyEdit(outcome.timeline, outcome.inverse, SOURCES);
    expect(undone.ok && undone.timeline).toStrictEqual(current);
    return outcome.timeline;
  }, timeline);
}

/** The source frames a clip shows, frame by frame. */
function shown(timeline: Timeline, id: string): readonly number[] {
  const clip = clipsOf(timeline).find((other) => other.id === id);
  const frames = clip && FOOTAGE.get(clip.mediaId)?.frames;
  if (clip?.kind !== 'video' || frames === undefined) expect.fail(`no picture ${id}`);
  const frame = frameDuration(timeline.rate);
  return Array.from({ length: clip.duration / frame }, (_, index) =>
    frameAtOffset(clip, frames, flicks(index * frame)),
  );
}

const take = () =>
  timelineOf(
    [[picture({ id: 'v', at: 0, frames: 20, sourceIn: 100, link: 'l' })]],
    [[sound({ id: 'a', at: 0, frames: 20, sourceIn: atFrame(100), link: 'l' })]],
  );

describe('backwards', () => {
  it('the same frames and the same sound play from their end', () => {
    const turned = apply(take(), speed('v', -1));
    expect(shown(turned, 'v')).toEqual(shown(take(), 'v').toReversed());
    expect(layout(turned)).toEqual(['V1: v 0+20@119', 'A1: a 0+20@120']);
    expect(apply(turned, speed('a', 1))).toStrictEqual(take());
  });

  it('trims, rolls, slips and splits count against the source', () => {
    const turned = apply(take(), speed('v', -1));
    const trim = (edge: 'in' | 'out', frames: number): Edit => ({
      kind: 'trim',
      clipId: clipId('v'),
      edge,
      delta: atFrame(frames),
      ripple: false,
      linked: true,
    });
    expect(layout(apply(turned, trim('in', 5)))).toEqual(['V1: v 5+15@114', 'A1: a 5+15@115']);
    expect(shown(apply(turned, trim('out', -5)), 'v').at(-1)).toBe(105);
    const split: Edit = {
      kind: 'split',
      clipIds: [clipId('v')],
      at: atFrame(8),
      newIds: [clipId('w'), clipId('b')],
      linked: true,
    };
    expect(layout(apply(turned, split))).toEqual(['V1: v 0+8@119, w 8+12@111', 'A1: a 0+8@120, b 8+12@112']);
    const slip = (frames: number): Edit => ({ kind: 'slip', clipId: clipId('v'), frames, linked: true });
    expect(layout(apply(turned, slip(7)))).toEqual(['V1: v 0+20@126', 'A1: a 0+20@127']);
    const outcome = applyEdit(turned, slip(-101), SOURCES);
    expect(!outcome.ok && outcome.refusal).toEqual({ reason: 'no-media', clipId: 'v', available: 100 });
    const late = applyEdit(turned, slip(381), SOURCES);
    expect(!late.ok && late.refusal).toEqual({ reason: 'no-media', clipId: 'v', available: 380 });
    const longer = applyEdit(turned, trim('out', 101), SOURCES);
    expect(!longer.ok && longer.refusal).toMatchObject({ reason: 'no-media', available: atFrame(100) });
  });

  it('twice is once forwards, at any rate, pace and media', () => {
    const media = fc.constantFrom('pal', 'film', 'ntsc-film', 'sport', 'ntsc', 'phone', 'odd');
    fc.assert(
      fc.property(
        rates,
        media,
        fc.nat(100),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom([1, 1], [2, 1], [1, 3], [7, 11]),
        (rate, id, first, frames, pace) => {
          const clip: VideoClip = {
            ...picture({ id: 'v', media: id, at: 3, frames, sourceIn: first }, rate),
            speed: rational(pace[0], pace[1]),
          };
          // Uneven frames need the sound to know how far into one the clip started.
          const frameTimes = FOOTAGE.get(clip.mediaId)?.frames;
          const heard: AudioClip = {
            ...sound({ id: 'a', media: id, at: 3, frames, link: 'l' }, rate),
            sourceIn: frameTimes === undefined ? flicks(0) : startOfFrame(frameTimes, first),
            speed: clip.speed,
          };
          const cut =
            id === 'phone'
              ? timelineOf([[{ ...clip, linkId: linkId('l') }]], [[heard]], rate)
              : timelineOf([[clip]], [[]], rate);
          if (checkTimeline(cut, SOURCES).length > 0) return;
          const turned = apply(cut, speed('v', -clip.speed.num, clip.speed.den));
          expect(apply(turned, speed('v', clip.speed.num, clip.speed.den))).toStrictEqual(cut);
        },
      ),
      { numRuns: scaled(300) },
    );
  });

  it('at media ends with linked sound of other lengths, picture and sound stay together', () => {
    const start = timeOfFrame(1150, rational(60));
    const cut = timelineOf(
      [[{ ...picture({ id: 'v', media: 'sport', at: 0, frames: 20, link: 'l' }), sourceIn: frameIndex(1150) }]],
      [[{ ...sound({ id: 'a', media: 'sport', at: 0, frames: 20, link: 'l' }), sourceIn: start }]],
    );
    const turned = apply(cut, speed('v', -1));
    const [v, a] = clipsOf(turned);
    if (v?.kind !== 'video' || a?.kind !== 'audio') expect.fail();
    const lag = timeOfFrame(v.sourceIn + 1, rational(60)) - a.sourceIn;
    expect(lag).toBeGreaterThanOrEqual(0);
    expect(lag).toBeLessThan(frameDuration(rational(60)));
  });
});

describe('held', () => {
  it('pictures only, at the in point or at a named frame, without end', () => {
    const held = apply(take(), { kind: 'freeze', clipId: clipId('v') });
    expect(shown(held, 'v')).toEqual(Array.from({ length: 20 }, () => 100));
    expect(clipsOf(held)[1]).toStrictEqual(clipsOf(take())[1]);
    expect(shown(apply(take(), { kind: 'freeze', clipId: clipId('v'), frame: frameIndex(7) }), 'v')[3]).toBe(7);
    const longer = apply(held, {
      kind: 'trim',
      clipId: clipId('v'),
      edge: 'out',
      delta: atFrame(9000),
      ripple: false,
      linked: false,
    });
    expect(shown(longer, 'v').at(-1)).toBe(100);
    expect(apply(held, speed('v', 1))).toStrictEqual(take());
    const sound = applyEdit(take(), { kind: 'freeze', clipId: clipId('a') }, SOURCES);
    expect(!sound.ok && sound.refusal.reason).toBe('wrong-track-kind');
    const silent = applyEdit(take(), speed('a', 0), SOURCES);
    expect(!silent.ok && silent.refusal).toMatchObject({ reason: 'invalid-value', field: 'speed' });
    const beyond = applyEdit(take(), { kind: 'freeze', clipId: clipId('v'), frame: frameIndex(500) }, SOURCES);
    expect(!beyond.ok && beyond.refusal.reason).toBe('no-media');
  });

  it('slips by itself and splits into two of the same', () => {
    const held = apply(take(), { kind: 'freeze', clipId: clipId('v') });
    const slipped = apply(held, { kind: 'slip', clipId: clipId('v'), frames: -100, linked: true });
    expect(layout(slipped)).toEqual(['V1: v 0+20@0', 'A1: a 0+20@100']);
    const split: Edit = {
      kind: 'split',
      clipIds: [clipId('v')],
      at: atFrame(8),
      newIds: [clipId('w'), clipId('b')],
      linked: true,
    };
    expect(layout(apply(held, split))).toEqual(['V1: v 0+8@100, w 8+12@100', 'A1: a 0+8@100, b 8+12@108']);
  });
});

describe('another length', () => {
  it('plays the same source at half or double speed, and what follows closes up', () => {
    const followed = timelineOf(
      [
        [
          picture({ id: 'v', at: 0, frames: 20, sourceIn: 100, link: 'l' }),
          picture({ id: 'w', at: 20, frames: 5, media: 'film' }),
        ],
      ],
      [[sound({ id: 'a', at: 0, frames: 20, sourceIn: atFrame(100), link: 'l' })]],
    );
    const retime = (num: number, den: number, ripple: boolean): Edit => ({
      kind: 'retime',
      clipId: clipId('v'),
      speed: rational(num, den),
      ripple,
      linked: true,
    });
    expect(layout(apply(followed, retime(2, 1, true)))).toEqual(['V1: v 0+10@100, w 10+5@0', 'A1: a 0+10@100']);
    expect(layout(apply(followed, retime(1, 2, true)))).toEqual(['V1: v 0+40@100, w 40+5@0', 'A1: a 0+40@100']);
    expect(layout(apply(followed, retime(-2, 1, false)))).toEqual(['V1: v 0+10@119, w 20+5@0', 'A1: a 0+10@120']);
    const grown = applyEdit(followed, retime(1, 2, false), SOURCES);
    expect(!grown.ok && grown.refusal).toMatchObject({ reason: 'would-overlap', clipId: 'w' });
    expect(clipsOf(apply(followed, retime(2, 1, true)))[0]?.mediaId).toBe(mediaId('pal'));
  });
});
