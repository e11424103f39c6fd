import { z } from 'zod';
import { speakerTurns } from '../../core/analysis/diarize.ts';
import { BANK_BANDS, kaldiBank } from '../../core/analysis/kaldi-bank.ts';
import { resultOf, type SpeakersResult } from '../../core/analysis/results.ts';
import type { TimeSpan } from '../../core/analysis/sound-results.ts';
import { clusterSpeakers, type SpeakerClusters } from '../../core/analysis/speaker-clusters.ts';
import { packCell, unpackCell, voiceCells } from '../../core/analysis/voice-cells.ts';
import { clusterVoices } from '../../core/analysis/voice-clusters.ts';
import { windowsOf } from '../../core/analysis/voice-windows.ts';
import { flicks, FLICKS_PER_SECOND, ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import { flicksSchema } from '../../core/time/schema.ts';
import { MODEL_SHARD_NEEDS, type AnalyserInput, type ModelAnalyser, type ShardWork } from './model-analyser.ts';
import { unit } from './unit-vector.ts';

const shardSchema = z.object({
  /** Spans of speech, each with its number among all of them. */
  spans: z.array(z.object({ start: flicksSchema, end: flicksSchema, run: z.int() })),
});
type Shard = z.infer<typeof shardSchema>;

/** Pieces of speech, each with what its voice is like: by the model in thousandths, else as `packCell` packs it. */
const outputSchema = z.array(
  z.object({ start: flicksSchema, end: flicksSchema, run: z.int(), voice: z.array(z.int()) }),
);
type Heard = z.infer<typeof outputSchema>;

/** Speech heard in one shard, and the longest span heard at once: longer ones are parted. */
const SHARD = flicks(600 * FLICKS_PER_SECOND);
const LONGEST = flicks(60 * FLICKS_PER_SECOND);
const RATE = 16_000;
/** A window with less says nothing about a voice. */
const LEAST_FRAMES = 20;

const MODEL = 'wespeaker-resnet34';
const MODEL_FILE = 'wespeaker_en_voxceleb_resnet34_LM.onnx';
const SPEAKERS_ANALYSER = { analyserId: 'speakers', analyserVersion: 3 } as const;

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
    const found: Heard = [];
    const sample = (time: Flicks) =>
      Math.round(((time - (media.audio[0]?.offset ?? ZERO_FLICKS)) * RATE) / FLICKS_PER_SECOND);
    for (const [index, { start, end, run }] of spans.entries()) {
      work.signal.throwIfAborted();
      const samples = (await sound?.read(sample(start), sample(end))) ?? new Float32Array();
      found.push(...(hear === undefined ? packed(samples, start, run) : await hear(samples, start, run)));
      work.progress((index + 1) / spans.length);
    }
    return found;
  },
  merge(outputs, { models }) {
    const pieces = outputs.flat().map(({ start, end, ...rest }) => ({ ...rest, span: { start, end } }));
    const common = { kind: 'speakers', ...SPEAKERS_ANALYSER } as const;
    if (models.get(MODEL)?.files.has(MODEL_FILE) === true) {
      const windows = pieces.map((piece) => ({ ...piece, embedding: Float64Array.from(piece.voice) }));
      const clusters = clusterSpeakers(windows);
      const path = { kind: 'model', model: MODEL } as const;
      return { ...common, path, ...told(windows, clusters), voices: voicesOf(windows, clusters) };
    }
    const cells = pieces.map((piece) => ({ ...piece, ...unpackCell(piece.voice) }));
    const path = { kind: 'signal', because: 'WeSpeaker ResNet34 is not here' } as const;
    return { ...common, path, ...told(cells, clusterVoices(cells)), voices: [] };
  },
};

function told(pieces: readonly { readonly span: TimeSpan }[], clusters: SpeakerClusters) {
  return { speakers: clusters.speakers, turns: speakerTurns(pieces, clusters) };
}

function packed(samples: Float32Array, start: Flicks, run: number): Heard {
  return voiceCells(samples, start, run).map((cell) => ({ ...cell.span, run, voice: [...packCell(cell)] }));
}

type Hear = (samples: Float32Array, start: Flicks, run: number) => Promise<Heard>;

/** Describes windows by the model: unit vectors. */
async function embedder(path: string, { host, signal }: ShardWork): Promise<Hear> {
  const [input] = (await host.describe({ path })).inputs;
  return async (samples, start, run) => {
    const found: Heard = [];
    for (const { from, to, span } of windowsOf(samples.length / RATE, start)) {
      const bank = kaldiBank(samples.subarray(Math.round(from * RATE), Math.round(to * RATE)));
      const frames = bank.length / BANK_BANDS;
      if (frames < LEAST_FRAMES) continue;
      const feed = { type: 'float32', dims: [1, frames, BANK_BANDS], data: bank } as const;
      const [output] = Object.values(await host.run({ path }, { [input?.name ?? 'feats']: feed }, { signal }));
      const vector = output?.type === 'float32' ? output.data : new Float32Array();
      found.push({ ...span, run, voice: unit([...vector]).map((value) => Math.round(1000 * value)) });
    }
    return found;
  };
}

/** The mean direction of each speaker's windows. */
function voicesOf(
  windows: readonly { readonly voice: readonly number[] }[],
  { speakers, labels }: SpeakerClusters,
): SpeakersResult['voices'] {
  return Array.from({ length: speakers }, (_, speaker) => {
    const own = windows.filter((__, n) => labels[n] === speaker);
    const sum = (own[0]?.voice ?? []).map((__, n) => own.reduce((total, { voice }) => total + (voice[n] ?? 0), 0));
    return { speaker, vector: unit(sum).map((value) => Math.round(value * 10_000) / 10_000) };
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
