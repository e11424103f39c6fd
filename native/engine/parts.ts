import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import type { EventHub } from './events.ts';

/** What the rooms of the contract work with; made once per open project. */
export type EngineParts = {
  readonly shell: 'electron' | 'browser';
  /** Faults carry stacks. */
  readonly debug: boolean;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: EventHub;
};
