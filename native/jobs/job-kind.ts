import type { z } from 'zod';
import type { Fault } from '../../core/errors.ts';
import type { JobLogLine } from '../../core/contract/model.ts';
import type { ArtifactStore } from '../artifacts/store.ts';

/** What a piece of work takes while it runs. */
export type Needs = { readonly cores: number; readonly memoryBytes: number };

/** What work should make do with while memory is short: parts of what it would like. */
export type Ease = {
  /** Of the usual number of pictures or sounds that are worked on together; one at least. */
  readonly batch: number;
  /** Of the usual side of pictures. */
  readonly side: number;
};

/** The one slot of the machine's GPU, for work whose sessions run there. */
export interface GpuLease {
  /** Holds the slot until it is given back or the work ends; waits, without a core, while other work has it. */
  take(): Promise<void>;
  /** Gives it back before the work ends; nothing where it is not held. */
  give(): void;
}

/** One shard as planned. `cost` is in any unit the kind likes: progress is weighted by it. */
export type PlannedShard<Shard> = { readonly shard: Shard; readonly cost: number; readonly needs?: Needs | undefined };

/** What a shard or merge came to. `commit` runs in the transaction that records it: both are on disk, or neither. */
export type Done<Value> = { readonly value: Value; readonly commit?: (() => void) | undefined };

/** Whether the user has paused the job; work that can stand still does, the rest finishes its shard. */
export interface PauseGate {
  readonly paused: boolean;
  /** Calls back on every change until the returned function is called. */
  onChange(listener: (paused: boolean) => void): () => void;
}

export interface JobContext {
  readonly jobId: string;
  /** From 1; above 1 after retryable faults. */
  readonly attempt: number;
  /** Aborts on cancel and when the engine stops. */
  readonly signal: AbortSignal;
  readonly pause: PauseGate;
  readonly artifacts: ArtifactStore;
  /** How much of this shard is done, 0–1. */
  progress(fraction: number): void;
  log(level: JobLogLine['level'], message: string): void;
  /** How work should make do while memory is short; may change while a shard runs. */
  ease(): Ease;
  readonly gpu: GpuLease;
}

/**
 * How one kind of work is done. Shards are the unit of retry, checkpoint and distribution: a shard that was recorded is
 * never run again, one that was not is run from its start, so make what it writes an artifact. Everything that passes
 * between the steps is stored as JSON and read back through the schemas.
 */
export interface JobKind<Input, Shard, Output, Result> {
  readonly id: string;
  /** Rises when shards or outputs change meaning: unfinished jobs of another version are split anew. */
  readonly version: number;
  readonly schemas: {
    readonly input: z.ZodType<Input>;
    readonly shard: z.ZodType<Shard>;
    readonly output: z.ZodType<Output>;
    readonly result: z.ZodType<Result>;
  };
  /** How often a shard may be tried, and which faults are worth it. Three times for busy and slow services unless told. */
  readonly retry?: { readonly attempts: number; readonly worthIt: (fault: Fault) => boolean } | undefined;
  /** What `split` takes; one core unless told. */
  readonly splitNeeds?: Needs | undefined;
  title(input: Input): string;
  split(input: Input, context: JobContext): Promise<readonly PlannedShard<Shard>[]>;
  run(shard: Shard, context: JobContext, input: Input): Promise<Done<Output>>;
  merge(input: Input, outputs: readonly Output[], context: JobContext): Promise<Done<Result>>;
}

/** A job kind whose types are checked at run time, so that kinds of all types fit one queue. */
export interface BoundKind {
  readonly id: string;
  readonly version: number;
  readonly retry: { readonly attempts: number; readonly worthIt: (fault: Fault) => boolean };
  readonly splitNeeds: Needs | undefined;
  split(input: unknown, context: JobContext): Promise<readonly PlannedShard<unknown>[]>;
  run(shard: unknown, context: JobContext, input: unknown): Promise<Done<unknown>>;
  merge(input: unknown, outputs: readonly unknown[], context: JobContext): Promise<Done<unknown>>;
}

const TRANSIENT: ReadonlySet<string> = new Set([
  'E_BUSY',
  'E_NETWORK',
  'E_STALLED',
  'E_TIMEOUT',
  'E_TOO_MANY_REQUESTS',
]);

/** Makes a kind fit for the queue. */
export function bindKind<Input, Shard, Output, Result>(kind: JobKind<Input, Shard, Output, Result>): BoundKind {
  const { schemas } = kind;
  return {
    id: kind.id,
    version: kind.version,
    retry: kind.retry ?? { attempts: 3, worthIt: ({ code }) => TRANSIENT.has(code) },
    splitNeeds: kind.splitNeeds,
    split: (input, context) => kind.split(schemas.input.parse(input), context),
    run: (shard, context, input) => kind.run(schemas.shard.parse(shard), context, schemas.input.parse(input)),
    merge: (input, outputs, context) =>
      kind.merge(
        schemas.input.parse(input),
        outputs.map((output) => schemas.output.parse(output)),
        context,
      ),
  };
}
