import { expect, test } from 'vitest';
import { machineCapacity, memoryNow, roomUnder, Slots } from '../../../native/jobs/slots.ts';

const GIB = 2 ** 30;
const one = { cores: 1, memoryBytes: GIB / 4 };

test('the budget is part of what the machine, or its container, has', () => {
  const { totalBytes, availableBytes } = memoryNow();
  expect(availableBytes).toBeGreaterThan(0);
  expect(availableBytes).toBeLessThanOrEqual(totalBytes);
  expect(machineCapacity().memoryBytes).toBeLessThanOrEqual(totalBytes * 0.6);
});

test('short memory takes cores away step by step, and gives them back', () => {
  const cores = (free: number) => roomUnder(8, { totalBytes: 16 * GIB, availableBytes: free * 16 * GIB }).cores;
  expect([1, 0.3, 0.25, 0.2, 0.15, 0.05].map(cores)).toEqual([8, 8, 5, 3, 1, 1]);
  let availableBytes = 8 * GIB;
  const slots = new Slots({ cores: 4, memoryBytes: 8 * GIB }, () => ({ totalBytes: 16 * GIB, availableBytes }));
  const first = slots.take(one);
  expect(first).toBeDefined();
  availableBytes = GIB;
  expect(slots.take(one)).toBeUndefined();
  availableBytes = 8 * GIB;
  expect(slots.take(one)).toBeDefined();
});

test('work that is alone goes on however short memory is; work beside it must fit what is free', () => {
  const slots = new Slots({ cores: 4, memoryBytes: 8 * GIB }, () => ({ totalBytes: 4 * GIB, availableBytes: 3 * GIB }));
  const release = slots.take({ cores: 1, memoryBytes: 6 * GIB });
  expect(release).toBeDefined();
  expect(slots.take({ cores: 1, memoryBytes: 3 * GIB })).toBeUndefined();
  expect(slots.take(one)).toBeDefined();
  release?.();
});

test('the GPU is one slot: whoever waits gets it in turn, and who gives up waiting keeps nobody from it', async () => {
  const slots = new Slots({ cores: 4, memoryBytes: 8 * GIB });
  const { signal } = new AbortController();
  const release = slots.takeGpu();
  expect(slots.takeGpu()).toBeUndefined();
  const got: string[] = [];
  const wait = async (name: string, until: AbortSignal) => {
    const give = await slots.waitForGpu(until);
    got.push(name);
    return give;
  };
  const impatient = new AbortController();
  const [first, second, third] = [wait('first', signal), wait('second', impatient.signal), wait('third', signal)];
  impatient.abort(new Error('no longer'));
  await expect(second).rejects.toThrow('no longer');
  expect(got).toEqual([]);
  release?.();
  const giveFirst = await first;
  // It is passed on, never free for one who comes between.
  expect(slots.takeGpu()).toBeUndefined();
  expect(got).toEqual(['first']);
  giveFirst();
  (await third)();
  expect(got).toEqual(['first', 'third']);
  expect(slots.takeGpu()).toBeDefined();
});
