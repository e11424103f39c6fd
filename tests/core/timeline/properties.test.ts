import { describe, expect, test } from 'vitest';
import { setTimeline, setTrack } from '../../../core/timeline/edit-properties.ts';
import type { Edit } from '../../../core/timeline/edit.ts';
import { interview } from './interview.ts';

describe('properties set one at a time', () => {
  test.each([{ name: 'Dialogue' }, { enabled: false }, { locked: true }, {}])('of a track: %j, and undone', (set) => {
    const before = interview();
    const [track] = before.tracks;
    if (track === undefined) throw new Error('the interview has tracks');
    const outcome = setTrack(before, { kind: 'setTrack', trackId: track.id, set });
    if (!outcome.ok) throw new Error(outcome.refusal.reason);
    expect(outcome.timeline.tracks[0]).toEqual({ ...track, ...set });
    expect(undone(outcome.inverse, outcome.timeline)).toEqual(before);
    expect(Object.keys('set' in outcome.inverse ? outcome.inverse.set : {})).toEqual(Object.keys(set));
  });

  test.each([{ name: 'Second cut' }, { startFrame: 90_000 }, {}])('of a timeline: %j, and undone', (set) => {
    const before = interview();
    const outcome = setTimeline(before, { kind: 'setTimeline', set });
    if (!outcome.ok) throw new Error(outcome.refusal.reason);
    expect(outcome.timeline).toEqual({ ...before, ...set });
    expect(undone(outcome.inverse, outcome.timeline)).toEqual(before);
  });
});

function undone(inverse: Edit, timeline: ReturnType<typeof interview>) {
  const outcome =
    inverse.kind === 'setTrack'
      ? setTrack(timeline, inverse)
      : inverse.kind === 'setTimeline'
        ? setTimeline(timeline, inverse)
        : undefined;
  return outcome?.ok === true ? outcome.timeline : outcome;
}
