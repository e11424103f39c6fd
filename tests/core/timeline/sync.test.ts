import { describe, expect, it } from 'vitest';
import { mediaId } from '../../../core/media/media.ts';
import { rational } from '../../../core/time/rational.ts';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import type { Edit, Refusal } from '../../../core/timeline/edit.ts';
import { clipId, type Timeline } from '../../../core/timeline/timeline.ts';
import { done } from './edited.ts';
import { atFrame, layout, picture, sound, SOURCES, timelineOf } from './footage.ts';

/** One sound that plays on under two pictures of its take, all linked. */
const underTwo = () =>
  timelineOf(
    [
      [
        picture({ id: 'v', at: 10, frames: 10, sourceIn: 100, link: 'l' }),
        picture({ id: 'w', at: 20, frames: 20, sourceIn: 110, link: 'l' }),
      ],
    ],
    [[sound({ id: 'a', at: 10, frames: 30, sourceIn: atFrame(100), link: 'l' })]],
  );

function refusal(timeline: Timeline, edit: Edit): Refusal {
  const outcome = applyEdit(timeline, edit, SOURCES);
  if (outcome.ok) expect.fail(layout(outcome.timeline).join('\n'));
  return outcome.refusal;
}

describe('sync of one sound under two pictures', () => {
  const speed = (id: string, num: number, den = 1): Edit => ({
    kind: 'setClip',
    clipId: clipId(id),
    set: { speed: rational(num, den) },
  });

  it('holds at another speed, whichever is named', () => {
    const slow = ['V1: v 10+10@100, w 20+20@105', 'A1: a 10+30@100'];
    expect(layout(done(underTwo(), speed('a', 1, 2)))).toEqual(slow);
    expect(layout(done(underTwo(), speed('v', 1, 2)))).toEqual(slow);
    expect(layout(done(underTwo(), speed('w', 2)))).toEqual(['V1: v 10+10@90, w 20+20@110', 'A1: a 10+30@90']);
  });

  it('holds when they are stretched or turned', () => {
    const retime: Edit = { kind: 'retime', clipId: clipId('v'), speed: rational(2), ripple: false, linked: true };
    expect(layout(done(underTwo(), retime))).toEqual(['V1: v 10+5@100, w 15+10@110', 'A1: a 10+15@100']);
    const backwards = done(underTwo(), speed('a', -1));
    expect(layout(backwards)).toEqual(['V1: v 10+10@109, w 20+20@99', 'A1: a 10+30@110']);
    expect(done(backwards, speed('a', 1))).toStrictEqual(underTwo());
  });

  it('holds through a slip, which the first frame of either ends', () => {
    const slip = (frames: number): Edit => ({ kind: 'slip', clipId: clipId('w'), frames, linked: true });
    expect(layout(done(underTwo(), slip(-100)))).toEqual(['V1: v 10+10@0, w 20+20@10', 'A1: a 10+30@0']);
    expect(refusal(underTwo(), slip(-101))).toMatchObject({ reason: 'no-media', clipId: 'v', available: 100 });
  });

  it('forbids that the pictures change places', () => {
    const swap = (linked: boolean): Edit => ({ kind: 'swap', clipId: clipId('v'), otherId: clipId('w'), linked });
    expect(refusal(underTwo(), swap(true))).toMatchObject({ reason: 'invalid-value', field: 'linked' });
    expect(layout(done(underTwo(), swap(false)))[0]).toBe('V1: w 10+20@110, v 30+10@100');
  });
});

describe('a picture that starts before its sound', () => {
  const early = () =>
    timelineOf(
      [[picture({ id: 'v', at: 10, frames: 20, sourceIn: 100, link: 'l' })]],
      [[sound({ id: 'a', at: 15, frames: 15, sourceIn: atFrame(105), link: 'l' })]],
    );
  const replace = (sourceIn: number): Edit => ({
    kind: 'replace',
    clipId: clipId('a'),
    mediaId: mediaId('pal'),
    name: 'other',
    sourceIn,
    linked: true,
  });

  it('is replaced along with it, never from before its media', () => {
    expect(layout(done(early(), replace(atFrame(5))))).toEqual(['V1: v 10+20@0', 'A1: a 15+15@5']);
    expect(refusal(early(), replace(atFrame(4)))).toMatchObject({ reason: 'no-media', clipId: 'v' });
  });
});

describe('pictures of unknown media', () => {
  it('say how much there is before their first frame', () => {
    const offline = timelineOf([[picture({ id: 'v', media: 'gone', at: 50, frames: 20, sourceIn: 8 })]], [[]]);
    const trim: Edit = {
      kind: 'trim',
      clipId: clipId('v'),
      edge: 'in',
      delta: atFrame(-9),
      ripple: false,
      linked: true,
    };
    expect(refusal(offline, trim)).toEqual({ reason: 'no-media', clipId: 'v', available: atFrame(8) });
  });
});
