import type { GpuLease, Needs } from './job-kind.ts';
import type { Slots } from './slots.ts';

export type HeldParts = {
  readonly slots: Slots;
  readonly needs: Needs;
  /** Returns the cores and the memory that were taken for this work. */
  readonly release: () => void;
  readonly signal: AbortSignal;
  /** Called when the work begins to wait for the GPU: its cores are free for others. */
  readonly onWait: () => void;
};

/** What one piece of work holds while it runs: its cores and memory, and the GPU from when it asks for it. */
export class HeldSlots {
  readonly #parts: HeldParts;
  #room: (() => void) | undefined;
  #gpu: Promise<() => void> | undefined;
  #isOver = false;

  constructor(parts: HeldParts) {
    this.#parts = parts;
    this.#room = parts.release;
  }

  readonly gpu: GpuLease = {
    take: async () => {
      this.#gpu ??= this.#waitForGpu();
      await this.#gpu;
    },
    give: () => {
      const held = this.#gpu;
      this.#gpu = undefined;
      held?.then(
        (release) => release(),
        () => undefined,
      );
    },
  };

  /** The work is over: all that it holds is free. */
  end(): void {
    this.#isOver = true;
    this.gpu.give();
    this.#room?.();
    this.#room = undefined;
  }

  async #waitForGpu(): Promise<() => void> {
    const { slots, needs, signal, onWait } = this.#parts;
    const free = slots.takeGpu();
    if (free !== undefined) return free;
    // Whoever waits keeps no core from others, and goes on as soon as its turn has come.
    this.#room?.();
    this.#room = undefined;
    onWait();
    try {
      return await slots.waitForGpu(signal);
    } finally {
      if (!this.#isOver) this.#room = slots.takeAnyway(needs);
    }
  }
}
