import { create } from 'zustand';
import type { ApplyOutcome, TimelineState, TimelineSummary } from '../../core/contract/model.ts';
import { describeRefusal } from '../../core/timeline/describe-refusal.ts';
import { editId, type Edit, type EditId } from '../../core/timeline/edit.ts';
import * as revision from '../../core/timeline/revision.ts';
import type { SourceLookup, Timeline, TimelineId } from '../../core/timeline/timeline.ts';
import type { Engine } from '../engine.ts';
import { freshId } from '../ids.ts';
import { useLibraryStore } from './library.ts';
import { fetchTables, sourceLookup, useSourcesStore } from './sources.ts';
import { toastFailure, useToastsStore } from './toasts.ts';

type TimelineStore = {
  readonly list: readonly TimelineSummary[];
  readonly id: TimelineId | null;
  /** What the user sees: confirmed edits and pending ones. */
  readonly timeline: Timeline | null;
  /** Nothing is pending: "Saved" may be said. */
  readonly saved: boolean;
  readonly undoLabel: string | null;
  readonly redoLabel: string | null;
};

/** The open sequence. It changes through the functions below only. */
export const useTimelineStore = create<TimelineStore>(() => ({
  list: [],
  id: null,
  timeline: null,
  saved: true,
  undoLabel: null,
  redoLabel: null,
}));

/** The engine and the copy of the open sequence; one per window. */
type Session = { readonly engine: Engine; replica: revision.Replica | null };
let session: Session | null = null;

function currentSources(): SourceLookup {
  return sourceLookup(useLibraryStore.getState().entries, useSourcesStore.getState().tables);
}

function publish(replica: revision.Replica | null): void {
  if (session !== null) session.replica = replica;
  useTimelineStore.setState({
    id: replica?.confirmed.id ?? null,
    timeline: replica?.shown ?? null,
    saved: replica === null || revision.isSaved(replica),
  });
}

function take(step: revision.ReplicaStep): void {
  publish(step.replica);
  for (const fallen of step.fallen) {
    useToastsStore
      .getState()
      .add({ kind: 'note', text: `An edit no longer fits and was taken back: ${fallen.edit.kind}.` });
  }
  if (revision.needsSnapshot(step.replica)) void reread(step.replica.confirmed.id);
}

async function reread(id: TimelineId): Promise<void> {
  if (session === null) return;
  const { engine } = session;
  const state = await engine.client.timeline.get({ timelineId: id });
  const { replica } = session;
  if (replica?.confirmed.id !== id) return;
  useTimelineStore.setState({ undoLabel: state.undoLabel, redoLabel: state.redoLabel });
  publish(revision.resync(replica, state.timeline, state.revision, currentSources()).replica);
  // A known id is answered with the revision it has, so nothing is done twice.
  for (const pending of replica.pending) send(pending.id, pending.edit);
}

function settle(outcome: ApplyOutcome, timelineId: TimelineId): void {
  const replica = session?.replica;
  if (replica?.confirmed.id !== timelineId) return;
  const sources = currentSources();
  if (outcome.kind === 'refused') {
    take(revision.refuse(replica, outcome.editId, sources));
    useToastsStore.getState().add({ kind: 'error', text: `Not possible: ${describeRefusal(outcome.refusal)}.` });
    return;
  }
  useTimelineStore.setState({ undoLabel: outcome.undoLabel, redoLabel: outcome.redoLabel });
  take(revision.remote(replica, outcome.revision, outcome.editId, outcome.edit, sources));
}

function send(id: ReturnType<typeof editId>, edit: Edit): void {
  const replica = session?.replica;
  if (session === null || replica === null || replica === undefined) return;
  const timelineId = replica.confirmed.id;
  session.engine.client.timeline
    .apply({ timelineId, editId: id, edit })
    .then((outcome) => settle(outcome, timelineId))
    // The edit stays pending and is sent again after the next reading of the timeline.
    .catch((error: unknown) => toastFailure('The change is not saved yet.', error));
}

/** Shows an edit at once and sends it to the engine. False when it cannot be, which the user is told. */
export function applyEditNow(edit: Edit): boolean {
  const replica = session?.replica;
  if (replica === null || replica === undefined) return false;
  const id = editId(freshId('edit'));
  const proposal = revision.propose(replica, id, edit, currentSources());
  if (!proposal.ok) {
    useToastsStore.getState().add({ kind: 'note', text: `Not possible: ${describeRefusal(proposal.refusal)}.` });
    return false;
  }
  publish(proposal.replica);
  send(id, edit);
  return true;
}

type Asked = ApplyOutcome | { readonly kind: 'nothing'; readonly reason: string };

/**
 * Has the engine make an edit of what it knows of the footage; it comes back as any edit does. The user is told why there
 * is none.
 */
export async function askForEdit<Made extends Asked>(
  failure: string,
  ask: (engine: Engine, target: { readonly timelineId: TimelineId; readonly editId: EditId }) => Promise<Made>,
): Promise<Made | undefined> {
  const timelineId = useTimelineStore.getState().id;
  if (session === null || timelineId === null) return undefined;
  try {
    const outcome = await ask(session.engine, { timelineId, editId: editId(freshId('edit')) });
    if (outcome.kind === 'nothing') useToastsStore.getState().add({ kind: 'note', text: outcome.reason });
    else settle(outcome, timelineId);
    return outcome;
  } catch (error) {
    toastFailure(failure, error);
    return undefined;
  }
}

/** Takes the last edit back, or does it again. Waits for nothing: the engine decides what is last. */
export function stepHistory(direction: 'undo' | 'redo'): void {
  const id = useTimelineStore.getState().id;
  if (session === null || id === null) return;
  session.engine.client.timeline[direction]({ timelineId: id, editId: editId(freshId('edit')) })
    .then((outcome) => settle(outcome, id))
    .catch((error: unknown) => toastFailure(direction === 'undo' ? 'Undo failed.' : 'Redo failed.', error));
}

/** Opens a sequence in the window. */
export function showTimeline(state: TimelineState): void {
  useTimelineStore.setState((store) => ({
    undoLabel: state.undoLabel,
    redoLabel: state.redoLabel,
    list: store.list.some((known) => known.id === state.timeline.id)
      ? store.list
      : [...store.list, { id: state.timeline.id, name: state.timeline.name, revision: state.revision }],
  }));
  publish(revision.startReplica(state.timeline, state.revision));
}

/** Fetches and opens a sequence. */
export async function openTimeline(id: TimelineId): Promise<void> {
  if (session === null) return;
  showTimeline(await session.engine.client.timeline.get({ timelineId: id }));
}

/** Makes an empty sequence at the footage's rate and opens it. */
export async function createTimeline(name: string): Promise<Timeline | undefined> {
  if (session === null) return undefined;
  const state = await session.engine.client.timeline.create({ name, rate: null, size: null });
  showTimeline(state);
  return state.timeline;
}

async function readAll(engine: Engine): Promise<void> {
  const list = await engine.client.timeline.list();
  useTimelineStore.setState({ list });
  const open = useTimelineStore.getState().id;
  if (open !== null && list.some((known) => known.id === open)) await reread(open);
  else {
    const last = list.at(-1);
    if (last === undefined) publish(null);
    else await openTimeline(last.id);
  }
}

/** Keeps the open sequence and the frame tables in step with the engine. */
export function startTimelineSync(engine: Engine): () => void {
  session = { engine, replica: null };
  const stops = [
    engine.onResync(() => {
      readAll(engine).catch((error: unknown) => toastFailure('The sequences could not be read.', error));
    }),
    engine.onEvent((event) => {
      if (event.kind === 'timelineEdited') settle(event.outcome, event.timelineId);
      if (event.kind === 'timelineCreated') {
        const { list } = useTimelineStore.getState();
        if (!list.some((known) => known.id === event.timeline.id)) {
          useTimelineStore.setState({ list: [...list, event.timeline] });
        }
      }
    }),
    useLibraryStore.subscribe((state, before) => {
      if (state.entries !== before.entries) fetchTables(engine, state.entries);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    session = null;
  };
}
