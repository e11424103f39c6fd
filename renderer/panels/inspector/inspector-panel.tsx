import { EmptyState } from '../../ui/empty-state.tsx';

/** Nothing to show yet. */
export function InspectorPanel() {
  return <EmptyState>Select a clip to see its settings.</EmptyState>;
}
