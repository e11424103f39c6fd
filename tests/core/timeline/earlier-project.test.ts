import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { checkTimeline } from '../../../core/timeline/check-timeline.ts';
import { editSchema } from '../../../core/timeline/edit-schema.ts';
import { applyPatch } from '../../../core/timeline/patch.ts';
import { timelinePatchSchema, timelineSchema } from '../../../core/timeline/schema.ts';
import { SOURCES } from './footage.ts';

const row = z.strictObject({ edit: z.unknown(), inverse: z.unknown(), effect: z.unknown() });
const project = z.strictObject({ snapshot: z.unknown(), rows: z.array(row), head: z.unknown() });

/** Written by release 0.1: a snapshot, the rows logged after it (edit, inverse, effect) and what they led to. */
const stored = project.parse(JSON.parse(readFileSync(new URL('./project-0.1.json', import.meta.url), 'utf8')));

describe('a project of release 0.1', () => {
  it('opens: its snapshot and every row are what they were, and nothing is added to them', () => {
    const snapshot = timelineSchema.parse(stored.snapshot);
    expect(snapshot).toStrictEqual(stored.snapshot);
    expect(checkTimeline(snapshot, SOURCES)).toEqual([]);
    for (const { edit, inverse, effect } of stored.rows) {
      expect(editSchema.parse(edit)).toStrictEqual(edit);
      expect(editSchema.parse(inverse)).toStrictEqual(inverse);
      expect(timelinePatchSchema.parse(effect)).toStrictEqual(effect);
    }
    expect(stored.rows.length).toBe(7);
  });

  it('its stored effects lead to the timeline it was closed with', () => {
    const opened = stored.rows.reduce(
      (timeline, { effect }) => applyPatch(timeline, timelinePatchSchema.parse(effect)),
      timelineSchema.parse(stored.snapshot),
    );
    expect(opened).toStrictEqual(stored.head);
  });

  it('its edits mean what they meant, and its undo goes back through all of them', () => {
    let timeline = timelineSchema.parse(stored.snapshot);
    const before: unknown[] = [];
    for (const { edit } of stored.rows) {
      const outcome = applyEdit(timeline, editSchema.parse(edit), SOURCES);
      if (!outcome.ok) expect.fail(JSON.stringify({ edit, refusal: outcome.refusal }));
      before.push(timeline);
      timeline = outcome.timeline;
    }
    expect(timeline).toStrictEqual(stored.head);
    for (const { inverse } of stored.rows.toReversed()) {
      const outcome = applyEdit(timeline, editSchema.parse(inverse), SOURCES);
      if (!outcome.ok) expect.fail(JSON.stringify({ inverse, refusal: outcome.refusal }));
      timeline = outcome.timeline;
      expect(timeline).toStrictEqual(before.pop());
    }
  });
});
