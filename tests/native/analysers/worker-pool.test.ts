import { expect, onTestFinished, test, vi } from 'vitest';
import { flicks } from '../../../core/time/flicks.ts';
import { startAnalysis } from '../../../native/analysers/analysis-host.ts';
import { giveBack, takeWorker } from '../../../native/analysers/worker-pool.ts';

const ORDER = {
  analysers: ['loudness'],
  peaks: true,
  frames: undefined,
  sound: { sampleRateHz: 48_000, channels: 1, channelLayout: 'mono' },
} as const;

/** Loudness of a second of a level. */
async function measure(level: number) {
  const host = startAnalysis(ORDER);
  const wave = Float32Array.from({ length: 48_000 }, (_, n) => level * Math.sin(n / 7));
  await host.samples(new Uint8Array(wave.buffer));
  const answer = await host.finish(flicks(0));
  await host.close();
  const loudness = answer.results.find(({ kind }) => kind === 'loudness');
  return loudness?.kind === 'loudness' ? loudness.integratedLufs : undefined;
}

test('one warm worker measures file after file, each from nothing, and gathers no listeners', async () => {
  const first = await measure(0.1);
  const louder = await measure(0.5);
  expect((louder ?? 0) - (first ?? 0)).toBeCloseTo(20 * Math.log10(5), 2);
  for (let file = 0; file < 10; file++) expect(await measure(0.1)).toBe(first);
  const worker = takeWorker();
  onTestFinished(async () => {
    await worker.terminate();
  });
  // All twelve files came to this worker: a second one would show fewer.
  expect(worker.threadId).toBe(await onlyThread());
  expect(worker.listenerCount('exit') + worker.listenerCount('error') + worker.listenerCount('message')).toBe(1);
});

/** The number that a worker started now gets, less one: how many there were before it. */
async function onlyThread(): Promise<number> {
  const next = takeWorker();
  const id = next.threadId;
  await next.terminate();
  return id - 1;
}

test('a worker whose order is bad says so, and the next file gets another', async () => {
  const host = startAnalysis({ ...ORDER, sound: { ...ORDER.sound, sampleRateHz: 0.5 } });
  await expect(host.finish(flicks(0))).rejects.toMatchObject({ fault: { code: 'E_ANALYSIS' } });
  await host.close();
  expect(await measure(0.1)).toBeLessThan(-10);
});

test('a worker that has waited for too long is not given out while it ends', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const waited = takeWorker();
  giveBack(waited);
  vi.advanceTimersByTime(60_000);
  const next = takeWorker();
  expect(next).not.toBe(waited);
  await next.terminate();
});
