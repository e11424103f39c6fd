import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { editId, type Edit } from '../../../core/timeline/edit.ts';
import { markerId, timelineId } from '../../../core/timeline/timeline.ts';
import type { EditEngine, TimelineStore } from '../../../native/library/timeline-store.ts';
import { emptyTimeline, markerEngine, putMarker } from './marker-engine.ts';
import { openDatabaseForTest } from './open-store.ts';

const ID = timelineId('timeline-1');
const by = (id: string) => ({ editId: editId(id), author: 'you' });
const count = z.object({ count: z.int() });

function markers(store: TimelineStore): readonly string[] {
  return store.get(ID).timeline.markers.map(({ name }) => name);
}

function started() {
  const { database, reopen } = openDatabaseForTest();
  const store = reopen(markerEngine);
  store.create(emptyTimeline());
  const counted = (table: string) => database.get(count, `SELECT count(*) AS count FROM ${table}`)?.count;
  return { store, database, counted, reopen: () => reopen(markerEngine) };
}

describe('an edit', () => {
  it('sent twice is committed once and answers the same', () => {
    const { store, counted, reopen } = started();
    const first = store.applyAt(ID, by('e1'), putMarker('m', 'one'));
    expect(store.applyAt(ID, by('e1'), putMarker('m', 'one'))).toEqual(first);
    expect(reopen().applyAt(ID, by('e1'), putMarker('m', 'one'))).toEqual(first);
    expect(counted('edit_log')).toBe(1);
  });

  it('under the id of another one is refused', () => {
    const { store } = started();
    store.applyAt(ID, by('e1'), putMarker('m', 'one'));
    expect(() => store.applyAt(ID, by('e1'), putMarker('m', 'two'))).toThrow('E_EDIT_ID_REUSED');
    expect(markers(store)).toEqual(['one']);
  });

  it('that cannot be is refused with the reason and leaves no row', () => {
    const { store, counted } = started();
    const edit: Edit = { kind: 'removeMarker', markerId: markerId('x') };
    expect(store.applyAt(ID, by('e1'), edit)).toMatchObject({ kind: 'refused', revision: 0 });
    expect(counted('edit_log')).toBe(0);
    expect(() => store.applyAt(timelineId('absent'), by('e'), edit)).toThrow('E_TIMELINE_UNKNOWN');
  });

  it('that could not be read back is not committed', () => {
    const { store, counted } = started();
    const edit: Edit = { ...putMarker('m', 'one'), ...{ madeBy: 'nobody' } };
    expect(() => store.applyAt(ID, by('e1'), edit)).toThrow('E_BUG');
    expect(counted('edit_log')).toBe(0);
    expect(markers(store)).toEqual([]);
  });

  it('that fails on its way to disk leaves memory as the disk is', () => {
    const { store, database } = started();
    store.applyAt(ID, by('e1'), putMarker('m', 'one'));
    expect(() =>
      database.transaction(() => {
        store.applyAt(ID, by('e2'), putMarker('m', 'two'));
        throw new Error('the power went');
      }),
    ).toThrow('the power went');
    expect(markers(store)).toEqual(['one']);
    expect(store.get(ID).revision).toBe(1);
    expect(store.applyAt(ID, by('e3'), putMarker('m', 'three'))).toMatchObject({ kind: 'applied', revision: 2 });
  });
});

describe('opening', () => {
  it('replays the tail of a long log only, around every snapshot', () => {
    const { store, counted, reopen } = started();
    for (let index = 1; index <= 515; index += 1) {
      store.applyAt(ID, by(`e${index}`), putMarker('m', `name ${index}`));
      if ([255, 256, 257, 511, 512, 513, 515].includes(index)) {
        expect(markers(reopen())).toEqual([`name ${index}`]);
        expect(reopen().get(ID).revision).toBe(index);
      }
    }
    expect(counted('timeline_snapshots')).toBe(3);
    const last = reopen();
    for (let index = 515; index > 0; index -= 1) last.undo(ID, by(`u${index}`));
    expect(last.undo(ID, by('u0'))).toMatchObject({ kind: 'refused', refusal: { reason: 'nothing-to-do' } });
    expect(markers(last)).toEqual([]);
    expect(last.redo(ID, by('r1'))).toMatchObject({ kind: 'applied', undoLabel: 'Marker' });
    expect(markers(reopen())).toEqual(['name 1']);
  });

  it('needs few big edits only to be kept short', () => {
    const { store, counted } = started();
    const long = 'x'.repeat(300_000);
    for (let index = 1; index <= 4; index += 1) store.applyAt(ID, by(`e${index}`), putMarker('m', `${index}${long}`));
    expect(counted('timeline_snapshots')).toBe(2);
  });

  it('does not ask the engine of edits: what was committed stays, whatever edits mean later', () => {
    const { reopen } = openDatabaseForTest();
    const store = reopen(markerEngine);
    store.create(emptyTimeline());
    store.applyAt(ID, by('e1'), putMarker('m', 'one'));
    const refusing: EditEngine = () => ({ ok: false, refusal: { reason: 'nothing-to-do' } });
    expect(markers(reopen(refusing))).toEqual(['one']);
  });
});

describe('history', () => {
  it('tells which gestures are in force', () => {
    const { store } = started();
    store.applyAt(ID, by('e1'), putMarker('a', 'one'));
    store.applyAt(ID, { editId: editId('e2'), author: 'director' }, putMarker('b', 'two'));
    store.undo(ID, by('u1'));
    const shown = () => store.history(ID).map(({ editId: id, author, undone }) => [id, author, undone]);
    expect(shown()).toEqual([
      ['e1', 'you', false],
      ['e2', 'director', true],
    ]);
    store.redo(ID, by('r1'));
    expect(shown()[1]).toEqual(['e2', 'director', false]);
    store.undo(ID, by('u2'));
    store.applyAt(ID, by('e3'), putMarker('c', 'three'));
    expect(shown().map(([, , undone]) => undone)).toEqual([false, true, false]);
  });

  it('once compacted is gone, while what was sent before is still known', () => {
    const { store, reopen } = started();
    store.applyAt(ID, by('e1'), putMarker('a', 'one'));
    store.applyAt(ID, by('e2'), putMarker('b', 'two'));
    store.compactHistory(ID);
    for (const opened of [store, reopen()]) {
      expect(opened.history(ID)).toEqual([]);
      expect(opened.get(ID)).toMatchObject({ revision: 2, undoLabel: null });
      expect(opened.applyAt(ID, by('e2'), putMarker('b', 'two'))).toMatchObject({ kind: 'applied', revision: 2 });
      expect(markers(opened)).toEqual(['one', 'two']);
    }
    expect(store.applyAt(ID, by('e3'), putMarker('c', 'three'))).toMatchObject({ revision: 3, undoLabel: 'Marker' });
  });
});

describe('the list', () => {
  it('has names as edited and leaves out what was removed', () => {
    const { store } = started();
    store.create(emptyTimeline('timeline-2'));
    expect(() => store.create(emptyTimeline('timeline-2'))).toThrow('E_TIMELINE_EXISTS');
    store.remove(ID);
    expect(store.list()).toEqual([{ id: 'timeline-2', name: 'Cut', revision: 0 }]);
  });
});
