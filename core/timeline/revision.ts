import { applyEdit } from './apply-edit.ts';
import type { Edit, EditId, Refusal } from './edit.ts';
import type { SourceLookup, Timeline } from './timeline.ts';

/** An edit shown here that the engine has not answered yet. */
export type PendingEdit = {
  readonly id: EditId;
  readonly edit: Edit;
  /** Whether it can be shown on top of what is confirmed now; the engine still decides. */
  readonly applies: boolean;
};

/** An edit committed at a revision that has not been reached here yet. */
type EarlyEdit = { readonly revision: number; readonly id: EditId; readonly edit: Edit };

/** One client's copy of a timeline: what the engine confirmed, and what the user did since. */
export type Replica = {
  readonly confirmed: Timeline;
  readonly revision: number;
  readonly pending: readonly PendingEdit[];
  /** Messages that overtook others, by revision; while there are any, some are missing. */
  readonly early: readonly EarlyEdit[];
  /** What the user sees: confirmed and the pending edits that apply. */
  readonly shown: Timeline;
  /** The confirmed copy can no longer be right: ask for a snapshot. */
  readonly diverged: boolean;
};

/** The next copy, and the pending edits that this message made impossible to show. */
export type ReplicaStep = { readonly replica: Replica; readonly fallen: readonly PendingEdit[] };

/** A copy as the engine hands it out. */
export function startReplica(timeline: Timeline, revision: number): Replica {
  return { confirmed: timeline, revision, pending: [], early: [], shown: timeline, diverged: false };
}

/** Whether all that is shown is committed: "Saved" may be said, and export, render and close go on. */
export function isSaved(replica: Replica): boolean {
  return replica.pending.length === 0 && !needsSnapshot(replica);
}

/** Whether messages are missing or the copy is wrong; cured by {@link resync}. */
export function needsSnapshot(replica: Replica): boolean {
  return replica.diverged || replica.early.length > 0;
}

export type Proposal =
  | { readonly ok: true; readonly replica: Replica }
  | { readonly ok: false; readonly refusal: Refusal };

/** Shows an edit at once and keeps it pending until the engine answers; refused here if it cannot be. */
export function propose(replica: Replica, id: EditId, edit: Edit, sources: SourceLookup): Proposal {
  if (replica.pending.some((pending) => pending.id === id)) {
    return { ok: false, refusal: { reason: 'duplicate-id', id } };
  }
  const outcome = applyEdit(replica.shown, edit, sources);
  if (!outcome.ok) return outcome;
  const pending = [...replica.pending, { id, edit, applies: true }];
  return { ok: true, replica: { ...replica, pending, shown: outcome.timeline } };
}

/** The engine committed an edit of ours. Late, early and repeated answers are fine. */
export function acknowledge(replica: Replica, id: EditId, revision: number, sources: SourceLookup): ReplicaStep {
  const own = replica.pending.find((pending) => pending.id === id);
  return own === undefined ? { replica, fallen: [] } : committed(replica, { revision, id, edit: own.edit }, sources);
}

/** The engine refused an edit of ours: it goes, the rest is shown without it. */
export function refuse(replica: Replica, id: EditId, sources: SourceLookup): ReplicaStep {
  const pending = replica.pending.filter((other) => other.id !== id);
  return pending.length === replica.pending.length
    ? { replica, fallen: [] }
    : rebased({ ...replica, pending }, sources);
}

/** The engine committed an edit, of anyone: another window, an agent, an undo, or ours. */
export function remote(replica: Replica, revision: number, id: EditId, edit: Edit, sources: SourceLookup): ReplicaStep {
  return committed(replica, { revision, id, edit }, sources);
}

/**
 * Starts anew from a snapshot; what is pending stays so. Send the pending edits again: the engine answers a known id
 * with the revision it was committed at, so nothing is done twice.
 */
export function resync(replica: Replica, timeline: Timeline, revision: number, sources: SourceLookup): ReplicaStep {
  if (revision < replica.revision) return { replica, fallen: [] };
  const early = replica.early.filter((other) => other.revision > revision);
  return drained({ ...replica, confirmed: timeline, revision, early, diverged: false }, sources);
}

function committed(replica: Replica, message: EarlyEdit, sources: SourceLookup): ReplicaStep {
  if (message.revision <= replica.revision) return settled(replica, message.id, sources);
  if (replica.early.some((other) => other.revision === message.revision)) return { replica, fallen: [] };
  const [first] = replica.pending;
  const confirmed = inTurn(replica, message) ? applyEdit(replica.confirmed, message.edit, sources) : undefined;
  if (
    confirmed?.ok === true &&
    first?.id === message.id &&
    replica.early.length === 0 &&
    replica.pending.every(shows)
  ) {
    // Our oldest edit was committed and nothing came between: what is shown stays.
    const pending = replica.pending.slice(1);
    return {
      replica: { ...replica, confirmed: confirmed.timeline, revision: message.revision, pending },
      fallen: [],
    };
  }
  const early = [...replica.early, message].sort((a, b) => a.revision - b.revision);
  return drained({ ...replica, early }, sources);
}

function inTurn(replica: Replica, message: EarlyEdit): boolean {
  return message.revision === replica.revision + 1 && !replica.diverged;
}

const shows = (pending: PendingEdit) => pending.applies;

/** An edit that the confirmed copy already holds is no longer pending. */
function settled(replica: Replica, id: EditId, sources: SourceLookup): ReplicaStep {
  const pending = replica.pending.filter((other) => other.id !== id);
  return pending.length === replica.pending.length
    ? { replica, fallen: [] }
    : rebased({ ...replica, pending }, sources);
}

/** Takes in, in order, all messages that are next. */
function drained(replica: Replica, sources: SourceLookup): ReplicaStep {
  let { confirmed, revision, pending, early, diverged } = replica;
  for (let next = early[0]; next?.revision === revision + 1 && !diverged; next = early[0]) {
    const { id, edit } = next;
    const outcome = applyEdit(confirmed, edit, sources);
    if (!outcome.ok) {
      diverged = true;
      break;
    }
    confirmed = outcome.timeline;
    revision += 1;
    early = early.slice(1);
    pending = pending.filter((other) => other.id !== id);
  }
  return rebased({ ...replica, confirmed, revision, pending, early, diverged }, sources);
}

/** Shows the pending edits again on what is confirmed now. */
function rebased(replica: Replica, sources: SourceLookup): ReplicaStep {
  let shown = replica.confirmed;
  const fallen: PendingEdit[] = [];
  const pending = replica.pending.map((own): PendingEdit => {
    const outcome = applyEdit(shown, own.edit, sources);
    if (outcome.ok) shown = outcome.timeline;
    const now = { ...own, applies: outcome.ok };
    if (own.applies && !outcome.ok) fallen.push(now);
    return now;
  });
  return { replica: { ...replica, pending, shown }, fallen };
}
