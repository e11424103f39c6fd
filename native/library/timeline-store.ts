import { z } from 'zod';
import { assert, MontageError } from '../../core/errors.ts';
import type { ApplyOutcome, HistoryEntry, TimelineState, TimelineSummary } from '../../core/contract/model.ts';
import { editId, type Edit, type EditId, type EditOutcome } from '../../core/timeline/edit.ts';
import { editLabel } from '../../core/timeline/edit-label.ts';
import { editSchema } from '../../core/timeline/edit-schema.ts';
import { applyPatch, timelinePatch } from '../../core/timeline/patch.ts';
import { timelinePatchSchema, timelineSchema } from '../../core/timeline/schema.ts';
import { timelineId, type SourceLookup, type Timeline, type TimelineId } from '../../core/timeline/timeline.ts';
import type { Clock } from '../clock.ts';
import type { Database } from './database.ts';
import type { ProjectEvents } from './events.ts';
import { storedJson } from './stored-json.ts';
import { EMPTY_STACKS, gesturesIn, pushed, type LogKind, type UndoStacks } from './undo-stack.ts';

/** How edits are carried out: `applyEdit` of the core. */
export type EditEngine = (timeline: Timeline, edit: Edit, sources: SourceLookup) => EditOutcome;

/** A gesture to commit: its id makes it idempotent, `author` is who made it ('you', 'director', a tool's name). */
export type Gesture = { readonly editId: EditId; readonly author: string };

type Head = {
  readonly timeline: Timeline;
  readonly revision: number;
  readonly stacks: UndoStacks;
  /** What has to be replayed on the last snapshot. */
  readonly tail: { readonly edits: number; readonly bytes: number };
};

type Entry = Gesture & { readonly kind: LogKind; readonly edit: Edit; readonly label: string };

/** Raised when the shape of stored edits, effects or timelines changes; a migration then rewrites or reads old ones. */
const SCHEMA_VERSION = 1;
const SNAPSHOT_EDITS = 256;
const SNAPSHOT_BYTES = 1_000_000;

const summaryRow = z.object({ id: z.string(), name: z.string(), revision: z.int() });
const snapshotRow = z.object({ revision: z.int(), timeline: storedJson(timelineSchema) });
const effectRow = z.object({ revision: z.int(), bytes: z.int(), effect: storedJson(timelinePatchSchema) });
const kind = z.enum(['do', 'undo', 'redo']);
const stackRow = z.object({ revision: z.int(), kind, label: z.string(), compacted: z.int() });
const repeatRow = z.object({ revision: z.int(), edit: storedJson(editSchema).nullable() });
const inverseRow = z.object({ inverse: storedJson(editSchema) });
const historyRow = z.object({
  revision: z.int(),
  edit_id: z.string().transform(editId),
  label: z.string(),
  author: z.string(),
  at: z.int(),
});

/**
 * Timelines as an edit log with snapshots. An edit counts once its row is on disk; the row holds the edit, its inverse
 * and its effect. Opening is the last snapshot plus the effects after it.
 */
export class TimelineStore {
  readonly #database: Database;
  readonly #events: ProjectEvents;
  readonly #clock: Clock;
  readonly #sources: SourceLookup;
  readonly #applyEdit: EditEngine;
  readonly #heads = new Map<TimelineId, Head>();

  constructor(database: Database, events: ProjectEvents, clock: Clock, sources: SourceLookup, applyEdit: EditEngine) {
    this.#database = database;
    this.#events = events;
    this.#clock = clock;
    this.#sources = sources;
    this.#applyEdit = applyEdit;
  }

  /** Timelines that were not removed, oldest first. */
  list(): readonly TimelineSummary[] {
    const sql = 'SELECT id, name, revision FROM timelines WHERE removed_at IS NULL ORDER BY created_at, rowid';
    return this.#database.all(summaryRow, sql).map((row) => ({ ...row, id: timelineId(row.id) }));
  }

  /**
   * Adds a timeline as it stands, at revision 0.
   *
   * @throws MontageError E_TIMELINE_EXISTS
   */
  create(timeline: Timeline): TimelineState {
    this.#database.transaction(() => {
      if (this.#row(timeline.id) !== undefined) {
        throw new MontageError({
          code: 'E_TIMELINE_EXISTS',
          message: 'the project has this timeline',
          where: timeline.id,
        });
      }
      const values = [timeline.id, timeline.name, this.#clock.now()];
      this.#database.run('INSERT INTO timelines (id, name, revision, created_at) VALUES (?, ?, 0, ?)', ...values);
      this.#writeSnapshot(timeline, 0);
      this.#keep({ timeline, revision: 0, stacks: EMPTY_STACKS, tail: { edits: 0, bytes: 0 } });
      this.#database.afterCommit(() => this.#events.publish({ kind: 'timeline-created', timelineId: timeline.id }));
    });
    return this.get(timeline.id);
  }

  /**
   * The timeline at head with its revision and what undo and redo would do.
   *
   * @throws MontageError E_TIMELINE_UNKNOWN
   */
  get(id: TimelineId): TimelineState {
    const { timeline, revision, stacks } = this.#head(id);
    return { timeline, revision, ...labels(stacks) };
  }

  /** Takes a timeline out of the list; its log stays. */
  remove(id: TimelineId): void {
    this.#database.transaction(() => {
      this.#head(id);
      this.#database.run('UPDATE timelines SET removed_at = ? WHERE id = ?', this.#clock.now(), id);
      this.#database.afterCommit(() => this.#events.publish({ kind: 'timeline-removed', timelineId: id }));
    });
  }

  /**
   * Applies an edit at head and commits it; on disk when this returns. An edit id that was committed before answers as
   * it did then and changes nothing.
   *
   * @throws MontageError E_TIMELINE_UNKNOWN, E_EDIT_ID_REUSED for another edit under a committed id, E_NO_SPACE,
   * E_BUG for an edit with parts that edits do not have
   */
  applyAt(id: TimelineId, gesture: Gesture, edit: Edit): ApplyOutcome {
    // Rows that cannot be read would be found when somebody wants to undo.
    assert(editSchema.safeParse(edit).success, 'an edit that is committed can be read back');
    const head = this.#head(id);
    return (
      this.#repeated(id, gesture, head, edit) ??
      this.#commit(head, { ...gesture, kind: 'do', edit, label: editLabel(edit) })
    );
  }

  /** Takes back the latest gesture by committing its inverse; idempotent by edit id. Refused where there is none. */
  undo(id: TimelineId, gesture: Gesture): ApplyOutcome {
    return this.#travel(id, gesture, 'undo');
  }

  /** Does again what was undone last; idempotent by edit id. Refused where there is nothing. */
  redo(id: TimelineId, gesture: Gesture): ApplyOutcome {
    return this.#travel(id, gesture, 'redo');
  }

  /** The gestures in the log, oldest first, and whether each is in force. */
  history(id: TimelineId): readonly HistoryEntry[] {
    const inForce = gesturesIn(this.#head(id).stacks.undo);
    const sql = `SELECT revision, edit_id, label, author, at FROM edit_log
      WHERE timeline_id = ? AND kind = 'do' AND edit IS NOT NULL ORDER BY revision`;
    return this.#database.all(historyRow, sql, id).map(({ edit_id, at, ...row }) => ({
      ...row,
      editId: edit_id,
      atMs: at,
      undone: !inForce.has(row.revision),
    }));
  }

  /** Snapshots every timeline that has edits since its last one, so that the next opening replays nothing. */
  snapshotAll(): void {
    this.#database.transaction(() => {
      for (const head of this.#heads.values()) if (head.tail.edits > 0) this.#snapshot(head);
    });
  }

  /** Forgets how a timeline came to be, at the user's word: nothing before can be undone. Edit ids stay known. */
  compactHistory(id: TimelineId): void {
    this.#database.transaction(() => {
      const head = this.#head(id);
      if (head.tail.edits > 0) this.#writeSnapshot(head.timeline, head.revision);
      this.#database.run('UPDATE edit_log SET edit = NULL, inverse = NULL, effect = NULL WHERE timeline_id = ?', id);
      this.#database.run('DELETE FROM timeline_snapshots WHERE timeline_id = ? AND revision < ?', id, head.revision);
      this.#keep({ ...head, stacks: EMPTY_STACKS, tail: { edits: 0, bytes: 0 } });
    });
  }

  #travel(id: TimelineId, gesture: Gesture, kind: 'undo' | 'redo'): ApplyOutcome {
    const head = this.#head(id);
    const repeated = this.#repeated(id, gesture, head);
    if (repeated !== undefined) return repeated;
    const entry = head.stacks[kind]?.top;
    if (entry === undefined) {
      const refusal = { reason: 'nothing-to-do' } as const;
      return { kind: 'refused', revision: head.revision, editId: gesture.editId, refusal };
    }
    const sql = 'SELECT inverse FROM edit_log WHERE timeline_id = ? AND revision = ?';
    const row = this.#database.get(inverseRow, sql, id, entry.revision);
    assert(row !== undefined, 'every entry of the undo stacks has a row in the log');
    return this.#commit(head, { ...gesture, kind, edit: row.inverse, label: entry.label });
  }

  #repeated(id: TimelineId, gesture: Gesture, head: Head, edit?: Edit): ApplyOutcome | undefined {
    const sql = 'SELECT revision, edit FROM edit_log WHERE timeline_id = ? AND edit_id = ?';
    const row = this.#database.get(repeatRow, sql, id, gesture.editId);
    if (row === undefined) return undefined;
    const committed = row.edit ?? edit;
    if (committed === undefined || (edit !== undefined && !sameEdit(committed, edit))) {
      throw new MontageError({
        code: 'E_EDIT_ID_REUSED',
        message: 'another edit was committed under this id',
        where: gesture.editId,
        hint: 'give every edit an id of its own',
      });
    }
    const { revision } = row;
    return { kind: 'applied', revision, editId: gesture.editId, edit: committed, ...labels(head.stacks) };
  }

  #commit(head: Head, entry: Entry): ApplyOutcome {
    const outcome = this.#applyEdit(head.timeline, entry.edit, this.#sources);
    if (!outcome.ok) {
      return { kind: 'refused', revision: head.revision, editId: entry.editId, refusal: outcome.refusal };
    }
    const { timeline, inverse } = outcome;
    const { id } = timeline;
    const revision = head.revision + 1;
    const effect = JSON.stringify(timelinePatch(head.timeline, timeline));
    const stacks = pushed(head.stacks, entry.kind, revision, entry.label);
    const tail = { edits: head.tail.edits + 1, bytes: head.tail.bytes + effect.length };
    const { editId, edit, kind, label, author } = entry;
    const applied = { kind: 'applied' as const, revision, editId, edit, ...labels(stacks) };
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT INTO edit_log (timeline_id, revision, edit_id, kind, schema_version, label, edit, inverse, effect, author, at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, revision, editId, kind, SCHEMA_VERSION, label],
        ...[JSON.stringify(edit), JSON.stringify(inverse), effect, author, this.#clock.now()],
      );
      this.#database.run('UPDATE timelines SET revision = ?, name = ? WHERE id = ?', revision, timeline.name, id);
      this.#keep({ timeline, revision, stacks, tail });
      if (tail.edits >= SNAPSHOT_EDITS || tail.bytes >= SNAPSHOT_BYTES)
        this.#snapshot({ timeline, revision, stacks, tail });
      this.#database.afterCommit(() =>
        this.#events.publish({ kind: 'timeline-edited', timelineId: id, outcome: applied }),
      );
    });
    return applied;
  }

  /** Holds a head in memory; a failed transaction forgets it, and the next look reads the disk. */
  #keep(head: Head): void {
    const { id } = head.timeline;
    this.#database.onRollback(() => this.#heads.delete(id));
    this.#heads.set(id, head);
  }

  #snapshot(head: Head): void {
    this.#writeSnapshot(head.timeline, head.revision);
    this.#keep({ ...head, tail: { edits: 0, bytes: 0 } });
  }

  #writeSnapshot(timeline: Timeline, revision: number): void {
    this.#database.run(
      'INSERT OR REPLACE INTO timeline_snapshots (timeline_id, revision, schema_version, timeline) VALUES (?, ?, ?, ?)',
      ...[timeline.id, revision, SCHEMA_VERSION, JSON.stringify(timeline)],
    );
  }

  #row(id: TimelineId): z.infer<typeof summaryRow> | undefined {
    return this.#database.get(summaryRow, 'SELECT id, name, revision FROM timelines WHERE id = ?', id);
  }

  #head(id: TimelineId): Head {
    const known = this.#heads.get(id);
    if (known !== undefined) return known;
    const row = this.#row(id);
    if (row === undefined) {
      throw new MontageError({ code: 'E_TIMELINE_UNKNOWN', message: 'the project has no such timeline', where: id });
    }
    const head = this.#replayed(id);
    assert(head.revision === row.revision, 'the log ends at the revision of its timeline');
    this.#heads.set(id, head);
    return head;
  }

  #replayed(id: TimelineId): Head {
    const latest = `SELECT revision, timeline FROM timeline_snapshots WHERE timeline_id = ? ORDER BY revision DESC LIMIT 1`;
    const snapshot = this.#database.get(snapshotRow, latest, id);
    assert(snapshot !== undefined, 'every timeline has a snapshot');
    const after = `SELECT revision, effect, length(effect) AS bytes FROM edit_log
      WHERE timeline_id = ? AND revision > ? ORDER BY revision`;
    const effects = this.#database.all(effectRow, after, id, snapshot.revision);
    const log = `SELECT revision, kind, label, edit IS NULL AS compacted FROM edit_log WHERE timeline_id = ? ORDER BY revision`;
    const rows = this.#database.all(stackRow, log, id).filter(({ compacted }) => compacted === 0);
    return {
      timeline: effects.reduce<Timeline>((timeline, { effect }) => applyPatch(timeline, effect), snapshot.timeline),
      revision: effects.at(-1)?.revision ?? snapshot.revision,
      stacks: rows.reduce((stacks, row) => pushed(stacks, row.kind, row.revision, row.label), EMPTY_STACKS),
      tail: { edits: effects.length, bytes: effects.reduce((sum, { bytes }) => sum + bytes, 0) },
    };
  }
}

function labels(stacks: UndoStacks): { readonly undoLabel: string | null; readonly redoLabel: string | null } {
  return { undoLabel: stacks.undo?.top.label ?? null, redoLabel: stacks.redo?.top.label ?? null };
}

/** Whether two edits are the same once stored: key order and undefined fields do not count. */
function sameEdit(a: Edit, b: Edit): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
