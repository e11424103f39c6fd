// Runs the analysers of one file after the other: an order comes, frames and samples follow through the ring, and one
// message answers.
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { createPeakMeter } from '../../core/media/peak-meter.ts';
import { encodePeaks } from '../../core/media/peaks.ts';
import type { AnalysisResult } from '../../core/analysis/results.ts';
import { flicks, type Flicks } from '../../core/time/flicks.ts';
import { assert } from '../../core/errors.ts';
import type { AnalysisAnswer } from './analysis-host.ts';
import type { AnalyserRun } from './analyser.ts';
import { createPassKernels } from '../kernels/pass-kernels.ts';
import { analysersOf } from './registry.ts';
import { readRing } from './ring.ts';

const size = z.object({ width: z.int(), height: z.int() });
const orderSchema = z.object({
  memory: z.instanceof(SharedArrayBuffer),
  slotBytes: z.int(),
  analysers: z.array(z.string()),
  frames: size.optional(),
  sound: z.object({ sampleRateHz: z.int(), channels: z.int(), channelLayout: z.string() }).optional(),
  peaks: z.boolean(),
  shotThreshold: z.number().optional(),
});

type Order = z.output<typeof orderSchema>;

function createConsumer({ analysers, frames, sound, peaks, shotThreshold }: Order) {
  const media = { frames, sound, shotThreshold };
  const kernels = createPassKernels();
  const runs: AnalyserRun[] = analysersOf(analysers).flatMap((analyser) => analyser.start(media, kernels) ?? []);
  const meter =
    peaks && sound !== undefined
      ? createPeakMeter(sound.sampleRateHz, sound.channels, kernels.createExtremes)
      : undefined;
  let frameCount = 0;
  return {
    frame(payload: Uint8Array<SharedArrayBuffer>): void {
      assert(frames !== undefined, 'frames come only where they were announced');
      const luma = frames.width * frames.height;
      const chroma = Math.ceil(frames.width / 2) * Math.ceil(frames.height / 2);
      const planes = {
        ...frames,
        y: payload.subarray(0, luma),
        u: payload.subarray(luma, luma + chroma),
        v: payload.subarray(luma + chroma, luma + 2 * chroma),
      };
      for (const run of runs) run.frame?.(frameCount, planes);
      frameCount++;
    },
    samples(payload: Uint8Array<SharedArrayBuffer>): void {
      assert(sound !== undefined, 'samples come only where they were announced');
      const samples = new Float32Array(payload.buffer, payload.byteOffset, payload.byteLength >> 2);
      silenceNonsense(samples);
      for (const run of runs) run.samples?.(samples);
      meter?.push(samples);
    },
    finish(soundStart: Flicks): AnalysisAnswer {
      const results: AnalysisResult[] = [];
      for (const run of runs) {
        const result = run.finish({ results, soundStart });
        if (result !== undefined) results.push(result);
      }
      return { results, peaks: meter === undefined ? undefined : encodePeaks(meter.finish(soundStart)) };
    },
  };
}

/** Far above what any recording reaches, and small enough that sums of squares stay numbers. */
const LOUDEST = 1e6;

/** Files of floating-point samples may hold what is not a number: it counts as silence, in place. */
function silenceNonsense(samples: Float32Array): void {
  for (let n = 0; n < samples.length; n++) {
    const sample = samples[n] ?? 0;
    if (!(sample > -LOUDEST && sample < LOUDEST)) samples[n] = 0;
  }
}

function measure(order: Order): AnalysisAnswer {
  const consumer = createConsumer(order);
  let soundStart = flicks(0);
  readRing(order, (kind, payload) => {
    if (kind === 'frame') consumer.frame(payload);
    else if (kind === 'samples') consumer.samples(payload);
    else soundStart = flicks(new DataView(payload.buffer, payload.byteOffset, 8).getFloat64(0, true));
  });
  return consumer.finish(soundStart);
}

parentPort?.on('message', (message: unknown) => parentPort?.postMessage(measure(orderSchema.parse(message))));
