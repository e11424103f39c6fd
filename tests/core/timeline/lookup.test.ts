import { describe, expect, it } from 'vitest';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { checkTimeline } from '../../../core/timeline/check-timeline.ts';
import { layersAt } from '../../../core/timeline/composite.ts';
import { timelineDuration } from '../../../core/timeline/lookup.ts';
import { clipId, type Timeline } from '../../../core/timeline/timeline.ts';
import { atFrame, picture, SOURCES, timelineOf } from './footage.ts';
import { interview, marker } from './interview.ts';

describe('questions', () => {
  it('what is where', () => {
    const t = interview();
    expect(timelineDuration(t)).toBe(atFrame(150));
  });

  it('which invariants a broken file breaks', () => {
    const t = interview();
    const [v1, a1] = t.tracks;
    if (v1?.kind !== 'video' || a1?.kind !== 'audio') expect.fail();
    const rules = (changes: Partial<Timeline>) => checkTimeline({ ...t, ...changes }, SOURCES).map(({ rule }) => rule);
    const clip = picture({ id: 'q', at: 0, frames: 10 });
    expect(rules({ rate: rational(2997, 100) })).toEqual(['rate-not-listed']);
    expect(rules({ width: 0 })).toEqual(['size-not-positive']);
    expect(rules({ startFrame: -1 })).toEqual(['start-frame']);
    expect(rules({ tracks: [a1, v1] })).toEqual(['track-order']);
    expect(rules({ tracks: [v1, v1] })).toContain('unique-ids');
    expect(rules({ tracks: [{ ...v1, clips: [clip, { ...clip, id: clipId('r'), recordIn: atFrame(5) }] }] })).toEqual([
      'overlap',
    ]);
    expect(rules({ tracks: [{ ...v1, clips: [{ ...clip, id: clipId('r'), recordIn: atFrame(50) }, clip] }] })).toEqual([
      'ascending',
    ]);
    expect(rules({ tracks: [{ ...v1, clips: [{ ...clip, duration: atFrame(600) }] }] })).toEqual(['no-media']);
    expect(rules({ markers: [marker('b'), marker('a')] })).toEqual(['marker-order']);
    expect(rules({ markers: [marker('b', { at: flicks(1) })] })).toEqual(['off-grid']);
    expect(checkTimeline(t)).toEqual([]);
  });

  it('which pictures lie over each other', () => {
    const veil = { ...picture({ id: 'veil', media: 'still', at: 0, frames: 20 }), opacity: 0.5 };
    const t = timelineOf(
      [[picture({ id: 'a', at: 0, frames: 50 })], [veil, picture({ id: 'b', at: 20, frames: 10, media: 'film' })]],
      [[]],
    );
    const seen = (frame: number) =>
      layersAt(t, SOURCES, atFrame(frame)).map(({ clip, frame: index }) => `${clip.id} ${index}`);
    expect([seen(5), seen(25), seen(40), seen(60)]).toEqual([['a 5', 'veil 0'], ['b 4'], ['a 40'], []]);
    const hidden = t.tracks.map((track, index) => (index === 1 ? { ...track, enabled: false } : track));
    expect(layersAt({ ...t, tracks: hidden }, SOURCES, atFrame(25)).map(({ clip }) => clip.id)).toEqual(['a']);
    expect(layersAt(t, { source: () => undefined }, atFrame(25))).toEqual([]);
  });
});
