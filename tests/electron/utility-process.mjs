// Stands for Electron's utility process: a worker whose parentPort looks like Electron's, running the engine's real entry.
import { parentPort } from 'node:worker_threads';

process.parentPort = {
  on(event, listener) {
    parentPort?.on(event, ({ data, ports }) => listener({ data, ports }));
  },
  postMessage: (message) => parentPort?.postMessage(message),
};
await import('../../native/host/main.ts');
