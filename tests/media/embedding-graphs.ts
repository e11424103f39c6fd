import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constant, FLOAT, INT64, node, onnxModel, port } from './onnx-graph.ts';

const int64 = (...values: number[]) => BigInt64Array.from(values, BigInt);
const CLIP_WIDTH = 512;
const MINILM_WIDTH = 384;

/** A direction of its own for each of `rows` things. */
function directions(rows: number, width: number): Float32Array {
  return Float32Array.from({ length: rows * width }, (_, at) => (at % width === Math.floor(at / width) ? 1 : 0));
}

/** Gives how red, green and blue a picture is, as a vector of CLIP's size. */
const vision = onnxModel({
  nodes: [
    node('GlobalAveragePool', ['pixel_values'], ['means']),
    node('Reshape', ['means', 'flat'], ['colour']),
    node('MatMul', ['colour', 'directions'], ['image_embeds']),
  ],
  constants: [constant('flat', int64(-1, 3), [2]), constant('directions', directions(3, CLIP_WIDTH), [3, CLIP_WIDTH])],
  inputs: [port('pixel_values', FLOAT, ['b', 3, 224, 224])],
  outputs: [port('image_embeds', FLOAT, ['b', CLIP_WIDTH])],
});

/** Gives how often each of three tokens is said, as a vector of the same space. */
function clipText(tokens: readonly [number, number, number]): Uint8Array {
  return onnxModel({
    nodes: [
      node('Reshape', ['input_ids', 'row'], ['ids']),
      node('Equal', ['ids', 'tokens'], ['same']),
      node('Cast', ['same'], ['ones'], { to: FLOAT }),
      node('ReduceMean', ['ones'], ['counts'], { axes: [1], keepdims: 0 }),
      node('Reshape', ['counts', 'flat'], ['colour']),
      node('MatMul', ['colour', 'directions'], ['text_embeds']),
    ],
    constants: [
      constant('row', int64(1, -1), [2]),
      constant('tokens', int64(...tokens), [3, 1]),
      constant('flat', int64(1, 3), [2]),
      constant('directions', directions(3, CLIP_WIDTH), [3, CLIP_WIDTH]),
    ],
    inputs: [port('input_ids', INT64, [1, 'n'])],
    outputs: [port('text_embeds', FLOAT, [1, CLIP_WIDTH])],
  });
}

/** Gives tokens of one group the same direction. */
function sentences(groups: readonly (readonly number[])[]): Uint8Array {
  const tokens = groups.flat();
  const width = MINILM_WIDTH;
  const rows = groups.flatMap((group, index) => group.map(() => index));
  const table = Float32Array.from({ length: tokens.length * width }, (_, at) =>
    at % width === rows[Math.floor(at / width)] ? 1 : 0,
  );
  return onnxModel({
    nodes: [
      node('Reshape', ['input_ids', 'column'], ['ids']),
      node('Equal', ['ids', 'tokens'], ['same']),
      node('Cast', ['same'], ['ones'], { to: FLOAT }),
      node('MatMul', ['ones', 'table'], ['last_hidden_state']),
    ],
    constants: [
      constant('column', int64(1, -1, 1), [3]),
      constant('tokens', int64(...tokens), [1, 1, tokens.length]),
      constant('table', table, [tokens.length, width]),
    ],
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => port(name, INT64, [1, 'n'])),
    outputs: [port('last_hidden_state', FLOAT, [1, 'n', width])],
  });
}

/**
 * Puts models of the shapes of CLIP ViT-B/32 and MiniLM in a folder, with their real tokenizers: pictures are their mean
 * colour, texts name one of three by a token, and sentences mean what groups of tokens say.
 */
export function writeEmbeddingModels(
  folder: string,
  real: string,
  said: { readonly colours: readonly [number, number, number]; readonly groups: readonly (readonly number[])[] },
): void {
  const [clip, miniLm] = [join(folder, 'clip-vit-b32'), join(folder, 'minilm')];
  mkdirSync(join(clip, 'onnx'), { recursive: true });
  mkdirSync(miniLm, { recursive: true });
  writeFileSync(join(clip, 'onnx/vision_model_quantized.onnx'), vision);
  writeFileSync(join(clip, 'onnx/text_model_quantized.onnx'), clipText(said.colours));
  copyFileSync(join(real, 'clip-bpe/bpe_simple_vocab_16e6.txt.gz'), join(clip, 'bpe_simple_vocab_16e6.txt.gz'));
  writeFileSync(join(miniLm, 'model_quantized.onnx'), sentences(said.groups));
  copyFileSync(join(real, 'minilm-tokenizer/tokenizer.json'), join(miniLm, 'tokenizer.json'));
}
