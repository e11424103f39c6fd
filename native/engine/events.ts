import type { EngineEvent, SequencedEvent } from '../../core/contract/model.ts';
import type { Clock } from '../clock.ts';

/** How many events a client may miss and still catch up without reading everything anew. */
const KEPT = 2048;

/** Tells every client what changed, in order and numbered. */
export interface EventHub {
  publish(event: EngineEvent): void;
  /**
   * Events after number `after` (null: from now on) until the signal aborts or the hub closes. A client whose next event
   * is no longer kept, or whose number is from another engine's life, gets `resync` first.
   */
  subscribe(after: number | null, signal?: AbortSignal): AsyncGenerator<SequencedEvent, void, void>;
  close(): void;
}

/** Makes a hub. Numbers start from the time of day: an earlier engine's client never takes a new event for an old one. */
export function createEventHub(clock: Clock, kept = KEPT): EventHub {
  const recent: SequencedEvent[] = [];
  const wakers = new Set<() => void>();
  let last = clock.now() * 1000;
  let closed = false;
  const wakeAll = () => {
    for (const wake of wakers) wake();
  };

  async function* follow(from: number, signal?: AbortSignal): AsyncGenerator<SequencedEvent, void, void> {
    let seen = from;
    // A number beyond ours was given by an engine on another clock.
    if (seen > last) {
      seen = last;
      yield { seq: last, resync: true };
    }
    while (!closed && signal?.aborted !== true) {
      const oldest = last - recent.length + 1;
      if (seen + 1 < oldest) {
        seen = last;
        yield { seq: last, resync: true };
        continue;
      }
      const next = recent[seen + 1 - oldest];
      if (next === undefined) {
        await nextPublish(signal);
        continue;
      }
      seen = next.seq;
      yield next;
    }
  }

  async function nextPublish(signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        wakers.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      wakers.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  return {
    publish(event) {
      last += 1;
      recent.push({ seq: last, event });
      if (recent.length > kept) recent.shift();
      wakeAll();
    },
    // 'From now on' is decided here and not when the first event is awaited.
    subscribe: (after, signal) => follow(after ?? last, signal),
    close() {
      closed = true;
      wakeAll();
    },
  };
}
