import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { editId } from '../../../core/timeline/edit.ts';
import { timelineId, type Timeline } from '../../../core/timeline/timeline.ts';
import type { TimelineStore } from '../../../native/library/timeline-store.ts';
import { draws, editOf, rates } from '../../core/timeline/edit-scripts.ts';
import { SOURCES } from '../../core/timeline/footage.ts';
import { startingCut } from '../../core/timeline/starting-cut.ts';
import { scaled } from '../../scale.ts';
import { openDatabaseForTest } from './open-store.ts';

/** What the store should hold: states to go back to and states to return to. */
type Model = { timeline: Timeline; revision: number; undo: Timeline[]; redo: Timeline[] };

const actions = fc.array(fc.constantFrom('edit', 'edit', 'edit', 'undo', 'redo', 'again', 'compact', 'snapshot'), {
  minLength: 25,
  maxLength: 60,
});

function compare(store: TimelineStore, model: Model): void {
  const state = store.get(model.timeline.id);
  expect(state.timeline).toEqual(model.timeline);
  expect(state.revision).toBe(model.revision);
  expect(state.undoLabel === null).toBe(model.undo.length === 0);
  expect(state.redoLabel === null).toBe(model.redo.length === 0);
}

describe('a timeline in the log', () => {
  it('is the same with the same undo and redo wherever it is reopened', () => {
    const { reopen } = openDatabaseForTest();
    let run = 0;
    fc.assert(
      fc.property(rates, draws, actions, fc.array(fc.boolean()), (rate, script, steps, reopenings) => {
        run += 1;
        let store = reopen();
        const begin = { ...startingCut(rate), id: timelineId(`timeline ${run}`) };
        store.create(begin);
        const model: Model = { timeline: begin, revision: 0, undo: [], redo: [] };
        let drawn = 0;
        for (const [step, action] of steps.entries()) {
          if (reopenings[step % reopenings.length] === true) store = reopen();
          const gesture = { editId: editId(`edit ${step}`), author: 'you' };
          const before = model.timeline;
          if (action === 'edit') {
            const draw = script[drawn % script.length];
            if (draw === undefined) continue;
            const edit = editOf(before, draw, (drawn += 1));
            const outcome = applyEdit(before, edit, SOURCES);
            const stored = store.applyAt(begin.id, gesture, edit);
            expect(stored.kind).toBe(outcome.ok ? 'applied' : 'refused');
            if (!outcome.ok) continue;
            Object.assign(model, { timeline: outcome.timeline, undo: [...model.undo, before], redo: [] });
            model.revision += 1;
            // A message sent twice changes nothing and answers the same.
            expect(store.applyAt(begin.id, gesture, edit)).toEqual(stored);
          } else if (action === 'undo' || action === 'redo') {
            const other = action === 'undo' ? 'redo' : 'undo';
            const target = model[action].at(-1);
            const stored = store[action](begin.id, gesture);
            expect(stored.kind).toBe(target === undefined ? 'refused' : 'applied');
            if (target === undefined) continue;
            model[other] = [...model[other], before];
            model[action] = model[action].slice(0, -1);
            Object.assign(model, { timeline: target, revision: model.revision + 1 });
            expect(store[action](begin.id, gesture)).toEqual(stored);
          } else if (action === 'compact' && step % 3 === 0) {
            store.compactHistory(begin.id);
            Object.assign(model, { undo: [], redo: [] });
          } else if (action === 'snapshot') {
            store.snapshotAll();
          }
          compare(store, model);
        }
        compare(reopen(), model);
      }),
      { numRuns: scaled(25) },
    );
  });
});
