import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { JobContext } from '../../../native/jobs/job-kind.ts';
import type { JobQueue } from '../../../native/jobs/queue.ts';
import { openTestProject, testQueue } from '../open-test-project.ts';
import { numbersKind } from './numbers-kind.ts';

const twoCores = { capacity: { cores: 2, memoryBytes: 2 ** 30 } };

/** Counts who is at work on the GPU, and at most at once. */
function gpuWork() {
  const count = { now: 0, most: 0, ended: 0 };
  const work = async (context: JobContext) => {
    await context.gpu.take();
    count.most = Math.max(count.most, (count.now += 1));
    await pause(3, undefined, { signal: context.signal }).finally(() => (count.now -= 1));
    count.ended += 1;
  };
  return { count, work };
}

const said = (queue: JobQueue, id: string) => queue.log(id).map(({ message }) => message);

test('jobs that work on the GPU do so one after another, whatever the number of cores', async () => {
  const queue = testQueue(await openTestProject(), { capacity: { cores: 8, memoryBytes: 2 ** 33 } });
  const { count, work } = gpuWork();
  const kind = numbersKind(async (shard, context) => {
    await work(context);
    // Asked for again it is still held.
    await context.gpu.take();
    return { value: shard };
  });
  queue.start();
  const jobs = [queue.add(kind, { count: 6 }), queue.add(kind, { count: 6 })];
  for (const id of jobs) expect((await queue.wait(id)).result).toEqual({ sum: 15 });
  expect(count).toEqual({ now: 0, most: 1, ended: 12 });
  expect(jobs.flatMap((id) => said(queue, id))).toContain('waits while other work uses the GPU, or tries it');
});

test('who waits for the GPU keeps no core from work that needs none of it', async () => {
  const queue = testQueue(await openTestProject(), twoCores);
  const held = Promise.withResolvers<undefined>();
  let waiting = 0;
  const onGpu = numbersKind(async (shard, { gpu }) => {
    waiting += 1;
    await gpu.take();
    await held.promise;
    return { value: shard };
  });
  const onCores = numbersKind(undefined, { id: 'cores' });
  queue.start();
  const gpuJob = queue.add(onGpu, { count: 2 });
  await expect.poll(() => waiting).toBe(2);
  expect((await queue.wait(queue.add(onCores, { count: 5 }))).result).toEqual({ sum: 10 });
  expect(queue.get(gpuJob).state).toBe('running');
  held.resolve(undefined);
  expect((await queue.wait(gpuJob)).state).toBe('done');
});

test('the GPU comes back from work that fails, that is cancelled while it works or waits, and that gives it back', async () => {
  const queue = testQueue(await openTestProject(), twoCores);
  const failing = numbersKind(
    async (_, { gpu }) => {
      await gpu.take();
      throw new Error('planted');
    },
    { id: 'failing' },
  );
  let begun = 0;
  const forEver = numbersKind(
    async (_, { gpu, signal }) => {
      begun += 1;
      await gpu.take();
      await pause(60_000, undefined, { signal });
      return { value: 0 };
    },
    { id: 'for ever' },
  );
  const polite = numbersKind(
    async (shard, { gpu }) => {
      await gpu.take();
      gpu.give();
      gpu.give();
      await gpu.take();
      return { value: shard };
    },
    { id: 'polite' },
  );
  queue.start();
  expect((await queue.wait(queue.add(failing, { count: 3 }))).state).toBe('failed');
  const job = queue.add(forEver, { count: 2 });
  await expect.poll(() => begun).toBe(2);
  queue.cancel(job);
  expect((await queue.wait(queue.add(polite, { count: 4 }))).result).toEqual({ sum: 6 });
});
