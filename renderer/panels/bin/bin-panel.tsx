import { EmptyState } from '../../ui/empty-state.tsx';

/** Nothing to show yet. */
export function BinPanel() {
  return <EmptyState>Drop footage or a folder here. Your files stay where they are.</EmptyState>;
}
