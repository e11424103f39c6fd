import type { Ease } from './job-kind.ts';
import { roomUnder, type MemoryNow } from './slots.ts';

export const AT_EASE: Ease = { batch: 1, side: 1 };

/** Workers go first (see `roomUnder`); below these shares of free memory batches get smaller, then pictures. */
const STEPS: readonly (Ease & { readonly below: number })[] = [
  { below: 0.15, batch: 0.5, side: 1 },
  { below: 0.1, batch: 0.25, side: 0.75 },
  { below: 0.06, batch: 0, side: 0.5 },
];
/** A step is taken back when so much more is free than where it was taken: work does not swing between two. */
const SLACK = 0.03;

/** Follows how short memory is, one step at a time. */
export interface Pressure {
  readonly ease: Ease;
  /** Looks anew; a sentence where that changed anything, for those who work. */
  look(): string | undefined;
}

/** @param cores of the machine, of which fewer work as memory runs short */
export function createPressure(cores: number, memory: () => MemoryNow): Pressure {
  let step = 0;
  let workers = cores;
  const easeOf = (): Ease => STEPS[step - 1] ?? AT_EASE;
  return {
    get ease() {
      return { batch: easeOf().batch, side: easeOf().side };
    },
    look() {
      const now = memory();
      const share = now.availableBytes / Math.max(1, now.totalBytes);
      const before = { step, workers };
      const down = STEPS[step];
      const up = STEPS[step - 1];
      if (down !== undefined && share < down.below) step += 1;
      else if (up !== undefined && share >= up.below + SLACK) step -= 1;
      workers = roomUnder(cores, now).cores;
      if (step === before.step && workers === before.workers) return undefined;
      return sentence(now, workers, cores, easeOf());
    },
  };
}

function sentence({ availableBytes, totalBytes }: MemoryNow, workers: number, cores: number, ease: Ease): string {
  const free = `${gigabytes(availableBytes)} of ${gigabytes(totalBytes)} GB of memory are free`;
  if (workers === cores && ease.batch === 1) return `${free}: all ${cores} workers again`;
  const batch = ease.batch === 1 ? '' : ease.batch === 0 ? ', one picture at a time' : `, batches × ${ease.batch}`;
  const side = ease.side === 1 ? '' : `, pictures × ${ease.side}`;
  return `${free}: ${workers} of ${cores} workers${batch}${side}`;
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}

/** How many to work on together, of `usual`. */
export function batchOf(usual: number, { batch }: Ease): number {
  return Math.max(1, Math.floor(usual * batch));
}
