import { create } from 'zustand';
import type { SuggestionState } from '../../core/contract/model.ts';
import type { Brief, Change, ChangeId, Suggestion } from '../../core/director/suggestion.ts';

/** What the user has said about one change so far; nothing is applied before accept. */
export type Decision = 'open' | 'accepted' | 'refused';

export type ProposalState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'proposing'; readonly startedAtMs: number }
  | { readonly kind: 'nothing'; readonly reason: string; readonly brief: Brief }
  | { readonly kind: 'failed'; readonly message: string };

type SuggestionsState = {
  /** The suggestion shown on the timeline; null when none is open. */
  readonly current: Suggestion | null;
  /** Changes not listed are open. */
  readonly decisions: ReadonlyMap<ChangeId, Decision>;
  readonly selected: ChangeId | null;
  readonly hovered: ChangeId | null;
  /** Ghosts can be hidden as a whole (Shift+G). */
  readonly ghostsShown: boolean;
  readonly proposal: ProposalState;
  /** Accept or discard is on its way to the engine. */
  readonly applying: boolean;
};

type SuggestionsActions = {
  readonly show: (state: SuggestionState) => void;
  readonly clear: () => void;
  readonly decide: (ids: readonly ChangeId[], decision: Decision) => void;
  readonly select: (id: ChangeId | null) => void;
  readonly hover: (id: ChangeId | null) => void;
  readonly toggleGhosts: () => void;
  readonly setProposal: (proposal: ProposalState) => void;
  readonly setApplying: (applying: boolean) => void;
};

/** The open suggestion and the user's decisions on it; the timeline draws its ghosts from here. */
export const useSuggestionsStore = create<SuggestionsState & SuggestionsActions>((set) => ({
  current: null,
  decisions: new Map(),
  selected: null,
  hovered: null,
  ghostsShown: true,
  proposal: { kind: 'idle' },
  applying: false,
  show: ({ suggestion, decided }) =>
    set((state) => {
      if (decided !== 'open') return {};
      // Hearing of the same suggestion again (after a reconnection) keeps what was decided.
      if (state.current?.id === suggestion.id) return { current: suggestion };
      const selected = suggestion.changes[0]?.id ?? null;
      return { current: suggestion, decisions: new Map(), selected, hovered: null, ghostsShown: true };
    }),
  clear: () => set({ current: null, decisions: new Map(), selected: null, hovered: null, applying: false }),
  decide: (ids, decision) =>
    set((state) => {
      const decisions = new Map(state.decisions);
      for (const id of ids) decisions.set(id, decision);
      return { decisions };
    }),
  select: (selected) => set({ selected }),
  hover: (hovered) => set({ hovered }),
  toggleGhosts: () => set((state) => ({ ghostsShown: !state.ghostsShown })),
  setProposal: (proposal) => set({ proposal }),
  setApplying: (applying) => set({ applying }),
}));

/** The decision on a change; open unless said otherwise. */
export function decisionOn(decisions: ReadonlyMap<ChangeId, Decision>, id: ChangeId): Decision {
  return decisions.get(id) ?? 'open';
}

/** How many changes stand where. */
export function countDecisions(
  changes: readonly Change[],
  decisions: ReadonlyMap<ChangeId, Decision>,
): Readonly<Record<Decision, number>> {
  const counts = { open: 0, accepted: 0, refused: 0 };
  for (const change of changes) counts[decisionOn(decisions, change.id)] += 1;
  return counts;
}

/** The change `step` places further in playing order, held at the ends. */
export function stepChange(changes: readonly Change[], from: ChangeId | null, step: number): ChangeId | null {
  const at = changes.findIndex((change) => change.id === from);
  const next = Math.min(changes.length - 1, Math.max(0, at + step));
  return changes[next]?.id ?? null;
}

/** The next undecided change after this one, around the end; null when all are decided. */
export function nextOpen(
  changes: readonly Change[],
  decisions: ReadonlyMap<ChangeId, Decision>,
  from: ChangeId | null,
): ChangeId | null {
  const at = changes.findIndex((change) => change.id === from);
  const ordered = [...changes.slice(at + 1), ...changes.slice(0, at + 1)];
  return ordered.find((change) => decisionOn(decisions, change.id) === 'open')?.id ?? null;
}
