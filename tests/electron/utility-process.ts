// Stands for Electron's utility process: a worker whose parentPort looks like Electron's, running the engine's real entry:
// its source, or the one whose address is given as `workerData`.
import { parentPort, type MessagePort, workerData } from 'node:worker_threads';

type Handed = { readonly data: unknown; readonly ports: readonly MessagePort[] };

Object.assign(process, {
  parentPort: {
    on: (event: string, listener: (handed: Handed) => void) => parentPort?.on(event, listener),
    postMessage: (message: unknown) => parentPort?.postMessage(message),
  },
});
const entry: unknown = workerData;
await import(typeof entry === 'string' ? entry : '../../native/host/main.ts');
