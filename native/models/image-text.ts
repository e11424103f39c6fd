import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { CLIP_SIDE, clipPicture, type RgbPicture } from '../../core/search/clip-picture.ts';
import { clipTokens, clipVocabulary } from '../../core/search/clip-tokens.ts';
import { unitVector } from '../../core/search/vectors.ts';
import type { ReadyModel } from './find-model.ts';
import type { ModelHost } from './model-host.ts';
import { fileOfModel, vectorOutput } from './vector-output.ts';

/** The image–text model of the catalogue. */
export const IMAGE_TEXT_MODEL = 'clip-vit-b32';
const VISION_FILE = 'onnx/vision_model_quantized.onnx';
const TEXT_FILE = 'onnx/text_model_quantized.onnx';
const VOCABULARY_FILE = 'bpe_simple_vocab_16e6.txt.gz';

type Run = { readonly host: ModelHost; readonly signal?: AbortSignal | undefined };

/**
 * A picture as a unit vector that is near those of texts which describe it (Radford et al. 2021, arXiv 2103.00020).
 *
 * @throws MontageError as `ModelHost`
 */
export async function embedPicture(
  model: ReadyModel,
  picture: RgbPicture,
  { host, signal }: Run,
): Promise<Float32Array> {
  const path = fileOfModel(model, VISION_FILE);
  const data = clipPicture(picture);
  const pixels = { type: 'float32', dims: [1, 3, CLIP_SIDE, CLIP_SIDE], data } as const;
  const outputs = await host.run({ path }, { pixel_values: pixels }, { signal });
  return unitVector(vectorOutput(outputs, 'image_embeds', path));
}

/** Makes texts into unit vectors; the vocabulary is read once. @throws MontageError E_MODEL_DAMAGED, as `ModelHost` */
export async function openTextEmbedding(model: ReadyModel) {
  const path = fileOfModel(model, TEXT_FILE);
  const packed = await readFile(fileOfModel(model, VOCABULARY_FILE));
  const vocabulary = clipVocabulary((await promisify(gunzip)(packed)).toString('utf8'));
  return async (text: string, { host, signal }: Run): Promise<Float32Array> => {
    const tokens = BigInt64Array.from(clipTokens(text, vocabulary), BigInt);
    const ids = { type: 'int64', dims: [1, tokens.length], data: tokens } as const;
    const outputs = await host.run({ path }, { input_ids: ids }, { signal });
    return unitVector(vectorOutput(outputs, 'text_embeds', path));
  };
}
