import { Worker } from 'node:worker_threads';

/** A start costs as much as some seconds of footage: workers stay for the next file this long, and at most so many. */
const IDLE_MS = 20_000;
const MOST_IDLE = 2;

const idle = new Map<Worker, NodeJS.Timeout>();

/** A worker that waits for an order: a warm one where there is one. It keeps the process alive until it is given back. */
export function takeWorker(): Worker {
  for (const [worker, timer] of idle) {
    clearTimeout(timer);
    idle.delete(worker);
    worker.ref();
    return worker;
  }
  const worker = new Worker(new URL('./analysis.worker.ts', import.meta.url));
  worker.once('exit', () => idle.delete(worker));
  return worker;
}

/** Takes back a worker that has answered its order and listens for the next; it no longer keeps the process alive. */
export function giveBack(worker: Worker): void {
  if (idle.size >= MOST_IDLE) {
    void worker.terminate();
    return;
  }
  worker.unref();
  const timer = setTimeout(() => {
    // At once: its end takes a while, and an order given to it meanwhile would be lost.
    idle.delete(worker);
    void worker.terminate();
  }, IDLE_MS);
  timer.unref();
  idle.set(worker, timer);
}
