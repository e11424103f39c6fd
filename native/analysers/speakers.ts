import { z } from 'zod';
import { speakerTurns } from '../../core/analysis/diarize.ts';
import { resultOf } from '../../core/analysis/results.ts';
import { voiceWindows, type VoiceWindow } from '../../core/analysis/voice-windows.ts';
import { flicks, FLICKS_PER_SECOND, ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import { flicksSchema } from '../../core/time/schema.ts';
import { MODEL_SHARD_NEEDS, type AnalyserInput, type ModelAnalyser } from './model-analyser.ts';

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

/** Who speaks when, by how voices sound: means of mel cepstra and pitch. No speaker model is in the catalogue. */
export const speakersAnalyser: ModelAnalyser<Shard, z.infer<typeof outputSchema>> = {
  id: 'speakers',
  version: 1,
  title: 'Speakers',
  gives: 'speakers',
  needs: { models: [], results: ['speech-segments'] },
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
  async run({ spans }, { sound, media }, work) {
    const found: z.infer<typeof outputSchema> = [];
    const sample = (time: Flicks) =>
      Math.round(((time - (media.audio[0]?.offset ?? ZERO_FLICKS)) * 16_000) / FLICKS_PER_SECOND);
    for (const [index, { start, end, run }] of spans.entries()) {
      work.signal.throwIfAborted();
      const samples = (await sound?.read(sample(start), sample(end))) ?? new Float32Array();
      for (const { span, embedding } of voiceWindows(samples, start, run))
        found.push({ ...span, run, embedding: Array.from(embedding, (value) => Math.round(value * 100)) });
      work.progress((index + 1) / spans.length);
    }
    return found;
  },
  merge(outputs) {
    const windows = outputs.flat().map(
      ({ start, end, run, embedding }): VoiceWindow => ({
        span: { start, end },
        run,
        embedding: Float64Array.from(embedding, (value) => value / 100),
      }),
    );
    const turns = speakerTurns(windows);
    return {
      kind: 'speakers',
      analyserId: 'speakers',
      analyserVersion: 1,
      path: { kind: 'signal', because: 'there is no speaker model in the catalogue' },
      speakers: new Set(turns.map(({ speaker }) => speaker)).size,
      turns,
    };
  },
};

/** Speech in order, long talk parted; parts of one span share their run. */
function spansOf({ analysis }: AnalyserInput): Shard['spans'] {
  const segments = resultOf(analysis, 'speech-segments')?.segments ?? [];
  return segments.flatMap(({ start, end }, run) => {
    const parts = Math.ceil((end - start) / LONGEST);
    const at = (part: number) => flicks(Math.round(start + ((end - start) * part) / parts));
    return Array.from({ length: parts }, (_, part) => ({ start: at(part), end: at(part + 1), run }));
  });
}
