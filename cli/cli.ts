import type { Terminal } from './terminal.ts';

/** What every command works with. */
export type Cli = {
  readonly terminal: Terminal;
  /** Faults come with stacks. */
  readonly debug: boolean;
  /** Aborts when the user ends the command. */
  readonly signal: AbortSignal;
  /** Remembers what the command ends with where that is not 0. */
  endWith(exitCode: number): void;
};
