import { availableParallelism, totalmem } from 'node:os';
import type { Needs } from './job-kind.ts';

/** What a shard takes unless its kind says otherwise. */
export const DEFAULT_NEEDS: Needs = { cores: 1, memoryBytes: 256 * 1024 * 1024 };

/** All cores, and the part of memory that leaves the window and the system room. */
export function machineCapacity(): Needs {
  return { cores: availableParallelism(), memoryBytes: Math.floor(totalmem() * 0.6) };
}

/** Who works on what this machine has. Work that needs more than there is runs alone. */
export class Slots {
  readonly #capacity: Needs;
  #cores = 0;
  #memoryBytes = 0;

  constructor(capacity: Needs) {
    this.#capacity = capacity;
  }

  /** Takes what is needed and gives the function that returns it; undefined where it does not fit now. */
  take(needs: Needs): (() => void) | undefined {
    const cores = Math.min(needs.cores, this.#capacity.cores);
    const memoryBytes = Math.min(needs.memoryBytes, this.#capacity.memoryBytes);
    if (this.#cores + cores > this.#capacity.cores) return undefined;
    if (this.#memoryBytes + memoryBytes > this.#capacity.memoryBytes) return undefined;
    this.#cores += cores;
    this.#memoryBytes += memoryBytes;
    return () => {
      this.#cores -= cores;
      this.#memoryBytes -= memoryBytes;
    };
  }
}
