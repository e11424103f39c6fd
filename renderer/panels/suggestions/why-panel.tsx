import { EmptyState } from '../../ui/empty-state.tsx';

/** Nothing to show yet. */
export function WhyPanel() {
  return <EmptyState>Select a suggestion to see why it was made.</EmptyState>;
}
