import { useEngine } from '../../engine-context.ts';
import { applyChanges, discardSuggestion } from '../../director-actions.ts';
import { showDockPanel } from '../../dock-controller.ts';
import { suggestionLine } from '../../suggestion-summary.ts';
import { countDecisions, decisionOn, nextOpen, useSuggestionsStore } from '../../stores/suggestions.ts';
import { Button } from '../../ui/button.tsx';

/** The suggestion in one line over the timeline, with what can be done with it as a whole; nothing without one. */
export function SuggestionHeader() {
  const engine = useEngine();
  const { current, decisions, applying, select } = useSuggestionsStore();
  if (current === null) return null;
  const counts = countDecisions(current.changes, decisions);
  const accepted = current.changes.filter((change) => decisionOn(decisions, change.id) === 'accepted');
  const notRefused = current.changes.filter((change) => decisionOn(decisions, change.id) !== 'refused');
  const review = () => {
    const first = nextOpen(current.changes, decisions, null);
    if (first !== null) select(first);
    showDockPanel('changes');
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-changes-list]')?.focus());
  };
  return (
    <div role="group" aria-label="Suggestion" className="ml-auto flex min-w-0 items-center gap-2">
      <span className="truncate font-medium text-suggest">{suggestionLine(current)}</span>
      <Button onClick={review}>Review</Button>
      {counts.accepted > 0 && counts.open + counts.refused > 0 && (
        <Button
          disabled={applying}
          onClick={() =>
            void applyChanges(
              engine,
              accepted.map(({ id }) => id),
            )
          }
        >
          Apply {counts.accepted} of {current.changes.length}
        </Button>
      )}
      {notRefused.length > 0 && counts.open + counts.accepted > 0 && (
        <Button
          disabled={applying}
          aria-busy={applying}
          onClick={() =>
            void applyChanges(
              engine,
              notRefused.map(({ id }) => id),
            )
          }
        >
          {applying ? 'Applying…' : counts.refused > 0 ? 'Accept the rest' : 'Accept all'}
        </Button>
      )}
      <Button variant="quiet" disabled={applying} onClick={() => void discardSuggestion(engine)}>
        Discard
      </Button>
    </div>
  );
}
