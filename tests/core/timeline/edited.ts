import { expect } from 'vitest';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { checkTimeline } from '../../../core/timeline/check-timeline.ts';
import type { Edit } from '../../../core/timeline/edit.ts';
import type { Timeline } from '../../../core/timeline/timeline.ts';
import { SOURCES } from './footage.ts';

/** The timeline after an edit, valid and undone exactly. */
export function done(timeline: Timeline, edit: Edit): Timeline {
  const outcome = applyEdit(timeline, edit, SOURCES);
  if (!outcome.ok) expect.fail(JSON.stringify(outcome.refusal));
  expect(checkTimeline(outcome.timeline, SOURCES)).toEqual([]);
  const undone = applyEdit(outcome.timeline, outcome.inverse, SOURCES);
  expect(undone.ok && undone.timeline).toStrictEqual(timeline);
  return outcome.timeline;
}
