import { z } from 'zod';
import { speakerAt, speakerTurns, VOICE_RULES, type SpeakerTurn } from '../../core/analysis/diarize.ts';
import { BANK_BANDS, kaldiBank } from '../../core/analysis/kaldi-bank.ts';
import { resultOf, type SpeakersResult } from '../../core/analysis/results.ts';
import { CLUSTER_RULES } from '../../core/analysis/speaker-clusters.ts';
import { voiceWindows, windowsOf, type VoiceWindow } from '../../core/analysis/voice-windows.ts';
import { flicks, FLICKS_PER_SECOND, ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import { flicksSchema } from '../../core/time/schema.ts';
import { MODEL_SHARD_NEEDS, type AnalyserInput, type ModelAnalyser, type ShardWork } from './model-analyser.ts';
import { unit } from './unit-vector.ts';

const shardSchema = z.object({
  /** Spans of speech, each with its number among all of them. */
  spans: z.array(z.object({ start: flicksSchema, end: flicksSchema, run: z.int() })),
});
type Shard = z.infer<typeof shardSchema>;

/** Windows with their descriptions in hundredths. */
const outputSchema = z.array(
  z.object({ start: flicksSchema, end: flicksSchema, run: z.int(), embedding: z.array(z.int()) }),
);

/** Speech heard in one shard, and the longest span heard at once: longer ones are parted. */
const SHARD = flicks(600 * FLICKS_PER_SECOND);
const LONGEST = flicks(60 * FLICKS_PER_SECOND);
const RATE = 16_000;
/** A model's windows abut: clustering takes them for independent. */
const MODEL_HOP = 1.5;
/** A window with less says nothing about a voice. */
const LEAST_FRAMES = 20;

const MODEL = 'wespeaker-resnet34';
const MODEL_FILE = 'wespeaker_en_voxceleb_resnet34_LM.onnx';
const SPEAKERS_ANALYSER = { analyserId: 'speakers', analyserVersion: 2 } as const;

/** Who speaks when, by a speaker model where it is present, else by how voices sound: means of mel cepstra and pitch. */
export const speakersAnalyser: ModelAnalyser<Shard, z.infer<typeof outputSchema>> = {
  id: SPEAKERS_ANALYSER.analyserId,
  version: SPEAKERS_ANALYSER.analyserVersion,
  title: 'Speakers',
  gives: 'speakers',
  needs: { models: [], betterWith: [MODEL], results: ['speech-segments'] },
  schemas: { shard: shardSchema, output: outputSchema },
  appliesTo: ({ audio }) => audio.length > 0,
  split(input) {
    const shards: Shard['spans'][] = [];
    let held = Infinity;
    for (const span of spansOf(input)) {
      if (held + span.end - span.start > SHARD) {
        shards.push([]);
        held = 0;
      }
      shards[shards.length - 1]?.push(span);
      held += span.end - span.start;
    }
    return shards.map((spans) => ({ shard: { spans }, cost: spans.length, needs: MODEL_SHARD_NEEDS }));
  },
  async run({ spans }, { sound, media, models }, work) {
    const path = models.get(MODEL)?.files.get(MODEL_FILE);
    const hear = path === undefined ? undefined : await embedder(path, work);
    const found: z.infer<typeof outputSchema> = [];
    const sample = (time: Flicks) =>
      Math.round(((time - (media.audio[0]?.offset ?? ZERO_FLICKS)) * RATE) / FLICKS_PER_SECOND);
    for (const [index, { start, end, run }] of spans.entries()) {
      work.signal.throwIfAborted();
      const samples = (await sound?.read(sample(start), sample(end))) ?? new Float32Array();
      const windows = hear === undefined ? voiceWindows(samples, start, run) : await hear(samples, start, run);
      for (const { span, embedding } of windows)
        found.push({ ...span, run, embedding: Array.from(embedding, (value) => Math.round(value * 100)) });
      work.progress((index + 1) / spans.length);
    }
    return found;
  },
  merge(outputs, { models }) {
    const windows = outputs.flat().map(
      ({ start, end, run, embedding }): VoiceWindow => ({
        span: { start, end },
        run,
        embedding: Float64Array.from(embedding, (value) => value / 100),
      }),
    );
    const isByModel = models.get(MODEL)?.files.has(MODEL_FILE) === true;
    const turns = speakerTurns(windows, isByModel ? CLUSTER_RULES : VOICE_RULES);
    return {
      kind: 'speakers',
      ...SPEAKERS_ANALYSER,
      path: isByModel ? { kind: 'model', model: MODEL } : { kind: 'signal', because: 'WeSpeaker ResNet34 is not here' },
      speakers: new Set(turns.map(({ speaker }) => speaker)).size,
      turns,
      voices: isByModel ? voicesOf(turns, windows) : [],
    };
  },
};

type Hear = (samples: Float32Array, start: Flicks, run: number) => Promise<readonly VoiceWindow[]>;

/** Describes windows by the model: unit vectors times 10, so that a hundredth tells enough. */
async function embedder(path: string, { host, signal }: ShardWork): Promise<Hear> {
  const [input] = (await host.describe({ path })).inputs;
  return async (samples, start, run) => {
    const found: VoiceWindow[] = [];
    for (const { from, to, span } of windowsOf(samples.length / RATE, start, MODEL_HOP)) {
      const bank = kaldiBank(samples.subarray(Math.round(from * RATE), Math.round(to * RATE)));
      const frames = bank.length / BANK_BANDS;
      if (frames < LEAST_FRAMES) continue;
      const feed = { type: 'float32', dims: [1, frames, BANK_BANDS], data: bank } as const;
      const [output] = Object.values(await host.run({ path }, { [input?.name ?? 'feats']: feed }, { signal }));
      const vector = output?.type === 'float32' ? output.data : new Float32Array();
      found.push({ span, run, embedding: Float64Array.from(unit([...vector]), (value) => 10 * value) });
    }
    return found;
  };
}

/** The mean direction of each speaker's windows. */
function voicesOf(turns: readonly SpeakerTurn[], windows: readonly VoiceWindow[]): SpeakersResult['voices'] {
  const speakers = [...new Set(turns.map(({ speaker }) => speaker))].toSorted((a, b) => a - b);
  return speakers.map((speaker) => {
    const own = windows.filter(({ span }) => speakerAt(turns, span) === speaker);
    const sum = (own[0]?.embedding ?? []).map((_, n) => own.reduce((total, one) => total + (one.embedding[n] ?? 0), 0));
    return { speaker, vector: unit([...sum]).map((value) => Math.round(value * 10_000) / 10_000) };
  });
}

/** Speech in order, long talk parted; parts of one span share their run. */
function spansOf({ analysis }: AnalyserInput): Shard['spans'] {
  const segments = resultOf(analysis, 'speech-segments')?.segments ?? [];
  return segments.flatMap(({ start, end }, run) => {
    const parts = Math.ceil((end - start) / LONGEST);
    const at = (part: number) => flicks(Math.round(start + ((end - start) * part) / parts));
    return Array.from({ length: parts }, (_, part) => ({ start: at(part), end: at(part + 1), run }));
  });
}
