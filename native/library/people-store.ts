import { z } from 'zod';
import type { PersonDecision } from '../../core/analysis/identity.ts';
import type { Clock } from '../clock.ts';
import type { Database } from './database.ts';
import { storedJson } from './stored-json.ts';

const decisionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('name'), print: z.string(), name: z.string() }),
  z.strictObject({ kind: z.literal(['same', 'apart']), a: z.string(), b: z.string() }),
]) satisfies z.ZodType<PersonDecision>;
const row = z.object({ decision: storedJson(decisionSchema) });

/** What the user has said of who is who, by face or by voice, in the order it was said. */
export class PeopleStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #table: 'person_decisions' | 'speaker_decisions';

  constructor(database: Database, clock: Clock, table: 'person_decisions' | 'speaker_decisions') {
    this.#database = database;
    this.#clock = clock;
    this.#table = table;
  }

  decisions(): readonly PersonDecision[] {
    const rows = this.#database.all(row, `SELECT decision FROM ${this.#table} ORDER BY id`);
    return rows.map(({ decision }) => decision);
  }

  /** All of them or none. */
  decide(decisions: readonly PersonDecision[]): void {
    this.#database.transaction(() => {
      for (const decision of decisions) {
        const values = [JSON.stringify(decision), this.#clock.now()];
        this.#database.run(`INSERT INTO ${this.#table} (decision, decided_at) VALUES (?, ?)`, ...values);
      }
    });
  }
}
