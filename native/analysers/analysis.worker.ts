// Runs the analysers of one file: takes frames and samples from the ring and answers with one message.
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { createPeakMeter } from '../../core/media/peak-meter.ts';
import { encodePeaks } from '../../core/media/peaks.ts';
import type { AnalysisResult } from '../../core/analysis/results.ts';
import { flicks } from '../../core/time/flicks.ts';
import { assert } from '../../core/errors.ts';
import type { AnalyserRun, SoundFormat } from './analyser.ts';
import { analysersOf } from './registry.ts';
import { readRing } from './ring.ts';

const size = z.object({ width: z.int(), height: z.int() });
const order = z.object({
  memory: z.instanceof(SharedArrayBuffer),
  slotBytes: z.int(),
  analysers: z.array(z.string()),
  frames: size.optional(),
  sound: z.object({ sampleRateHz: z.int(), channels: z.int(), channelLayout: z.string() }).optional(),
  peaks: z.boolean(),
});

const { memory, slotBytes, analysers, frames, sound, peaks } = order.parse(workerData);
const media = { frames, sound };
const runs: AnalyserRun[] = analysersOf(analysers).flatMap((analyser) => analyser.start(media) ?? []);
const meter = peaks && sound !== undefined ? createPeakMeter(sound.sampleRateHz, sound.channels) : undefined;
let frameCount = 0;

function takeFrame(payload: Uint8Array<SharedArrayBuffer>): void {
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
}

function takeSamples(payload: Uint8Array<SharedArrayBuffer>, format: SoundFormat | undefined): void {
  assert(format !== undefined, 'samples come only where they were announced');
  const samples = new Float32Array(payload.buffer, payload.byteOffset, payload.byteLength >> 2);
  for (const run of runs) run.samples?.(samples);
  meter?.push(samples);
}

let soundStart = flicks(0);
readRing({ memory, slotBytes }, (kind, payload) => {
  if (kind === 'frame') takeFrame(payload);
  else if (kind === 'samples') takeSamples(payload, sound);
  else soundStart = flicks(new DataView(payload.buffer, payload.byteOffset, 8).getFloat64(0, true));
});

const results: AnalysisResult[] = [];
for (const run of runs) {
  const result = run.finish({ results, soundStart });
  if (result !== undefined) results.push(result);
}
parentPort?.postMessage({ results, peaks: meter === undefined ? undefined : encodePeaks(meter.finish(soundStart)) });
