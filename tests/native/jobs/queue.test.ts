import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MontageError } from '../../../core/errors.ts';
import type { JobContext } from '../../../native/jobs/job-kind.ts';
import { openTestProject, testQueue } from '../open-test-project.ts';
import { numbersKind } from './numbers-kind.ts';

const twoCores = { capacity: { cores: 2, memoryBytes: 2 ** 30 } };

/** A promise and the function that resolves it. */
function latch(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { opened: promise, open: () => resolve(undefined) };
}

/** Waits as a shard does: until told to go on or to stop. */
async function untilOpen(opened: Promise<void>, { signal }: JobContext): Promise<void> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
  await Promise.race([opened, aborted]);
}

describe('a job', () => {
  it('is split, run and merged, and says so', async () => {
    const project = await openTestProject();
    const queue = testQueue(project);
    const states = new Set<string>();
    project.events.subscribe((event) => {
      if (event.kind === 'job-changed') states.add(queue.get(event.jobId).state);
    });
    queue.start();
    const id = queue.add(numbersKind(), { count: 10 });
    const job = await queue.wait(id);
    expect(job).toMatchObject({ state: 'done', progress: 1, result: { sum: 45 }, title: 'Add 10 numbers' });
    expect(job.finishedAtMs).toBeGreaterThanOrEqual(job.createdAtMs);
    expect([...states]).toEqual(['queued', 'running', 'done']);
  });

  it('without shards is merged at once', async () => {
    const queue = testQueue(await openTestProject());
    queue.start();
    expect(await queue.wait(queue.add(numbersKind(), { count: 0 }))).toMatchObject({
      state: 'done',
      result: { sum: 0 },
    });
  });

  it('waits on disk until an engine starts', async () => {
    const queue = testQueue(await openTestProject());
    const id = queue.add(numbersKind(), { count: 3 });
    await pause(20);
    expect(queue.get(id).state).toBe('queued');
    queue.start();
    expect((await queue.wait(id)).state).toBe('done');
  });

  it('never runs more shards at once than fit', async () => {
    const queue = testQueue(await openTestProject(), twoCores);
    let [running, most] = [0, 0];
    const kind = numbersKind(async (shard) => {
      most = Math.max(most, (running += 1));
      await pause(2);
      running -= 1;
      return { value: shard };
    });
    queue.start();
    const jobs = [queue.add(kind, { count: 8 }), queue.add(kind, { count: 8 })];
    await Promise.all(jobs.map((id) => queue.wait(id)));
    expect(most).toBe(2);
  });

  it('steps back while memory is short, says so, and recovers without waiting for an end', async () => {
    let availableBytes = 2 ** 30;
    const memory = () => ({ totalBytes: 16 * 2 ** 30, availableBytes });
    const capacity = { cores: 4, memoryBytes: 8 * 2 ** 30 };
    const queue = testQueue(await openTestProject(), { capacity, memory, lookMs: 5 });
    const { opened, open } = latch();
    let running = 0;
    const eases = new Set<number>();
    const kind = numbersKind(async (shard, context) => {
      running += 1;
      while (availableBytes < 2 ** 33) {
        eases.add(context.ease().batch);
        await pause(5, undefined, { signal: context.signal });
      }
      await untilOpen(opened, context);
      eases.add(context.ease().batch);
      return { value: shard };
    });
    queue.start();
    const id = queue.add(kind, { count: 4 });
    await expect.poll(() => eases).toContain(0.25);
    expect(running).toBe(1);
    availableBytes = 12 * 2 ** 30;
    await expect.poll(() => running).toBe(4);
    const said = () =>
      queue
        .log(id)
        .map(({ message }) => message)
        .join('\n');
    await expect.poll(said).toContain('all 4 workers again');
    open();
    expect((await queue.wait(id)).state).toBe('done');
    expect(said()).toMatch(/1 of 4 workers, batches × 0.25/);
    expect(eases).toContain(1);
  });

  it('lets work that takes no core pass what waits for one', async () => {
    const queue = testQueue(await openTestProject(), { capacity: { cores: 1, memoryBytes: 2 ** 30 } });
    const { opened, open } = latch();
    const busy = numbersKind(async (shard, context) => {
      await untilOpen(opened, context);
      return { value: shard };
    });
    const none = { cores: 0, memoryBytes: 1 };
    const light = numbersKind(undefined, {
      ...{ id: 'light', splitNeeds: none },
      split: async () => [{ shard: 7, cost: 1, needs: none }],
    });
    queue.start();
    const [first, second] = [queue.add(busy, { count: 1 }), queue.add(busy, { count: 1 })];
    const passing = queue.add(light, { count: 1 });
    await expect.poll(() => queue.get(passing).state).toBe('running');
    // Its shard is done; putting the sum together takes a core and waits its turn.
    await expect.poll(() => queue.get(passing).progress).toBe(1);
    expect([first, second].map((id) => queue.get(id).state)).toEqual(['running', 'queued']);
    open();
    for (const id of [first, second, passing]) expect((await queue.wait(id)).state).toBe('done');
  });

  it('runs what needs more than there is, alone', async () => {
    const queue = testQueue(await openTestProject(), twoCores);
    const split = async () =>
      [1, 2, 3].map((shard) => ({ shard, cost: 1, needs: { cores: 64, memoryBytes: 2 ** 40 } }));
    queue.start();
    const id = queue.add(numbersKind(undefined, { split }), { count: 3 });
    expect(await queue.wait(id)).toMatchObject({ state: 'done', result: { sum: 6 } });
  });

  it('has progress weighted by cost that never falls', async () => {
    const queue = testQueue(await openTestProject(), { capacity: { cores: 1, memoryBytes: 2 ** 30 } });
    const seen: number[] = [];
    const kind = numbersKind(
      async (shard, context) => {
        context.progress(0.5);
        seen.push(queue.get(context.jobId).progress);
        context.progress(0.2);
        seen.push(queue.get(context.jobId).progress);
        return { value: shard };
      },
      { split: async () => [1, 3, 4].map((cost) => ({ shard: cost, cost })) },
    );
    queue.start();
    await queue.wait(queue.add(kind, { count: 3 }));
    expect(seen).toEqual([0.5 / 8, 0.5 / 8, 2.5 / 8, 2.5 / 8, 6 / 8, 6 / 8]);
  });
});

describe('faults', () => {
  it('worth another try get one, after a while', async () => {
    const queue = testQueue(await openTestProject());
    const attempts: number[] = [];
    const kind = numbersKind(async (shard, { attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw new MontageError({ code: 'E_BUSY', message: 'not now' });
      return { value: shard };
    });
    queue.start();
    const id = queue.add(kind, { count: 1 });
    expect((await queue.wait(id)).state).toBe('done');
    expect(attempts).toEqual([1, 2, 3]);
    expect(queue.log(id).filter(({ level }) => level === 'warn')).toHaveLength(2);
  });

  it('end the job with code, stage and hint, and stop its other shards', async () => {
    const queue = testQueue(await openTestProject(), twoCores);
    let aborted = false;
    const kind = numbersKind(async (shard, context) => {
      if (shard === 1)
        throw new MontageError({ code: 'E_DAMAGED', message: 'cut short', where: 'a.mov', hint: 'copy it' });
      context.signal.addEventListener('abort', () => (aborted = true));
      await untilOpen(new Promise(() => undefined), context);
      return { value: shard };
    });
    queue.start();
    const id = queue.add(kind, { count: 4 });
    const fault = { code: 'E_DAMAGED', message: 'cut short', where: 'a.mov', hint: 'copy it', stage: 'numbers' };
    expect(await queue.wait(id)).toMatchObject({ state: 'failed', fault });
    expect(aborted).toBe(true);
    expect(queue.log(id).at(-1)).toMatchObject({ level: 'error', message: 'E_DAMAGED: cut short' });
  });

  it('of ours are bugs, and the shards that were done are not run again on resume', async () => {
    const queue = testQueue(await openTestProject(), { capacity: { cores: 1, memoryBytes: 2 ** 30 } });
    const runs: number[] = [];
    let broken = true;
    const kind = numbersKind(async (shard) => {
      runs.push(shard);
      if (shard === 2 && broken) throw new TypeError('x is not a function');
      return { value: shard };
    });
    queue.start();
    const id = queue.add(kind, { count: 4 });
    expect(await queue.wait(id)).toMatchObject({ state: 'failed', fault: { code: 'E_BUG' }, progress: 0.5 });
    broken = false;
    queue.resume(id);
    expect(await queue.wait(id)).toMatchObject({ state: 'done', result: { sum: 6 } });
    expect(runs).toEqual([0, 1, 2, 2, 3]);
  });

  it('of a job that another one needs end that one too', async () => {
    const queue = testQueue(await openTestProject());
    const bad = numbersKind(async () => {
      throw new MontageError({ code: 'E_DAMAGED', message: 'cut short' });
    });
    const first = queue.add(bad, { count: 1 });
    const second = queue.add(numbersKind(undefined, { id: 'good' }), { count: 1 }, { after: [first] });
    queue.start();
    expect(await queue.wait(second)).toMatchObject({ state: 'failed', fault: { code: 'E_JOB_NEEDS' } });
  });
});

describe('order', () => {
  it('is by need, then priority, then age', async () => {
    const queue = testQueue(await openTestProject(), { capacity: { cores: 1, memoryBytes: 2 ** 30 } });
    const order: number[] = [];
    const kind = numbersKind(
      async (shard) => {
        order.push(shard);
        return { value: shard };
      },
      { split: async ({ count }) => [{ shard: count, cost: 1 }] },
    );
    const first = queue.add(kind, { count: 1 });
    const second = queue.add(kind, { count: 2 }, { after: [first] });
    queue.add(kind, { count: 3 });
    const fourth = queue.add(kind, { count: 4 });
    queue.prioritise(fourth);
    queue.start();
    await queue.wait(second);
    await queue.wait(queue.list()[1]?.id ?? '');
    expect(order).toEqual([4, 1, 2, 3]);
  });
});

describe('the user', () => {
  it('pauses and resumes', async () => {
    const queue = testQueue(await openTestProject(), { capacity: { cores: 1, memoryBytes: 2 ** 30 } });
    const gate = latch();
    const heard: boolean[] = [];
    const kind = numbersKind(async (shard, context) => {
      if (shard === 0) {
        context.pause.onChange((paused) => heard.push(paused));
        await untilOpen(gate.opened, context);
      }
      return { value: shard };
    });
    queue.start();
    const id = queue.add(kind, { count: 3 });
    await expect.poll(() => queue.get(id).state).toBe('running');
    await expect.poll(() => queue.get(id).attempts).toBe(1);
    expect(queue.pause(id).state).toBe('paused');
    gate.open();
    await expect.poll(() => queue.get(id).progress).toBeCloseTo(1 / 3);
    await pause(20);
    expect(queue.get(id)).toMatchObject({ state: 'paused', attempts: 1 });
    queue.resume(id);
    expect((await queue.wait(id)).state).toBe('done');
    expect(heard).toEqual([true, false]);
  });

  it('cancels a job with its children, and can take it up again', async () => {
    const queue = testQueue(await openTestProject(), { capacity: { cores: 1, memoryBytes: 2 ** 30 } });
    let open = false;
    const kind = numbersKind(async (shard, context) => {
      if (!open) await untilOpen(new Promise(() => undefined), context);
      return { value: shard };
    });
    queue.start();
    const parent = queue.add(kind, { count: 2 });
    const child = queue.add(kind, { count: 2 }, { parent });
    await expect.poll(() => queue.get(parent).attempts).toBe(1);
    expect(queue.cancel(parent).state).toBe('cancelled');
    expect(queue.get(child).state).toBe('cancelled');
    open = true;
    queue.resume(parent);
    expect((await queue.wait(parent)).state).toBe('done');
    expect((await queue.wait(child)).state).toBe('done');
    expect(queue.clean()).toBe(2);
    expect(queue.list()).toEqual([]);
    expect(() => queue.get(parent)).toThrow('E_JOB_UNKNOWN');
  });
});

describe('a restart', () => {
  it('goes on with what was left and keeps what was done', async () => {
    const project = await openTestProject();
    const runs: number[] = [];
    const slow = numbersKind(async (shard, context) => {
      runs.push(shard);
      if (shard >= 2) await untilOpen(new Promise(() => undefined), context);
      return { value: shard };
    });
    const first = testQueue(project, { capacity: { cores: 1, memoryBytes: 2 ** 30 } });
    first.start();
    const id = first.add(slow, { count: 4 });
    await expect.poll(() => first.get(id).progress).toBe(0.5);
    await first.stop();
    expect(first.get(id).state).toBe('queued');
    const second = testQueue(project);
    second.register(
      numbersKind(async (shard) => {
        runs.push(shard);
        return { value: shard };
      }),
    );
    second.start();
    expect(await second.wait(id)).toMatchObject({ state: 'done', result: { sum: 6 } });
    expect(runs.filter((shard) => shard < 2)).toEqual([0, 1]);
  });

  it('splits anew what another version of the kind had split', async () => {
    const project = await openTestProject();
    const first = testQueue(project, { capacity: { cores: 1, memoryBytes: 2 ** 30 } });
    first.start();
    const stuck = numbersKind(async (_shard, context) => {
      await untilOpen(new Promise(() => undefined), context);
      return { value: 0 };
    });
    const id = first.add(stuck, { count: 4 });
    await expect.poll(() => first.get(id).attempts).toBe(1);
    await first.stop();
    const second = testQueue(project);
    second.register(numbersKind(undefined, { version: 2, split: async () => [{ shard: 7, cost: 1 }] }));
    second.start();
    expect(await second.wait(id)).toMatchObject({ state: 'done', result: { sum: 7 } });
  });

  it('fails a job whose kind is gone, with a code', async () => {
    const project = await openTestProject();
    const id = testQueue(project).add(numbersKind(), { count: 4 });
    const queue = testQueue(project);
    queue.start();
    expect(await queue.wait(id)).toMatchObject({ state: 'failed', fault: { code: 'E_JOB_KIND_UNKNOWN' } });
  });
});
