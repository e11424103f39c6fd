import { z } from 'zod';
import type { SuggestionState } from '../../core/contract/model.ts';
import type { Suggestion, SuggestionId } from '../../core/director/suggestion.ts';
import { suggestionSchema } from '../../core/director/suggestion-schema.ts';
import { MontageError } from '../../core/errors.ts';
import { timelineIdSchema } from '../../core/timeline/schema.ts';
import type { TimelineId } from '../../core/timeline/timeline.ts';
import type { Clock } from '../clock.ts';
import type { Database } from './database.ts';
import type { ProjectEvents } from './events.ts';
import { storedJson } from './stored-json.ts';

const row = z.object({
  state: z.enum(['open', 'applied', 'discarded']),
  timeline_id: timelineIdSchema.nullable(),
  body: storedJson(suggestionSchema),
});

/** Proposed cuts and what was decided about each. */
export class SuggestionStore {
  readonly #database: Database;
  readonly #events: ProjectEvents;
  readonly #clock: Clock;

  constructor(database: Database, events: ProjectEvents, clock: Clock) {
    this.#database = database;
    this.#events = events;
    this.#clock = clock;
  }

  /** Keeps a proposal as open; one of the same id is replaced. */
  save(suggestion: Suggestion): void {
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT OR REPLACE INTO suggestions (id, state, schema_version, body, created_at) VALUES (?, 'open', 1, ?, ?)`,
        ...[suggestion.id, JSON.stringify(suggestion), this.#clock.now()],
      );
      this.#changed(suggestion.id);
    });
  }

  /** All proposals, newest first. */
  list(): readonly SuggestionState[] {
    const sql = 'SELECT state, timeline_id, body FROM suggestions ORDER BY created_at DESC, rowid DESC';
    return this.#database.all(row, sql).map(stateOf);
  }

  /**
   * A proposal and what became of it.
   *
   * @throws MontageError E_SUGGESTION_UNKNOWN
   */
  get(id: SuggestionId): SuggestionState {
    const found = this.#database.get(row, 'SELECT state, timeline_id, body FROM suggestions WHERE id = ?', id);
    if (found !== undefined) return stateOf(found);
    throw new MontageError({ code: 'E_SUGGESTION_UNKNOWN', message: 'the project has no such suggestion', where: id });
  }

  /** Remembers the decision; applied ones name the timeline they went to. */
  decide(id: SuggestionId, decided: 'applied' | 'discarded', appliedTo: TimelineId | null = null): void {
    this.#database.transaction(() => {
      this.get(id);
      this.#database.run('UPDATE suggestions SET state = ?, timeline_id = ? WHERE id = ?', decided, appliedTo, id);
      this.#changed(id);
    });
  }

  #changed(id: SuggestionId): void {
    this.#database.afterCommit(() => this.#events.publish({ kind: 'suggestion-changed', suggestionId: id }));
  }
}

function stateOf(found: z.infer<typeof row>): SuggestionState {
  return { suggestion: found.body, decided: found.state, appliedTo: found.timeline_id };
}
