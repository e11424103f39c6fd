import { describe, expect, it } from 'vitest';
import { mediaId } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { describeRefusal } from '../../../core/timeline/describe-refusal.ts';
import type { Edit, Refusal } from '../../../core/timeline/edit.ts';
import { nestedMedia } from '../../../core/timeline/generated-media.ts';
import { placeByMarks, type EditMarks } from '../../../core/timeline/three-point.ts';
import { clipId, linkId, markerId, timelineId, trackId, type Timeline } from '../../../core/timeline/timeline.ts';
import { done } from './edited.ts';
import { atFrame, clipsOf, layout, picture, sound, SOURCES, timelineOf } from './footage.ts';
import { interview, marker } from './interview.ts';
import { dissolve } from './starting-cut.ts';

const PAL = rational(25);
const V1 = trackId('t V1');
const A1 = trackId('t A1');
const ids = (...names: readonly string[]) => names.map(clipId);

function refusal(timeline: Timeline, edit: Edit): Refusal {
  const outcome = applyEdit(timeline, edit, SOURCES);
  if (outcome.ok) expect.fail('was taken');
  expect(describeRefusal(outcome.refusal)).toMatch(/^\S.*[^.]$/);
  return outcome.refusal;
}

const clipOf = (timeline: Timeline, id: string) => clipsOf(timeline).find((clip) => clip.id === id);

describe('placing', () => {
  it('append lays clips behind the longest of their tracks', () => {
    const placements = [
      { trackId: V1, clip: picture({ id: 'n', at: 0, frames: 10 }) },
      { trackId: A1, clip: sound({ id: 'na', at: 0, frames: 10 }) },
    ];
    const after = done(interview(), { kind: 'append', placements });
    expect([clipOf(after, 'n')?.recordIn, clipOf(after, 'na')?.recordIn]).toEqual([atFrame(150), atFrame(150)]);
  });

  it('replace keeps place, effects and sync', () => {
    const noted = done(interview(), { kind: 'setClip', clipId: clipId('y'), set: { opacity: 0.5 } });
    const edit: Edit = {
      kind: 'replace',
      clipId: clipId('y'),
      mediaId: mediaId('film'),
      name: 'f',
      sourceIn: 24,
      linked: true,
    };
    const after = done(noted, edit);
    expect(clipOf(after, 'y')).toMatchObject({ mediaId: 'film', sourceIn: 24, opacity: 0.5, recordIn: atFrame(50) });
    // The sound starts 5 timeline frames later than the picture, whose frame 24 starts at 1 s.
    expect(clipOf(after, 'ya')).toMatchObject({ mediaId: 'film', sourceIn: atFrame(30), recordIn: atFrame(55) });
    expect(refusal(noted, { ...edit, mediaId: mediaId('silent') })).toMatchObject({ field: 'mediaId' });
    expect(refusal(noted, { ...edit, sourceIn: 479 }).reason).toBe('no-media');
  });

  it('duplicate copies over what is there, linked anew', () => {
    const copy: Edit = {
      kind: 'duplicate',
      clipIds: ids('x'),
      delta: atFrame(150),
      trackDelta: 0,
      linked: true,
      newIds: ids('c', 'ca'),
    };
    const after = done(interview(), copy);
    expect([clipOf(after, 'c')?.linkId, clipOf(after, 'ca')?.linkId]).toEqual(['link c', 'link c']);
    expect(refusal(interview(), { ...copy, newIds: ids('c') })).toEqual({ reason: 'missing-new-id', needed: 2 });
  });
});

describe('ranges', () => {
  const range = {
    trackIds: [V1, A1],
    start: atFrame(40),
    end: atFrame(60),
    newIds: ids('n1', 'n2', 'n3', 'n4', 'n5', 'n6'),
  };

  it('are lifted, leaving a gap', () => {
    expect(layout(done(interview(), { kind: 'liftRange', ...range })).slice(0, 2)).toEqual([
      'V1: x 0+40@100, y 60+40@310, z 120+30@10',
      'A1: xa 0+40@100, ya 60+40@310',
    ]);
  });

  it('are extracted, closing it; what lies there on other tracks is in the way', () => {
    const all = [...range.trackIds, trackId('t A2')];
    const after = done(interview(), { kind: 'extract', ...range, trackIds: all });
    expect(layout(after)).toEqual([
      'V1: x 0+40@100, n1 40+40@310, z 100+30@10',
      'A1: xa 0+40@100, n2 40+40@310',
      'A2: bed 0+40@0, n3 40+90@60',
    ]);
    expect(done(interview(), { kind: 'extract', ...range }).tracks[2]?.clips.length).toBe(1);
    expect(refusal(interview(), { kind: 'extract', ...range, end: range.start })).toMatchObject({ field: 'end' });
    expect(refusal(interview(), { kind: 'extract', ...range, trackIds: [] }).reason).toBe('nothing-to-do');
    expect(refusal(interview(), { kind: 'extract', ...range, newIds: [] })).toEqual({
      reason: 'missing-new-id',
      needed: 4,
    });
  });
});

describe('neighbours', () => {
  const three = () =>
    timelineOf(
      [
        [
          picture({ id: 'a', at: 0, frames: 20, sourceIn: 50 }),
          picture({ id: 'b', at: 20, frames: 20, sourceIn: 100 }),
          picture({ id: 'c', at: 40, frames: 30, sourceIn: 200 }),
        ],
      ],
      [[]],
    );

  it('give way to a slide', () => {
    const slide = (delta: number): Edit => ({
      kind: 'slide',
      clipId: clipId('b'),
      delta: atFrame(delta),
      linked: true,
    });
    expect(layout(done(three(), slide(5)))[0]).toBe('V1: a 0+25@50, b 25+20@100, c 45+25@205');
    expect(layout(done(three(), slide(-5)))[0]).toBe('V1: a 0+15@50, b 15+20@100, c 35+35@195');
    expect(refusal(three(), slide(-20))).toEqual({ reason: 'too-short', clipId: 'a' });
    expect(refusal(three(), slide(30))).toEqual({ reason: 'too-short', clipId: 'c' });
  });

  it('change places, those between moving up', () => {
    const swap = (clip: string, other: string): Edit => ({
      kind: 'swap',
      clipId: clipId(clip),
      otherId: clipId(other),
      linked: true,
    });
    expect(layout(done(three(), swap('c', 'a')))[0]).toBe('V1: c 0+30@200, b 30+20@100, a 50+20@50');
    expect(layout(done(three(), swap('a', 'b')))[0]).toBe('V1: b 0+20@100, a 20+20@50, c 40+30@200');
    expect(refusal(three(), swap('a', 'a')).reason).toBe('nothing-to-do');
  });

  it('are one again where they go on, and else are not', () => {
    const join: Edit = { kind: 'joinThrough', clipId: clipId('a'), linked: true };
    expect(refusal(three(), join)).toEqual({ reason: 'not-continuous', clipId: 'b' });
    expect(refusal(three(), { ...join, clipId: clipId('c') }).reason).toBe('not-adjacent');
    const split = done(three(), { kind: 'split', clipIds: ids('a'), at: atFrame(7), newIds: ids('n'), linked: true });
    expect(done(split, join)).toStrictEqual(three());
    const dimmed = done(split, { kind: 'setClip', clipId: clipId('n'), set: { opacity: 0.5 } });
    expect(refusal(dimmed, join).reason).toBe('not-continuous');
  });

  it('get a transition as long as their media allows', () => {
    const put = (clip: string, edge: 'in' | 'out', before: number, after: number): Edit => ({
      kind: 'setTransition',
      clipId: clipId(clip),
      edge,
      transition: dissolve(before, after, PAL),
      linked: true,
    });
    expect(clipOf(done(three(), put('a', 'out', 4, 5)), 'b')?.head).toEqual(dissolve(4, 5, PAL));
    expect(clipOf(done(three(), put('c', 'out', 4, 0)), 'c')?.tail).toEqual(dissolve(4, 0, PAL));
    const early = timelineOf(
      [[picture({ id: 'a', at: 0, frames: 20, sourceIn: 477 }), picture({ id: 'b', at: 20, frames: 20, sourceIn: 2 })]],
      [[]],
    );
    expect(refusal(early, put('b', 'in', 3, 0))).toEqual({ reason: 'no-media', clipId: 'b', available: atFrame(2) });
    expect(refusal(early, put('b', 'in', 2, 4))).toEqual({ reason: 'no-media', clipId: 'a', available: atFrame(3) });
    expect(refusal(three(), put('a', 'in', 4, 0))).toMatchObject({ field: 'head' });
    expect(
      refusal(three(), { kind: 'setTransition', clipId: clipId('b'), edge: 'in', transition: null, linked: true })
        .reason,
    ).toBe('nothing-to-do');
    const linked = done(interview(), { ...put('z', 'in', 0, 5) });
    expect(clipOf(linked, 'z')?.head).toEqual(dissolve(0, 5, PAL));
  });
});

describe('links', () => {
  it('are made and undone; a partner left alone is free', () => {
    const apart = done(interview(), { kind: 'unlink', clipIds: ids('x') });
    expect([clipOf(apart, 'x')?.linkId, clipOf(apart, 'xa')?.linkId]).toEqual([null, null]);
    const together = done(apart, { kind: 'link', clipIds: ids('x', 'xa', 'bed'), linkId: linkId('l') });
    expect(clipOf(together, 'bed')?.linkId).toBe('l');
    expect(refusal(together, { kind: 'link', clipIds: ids('y', 'z'), linkId: linkId('l') })).toEqual({
      reason: 'duplicate-id',
      id: 'l',
    });
    expect(refusal(together, { kind: 'unlink', clipIds: ids('z') }).reason).toBe('nothing-to-do');
  });
});

describe('keyframes and clip markers', () => {
  const set = (at: number, value: number, id = 'x'): Edit => ({
    kind: 'setKeyframe',
    clipId: clipId(id),
    parameter: 'opacity',
    keyframe: { at: atFrame(at), value, interpolation: 'linear' },
  });

  it('come and go one by one, and stay on their picture', () => {
    const two = done(done(interview(), set(10, 0.5)), set(5, 1));
    expect(clipOf(two, 'x')?.keyframes).toMatchObject({ opacity: [{ at: atFrame(5) }, { at: atFrame(10) }] });
    const trim: Edit = { kind: 'trim', clipId: clipId('x'), edge: 'in', delta: atFrame(4), ripple: true, linked: true };
    expect(clipOf(done(two, trim), 'x')?.keyframes).toMatchObject({
      opacity: [{ at: atFrame(1) }, { at: atFrame(6) }],
    });
    const slip: Edit = { kind: 'slip', clipId: clipId('x'), frames: 3, linked: true };
    expect(clipOf(done(two, slip), 'x')?.keyframes).toMatchObject({
      opacity: [{ at: atFrame(2) }, { at: atFrame(7) }],
    });
    const one = done(two, { kind: 'removeKeyframe', clipId: clipId('x'), parameter: 'opacity', at: atFrame(5) });
    const none = done(one, { kind: 'removeKeyframe', clipId: clipId('x'), parameter: 'opacity', at: atFrame(10) });
    expect(none).toStrictEqual(interview());
    expect(
      refusal(none, { kind: 'removeKeyframe', clipId: clipId('x'), parameter: 'opacity', at: atFrame(5) }).reason,
    ).toBe('unknown-keyframe');
    expect(refusal(interview(), set(5, 1.5))).toMatchObject({ field: 'opacity' });
    expect(refusal(interview(), set(5, 1, 'xa'))).toMatchObject({ field: 'opacity' });
  });

  it('markers go to the half they lie in', () => {
    const put = (id: string, at: number): Edit => ({
      kind: 'putClipMarker',
      clipId: clipId('x'),
      marker: marker(id, { at: atFrame(at) }),
    });
    const marked = done(done(interview(), put('late', 40)), put('early', 5));
    expect(clipOf(marked, 'x')?.markers?.map(({ id }) => id)).toEqual(['early', 'late']);
    const split = done(marked, {
      kind: 'split',
      clipIds: ids('x'),
      at: atFrame(30),
      newIds: ids('n', 'na'),
      linked: true,
    });
    expect(clipOf(split, 'n')?.markers).toMatchObject([{ id: 'late', at: atFrame(10) }]);
    expect(clipOf(split, 'x')?.markers).toMatchObject([{ id: 'early' }]);
    const gone: Edit = { kind: 'removeClipMarker', clipId: clipId('n'), markerId: markerId('late') };
    expect(clipOf(done(split, gone), 'n')).not.toHaveProperty('markers');
    expect(refusal(interview(), gone).reason).toBe('unknown-clip');
  });
});

describe('nesting', () => {
  const nest: Edit = {
    kind: 'nest',
    clipIds: ids('y', 'z'),
    linked: true,
    timelineId: timelineId('in'),
    name: 'In',
    newIds: ids('p', 'pa'),
  };

  it('puts clips into a timeline of their own that plays in their place', () => {
    const after = done(interview(), nest);
    expect(layout(after).slice(0, 2)).toEqual(['V1: x 0+50@100, p 50+100@0', 'A1: xa 0+55@100, pa 55+45@5']);
    expect(after.nested?.map(layout)).toEqual([['V1: y 0+50@300, z 70+30@10', 'A1: ya 5+45@305']]);
    expect([clipOf(after, 'p')?.linkId, clipOf(after, 'pa')?.linkId]).toEqual(['link p', 'link p']);
    expect(refusal(interview(), { ...nest, newIds: ids('p') })).toEqual({
      reason: 'missing-new-id',
      needed: 2,
    });
    expect(refusal(after, { ...nest, clipIds: ids('x') })).toEqual({ reason: 'duplicate-id', id: 'in' });
  });
});

describe('three- and four-point editing', () => {
  const source = {
    mediaId: mediaId('pal'),
    name: 'pal',
    linkId: linkId('n'),
    picture: { trackId: V1, clipId: clipId('n') },
    sound: [{ trackId: A1, clipId: clipId('na'), streamOrdinal: 0 }],
  };
  const place = (marks: Partial<EditMarks>) => {
    const placing = placeByMarks(
      interview(),
      { playhead: atFrame(7), fourth: 'fit-to-fill', ...marks },
      source,
      SOURCES,
    );
    if (!placing.ok) return placing.refusal;
    const [first] = placing.placements;
    const frame = atFrame(1);
    const { num, den } = placing.speed;
    return `${placing.at / frame}+${(first?.clip.duration ?? 0) / frame}@${first?.clip.sourceIn} ×${num}/${den}`;
  };

  it('takes the length from the side that is marked twice', () => {
    expect(place({ sourceIn: atFrame(10), sourceOut: atFrame(30), recordIn: atFrame(100) })).toBe('100+20@10 ×1/1');
    expect(place({ sourceIn: atFrame(10), sourceOut: atFrame(30), recordOut: atFrame(100) })).toBe('80+20@10 ×1/1');
    expect(place({ sourceIn: atFrame(10), recordIn: atFrame(50), recordOut: atFrame(65) })).toBe('50+15@10 ×1/1');
    expect(place({ sourceOut: atFrame(40), recordIn: atFrame(50), recordOut: atFrame(65) })).toBe('50+15@25 ×1/1');
    expect(place({ sourceIn: atFrame(490) })).toBe('7+10@490 ×1/1');
    expect(place({})).toBe('7+500@0 ×1/1');
  });

  it('fits four points by speed or leaves one out', () => {
    const four = { sourceIn: atFrame(10), sourceOut: atFrame(30), recordIn: atFrame(50), recordOut: atFrame(90) };
    expect(place(four)).toBe('50+40@10 ×1/2');
    expect(place({ ...four, fourth: 'ignore-source-in' })).toMatchObject({ reason: 'no-media' });
    expect(place({ ...four, fourth: 'ignore-source-out' })).toBe('50+40@10 ×1/1');
    expect(place({ ...four, fourth: 'ignore-record-in' })).toBe('70+20@10 ×1/1');
    expect(place({ ...four, fourth: 'ignore-record-out' })).toBe('50+20@10 ×1/1');
  });

  it('refuses what the source or the timeline has not', () => {
    expect(place({ sourceIn: atFrame(490), recordIn: atFrame(0), recordOut: atFrame(20) })).toEqual({
      reason: 'no-media',
      clipId: 'n',
      available: atFrame(10),
    });
    expect(place({ sourceIn: atFrame(10), sourceOut: atFrame(5) })).toMatchObject({ field: 'sourceOut' });
    expect(place({ recordIn: atFrame(10), recordOut: atFrame(5) })).toMatchObject({ field: 'recordOut' });
    expect(place({ sourceIn: atFrame(0), sourceOut: atFrame(50), recordOut: atFrame(20) })).toEqual({
      reason: 'before-start',
      time: atFrame(-30),
    });
  });

  it('its clips go in by insert and overwrite', () => {
    const placing = placeByMarks(
      interview(),
      {
        playhead: flicks(0),
        fourth: 'fit-to-fill',
        sourceIn: atFrame(10),
        sourceOut: atFrame(30),
        recordIn: atFrame(50),
      },
      source,
      SOURCES,
    );
    if (!placing.ok) expect.fail(placing.refusal.reason);
    const { at, placements } = placing;
    const newIds = ids('r1', 'r2', 'r3');
    expect(layout(done(interview(), { kind: 'overwrite', placements, newIds }))[0]).toBe(
      'V1: x 0+50@100, n 50+20@10, y 70+30@320, z 120+30@10',
    );
    expect(layout(done(interview(), { kind: 'insert', at, placements, newIds }))[0]).toBe(
      'V1: x 0+50@100, n 50+20@10, y 70+50@300, z 140+30@10',
    );
  });
});

describe('nested timelines', () => {
  const nest: Edit = {
    kind: 'nest',
    clipIds: ids('z'),
    linked: true,
    timelineId: timelineId('in'),
    name: 'In',
    newIds: ids('p'),
  };
  const nested = () => done(interview(), nest);
  const inside = (edit: Edit): Edit => ({ kind: 'editNested', timelineId: timelineId('in'), edit });
  const trim = (delta: number): Edit => ({
    kind: 'trim',
    clipId: clipId('z'),
    edge: 'out',
    delta: atFrame(delta),
    ripple: false,
    linked: true,
  });

  it('are edited in place unless what plays them would lack media', () => {
    expect(done(nested(), inside(trim(20))).nested?.[0]?.tracks[0]?.clips[0]?.duration).toBe(atFrame(50));
    expect(refusal(nested(), inside(trim(-5)))).toMatchObject({ reason: 'no-media', clipId: 'p' });
  });

  it('are not removed while played, and never play themselves', () => {
    const remove: Edit = { kind: 'removeNested', timelineId: timelineId('in') };
    expect(refusal(nested(), remove)).toEqual({ reason: 'nested-in-use', timelineId: 'in' });
    expect(done(done(nested(), { kind: 'lift', clipIds: ids('p'), linked: false }), remove)).not.toHaveProperty(
      'nested',
    );
    const self = { ...picture({ id: 'self', at: 40, frames: 10 }), mediaId: nestedMedia(timelineId('in')) };
    const lane = nested().nested?.[0]?.tracks[0]?.id ?? V1;
    const loop = inside({ kind: 'overwrite', placements: [{ trackId: lane, clip: self }], newIds: [] });
    expect(refusal(nested(), loop)).toEqual({ reason: 'nested-cycle', timelineId: 'in' });
    const stray = { ...self, mediaId: nestedMedia(timelineId('none')) };
    expect(
      refusal(nested(), { kind: 'overwrite', placements: [{ trackId: V1, clip: stray }], newIds: [] }).reason,
    ).toBe('unknown-nested');
  });
});

describe('tracks', () => {
  it('move among their kind', () => {
    const move = (id: string, position: number): Edit => ({ kind: 'moveTrack', trackId: trackId(id), position });
    expect(done(interview(), move('t A2', 1)).tracks.map(({ name }) => name)).toEqual(['V1', 'A2', 'A1']);
    expect(refusal(interview(), move('t A2', 0))).toMatchObject({ field: 'position' });
    expect(refusal(interview(), move('t A2', 2)).reason).toBe('nothing-to-do');
  });

  it('without sync lock stay when others ripple, unless that would part linked clips', () => {
    const off = (id: string): Timeline =>
      done(interview(), { kind: 'setTrack', trackId: trackId(id), set: { syncLock: false } });
    const cut: Edit = {
      kind: 'trim',
      clipId: clipId('x'),
      edge: 'out',
      delta: atFrame(-5),
      ripple: true,
      linked: false,
    };
    expect(refusal(off('t A1'), cut)).toMatchObject({ reason: 'sync-lock-off', trackId: 't A1', clipId: 'ya' });
    expect(layout(done(off('t A2'), { ...cut, linked: true }))).toEqual([
      'V1: x 0+45@100, y 45+50@300, z 115+30@10',
      'A1: xa 0+50@100, ya 50+45@305',
      'A2: bed 0+150@0',
    ]);
  });
});
