import type { Change, ChangeId, Suggestion } from '../core/director/suggestion.ts';
import { applyEdit } from '../core/timeline/apply-edit.ts';
import type { Edit } from '../core/timeline/edit.ts';
import type { ClipId, SourceLookup, Timeline } from '../core/timeline/timeline.ts';
import type { Ghost } from './panels/timeline/paint-timeline.ts';
import { decisionOn, type Decision } from './stores/suggestions.ts';

/** A suggestion as it would be: nothing of it is applied. */
export type SuggestionPreview = {
  /** Every change in place, refused ones too: what the timeline draws. */
  readonly shown: Timeline;
  /** Without refused changes: what the viewer plays. */
  readonly played: Timeline;
  readonly ghosts: ReadonlyMap<ClipId, Ghost>;
};

/** Clips that an edit places. */
export function placedClips(edit: Edit): readonly ClipId[] {
  if (edit.kind === 'insert' || edit.kind === 'overwrite') return edit.placements.map(({ clip }) => clip.id);
  if (edit.kind === 'splice') return edit.changes.flatMap(({ add }) => add.map((clip) => clip.id));
  return edit.kind === 'group' ? edit.edits.flatMap(placedClips) : [];
}

function applyAll(base: Timeline, changes: readonly Change[], sources: SourceLookup): Timeline {
  return changes.reduce((timeline, change) => {
    const outcome = applyEdit(timeline, change.edit, sources);
    return outcome.ok ? outcome.timeline : timeline;
  }, base);
}

/** Lays a suggestion's changes on its empty timeline and says which clip belongs to which change. */
export function previewSuggestion(
  suggestion: Suggestion,
  decisions: ReadonlyMap<ChangeId, Decision>,
  sources: SourceLookup,
): SuggestionPreview {
  const ghosts = new Map<ClipId, Ghost>();
  for (const [index, change] of suggestion.changes.entries()) {
    const ghost: Ghost = { changeId: change.id, number: index + 1, decision: decisionOn(decisions, change.id) };
    for (const id of placedClips(change.edit)) ghosts.set(id, ghost);
  }
  const kept = suggestion.changes.filter((change) => decisionOn(decisions, change.id) !== 'refused');
  return {
    shown: applyAll(suggestion.base, suggestion.changes, sources),
    played: applyAll(suggestion.base, kept, sources),
    ghosts,
  };
}
