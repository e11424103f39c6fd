import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRing, ringWriter } from '../../../native/analysers/ring.ts';

const SLOTS = 32;

/** A reader in a thread of its own that waits for a word, then sums up what comes. */
const SLOW_READER = `
import { parentPort, workerData } from 'node:worker_threads';
import { readRing } from ${JSON.stringify(new URL('../../../native/analysers/ring.ts', import.meta.url).href)};
parentPort.once('message', () => {
  const seen = [];
  readRing(workerData, (kind, payload) => {
    seen.push(kind === 'end' ? 'end' : kind + ':' + payload.length + ':' + payload[0]);
    if (seen.length % 50 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  });
  parentPort.postMessage(seen);
});
`;

describe('the ring between engine and analysers', () => {
  test('a slow reader makes the writer wait: nothing is dropped, and never more than its slots are ahead', async () => {
    const ring = createRing(1000);
    expect(ring.memory.byteLength).toBeLessThan(SLOTS * 1100);
    const source = new URL(`data:text/javascript,${encodeURIComponent(SLOW_READER)}`);
    const worker = new Worker(source, { workerData: ring });
    onTestFinished(async () => {
      await worker.terminate();
    });
    const answer = new Promise<unknown>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    const writer = ringWriter(ring, () => false);
    let written = 0;
    const writing = (async () => {
      for (let frame = 0; frame < 400; frame++) {
        await writer.write('frame', new Uint8Array(1000).fill(frame % 251));
        written++;
      }
      // Longer than a slot: split at whole sample frames of 24 bytes.
      await writer.write('samples', new Uint8Array(2400).fill(7), 24);
      await writer.write('end', new Uint8Array(8));
    })();
    await wait(300);
    expect(written).toBe(SLOTS);
    worker.postMessage('go');
    await writing;
    const frames = Array.from({ length: 400 }, (_, frame) => `frame:1000:${frame % 251}`);
    expect(await answer).toEqual([...frames, 'samples:984:7', 'samples:984:7', 'samples:432:7', 'end']);
  });

  test('a reader that is gone ends the wait', async () => {
    let gone = false;
    const writer = ringWriter(createRing(8), () => gone);
    for (let slot = 0; slot < SLOTS; slot++) expect(await writer.write('frame', new Uint8Array(8))).toBe(true);
    const waiting = writer.write('frame', new Uint8Array(8));
    gone = true;
    expect(await waiting).toBe(false);
  });
});
