import type { Edit } from '../timeline/edit.ts';
import type { ChangeId, Suggestion } from './suggestion.ts';

/** The accepted changes as one undo step on the suggestion's empty timeline; unknown ids are passed over. */
export function acceptChanges(suggestion: Suggestion, accepted: readonly ChangeId[]): Edit {
  const wanted = new Set(accepted);
  const changes = suggestion.changes.filter(({ id }) => wanted.has(id));
  return {
    kind: 'group',
    label: `Apply ${changes.length} of ${suggestion.changes.length} changes`,
    edits: changes.map(({ edit }) => edit),
  };
}
