import { type Decision, decisionOn, nextOpen, stepChange, useSuggestionsStore } from '../../stores/suggestions.ts';

/** Decides the selected change and goes on to the next open one. */
export function decideAndGo(decision: Decision): void {
  const { current, selected, decide, select } = useSuggestionsStore.getState();
  if (current === null || selected === null) return;
  decide([selected], decision);
  const next = nextOpen(current.changes, useSuggestionsStore.getState().decisions, selected);
  if (next !== null) select(next);
}

/** Selects the change before or after. */
export function stepSelected(step: 1 | -1): void {
  const { current, selected, select } = useSuggestionsStore.getState();
  if (current !== null) select(stepChange(current.changes, selected, step));
}

/** Whether some change is selected and open for a decision. */
export function canDecide(): boolean {
  const { current, selected } = useSuggestionsStore.getState();
  return current !== null && selected !== null;
}

/** Ids that were accepted. */
export function acceptedIds() {
  const { current, decisions } = useSuggestionsStore.getState();
  return (current?.changes ?? []).filter(({ id }) => decisionOn(decisions, id) === 'accepted').map(({ id }) => id);
}
