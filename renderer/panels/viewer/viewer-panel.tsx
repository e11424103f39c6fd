import { EmptyState } from '../../ui/empty-state.tsx';
import { HeaderTab, PanelHeader } from '../../ui/panel-header.tsx';

/** The viewer before anything can be shown. */
export function ViewerPanel() {
  return (
    <section aria-label="Viewer" className="flex h-full flex-col bg-g2">
      <PanelHeader label="Viewer">
        <div role="tablist">
          <HeaderTab active onSelect={() => undefined}>
            Program
          </HeaderTab>
        </div>
      </PanelHeader>
      <div className="min-h-0 flex-1 bg-g1">
        <EmptyState>Nothing to show yet. Click a clip to look at it.</EmptyState>
      </div>
    </section>
  );
}
