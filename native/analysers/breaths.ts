import { z } from 'zod';
import { BREATHS_ANALYSER, breathPlaces, breathsIn } from '../../core/analysis/breaths.ts';
import { resultOf } from '../../core/analysis/results.ts';
import { VOICE_RATE_HZ } from '../../core/analysis/voice-spans.ts';
import { flicks, FLICKS_PER_SECOND, ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import { flicksSchema } from '../../core/time/schema.ts';
import { MODEL_SHARD_NEEDS, type ModelAnalyser } from './model-analyser.ts';

const span = z.object({ start: flicksSchema, end: flicksSchema });
const shardSchema = z.array(z.object({ heard: span, pause: span }));
const outputSchema = z.array(
  z.object({ start: flicksSchema, end: flicksSchema, confidence: z.number(), levelDbfs: z.number() }),
);
/** Pauses of one shard. */
const SHARD = 300;

/** Breaths beside speech: what is heard in its pauses that is like noise and weaker than the voice. No model is needed. */
export const breathsAnalyser: ModelAnalyser<z.infer<typeof shardSchema>, z.infer<typeof outputSchema>> = {
  id: BREATHS_ANALYSER.analyserId,
  version: BREATHS_ANALYSER.analyserVersion,
  title: 'Breaths',
  gives: 'breaths',
  needs: { models: [], results: ['speech-segments'] },
  schemas: { shard: shardSchema, output: outputSchema },
  appliesTo: ({ audio }) => audio.length > 0,
  split({ analysis, media, sound }) {
    const start = media.audio[0]?.offset ?? ZERO_FLICKS;
    const end = flicks(start + Math.floor(((sound?.samples ?? 0) / VOICE_RATE_HZ) * FLICKS_PER_SECOND));
    const places = breathPlaces(resultOf(analysis, 'speech-segments')?.segments ?? [], end);
    return Array.from({ length: Math.ceil(places.length / SHARD) }, (_, part) => {
      const shard = places.slice(part * SHARD, (part + 1) * SHARD);
      return { shard, cost: shard.length, needs: MODEL_SHARD_NEEDS };
    });
  },
  async run(places, { sound, media }, work) {
    const offset = media.audio[0]?.offset ?? ZERO_FLICKS;
    const sample = (time: Flicks) => Math.round(((time - offset) * VOICE_RATE_HZ) / FLICKS_PER_SECOND);
    const found: z.infer<typeof outputSchema> = [];
    for (const place of places) {
      work.signal.throwIfAborted();
      const samples = await sound?.read(sample(place.heard.start), sample(place.heard.end));
      found.push(...breathsIn(samples ?? new Float32Array(), place));
    }
    return found;
  },
  merge(outputs) {
    const path = { kind: 'signal', because: null } as const;
    return { kind: 'breaths', ...BREATHS_ANALYSER, path, breaths: outputs.flat() };
  },
};
