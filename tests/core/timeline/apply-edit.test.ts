import { describe, expect, it } from 'vitest';
import { mediaId } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { describeRefusal } from '../../../core/timeline/describe-refusal.ts';
import type { Edit, Refusal } from '../../../core/timeline/edit.ts';
import { clipId, markerId, trackId, type Clip, type Timeline } from '../../../core/timeline/timeline.ts';
import { done } from './edited.ts';
import { atFrame, clipsOf, layout, picture, sound, SOURCES, timelineOf } from './footage.ts';
import { interview, marker } from './interview.ts';

const V1 = trackId('t V1');
const A1 = trackId('t A1');

function after(timeline: Timeline, edit: Edit): readonly string[] {
  return layout(done(timeline, edit));
}

function refusal(timeline: Timeline, edit: Edit): Refusal {
  const outcome = applyEdit(timeline, edit, SOURCES);
  if (outcome.ok) expect.fail('was taken');
  expect(describeRefusal(outcome.refusal)).toMatch(/^\S.*[^.]$/);
  return outcome.refusal;
}

const trim = (id: string, edge: 'in' | 'out', frames: number, ripple = false): Edit => ({
  kind: 'trim',
  clipId: clipId(id),
  edge,
  delta: atFrame(frames),
  ripple,
  linked: true,
});
const overwrite = (clip: Clip, track = V1): Edit => ({
  kind: 'overwrite',
  placements: [{ trackId: track, clip }],
  newIds: [clipId('right')],
});

describe('linked edits', () => {
  it('ripple-trim an L-cut without touching the music bed', () => {
    expect(after(interview(), trim('x', 'out', -10, true))).toEqual([
      'V1: x 0+40@100, y 40+50@300, z 110+30@10',
      'A1: xa 0+45@100, ya 45+45@305',
      'A2: bed 0+150@0',
    ]);
  });

  it('ripple-trim a head: the clip stays where it is and starts later in its source', () => {
    expect(after(interview(), trim('x', 'in', 10, true))).toEqual([
      'V1: x 0+40@110, y 40+50@300, z 110+30@10',
      'A1: xa 0+45@110, ya 45+45@305',
      'A2: bed 0+150@0',
    ]);
  });

  it('roll picture and sound cuts together though they lie apart', () => {
    const edit: Edit = { kind: 'roll', clipId: clipId('x'), delta: atFrame(7), linked: true };
    expect(after(interview(), edit).slice(0, 2)).toEqual([
      'V1: x 0+57@100, y 57+43@307, z 120+30@10',
      'A1: xa 0+62@100, ya 62+38@312',
    ]);
  });

  it('ripple-delete the shorter of picture and sound, so that what follows stays in sync', () => {
    const edit: Edit = { kind: 'rippleDelete', clipIds: [clipId('x')], linked: true };
    expect(after(interview(), edit)).toEqual(['V1: y 0+50@300, z 70+30@10', 'A1: ya 5+45@305', 'A2: bed 0+150@0']);
  });

  it('slip by frames of the picture, sound along', () => {
    const edit: Edit = { kind: 'slip', clipId: clipId('xa'), frames: -20, linked: true };
    expect(after(interview(), edit).slice(0, 2)).toEqual([
      'V1: x 0+50@80, y 50+50@300, z 120+30@10',
      'A1: xa 0+55@80, ya 55+45@305',
    ]);
    expect(refusal(interview(), { ...edit, frames: 1000 })).toEqual({
      reason: 'no-media',
      clipId: 'x',
      available: 350,
    });
  });

  it('trim one by one as far as all at once (24p in 60)', () => {
    for (const media of ['film', 'silent']) {
      const one = timelineOf(
        [[picture({ id: 'p', media, at: 0, frames: 120, sourceIn: 10 }, rational(60))]],
        [[]],
        rational(60),
      );
      let stepped = one;
      for (let count = 0; count < 50; count += 1) {
        const outcome = applyEdit(
          stepped,
          {
            ...trim('p', 'in', 0),
            kind: 'trim',
            clipId: clipId('p'),
            edge: 'in',
            delta: atFrame(1, rational(60)),
            ripple: false,
            linked: true,
          },
          SOURCES,
        );
        if (!outcome.ok) expect.fail(outcome.refusal.reason);
        stepped = outcome.timeline;
      }
      const [clip] = clipsOf(stepped);
      // 50 frames of 1/60 s are 20 frames of 1/24 s.
      expect(clip?.kind === 'video' && Math.abs(clip.sourceIn - 30)).toBeLessThanOrEqual(1);
    }
  });

  it('split what is linked and link the halves anew', () => {
    const outcome = applyEdit(
      interview(),
      { kind: 'split', clipIds: [clipId('y')], at: atFrame(70), newIds: [clipId('y2'), clipId('ya2')], linked: true },
      SOURCES,
    );
    if (!outcome.ok) expect.fail();
    expect(layout(outcome.timeline).slice(0, 2)).toEqual([
      'V1: x 0+50@100, y 50+20@300, y2 70+30@320, z 120+30@10',
      'A1: xa 0+55@100, ya 55+15@305, ya2 70+30@320',
    ]);
    const links = clipsOf(outcome.timeline).map(({ id, linkId }) => `${id} ${linkId}`);
    expect(links).toEqual(expect.arrayContaining(['y y', 'ya y', 'y2 link y2', 'ya2 link y2']));
  });
});

describe('placing', () => {
  it('overwrite inside a clip leaves both ends', () => {
    expect(after(interview(), overwrite(picture({ id: 'n', at: 10, frames: 5 })))[0]).toBe(
      'V1: x 0+10@100, n 10+5@0, right 15+35@115, y 50+50@300, z 120+30@10',
    );
  });

  it('insert splits all unlocked tracks and makes room', () => {
    const edit: Edit = {
      kind: 'insert',
      at: atFrame(60),
      placements: [{ trackId: V1, clip: picture({ id: 'n', at: 60, frames: 20 }) }],
      newIds: [clipId('r1'), clipId('r2'), clipId('r3')],
    };
    expect(after(interview(), edit)).toEqual([
      'V1: x 0+50@100, y 50+10@300, n 60+20@0, r1 80+40@310, z 140+30@10',
      'A1: xa 0+55@100, ya 55+5@305, r2 80+40@310',
      'A2: bed 0+60@0, r3 80+90@60',
    ]);
    expect(refusal(interview(), { ...edit, newIds: [] })).toEqual({ reason: 'missing-new-id', needed: 3 });
    expect(refusal(interview(), { ...edit, at: atFrame(61) }).reason).toBe('invalid-value');
    expect(refusal(interview(), { ...edit, placements: [] }).reason).toBe('nothing-to-do');
  });

  it('move takes linked sound along and stays on its track', () => {
    const edit: Edit = {
      kind: 'move',
      clipIds: [clipId('y')],
      delta: atFrame(100),
      trackDelta: 0,
      linked: true,
      newIds: [],
    };
    expect(after(interview(), edit).slice(0, 2)).toEqual([
      'V1: x 0+50@100, z 120+30@10, y 150+50@300',
      'A1: xa 0+55@100, ya 155+45@305',
    ]);
    expect(refusal(interview(), { ...edit, trackDelta: 1 }).reason).toBe('invalid-value');
    expect(refusal(interview(), { ...edit, delta: atFrame(-60) }).reason).toBe('before-start');
  });
});

describe('refusals', () => {
  const t = interview();
  const bad = (changes: Partial<ReturnType<typeof picture>>) =>
    overwrite({ ...picture({ id: 'n', at: 200, frames: 5 }), ...changes });
  const badSound = (changes: Partial<ReturnType<typeof sound>>) =>
    overwrite({ ...sound({ id: 'n', at: 200, frames: 5 }), ...changes }, A1);
  const cases: readonly (readonly [string, Edit, Refusal['reason']])[] = [
    ['an unknown clip', trim('gone', 'in', 1), 'unknown-clip'],
    ['an unknown track', overwrite(picture({ id: 'n', at: 0, frames: 5 }), trackId('gone')), 'unknown-track'],
    ['a wrong track', overwrite(picture({ id: 'n', at: 300, frames: 5 }), A1), 'wrong-track-kind'],
    ['a taken name', overwrite(picture({ id: 'z', at: 300, frames: 5 })), 'duplicate-id'],
    ['no trim', trim('x', 'in', 0), 'nothing-to-do'],
    ['too much trim', trim('x', 'in', 50), 'too-short'],
    ['trim into a neighbour', trim('x', 'out', 1), 'would-overlap'],
    ['trim before the source', trim('z', 'in', -11), 'no-media'],
    [
      'trim off the grid',
      {
        ...trim('z', 'out', 1),
        kind: 'trim',
        clipId: clipId('z'),
        edge: 'out',
        delta: flicks(1),
        ripple: false,
        linked: true,
      },
      'off-grid',
    ],
    ['roll without neighbour', { kind: 'roll', clipId: clipId('y'), delta: atFrame(1), linked: true }, 'not-adjacent'],
    ['roll by nothing', { kind: 'roll', clipId: clipId('x'), delta: atFrame(0), linked: true }, 'nothing-to-do'],
    ['roll too far left', { kind: 'roll', clipId: clipId('x'), delta: atFrame(-50), linked: false }, 'too-short'],
    ['roll too far right', { kind: 'roll', clipId: clipId('x'), delta: atFrame(50), linked: false }, 'too-short'],
    [
      'split outside',
      { kind: 'split', clipIds: [clipId('x')], at: atFrame(50), newIds: [], linked: false },
      'outside-clip',
    ],
    [
      'split without names',
      { kind: 'split', clipIds: [clipId('x')], at: atFrame(5), newIds: [], linked: true },
      'missing-new-id',
    ],
    ['split of nothing', { kind: 'split', clipIds: [], at: atFrame(5), newIds: [], linked: true }, 'nothing-to-do'],
    ['slip by nothing', { kind: 'slip', clipId: clipId('x'), frames: 0, linked: true }, 'nothing-to-do'],
    ['slip by half', { kind: 'slip', clipId: clipId('x'), frames: 0.5, linked: true }, 'invalid-value'],
    ['slip of sound beyond', { kind: 'slip', clipId: clipId('bed'), frames: 5000, linked: true }, 'no-media'],
    ['no gap', { kind: 'closeGap', trackId: V1, at: atFrame(10) }, 'no-gap'],
    ['lift of nothing', { kind: 'lift', clipIds: [], linked: true }, 'nothing-to-do'],
    ['an empty group', { kind: 'group', label: '', edits: [] }, 'nothing-to-do'],
    ['an empty overwrite', { kind: 'overwrite', placements: [], newIds: [] }, 'nothing-to-do'],
    [
      'a track twice in a splice',
      { kind: 'splice', changes: [V1, V1].map((id) => ({ trackId: id, remove: [clipId('x')], add: [] })) },
      'invalid-value',
    ],
    [
      'a splice of an unknown clip',
      { kind: 'splice', changes: [{ trackId: V1, remove: [clipId('gone')], add: [] }] },
      'unknown-clip',
    ],
    [
      'a splice on an unknown track',
      { kind: 'splice', changes: [{ trackId: trackId('gone'), remove: [clipId('x')], add: [] }] },
      'unknown-track',
    ],
    [
      'a shift off the grid',
      { kind: 'splice', changes: [{ trackId: V1, remove: [], add: [], shift: { from: flicks(0), by: flicks(5) } }] },
      'off-grid',
    ],
    [
      'a shift before the start',
      { kind: 'splice', changes: [{ trackId: V1, remove: [], add: [], shift: { from: flicks(0), by: atFrame(-5) } }] },
      'before-start',
    ],
    [
      'the same new clip twice',
      {
        kind: 'splice',
        changes: [
          {
            trackId: V1,
            remove: [],
            add: [picture({ id: 'n', at: 300, frames: 1 }), picture({ id: 'n', at: 310, frames: 1 })],
          },
        ],
      },
      'duplicate-id',
    ],
    ['no length', bad({ duration: flicks(0) }), 'too-short'],
    ['a length off the grid', bad({ duration: flicks(5) }), 'off-grid'],
    ['a start off the grid', bad({ recordIn: flicks(5) }), 'off-grid'],
    ['a start before 0', bad({ recordIn: atFrame(-5) }), 'before-start'],
    ['a speed that is no fraction', bad({ speed: { num: 1, den: 0 } }), 'invalid-value'],
    ['too much opacity', bad({ opacity: 1.5 }), 'invalid-value'],
    ['sound as picture', bad({ mediaId: mediaId('music') }), 'invalid-value'],
    ['a picture beyond its media', bad({ duration: atFrame(501) }), 'no-media'],
    ['picture as sound', badSound({ mediaId: mediaId('silent') }), 'invalid-value'],
    ['endless gain', badSound({ gainDb: Number.POSITIVE_INFINITY }), 'invalid-value'],
    ['a negative stream', badSound({ streamOrdinal: -1 }), 'invalid-value'],
    ['a negative fade-in', badSound({ fadeIn: flicks(-1) }), 'invalid-value'],
    ['a negative fade-out', badSound({ fadeOut: flicks(-1) }), 'invalid-value'],
    ['fades longer than the clip', badSound({ fadeIn: atFrame(3), fadeOut: atFrame(3) }), 'invalid-value'],
    ['opacity of sound', { kind: 'setClip', clipId: clipId('xa'), set: { opacity: 0.5 } }, 'invalid-value'],
    ['gain of a picture', { kind: 'setClip', clipId: clipId('x'), set: { gainDb: 1 } }, 'invalid-value'],
    ['a speed beyond the media', { kind: 'setClip', clipId: clipId('y'), set: { speed: rational(9) } }, 'no-media'],
    ['an unknown track to set', { kind: 'setTrack', trackId: trackId('gone'), set: {} }, 'unknown-track'],
    ['a broken start', { kind: 'setTimeline', set: { startFrame: -1 } }, 'invalid-value'],
    ['an unknown track to remove', { kind: 'removeTrack', trackId: trackId('gone') }, 'unknown-track'],
    ['a full track to remove', { kind: 'removeTrack', trackId: V1 }, 'track-not-empty'],
    ['a marker off the grid', { kind: 'putMarker', marker: marker('m', { at: flicks(5) }) }, 'off-grid'],
    [
      'a marker that ends off the grid',
      { kind: 'putMarker', marker: marker('m', { duration: flicks(5) }) },
      'off-grid',
    ],
    ['a marker before 0', { kind: 'putMarker', marker: marker('m', { at: atFrame(-5) }) }, 'before-start'],
    ['a negative marker', { kind: 'putMarker', marker: marker('m', { duration: atFrame(-5) }) }, 'invalid-value'],
    ['an unknown marker', { kind: 'removeMarker', markerId: markerId('m') }, 'unknown-marker'],
    [
      'a time beyond exact numbers',
      {
        ...trim('z', 'out', 0),
        kind: 'trim',
        clipId: clipId('z'),
        edge: 'in',
        delta: flicks(-Number.MAX_SAFE_INTEGER),
        ripple: false,
        linked: true,
      },
      'invalid-value',
    ],
  ];

  it.each(cases)('%s', (_name, edit, reason) => expect(refusal(t, edit).reason).toBe(reason));

  it('every edit of a locked track, and ripples that would part what is linked to it', () => {
    const lock = (id: string): Timeline => ({
      ...t,
      tracks: t.tracks.map((track) => (track.id === trackId(id) ? { ...track, locked: true } : track)),
    });
    expect(refusal(lock('t V1'), trim('x', 'in', 1))).toEqual({ reason: 'track-locked', trackId: 't V1' });
    expect(refusal(lock('t V1'), overwrite(picture({ id: 'n', at: 0, frames: 5 })))).toMatchObject({
      reason: 'track-locked',
    });
    expect(refusal(lock('t V1'), { kind: 'setClip', clipId: clipId('x'), set: { note: 'n' } })).toMatchObject({
      reason: 'track-locked',
    });
    expect(refusal(lock('t A1'), { kind: 'rippleDelete', clipIds: [clipId('x')], linked: false })).toMatchObject({
      reason: 'track-locked',
    });
    expect(refusal(lock('t A1'), { kind: 'roll', clipId: clipId('x'), delta: atFrame(1), linked: true })).toMatchObject(
      { reason: 'track-locked' },
    );
    const insert: Edit = {
      kind: 'insert',
      at: atFrame(10),
      placements: [{ trackId: V1, clip: picture({ id: 'n', at: 10, frames: 5 }) }],
      newIds: [clipId('r1'), clipId('r2')],
    };
    expect(refusal(lock('t A1'), insert)).toMatchObject({ reason: 'track-locked' });
    expect(after(lock('t A2'), { ...insert, newIds: [clipId('r1'), clipId('r2')] })[2]).toBe('A2: bed 0+150@0');
  });
});

describe('tracks and markers', () => {
  it('add a filled, locked track and take it away again', () => {
    const track = {
      kind: 'video' as const,
      id: trackId('v2'),
      name: 'V2',
      enabled: true,
      locked: true,
      clips: [picture({ id: 'n', at: 0, frames: 5 })],
    };
    const added = applyEdit(interview(), { kind: 'addTrack', track, position: 1 }, SOURCES);
    if (!added.ok) expect.fail();
    expect(added.timeline.tracks[1]).toEqual(track);
    const removed = applyEdit(added.timeline, added.inverse, SOURCES);
    expect(removed.ok && removed.timeline).toEqual(interview());
    expect(refusal(added.timeline, { kind: 'addTrack', track, position: 1 }).reason).toBe('duplicate-id');
    expect(refusal(interview(), { kind: 'addTrack', track, position: 2 }).reason).toBe('invalid-value');
    expect(
      refusal(interview(), {
        kind: 'addTrack',
        track: { ...track, clips: [picture({ id: 'x', at: 0, frames: 5 })] },
        position: 1,
      }).reason,
    ).toBe('duplicate-id');
  });

  it('keep markers in order and replace them exactly', () => {
    let timeline = interview();
    for (const one of [marker('b'), marker('a'), marker('c', { at: atFrame(1) }), marker('b', { at: atFrame(0) })]) {
      const before = timeline;
      const outcome = applyEdit(timeline, { kind: 'putMarker', marker: one }, SOURCES);
      if (!outcome.ok) expect.fail();
      timeline = outcome.timeline;
      const undone = applyEdit(timeline, outcome.inverse, SOURCES);
      expect(undone.ok && undone.timeline).toEqual(before);
    }
    expect(timeline.markers.map(({ id }) => id)).toEqual(['b', 'c', 'a']);
  });
});
