import { useMemo } from 'react';
import type { SourceLookup, Timeline } from '../../../core/timeline/timeline.ts';
import { previewSuggestion, type SuggestionPreview } from '../../suggestion-preview.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { sourceLookup, useSourcesStore } from '../../stores/sources.ts';
import { useSuggestionsStore } from '../../stores/suggestions.ts';
import { useTimelineStore } from '../../stores/timeline.ts';

/** The sources of the window's media. */
export function useSources(): SourceLookup {
  const entries = useLibraryStore((state) => state.entries);
  const tables = useSourcesStore((state) => state.tables);
  return useMemo(() => sourceLookup(entries, tables), [entries, tables]);
}

/** What timeline and viewer show: the open sequence, or a suggestion as it would be. */
export type ShownSequence =
  | { readonly kind: 'none' }
  | { readonly kind: 'sequence'; readonly shown: Timeline; readonly played: Timeline }
  | ({ readonly kind: 'suggestion' } & SuggestionPreview);

/** The sequence on screen; while a suggestion is open and its ghosts are shown, that. */
export function useShownSequence(sources: SourceLookup): ShownSequence {
  const suggestion = useSuggestionsStore((state) => state.current);
  const decisions = useSuggestionsStore((state) => state.decisions);
  const ghostsShown = useSuggestionsStore((state) => state.ghostsShown);
  const timeline = useTimelineStore((state) => state.timeline);
  return useMemo(() => {
    if (suggestion !== null && ghostsShown) {
      return { kind: 'suggestion', ...previewSuggestion(suggestion, decisions, sources) };
    }
    return timeline === null ? { kind: 'none' } : { kind: 'sequence', shown: timeline, played: timeline };
  }, [suggestion, decisions, ghostsShown, timeline, sources]);
}
