import type { AnalysisResult } from '../../core/analysis/results.ts';
import type { SuggestionId } from '../../core/director/suggestion.ts';
import type { ApplyOutcome } from '../../core/contract/model.ts';
import type { TimelineId } from '../../core/timeline/timeline.ts';
import type { MediaId } from '../../core/media/media.ts';
import type { Clock } from '../clock.ts';

type Applied = Extract<ApplyOutcome, { kind: 'applied' }>;

/** What changed in a project. Events name what to read again; edits travel whole because clients re-apply them. */
export type ProjectEvent =
  | { readonly kind: 'media-changed'; readonly mediaId: MediaId }
  | { readonly kind: 'analysis-changed'; readonly mediaId: MediaId; readonly result: AnalysisResult['kind'] }
  | { readonly kind: 'timeline-created'; readonly timelineId: TimelineId }
  | { readonly kind: 'timeline-removed'; readonly timelineId: TimelineId }
  | { readonly kind: 'timeline-edited'; readonly timelineId: TimelineId; readonly outcome: Applied }
  | { readonly kind: 'suggestion-changed'; readonly suggestionId: SuggestionId }
  | { readonly kind: 'job-changed'; readonly jobId: string };

/** An event with its place in the order; numbers rise by one, also across restarts they never fall. */
export type NumberedEvent = { readonly number: number; readonly event: ProjectEvent };

/** What came after a number, or that too much did: then read everything again. */
export type Replay =
  | { readonly kind: 'events'; readonly events: readonly NumberedEvent[] }
  | { readonly kind: 'too-old'; readonly latest: number };

const DEFAULT_CAPACITY = 4096;

/** Tells listeners what changed and keeps the latest events for those who come back. */
export class EventLog {
  readonly #listeners = new Set<(event: NumberedEvent) => void>();
  readonly #capacity: number;
  #kept: NumberedEvent[] = [];
  #latest: number;

  /** Numbering starts from the time of day, so that a client of an earlier run never takes a new event for an old one. */
  constructor(clock: Clock, capacity: number = DEFAULT_CAPACITY) {
    this.#latest = clock.now() * 1000;
    this.#capacity = capacity;
  }

  get latest(): number {
    return this.#latest;
  }

  publish(event: ProjectEvent): void {
    this.#latest += 1;
    const numbered = { number: this.#latest, event };
    this.#kept.push(numbered);
    if (this.#kept.length >= 2 * this.#capacity) this.#kept = this.#kept.slice(-this.#capacity);
    for (const listener of this.#listeners) listener(numbered);
  }

  /** Events after `number`, oldest first. */
  since(number: number): Replay {
    const kept = this.#kept.slice(-this.#capacity);
    const oldest = kept[0]?.number ?? this.#latest + 1;
    if (number < oldest - 1 || number > this.#latest) return { kind: 'too-old', latest: this.#latest };
    return { kind: 'events', events: kept.filter((event) => event.number > number) };
  }

  /** Calls back on every event until the returned function is called. */
  subscribe(listener: (event: NumberedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
