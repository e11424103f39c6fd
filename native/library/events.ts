import type { AnalysisResult } from '../../core/analysis/results.ts';
import type { ApplyOutcome } from '../../core/contract/model.ts';
import type { SuggestionId } from '../../core/director/suggestion.ts';
import type { MediaId } from '../../core/media/media.ts';
import type { TimelineId } from '../../core/timeline/timeline.ts';

/** What changed in a project, told once it is on disk. Events name what to read again; edits travel whole. */
export type ProjectEvent =
  | { readonly kind: 'media-changed'; readonly mediaId: MediaId }
  | { readonly kind: 'analysis-changed'; readonly mediaId: MediaId; readonly result: AnalysisResult['kind'] }
  | { readonly kind: 'timeline-created'; readonly timelineId: TimelineId }
  | { readonly kind: 'timeline-removed'; readonly timelineId: TimelineId }
  | {
      readonly kind: 'timeline-edited';
      readonly timelineId: TimelineId;
      readonly outcome: Extract<ApplyOutcome, { kind: 'applied' }>;
    }
  | { readonly kind: 'suggestion-changed'; readonly suggestionId: SuggestionId }
  | { readonly kind: 'job-changed'; readonly jobId: string }
  | { readonly kind: 'job-removed'; readonly jobId: string };

/** Tells the host what changed; the host numbers events for its clients and keeps the latest of them. */
export class ProjectEvents {
  readonly #listeners = new Set<(event: ProjectEvent) => void>();

  publish(event: ProjectEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Calls back on every event until the returned function is called. */
  subscribe(listener: (event: ProjectEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
