import { z } from 'zod';
import {
  answerOfWindow,
  framesOfWindow,
  LEARNED_WINDOW,
  learnedWindows,
  mergeLearnedShots,
} from '../../core/analysis/learned-shots.ts';
import { resultOf } from '../../core/analysis/results.ts';
import { MontageError } from '../../core/errors.ts';
import type { ReadyModel } from '../models/find-model.ts';
import type { ModelHost } from '../models/model-host.ts';
import type { Tensor } from '../models/tensors.ts';
import { fileOfModel, vectorOutput } from '../models/vector-output.ts';
import { MODEL_SHARD_NEEDS, type ModelAnalyser, type ShardWork } from './model-analyser.ts';
import type { ProxyFrames } from './proxy-frames.ts';

const STAMP = { analyserId: 'learned-shots', analyserVersion: 2 } as const;
export const LEARNED_SHOTS_MODEL = 'transnetv2';
const FILE = 'transnetv2.onnx';
/** Two thousand frames. */
const WINDOWS_PER_SHARD = 40;
const { frames: LENGTH, width: WIDTH, height: HEIGHT } = LEARNED_WINDOW;
const FRAME_BYTES = 3 * WIDTH * HEIGHT;

const shardSchema = z.object({ first: z.int(), end: z.int() });
/** Probabilities in thousandths, frame by frame. */
const outputSchema = z.array(z.int());

/** The list of shots set right by TransNet V2: its borders put together with those that were measured in the one pass. */
export const learnedShotsAnalyser: ModelAnalyser<z.infer<typeof shardSchema>, z.infer<typeof outputSchema>> = {
  id: STAMP.analyserId,
  version: STAMP.analyserVersion,
  title: 'Learned shot borders',
  gives: 'shots',
  needs: { models: [LEARNED_SHOTS_MODEL], results: ['shots'] },
  schemas: { shard: shardSchema, output: outputSchema },
  appliesTo: ({ kind, video }) => kind === 'video' && video.length > 0,
  split({ frames }) {
    const windows = learnedWindows(frames?.count ?? 0);
    return Array.from({ length: Math.ceil(windows / WINDOWS_PER_SHARD) }, (_, part) => {
      const shard = { first: part * WINDOWS_PER_SHARD, end: Math.min(windows, (part + 1) * WINDOWS_PER_SHARD) };
      return { shard, cost: shard.end - shard.first, needs: MODEL_SHARD_NEEDS };
    });
  },
  async run({ first, end }, { frames, models }, work) {
    const model = models.get(LEARNED_SHOTS_MODEL);
    if (frames === undefined || model === undefined) return [];
    const found = await borderProbabilities({ first, end }, frames, model, work);
    return found.map((value) => Math.round(1000 * value));
  },
  merge(outputs, { analysis, frames }) {
    const measured = resultOf(analysis, 'shots');
    const frameCount = Math.min(measured?.frameCount ?? Infinity, frames?.count ?? 0);
    const probabilities = outputs.flat().map((value) => value / 1000);
    const merged = mergeLearnedShots(frameCount, measured?.shots ?? [], probabilities);
    return { kind: 'shots', ...STAMP, path: { kind: 'model', model: LEARNED_SHOTS_MODEL }, frameCount, ...merged };
  },
};

/** Where pictures come from: a proxy, or the film itself from its start. */
type Pictures = Pick<ProxyFrames, 'count' | 'read'>;
type Windows = z.infer<typeof shardSchema>;

/** Probabilities, 0–1, of a border at each frame that some windows answer for. @throws MontageError E_MODEL_RUN, E_CANCELLED */
export async function borderProbabilities(
  { first, end }: Windows,
  { count, read }: Pictures,
  model: ReadyModel,
  { host, signal, progress }: Pick<ShardWork, 'host' | 'signal' | 'progress'>,
): Promise<readonly number[]> {
  const net = await openNet(fileOfModel(model, FILE), host);
  const from = framesOfWindow(first, count)[0] ?? 0;
  const to = framesOfWindow(end - 1, count).at(-1) ?? 0;
  const wanted = Array.from({ length: to + 1 - from }, (_, at) => from + at);
  const pictures = new Map<number, Uint8Array>();
  const found: number[] = [];
  let window = first;
  for await (const { frame, pixels } of read({
    frames: wanted,
    width: WIDTH,
    height: HEIGHT,
    layout: 'rgb24',
    signal,
  })) {
    pictures.set(frame, pixels);
    for (; window < end && frame >= (framesOfWindow(window, count).at(-1) ?? 0); window++) {
      const logits = await net(joined(framesOfWindow(window, count), pictures), signal);
      for (const value of answerOfWindow(logits, window, count)) found.push(value);
      const seen = framesOfWindow(window + 1, count)[0] ?? 0;
      for (const known of pictures.keys()) if (known < seen) pictures.delete(known);
      progress((window + 1 - first) / (end - first));
    }
  }
  return found;
}

function joined(frames: readonly number[], pictures: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const all = new Uint8Array(frames.length * FRAME_BYTES);
  frames.forEach((frame, at) => all.set(pictures.get(frame) ?? new Uint8Array(), at * FRAME_BYTES));
  return all;
}

/** The net by whatever its export calls its ports: pictures in as bytes or floats of 0–255, the first output is of frames. */
async function openNet(path: string, host: ModelHost) {
  const { inputs, outputs } = await host.describe({ path });
  const [input, output] = [inputs[0], outputs[0]];
  if (input === undefined || output === undefined || inputs.length > 1) {
    const message = 'this is not TransNet V2: it has other inputs';
    throw new MontageError({ code: 'E_MODEL_RUN', message, where: path, stage: 'models' });
  }
  const dims = [1, LENGTH, HEIGHT, WIDTH, 3];
  return async (data: Uint8Array, signal: AbortSignal): Promise<Float32Array> => {
    const bytes: Tensor = { type: 'uint8', dims, data };
    const feed = input.type === 'uint8' ? bytes : ({ type: 'widen', dims, data, scale: 1, offset: 0 } as const);
    const given = await host.run({ path }, { [input.name]: feed }, { outputs: [output.name], signal });
    const logits = vectorOutput(given, output.name, path);
    if (logits.length === LENGTH) return logits;
    const message = `this is not TransNet V2: it answers for ${logits.length} frames, not ${LENGTH}`;
    throw new MontageError({ code: 'E_MODEL_RUN', message, where: path, stage: 'models' });
  };
}
