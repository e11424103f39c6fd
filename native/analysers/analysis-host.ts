import { Worker } from 'node:worker_threads';
import { MontageError } from '../../core/errors.ts';
import type { AnalysisResult } from '../../core/analysis/results.ts';
import type { Flicks } from '../../core/time/flicks.ts';
import type { AnalysedMedia } from './analyser.ts';
import { createRing, ringWriter } from './ring.ts';

/** A slot takes one small frame (320 × 180 as 4:2:0) or as many bytes of sound. */
const SLOT_BYTES = (320 * 180 * 3) / 2;

export type AnalysisOrder = AnalysedMedia & { readonly analysers: readonly string[]; readonly peaks: boolean };

export type AnalysisAnswer = {
  readonly results: readonly AnalysisResult[];
  /** An encoded peaks file, where it was asked for and there is sound. */
  readonly peaks: Uint8Array | undefined;
};

/** Measures one file in a worker of its own. A full ring makes `frame` and `samples` wait. */
export interface AnalysisHost {
  frame(planes: Uint8Array): Promise<void>;
  /** Bytes of little-endian 32-bit floats, whole sample frames. */
  samples(bytes: Uint8Array): Promise<void>;
  finish(soundStart: Flicks): Promise<AnalysisAnswer>;
  /** Ends the worker; harmless after `finish`. */
  close(): Promise<void>;
}

/** Starts the worker. @throws (from its methods) MontageError E_ANALYSIS when the worker fails */
export function startAnalysis(order: AnalysisOrder): AnalysisHost {
  const ring = createRing(SLOT_BYTES);
  const worker = new Worker(new URL('./analysis.worker.ts', import.meta.url), { workerData: { ...order, ...ring } });
  let gone = false;
  const answer = new Promise<AnalysisAnswer>((resolve, reject) => {
    worker.once('message', (message: AnalysisAnswer) => resolve(message));
    worker.once('error', (cause) => reject(analysisFault(String(cause), cause)));
    worker.once('exit', () => {
      gone = true;
      reject(analysisFault('the worker ended early'));
    });
  });
  answer.catch(() => undefined);
  const writer = ringWriter(ring, () => gone);
  const send = async (kind: 'frame' | 'samples' | 'end', payload: Uint8Array, grain?: number) => {
    // A worker that is gone has said why in its answer.
    if (!(await writer.write(kind, payload, grain))) await answer;
  };
  return {
    frame: (planes) => send('frame', planes),
    samples: (bytes) => send('samples', bytes, 4 * (order.sound?.channels ?? 1)),
    async finish(soundStart) {
      const payload = new Uint8Array(8);
      new DataView(payload.buffer).setFloat64(0, soundStart, true);
      await send('end', payload);
      return answer;
    },
    async close() {
      await worker.terminate();
    },
  };
}

function analysisFault(message: string, cause?: unknown): MontageError {
  return new MontageError(
    { code: 'E_ANALYSIS', message: `measuring failed: ${message}`, stage: 'analysis' },
    { cause },
  );
}
