/** Seconds over which older speeds fade, and how long nothing is said. */
const FADE_MS = 15_000;
const SILENT_MS = 10_000;

/** Tells how long a job will still take from how fast it went lately; nothing in its first 10 s. */
export class Estimate {
  #startedAt: number | undefined;
  #last: { readonly at: number; readonly progress: number } | undefined;
  /** Progress per millisecond. */
  #speed: number | undefined;

  /** Takes note of progress (0–1) at a steady clock's milliseconds. */
  note(progress: number, at: number): void {
    this.#startedAt ??= at;
    const last = this.#last;
    if (last !== undefined && at <= last.at) return;
    if (last !== undefined) {
      const speed = Math.max(0, progress - last.progress) / (at - last.at);
      const weight = 1 - Math.exp((last.at - at) / FADE_MS);
      this.#speed = this.#speed === undefined ? speed : this.#speed + weight * (speed - this.#speed);
    }
    this.#last = { at, progress };
  }

  /** Forgets the time that went by while nothing could happen (paused). */
  interrupt(): void {
    this.#last = undefined;
  }

  /** Milliseconds until done; undefined until there is enough to tell, and while nothing moves. */
  remainingMs(at: number): number | undefined {
    if (this.#startedAt === undefined || at - this.#startedAt < SILENT_MS) return undefined;
    if (this.#last === undefined || this.#speed === undefined || this.#speed <= 0) return undefined;
    return Math.round(Math.max(0, (1 - this.#last.progress) / this.#speed - (at - this.#last.at)));
  }
}
