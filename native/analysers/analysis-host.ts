import { MontageError } from '../../core/errors.ts';
import type { AnalysisResult } from '../../core/analysis/results.ts';
import type { Flicks } from '../../core/time/flicks.ts';
import type { AnalysedMedia } from './analyser.ts';
import { createRing, ringWriter } from './ring.ts';
import { giveBack, takeWorker } from './worker-pool.ts';

/** A slot takes one small frame (4:2:0), or as many bytes of sound; this where there are no frames. */
const SOUND_SLOT_BYTES = 1 << 16;

export type AnalysisOrder = AnalysedMedia & { readonly analysers: readonly string[]; readonly peaks: boolean };

export type AnalysisAnswer = {
  readonly results: readonly AnalysisResult[];
  /** An encoded peaks file, where it was asked for and there is sound. */
  readonly peaks: Uint8Array | undefined;
};

/** Measures one file in a worker that has no other. A full ring makes `frame` and `samples` wait. */
export interface AnalysisHost {
  frame(planes: Uint8Array): Promise<void>;
  /** Bytes of little-endian 32-bit floats, whole sample frames. */
  samples(bytes: Uint8Array): Promise<void>;
  finish(soundStart: Flicks): Promise<AnalysisAnswer>;
  /** Ends a worker that has not answered yet; harmless after `finish`. */
  close(): Promise<void>;
}

/** Gives a worker its order. @throws (from its methods) MontageError E_ANALYSIS when the worker fails */
export function startAnalysis(order: AnalysisOrder): AnalysisHost {
  const { frames } = order;
  const ring = createRing(frames === undefined ? SOUND_SLOT_BYTES : Math.ceil(1.5 * frames.width * frames.height));
  const worker = takeWorker();
  let gone = false;
  let answered = false;
  const answer = new Promise<AnalysisAnswer>((resolve, reject) => {
    const fail = (cause: unknown) => reject(analysisFault(String(cause), cause));
    const exit = () => {
      gone = true;
      reject(analysisFault('the worker ended early'));
    };
    worker.once('message', (message: AnalysisAnswer) => {
      answered = true;
      worker.off('error', fail).off('exit', exit);
      giveBack(worker);
      resolve(message);
    });
    worker.once('error', fail).once('exit', exit);
  });
  worker.postMessage({ ...order, ...ring });
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
      if (!answered) await worker.terminate();
    },
  };
}

function analysisFault(message: string, cause?: unknown): MontageError {
  return new MontageError(
    { code: 'E_ANALYSIS', message: `measuring failed: ${message}`, stage: 'analysis' },
    { cause },
  );
}
