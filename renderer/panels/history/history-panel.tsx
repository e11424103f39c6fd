import { EmptyState } from '../../ui/empty-state.tsx';

/** Nothing to show yet. */
export function HistoryPanel() {
  return <EmptyState>Every change will be listed here. You can go back to any of them.</EmptyState>;
}
