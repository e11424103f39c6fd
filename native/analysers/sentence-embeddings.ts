import { z } from 'zod';
import { resultOf, type SentenceEmbeddingsResult } from '../../core/analysis/results.ts';
import { packVector } from '../../core/search/vectors.ts';
import { readTalk } from '../../core/transcript/talk.ts';
import { openSentenceModel, SENTENCE_MODEL } from '../models/sentence-model.ts';
import { MODEL_SHARD_NEEDS, type AnalyserInput, type ModelAnalyser } from './model-analyser.ts';

const STAMP = { analyserId: 'sentence-embeddings', analyserVersion: 1 } as const;
const SENTENCES_PER_SHARD = 500;

const shardSchema = z.object({ texts: z.array(z.string()) });
const outputSchema = z.array(z.object({ text: z.string(), vector: z.string() }));

/** What is said, sentence by sentence, as vectors that are near those of the same meaning. */
export const sentenceEmbeddingsAnalyser: ModelAnalyser<
  z.infer<typeof shardSchema>,
  SentenceEmbeddingsResult['sentences']
> = {
  id: STAMP.analyserId,
  version: STAMP.analyserVersion,
  title: 'Sentences for search',
  gives: 'sentence-embeddings',
  needs: { models: [SENTENCE_MODEL], results: ['transcript'] },
  schemas: { shard: shardSchema, output: outputSchema },
  appliesTo: ({ audio }) => audio.length > 0,
  split(input) {
    const texts = sentencesOf(input);
    return Array.from({ length: Math.ceil(texts.length / SENTENCES_PER_SHARD) }, (_, part) => {
      const shard = { texts: texts.slice(part * SENTENCES_PER_SHARD, (part + 1) * SENTENCES_PER_SHARD) };
      return { shard, cost: shard.texts.length, needs: MODEL_SHARD_NEEDS };
    });
  },
  async run({ texts }, input, work) {
    const model = input.models.get(SENTENCE_MODEL);
    if (model === undefined) return [];
    const embed = await openSentenceModel(model);
    const all: SentenceEmbeddingsResult['sentences'][number][] = [];
    for (const text of texts) {
      const vector = await embed(text, { host: work.host, signal: work.signal });
      all.push({ text, vector: packVector(vector) });
      work.progress(all.length / texts.length);
    }
    return all;
  },
  merge(outputs) {
    const path = { kind: 'model', model: SENTENCE_MODEL } as const;
    return { kind: 'sentence-embeddings', ...STAMP, path, sentences: outputs.flat() };
  },
};

/** Each different sentence once. */
function sentencesOf({ analysis }: AnalyserInput): string[] {
  const words = resultOf(analysis, 'transcript')?.words ?? [];
  return [...new Set(readTalk(words).sentences.map(({ text }) => text))];
}
