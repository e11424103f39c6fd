import { describe, expect, test } from 'vitest';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { setTimeline, setTrack } from '../../../core/timeline/edit-properties.ts';
import { editSchema } from '../../../core/timeline/edit-schema.ts';
import type { Edit } from '../../../core/timeline/edit.ts';
import { clipId } from '../../../core/timeline/timeline.ts';
import { atFrame, SOURCES } from './footage.ts';
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

  test.each(['x', 'xa'])('of a clip: a fade on %s, which had none, survives storing and is undone', (id) => {
    const before = interview();
    const faded = applied(before, { kind: 'setClip', clipId: clipId(id), set: { fadeIn: atFrame(3) } });
    const stored = editSchema.parse(JSON.parse(JSON.stringify(faded.inverse)));
    expect(faded.timeline).not.toEqual(before);
    expect(applied(faded.timeline, stored).timeline).toEqual(before);
  });
});

function applied(timeline: ReturnType<typeof interview>, edit: Edit) {
  const outcome = applyEdit(timeline, edit, SOURCES);
  if (!outcome.ok) throw new Error(outcome.refusal.reason);
  return outcome;
}

function undone(inverse: Edit, timeline: ReturnType<typeof interview>) {
  const outcome =
    inverse.kind === 'setTrack'
      ? setTrack(timeline, inverse)
      : inverse.kind === 'setTimeline'
        ? setTimeline(timeline, inverse)
        : undefined;
  return outcome?.ok === true ? outcome.timeline : outcome;
}
