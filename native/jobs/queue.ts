import type { JobLogLine, JobSummary } from '../../core/contract/model.ts';
import { MontageError, type Fault } from '../../core/errors.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import type { Database } from '../library/database.ts';
import type { ProjectEvents } from '../library/events.ts';
import { ActiveJob, type Unit } from './active-job.ts';
import { faultOf } from './fault.ts';
import { bindKind, type BoundKind, type JobContext, type JobKind, type Needs } from './job-kind.ts';
import { hasEnded, JobStore, type JobRow } from './job-store.ts';
import { summaryOf } from './job-summary.ts';
import { HeldSlots } from './held-slots.ts';
import { AT_EASE, createPressure, type Pressure } from './pressure.ts';
import { machineCapacity, memoryNow, Slots, type MemoryNow } from './slots.ts';

export type QueueParts = {
  readonly database: Database;
  readonly events: ProjectEvents;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly artifacts: ArtifactStore;
  /** What may be used at once; this machine unless told. */
  readonly capacity?: Needs | undefined;
  /** What is free; this machine's, and nobody's where a capacity is told, unless told. */
  readonly memory?: (() => MemoryNow) | undefined;
  /** How often that is looked at while something runs; 2 s unless told. */
  readonly lookMs?: number | undefined;
  /** First wait before a retry; doubles each time up to a minute. 1 s unless told. */
  readonly retryMs?: number | undefined;
};

export type AddOptions = {
  /** Jobs that must be done first; if one fails or is cancelled, this one fails. */
  readonly after?: readonly string[] | undefined;
  /** Cancelled, paused and resumed with this job. */
  readonly parent?: string | undefined;
  /** Higher goes first; 0 unless told. */
  readonly priority?: number | undefined;
};

const LONGEST_RETRY_MS = 60_000;
const PROGRESS_EVENT_MS = 100;
const REST_MS = 5_000;
/** Memory is looked at this often while something runs. */
const LOOK_MS = 2_000;

/**
 * The durable queue of this machine. Jobs and the shards they finished are in the project's database; an engine that
 * dies leaves nothing else behind, and the next one goes on where it stopped.
 */
export class JobQueue {
  readonly #parts: QueueParts;
  readonly #store: JobStore;
  readonly #slots: Slots;
  readonly #pressure: Pressure | undefined;
  readonly #kinds = new Map<string, BoundKind>();
  readonly #active = new Map<string, ActiveJob>();
  readonly #performing = new Set<Promise<void>>();
  readonly #toldAt = new Map<string, number>();
  /** Begun and not stopped; `#started` also falls while the queue rests. */
  #inCharge = false;
  #started = false;
  #resting: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#store = new JobStore(parts.database, parts.events, parts.clock);
    const capacity = parts.capacity ?? machineCapacity();
    const memory = parts.memory ?? (parts.capacity === undefined ? memoryNow : undefined);
    this.#slots = new Slots(capacity, memory);
    this.#pressure = memory === undefined ? undefined : createPressure(capacity.cores, memory);
  }

  /** Makes a kind known; all kinds before {@link start}, so that what was left can go on. */
  register<Input, Shard, Output, Result>(kind: JobKind<Input, Shard, Output, Result>): void {
    this.#kinds.set(kind.id, bindKind(kind));
  }

  /** Sweeps half-written artifacts, takes up what an earlier engine left, and begins to work. */
  start(): void {
    this.#parts.artifacts.sweep();
    for (const id of this.#store.recover()) this.#store.log(id, 'info', 'taken up again after the engine stopped');
    this.#inCharge = true;
    this.#started = true;
    this.#pump();
  }

  /** Stops all work and waits until it stands; unfinished shards start anew next time. Safe to call twice. */
  async stop(): Promise<void> {
    if (!this.#inCharge) return;
    this.#inCharge = false;
    this.#started = false;
    clearTimeout(this.#resting);
    this.#unwatchMemory();
    for (const job of this.#active.values()) job.stop.abort();
    await Promise.all(this.#performing);
    this.#active.clear();
    this.#store.recover();
  }

  /** Queues a job; on disk when this returns. Gives its id. */
  add<Input, Shard, Output, Result>(
    kind: JobKind<Input, Shard, Output, Result>,
    input: Input,
    options: AddOptions = {},
  ): string {
    if (!this.#kinds.has(kind.id)) this.register(kind);
    const id = this.#parts.ids.id('job');
    this.#store.add({
      id,
      kind: kind.id,
      version: kind.version,
      title: kind.title(input),
      input,
      parentId: options.parent ?? null,
      priority: options.priority ?? 0,
      after: options.after ?? [],
    });
    this.#pump();
    return id;
  }

  /** As {@link add}, unless a job of this kind and input waits or runs: who asks twice gets that one. */
  addOnce<Input, Shard, Output, Result>(kind: JobKind<Input, Shard, Output, Result>, input: Input): string {
    return this.#store.unfinished(kind.id, input) ?? this.add(kind, input);
  }

  /** The newest job of this kind and input, whatever became of it; undefined where there was none or it was forgotten. */
  latest<Input, Shard, Output, Result>(
    kind: JobKind<Input, Shard, Output, Result>,
    input: Input,
  ): JobSummary | undefined {
    const id = this.#store.latest(kind.id, input);
    return id === undefined ? undefined : this.find(id);
  }

  /** All jobs, newest first. */
  list(): readonly JobSummary[] {
    return this.#store.list().map((row) => this.#summary(row));
  }

  /**
   * One job.
   *
   * @throws MontageError E_JOB_UNKNOWN; so do the functions below
   */
  get(id: string): JobSummary {
    return this.#summary(this.#store.get(id));
  }

  /** One job; undefined where it was forgotten. */
  find(id: string): JobSummary | undefined {
    const row = this.#store.find(id);
    return row === undefined ? undefined : this.#summary(row);
  }

  /** Jobs that belong to a job. */
  childrenOf(id: string): readonly JobSummary[] {
    return this.#store.childrenOf(id).map((child) => this.get(child));
  }

  /** What a job was given. */
  inputOf(id: string): unknown {
    return this.#store.get(id).input;
  }

  /** What a job said, oldest first. */
  log(id: string): readonly JobLogLine[] {
    this.#store.get(id);
    return this.#store.logOf(id);
  }

  /** Starts no more of a job and its children; what can stand still does, the rest finishes its shard. */
  pause(id: string): JobSummary {
    this.#cascade(id, (row) => {
      if (row.state !== 'queued' && row.state !== 'running') return;
      this.#store.setState(row.id, 'paused');
      this.#active.get(row.id)?.gate.set(true);
    });
    return this.get(id);
  }

  /** Goes on with a paused job; takes up a failed or cancelled one where it stopped. */
  resume(id: string): JobSummary {
    this.#cascade(id, (row) => {
      if (row.state !== 'paused' && row.state !== 'failed' && row.state !== 'cancelled') return;
      const active = this.#active.get(row.id);
      this.#store.setState(row.id, active !== undefined && !active.isIdle ? 'running' : 'queued');
      active?.gate.set(false);
    });
    this.#pump();
    return this.get(id);
  }

  /** Ends a job and its children now; what they recorded stays for {@link resume}. */
  cancel(id: string): JobSummary {
    this.#cascade(id, (row) => {
      if (hasEnded(row.state)) return;
      this.#store.setState(row.id, 'cancelled');
      const active = this.#active.get(row.id);
      active?.stop.abort();
      if (active !== undefined) this.#retire(active);
    });
    this.#pump();
    return this.get(id);
  }

  /** Lets a job go before all others. */
  prioritise(id: string): JobSummary {
    this.#store.get(id);
    this.#store.setPriority(id, this.#store.topPriority() + 1);
    this.#pump();
    return this.get(id);
  }

  /** Resolves when a job is over, however it ended. */
  wait(id: string, signal?: AbortSignal): Promise<JobSummary> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        unsubscribe();
        signal?.removeEventListener('abort', abort);
      };
      const look = () => {
        const job = this.get(id);
        if (!hasEnded(job.state)) return;
        settle();
        resolve(job);
      };
      const abort = () => {
        settle();
        reject(new MontageError({ code: 'E_CANCELLED', message: 'waiting was given up', where: id, stage: 'jobs' }));
      };
      const unsubscribe = this.#parts.events.subscribe((event) => {
        if (event.kind === 'job-changed' && event.jobId === id) look();
      });
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted === true) abort();
      else look();
    });
  }

  /** Forgets jobs that are over; gives how many. */
  clean(): number {
    return this.#store.clean();
  }

  #cascade(id: string, change: (row: JobRow) => void): void {
    this.#store.transaction(() => {
      const todo = [id];
      for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
        todo.push(...this.#store.childrenOf(next));
        change(this.#store.get(next));
      }
    });
  }

  #pump(): void {
    if (!this.#started) return;
    this.#watchMemory();
    for (const id of this.#store.stranded()) {
      this.#end(id, {
        code: 'E_JOB_NEEDS',
        message: 'a job that this one needs did not finish',
        hint: 'resume that one',
      });
    }
    let isFull = false;
    for (const id of this.#store.runnable()) {
      const job = this.#activate(id);
      for (let unit = job?.next(); job !== undefined && unit !== undefined; unit = job.next()) {
        // In order: a big job is not passed by small ones for ever. What takes no core keeps none from it.
        const release: (() => void) | undefined =
          isFull && unit.needs.cores > 0 ? undefined : this.#slots.take(unit.needs);
        isFull ||= release === undefined;
        if (release === undefined) break;
        this.#start(job, unit, release);
      }
    }
  }

  /** While something runs: memory that runs short is said, and what is free again is used. */
  #watchMemory(): void {
    const pressure = this.#pressure;
    if (pressure === undefined || this.#watch !== undefined) return;
    this.#watch = setInterval(() => {
      const change = pressure.look();
      if (change !== undefined) for (const { id } of this.#active.values()) this.#store.log(id, 'info', change);
      if (this.#performing.size > 0) this.#pump();
      else this.#unwatchMemory();
    }, this.#parts.lookMs ?? LOOK_MS);
    this.#watch.unref();
  }

  #unwatchMemory(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #activate(id: string): ActiveJob | undefined {
    const known = this.#active.get(id);
    if (known !== undefined) return known;
    const row = this.#store.get(id);
    const kind = this.#kinds.get(row.kind);
    if (kind === undefined) {
      const hint = 'update Montage, or cancel the job';
      this.#end(id, { code: 'E_JOB_KIND_UNKNOWN', message: `nothing here does '${row.kind}' jobs`, where: id, hint });
      return undefined;
    }
    const job = new ActiveJob(row, kind, this.#store.shards(id));
    this.#active.set(id, job);
    return job;
  }

  #start(job: ActiveJob, unit: Unit, release: () => void): void {
    const attempt = job.begin(unit);
    const onWait = () => {
      this.#store.log(job.id, 'info', 'waits while other work uses the GPU, or tries it');
      this.#pump();
    };
    const held = new HeldSlots({ slots: this.#slots, needs: unit.needs, release, signal: job.stop.signal, onWait });
    const performed = this.#perform(job, unit, { attempt, gpu: held.gpu })
      .catch((error: unknown) => this.#failed(job, unit, attempt, error))
      .finally(() => {
        held.end();
        job.end(unit);
        this.#performing.delete(performed);
        this.#retire(job);
        this.#pump();
      });
    this.#performing.add(performed);
  }

  async #perform(job: ActiveJob, unit: Unit, run: Pick<JobContext, 'attempt' | 'gpu'>): Promise<void> {
    const context = this.#context(job, unit, run);
    if (this.#store.get(job.id).state === 'queued') this.#store.setState(job.id, 'running');
    switch (unit.kind) {
      case 'split': {
        this.#store.saveSplit(job.id, job.kind.version, await job.kind.split(job.input, context));
        job.plan(this.#store.shards(job.id));
        return;
      }
      case 'shard': {
        const { ordinal, shard } = unit.row;
        this.#store.countAttempt(job.id, ordinal);
        const { value, commit } = await job.kind.run(shard, context, job.input);
        job.note(ordinal, 1);
        this.#store.saveShard(job.id, ordinal, value, job.progress(), commit);
        job.shardDone(ordinal, value);
        job.estimate.note(job.progress(), this.#parts.clock.elapsed());
        return;
      }
      case 'merge': {
        const { value, commit } = await job.kind.merge(job.input, job.outputs(), context);
        this.#store.transaction(() => {
          if (this.#store.get(job.id).state === 'cancelled') return;
          commit?.();
          this.#store.setState(job.id, 'done', { result: value });
        });
        this.#active.delete(job.id);
        return;
      }
    }
  }

  #context(job: ActiveJob, unit: Unit, run: Pick<JobContext, 'attempt' | 'gpu'>): JobContext {
    return {
      jobId: job.id,
      ...run,
      signal: job.stop.signal,
      pause: job.gate,
      artifacts: this.#parts.artifacts,
      progress: (fraction) => {
        if (unit.kind !== 'shard') return;
        job.note(unit.row.ordinal, fraction);
        this.#tellProgress(job);
      },
      log: (level, message) => this.#store.log(job.id, level, message),
      ease: () => this.#pressure?.ease ?? AT_EASE,
    };
  }

  #tellProgress(job: ActiveJob): void {
    const now = this.#parts.clock.elapsed();
    if (now - (this.#toldAt.get(job.id) ?? Number.NEGATIVE_INFINITY) < PROGRESS_EVENT_MS) return;
    this.#toldAt.set(job.id, now);
    job.estimate.note(job.progress(), now);
    this.#parts.events.publish({ kind: 'job-changed', jobId: job.id });
  }

  #failed(job: ActiveJob, unit: Unit, attempt: number, error: unknown): void {
    // Whoever aborted has already said what becomes of the job.
    if (job.stop.signal.aborted) return;
    const fault = faultOf(error, job.kind.id);
    const { attempts, worthIt } = job.kind.retry;
    if (attempt < attempts && worthIt(fault)) {
      const waitMs = Math.min(LONGEST_RETRY_MS, (this.#parts.retryMs ?? 1000) * 2 ** (attempt - 1));
      this.#store.log(job.id, 'warn', `try ${attempt} of ${attempts} failed (${fault.code}: ${fault.message})`);
      job.retryAfter(unit, waitMs, () => {
        this.#retire(job);
        this.#pump();
      });
      return;
    }
    job.stop.abort();
    try {
      this.#end(job.id, fault);
    } catch {
      // Not even the failure could be stored (a full disk): trying at once would spin.
      this.#rest();
    }
  }

  #rest(): void {
    this.#started = false;
    this.#resting = setTimeout(() => {
      this.#started = true;
      this.#pump();
    }, REST_MS);
  }

  #end(id: string, fault: Fault): void {
    this.#store.transaction(() => {
      this.#store.log(id, 'error', `${fault.code}: ${fault.message}`);
      this.#store.setState(id, 'failed', { fault });
    });
  }

  /** Lets go of a job that was ended from outside once nothing of it runs; it can then be taken up anew. */
  #retire(job: ActiveJob): void {
    if (!job.stop.signal.aborted || !job.isIdle) return;
    if (this.#active.get(job.id) === job) this.#active.delete(job.id);
    this.#toldAt.delete(job.id);
  }

  #summary(row: JobRow): JobSummary {
    return summaryOf(row, this.#active.get(row.id), this.#parts.clock.elapsed());
  }
}
