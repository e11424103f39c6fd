import { readFile } from 'node:fs/promises';
import { meanOfTokens } from '../../core/search/mean-pooling.ts';
import { wordPieces, wordPieceTokens } from '../../core/search/word-pieces.ts';
import type { ReadyModel } from './find-model.ts';
import type { ModelHost } from './model-host.ts';
import { fileOfModel, vectorOutput } from './vector-output.ts';

/** The sentence model of the catalogue. */
export const SENTENCE_MODEL = 'minilm';
const MODEL_FILE = 'model_quantized.onnx';
const TOKENIZER_FILE = 'tokenizer.json';

type Run = { readonly host: ModelHost; readonly signal?: AbortSignal | undefined };

/**
 * Makes sentences into unit vectors, near each other where they mean the same (Reimers and Gurevych 2019): the mean of
 * MiniLM's token vectors. The tokenizer is read once.
 *
 * @throws MontageError E_MODEL_DAMAGED, as `ModelHost`
 */
export async function openSentenceModel(model: ReadyModel) {
  const path = fileOfModel(model, MODEL_FILE);
  const pieces = wordPieces(JSON.parse(await readFile(fileOfModel(model, TOKENIZER_FILE), 'utf8')));
  return async (sentence: string, { host, signal }: Run): Promise<Float32Array> => {
    const tokens = wordPieceTokens(sentence, pieces);
    const whole = (of: (token: number) => number) =>
      ({
        type: 'int64',
        dims: [1, tokens.length],
        data: BigInt64Array.from(tokens, (token) => BigInt(of(token))),
      }) as const;
    const feeds = {
      input_ids: whole((token) => token),
      attention_mask: whole(() => 1),
      token_type_ids: whole(() => 0),
    };
    const outputs = await host.run({ path }, feeds, { signal });
    return meanOfTokens(vectorOutput(outputs, 'last_hidden_state', path), tokens.length);
  };
}
