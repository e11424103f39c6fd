import { z } from 'zod';
import type { AnalysisPath } from '../../core/analysis/sound-results.ts';
import { FLOOR_EVERY, voiceFrames, voiceProbabilities } from '../../core/analysis/voice-signal.ts';
import { SPEECH_ANALYSER, speechSpans, VOICE_RATE_HZ, VOICE_STEP } from '../../core/analysis/voice-spans.ts';
import { ZERO_FLICKS } from '../../core/time/flicks.ts';
import type { ModelHost } from '../models/model-host.ts';
import { floats, type Tensor, type Tensors } from '../models/tensors.ts';
import { makingDo } from './making-do.ts';
import { MODEL_SHARD_NEEDS, type AnalyserInput, type ModelAnalyser } from './model-analyser.ts';

const SILERO = 'silero-vad';
const SILERO_FILE = 'silero_vad.onnx';
/** Silero gets the last 64 samples of the step before in front of each. */
const CONTEXT = 64;
/** Five minutes. A shard begins to listen earlier, so that it knows what goes on: Silero 3 s, the signal's floor 12 s. */
const SHARD_SECONDS = 300;
const SHARD_STEPS = SHARD_SECONDS * FLOOR_EVERY;
const WARM_STEPS = { model: 94, signal: 12 * FLOOR_EVERY } as const;
const STATE_DIMS = [2, 1, 128];

const shardSchema = z.object({ firstStep: z.int(), endStep: z.int() });
/** Probabilities in thousandths. */
const outputSchema = z.array(z.int());

/** Where somebody speaks: by Silero VAD where it is present, else by level, voicing and flatness of the sound. */
export const speechSegmentsAnalyser: ModelAnalyser<z.infer<typeof shardSchema>, readonly number[]> = {
  id: SPEECH_ANALYSER.analyserId,
  version: SPEECH_ANALYSER.analyserVersion,
  title: 'Speech',
  gives: 'speech-segments',
  needs: { models: [], betterWith: [SILERO] },
  schemas: { shard: shardSchema, output: outputSchema },
  appliesTo: ({ audio }) => audio.length > 0,
  split({ sound }) {
    const steps = Math.ceil((sound?.samples ?? 0) / VOICE_STEP);
    return Array.from({ length: Math.ceil(steps / SHARD_STEPS) }, (_, part) => {
      const shard = { firstStep: part * SHARD_STEPS, endStep: Math.min(steps, (part + 1) * SHARD_STEPS) };
      return { shard, cost: shard.endStep - shard.firstStep, needs: MODEL_SHARD_NEEDS };
    });
  },
  async run({ firstStep, endStep }, { sound, models }, work) {
    if (sound === undefined) return [];
    const { host, signal } = work;
    const making = makingDo(work);
    const atOnce = () => FLOOR_EVERY * making.batch('seconds of sound', SHARD_SECONDS);
    const path = models.get(SILERO)?.files.get(SILERO_FILE);
    const reach = path === undefined ? WARM_STEPS.signal : WARM_STEPS.model;
    const warm = Math.min(firstStep, reach);
    const from = (firstStep - warm) * VOICE_STEP;
    // Without a model the sound after the shard tells as much as that before it.
    const end = (path === undefined ? endStep + reach : endStep) * VOICE_STEP;
    const samples = await sound.read(from - CONTEXT, Math.min(end, sound.samples));
    const probabilities =
      path === undefined
        ? voiceProbabilities(voiceFrames(samples, CONTEXT))
        : await sileroProbabilities(samples, { host, path, signal, atOnce });
    return Array.from(probabilities.subarray(warm, warm + endStep - firstStep), (value) => Math.round(1000 * value));
  },
  merge(outputs, { media, sound, models }) {
    const probabilities = outputs.flat().map((value) => value / 1000);
    const start = media.audio[0]?.offset ?? ZERO_FLICKS;
    return {
      kind: 'speech-segments',
      ...SPEECH_ANALYSER,
      path: pathOf(models),
      segments: speechSpans(probabilities, start, sound?.samples ?? 0),
    };
  },
};

function pathOf(models: AnalyserInput['models']): AnalysisPath {
  if (models.get(SILERO)?.files.has(SILERO_FILE) === true) return { kind: 'model', model: SILERO };
  return { kind: 'signal', because: 'Silero VAD is not here' };
}

type SileroOrder = {
  readonly host: ModelHost;
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** How many steps go to the model at once; all unless told. */
  readonly atOnce?: (() => number) | undefined;
};

/** Probability of speech per step; the samples begin 64 before the first step, and silence fills the last one. */
export async function sileroProbabilities(samples: Float32Array, order: SileroOrder): Promise<Float32Array> {
  const steps = Math.max(0, Math.ceil((samples.length - CONTEXT) / VOICE_STEP));
  const found = new Float32Array(steps);
  let state: Tensor = { type: 'float32', dims: STATE_DIMS, data: new Float32Array(256) };
  for (let step = 0; step < steps; ) {
    const lot = Math.min(steps - step, order.atOnce?.() ?? steps);
    const outputs = await sileroSteps(samples.subarray(step * VOICE_STEP), { lot, state }, order);
    found.set(floats(outputs, 'output'), step);
    state = outputs['state'] ?? state;
    step += lot;
  }
  return found;
}

/** Steps from the start of the samples on, from what the model knew after those before. */
function sileroSteps(
  samples: Float32Array,
  { lot, state }: { readonly lot: number; readonly state: Tensor },
  { host, path, signal }: SileroOrder,
): Promise<Tensors> {
  const width = CONTEXT + VOICE_STEP;
  const input = new Float32Array(lot * width);
  for (let step = 0; step < lot; step++) {
    input.set(samples.subarray(step * VOICE_STEP, step * VOICE_STEP + width), step * width);
  }
  return host.sequence(
    { path },
    {
      steps: lot,
      over: { input: { type: 'float32', dims: [lot, 1, width], data: input } },
      fixed: { sr: { type: 'int64', dims: [], data: BigInt64Array.of(BigInt(VOICE_RATE_HZ)) } },
      states: { state: { initial: state, from: 'stateN' } },
      collect: ['output'],
    },
    { signal },
  );
}
