import { availableParallelism, freemem, totalmem } from 'node:os';
import type { RenderPlan } from './render-plan.ts';

/**
 * How many segments are rendered at a time: one for every two cores (decoder and encoder of a segment keep about two
 * busy), two at least where memory allows, so that one segment's start fills the gap at another's end.
 */
export function segmentsAtOnce(plan: Pick<RenderPlan, 'width' | 'height'>): number {
  const byCores = Math.max(2, Math.round(availableParallelism() / 2));
  const byMemory = Math.floor((Math.min(freemem(), totalmem() * 0.6) * 0.8) / segmentMemoryBytes(plan));
  return Math.max(1, Math.min(byCores, byMemory));
}

/** Cores that a segment is counted with, so that as many run at a time as {@link segmentsAtOnce} says. */
export function segmentCores(): number {
  return Math.max(1, Math.floor(availableParallelism() / Math.max(2, Math.round(availableParallelism() / 2))));
}

/** What decoding and encoding one segment takes at most, in bytes: some forty pictures in either, and the programs. */
export function segmentMemoryBytes({ width, height }: Pick<RenderPlan, 'width' | 'height'>): number {
  return 150_000_000 + width * height * 1.5 * 120;
}

/** Runs `work` over all items, `limit` at a time, in order of starting. The first failure stops what is under way. */
export async function eachInParallel<Item>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const cancel = () => stop.abort();
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted === true) cancel();
  const waiting = [...items];
  const failures: unknown[] = [];
  const take = async () => {
    for (let item = waiting.shift(); item !== undefined && failures.length === 0; item = waiting.shift()) {
      await work(item, stop.signal).catch((error: unknown) => {
        failures.push(error);
        stop.abort();
      });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, take));
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
  if (failures.length > 0) throw failures[0];
}
