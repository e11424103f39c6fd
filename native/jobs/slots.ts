import { availableParallelism, totalmem } from 'node:os';
import type { Needs } from './job-kind.ts';

/** What a shard takes unless its kind says otherwise. */
export const DEFAULT_NEEDS: Needs = { cores: 1, memoryBytes: 256 * 1024 * 1024 };

/** Memory as the system tells it; inside a container its limit counts (cgroup). */
export type MemoryNow = { readonly totalBytes: number; readonly availableBytes: number };

/** The machine's memory, or the container's. */
export function memoryNow(): MemoryNow {
  // 0 or a number beyond the machine's memory where there is no limit.
  const limit = process.constrainedMemory();
  const totalBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { totalBytes, availableBytes: Math.min(totalBytes, process.availableMemory()) };
}

/** All cores, and the part of memory that leaves the window and the system room. */
export function machineCapacity(): Needs {
  return { cores: availableParallelism(), memoryBytes: Math.floor(memoryNow().totalBytes * 0.6) };
}

/** Cores are left out from twice this share of free memory on; at this share one is left. */
const LOW = 0.15;

/**
 * What work may use beside work that runs already: all cores while memory is free, fewer step by step as it runs short,
 * and all again when it is free again. Memory is what is free now, less a fifth.
 */
export function roomUnder(cores: number, { totalBytes, availableBytes }: MemoryNow): Needs {
  const ease = Math.max(0, Math.min(1, (availableBytes / Math.max(1, totalBytes) - LOW) / LOW));
  return { cores: Math.floor(1 + ease * (cores - 1)), memoryBytes: Math.floor(availableBytes * 0.8) };
}

/** Who works on what this machine has: cores, memory, one GPU. Work that needs more than there is runs alone. */
export class Slots {
  readonly #capacity: Needs;
  #gpuIsTaken = false;
  #gpuWaiting: (() => void)[] = [];
  #cores = 0;
  #memoryBytes = 0;
  readonly #memory: (() => MemoryNow) | undefined;

  /** With `memory`, what is really free is asked before work joins other work; work that is alone always goes on. */
  constructor(capacity: Needs, memory?: () => MemoryNow) {
    this.#capacity = capacity;
    this.#memory = memory;
  }

  /** Takes what is needed and gives the function that returns it; undefined where it does not fit now. */
  take(needs: Needs): (() => void) | undefined {
    const cores = Math.min(needs.cores, this.#capacity.cores);
    const memoryBytes = Math.min(needs.memoryBytes, this.#capacity.memoryBytes);
    if (this.#cores + cores > this.#capacity.cores) return undefined;
    if (this.#memoryBytes + memoryBytes > this.#capacity.memoryBytes) return undefined;
    if (this.#cores > 0 && this.#memory !== undefined) {
      const room = roomUnder(this.#capacity.cores, this.#memory());
      if (this.#cores + cores > room.cores || memoryBytes > room.memoryBytes) return undefined;
    }
    return this.takeAnyway(needs);
  }

  /** As {@link take}, full or not: for work that had its room, gave it back while it waited, and goes on. */
  takeAnyway(needs: Needs): () => void {
    const cores = Math.min(needs.cores, this.#capacity.cores);
    const memoryBytes = Math.min(needs.memoryBytes, this.#capacity.memoryBytes);
    this.#cores += cores;
    this.#memoryBytes += memoryBytes;
    return () => {
      this.#cores -= cores;
      this.#memoryBytes -= memoryBytes;
    };
  }

  /** Takes the one slot of the GPU and gives the function that returns it; undefined while another has it. */
  takeGpu(): (() => void) | undefined {
    if (this.#gpuIsTaken) return undefined;
    this.#gpuIsTaken = true;
    return () => this.#passGpuOn();
  }

  /** As {@link takeGpu}, in turn after those who have it and who asked before. @throws the signal's reason */
  async waitForGpu(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const free = this.takeGpu();
    if (free !== undefined) return free;
    const turn = Promise.withResolvers<undefined>();
    const got = () => turn.resolve(undefined);
    const giveUp = () => {
      this.#gpuWaiting = this.#gpuWaiting.filter((other) => other !== got);
      turn.reject(signal.reason);
    };
    this.#gpuWaiting.push(got);
    signal.addEventListener('abort', giveUp, { once: true });
    await turn.promise.finally(() => signal.removeEventListener('abort', giveUp));
    return () => this.#passGpuOn();
  }

  #passGpuOn(): void {
    const next = this.#gpuWaiting.shift();
    if (next === undefined) this.#gpuIsTaken = false;
    else next();
  }
}
