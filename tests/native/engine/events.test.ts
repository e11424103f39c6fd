import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EngineEvent, SequencedEvent } from '../../../core/contract/model.ts';
import { createEventHub, type EventHub } from '../../../native/engine/events.ts';
import { scaled } from '../../scale.ts';

const clock = { now: () => 1000, elapsed: () => 0 };
const START = 1_000_000;
const event = (id: number): EngineEvent => ({ kind: 'jobRemoved', jobId: String(id) });

async function take(hub: EventHub, after: number | null, count: number): Promise<readonly SequencedEvent[]> {
  const taken: SequencedEvent[] = [];
  if (count === 0) return taken;
  for await (const item of hub.subscribe(after)) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

test('a client that comes back gets exactly what it missed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }), async (published, seen) => {
      fc.pre(seen <= published);
      const hub = createEventHub(clock, 100);
      for (let id = 1; id <= published; id += 1) hub.publish(event(id));
      const missed = await take(hub, START + seen, published - seen);
      expect(missed.map(({ seq }) => seq)).toEqual(
        Array.from({ length: published - seen }, (_, n) => START + seen + n + 1),
      );
      expect(missed.every((item) => 'event' in item)).toBe(true);
    }),
    { numRuns: scaled(50) },
  );
});

test('a client that missed more than is kept, or comes from another life, is told to read everything anew', async () => {
  const hub = createEventHub(clock, 3);
  for (let id = 1; id <= 10; id += 1) hub.publish(event(id));
  expect(await take(hub, START + 2, 1)).toEqual([{ seq: START + 10, resync: true }]);
  expect(await take(hub, START + 7, 1)).toEqual([{ seq: START + 8, event: event(8) }]);
  expect(await take(hub, 5, 1)).toEqual([{ seq: START + 10, resync: true }]);
  expect(await take(hub, START + 999, 1)).toEqual([{ seq: START + 10, resync: true }]);
});

test("'from now on' begins with the call and not with the first look", async () => {
  const hub = createEventHub(clock);
  hub.publish(event(1));
  const stream = hub.subscribe(null);
  hub.publish(event(2));
  expect((await stream.next()).value).toEqual({ seq: START + 2, event: event(2) });
});

test('a stream ends when its client goes and when the hub closes', async () => {
  const hub = createEventHub(clock);
  const gone = new AbortController();
  const first = hub.subscribe(null, gone.signal).next();
  const second = hub.subscribe(null).next();
  gone.abort();
  expect((await first).done).toBe(true);
  hub.close();
  expect((await second).done).toBe(true);
});
