import { Estimate } from './estimate.ts';
import type { BoundKind, Needs, PauseGate } from './job-kind.ts';
import type { JobRow, ShardRow } from './job-store.ts';
import { DEFAULT_NEEDS } from './slots.ts';

/** The next thing to do for a job: find its shards, run one, or put their outputs together. */
export type Unit = { readonly needs: Needs } & (
  | { readonly kind: 'split' | 'merge' }
  | { readonly kind: 'shard'; readonly row: ShardRow }
);

/** A job that this engine works on: what is left, what runs, and how far it is. */
export class ActiveJob {
  readonly id: string;
  readonly kind: BoundKind;
  readonly input: unknown;
  readonly stop = new AbortController();
  readonly estimate = new Estimate();
  readonly #listeners = new Set<(paused: boolean) => void>();
  readonly #fractions = new Map<number, number>();
  #paused = false;
  #phase: 'split' | 'shards' | 'merge';
  #pending: ShardRow[] = [];
  #done = new Map<number, unknown>();
  #costs = new Map<number, number>();
  #busy = 0;
  #delayed = 0;
  #tries = 0;
  #progress: number;

  constructor(row: JobRow, kind: BoundKind, shards: readonly ShardRow[]) {
    this.id = row.id;
    this.kind = kind;
    this.input = row.input;
    this.#progress = row.progress;
    this.#phase = row.split === 1 && row.version === kind.version ? 'shards' : 'split';
    if (this.#phase === 'shards') this.plan(shards);
  }

  readonly gate: PauseGate & { set(paused: boolean): void } = ((job) => ({
    get paused() {
      return job.#paused;
    },
    onChange(listener: (paused: boolean) => void) {
      job.#listeners.add(listener);
      return () => {
        job.#listeners.delete(listener);
      };
    },
    set(paused: boolean) {
      if (paused === job.#paused) return;
      job.#paused = paused;
      if (paused) job.estimate.interrupt();
      for (const listener of job.#listeners) listener(paused);
    },
  }))(this);

  /** Takes over the shards that were planned; those that are done stay done. */
  plan(shards: readonly ShardRow[]): void {
    this.#phase = 'shards';
    this.#costs = new Map(shards.map(({ ordinal, cost }) => [ordinal, Math.max(0, cost)]));
    this.#done = new Map(shards.filter(({ done }) => done === 1).map(({ ordinal, output }) => [ordinal, output]));
    this.#pending = shards.filter(({ done }) => done === 0);
  }

  /** What could start now; undefined while there is nothing but waiting. */
  next(): Unit | undefined {
    if (this.stop.signal.aborted || this.#paused) return undefined;
    const idle = this.#busy === 0 && this.#delayed === 0;
    if (this.#phase === 'shards') {
      const row = this.#pending[0];
      if (row !== undefined) return { kind: 'shard', row, needs: row.needs ?? DEFAULT_NEEDS };
      if (idle) this.#phase = 'merge';
    }
    if (this.#phase === 'shards' || !idle) return undefined;
    const needs = this.#phase === 'split' ? this.kind.splitNeeds : undefined;
    return { kind: this.#phase, needs: needs ?? DEFAULT_NEEDS };
  }

  /** Marks a unit as running and gives which try it is. */
  begin(unit: Unit): number {
    this.#busy += 1;
    if (unit.kind !== 'shard') return (this.#tries += 1);
    this.#pending = this.#pending.filter((row) => row !== unit.row);
    return unit.row.attempts + 1;
  }

  /** A unit is over, well or not. */
  end(unit: Unit): void {
    this.#busy -= 1;
    if (unit.kind === 'shard') this.#fractions.delete(unit.row.ordinal);
  }

  shardDone(ordinal: number, output: unknown): void {
    this.#done.set(ordinal, output);
  }

  /** Puts a unit back after a wait. */
  retryAfter(unit: Unit, waitMs: number, then: () => void): void {
    this.#delayed += 1;
    const timer = setTimeout(() => {
      this.#delayed -= 1;
      if (unit.kind === 'shard') this.#pending.unshift({ ...unit.row, attempts: unit.row.attempts + 1 });
      this.stop.signal.removeEventListener('abort', give);
      then();
    }, waitMs);
    const give = () => {
      clearTimeout(timer);
      this.#delayed -= 1;
      then();
    };
    this.stop.signal.addEventListener('abort', give, { once: true });
  }

  /** Nothing runs and nothing waits to be tried again. */
  get isIdle(): boolean {
    return this.#busy === 0 && this.#delayed === 0;
  }

  /** Outputs in the order of their shards. */
  outputs(): readonly unknown[] {
    return [...this.#done.entries()].sort(([a], [b]) => a - b).map(([, output]) => output);
  }

  note(ordinal: number, fraction: number): void {
    const before = this.#fractions.get(ordinal) ?? 0;
    this.#fractions.set(ordinal, Math.min(1, Math.max(before, fraction)));
  }

  /** 0–1 by cost; never falls. */
  progress(): number {
    const total = [...this.#costs.values()].reduce((sum, cost) => sum + cost, 0);
    if (total === 0) return this.#progress;
    const parts = [...this.#costs].map(([ordinal, cost]) =>
      this.#done.has(ordinal) ? cost : cost * (this.#fractions.get(ordinal) ?? 0),
    );
    this.#progress = Math.max(this.#progress, Math.min(1, parts.reduce((sum, part) => sum + part, 0) / total));
    return this.#progress;
  }
}
