import { EmptyState } from '../../ui/empty-state.tsx';
import { PanelHeader } from '../../ui/panel-header.tsx';
import { SuggestionHeader } from '../suggestions/suggestion-header.tsx';

/** The timeline before there is a sequence. `SuggestionHeader` shows itself when there is a suggestion. */
export function TimelinePanel() {
  return (
    <section aria-label="Timeline" className="flex h-full flex-col bg-g1">
      <PanelHeader label="Sequences">
        <SuggestionHeader />
      </PanelHeader>
      <div className="min-h-0 flex-1">
        <EmptyState>No sequence yet. Drag a clip here, or say below what you want to make.</EmptyState>
      </div>
    </section>
  );
}
