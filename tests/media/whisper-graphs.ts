import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BOOL, constant, FLOAT, INT64, node, onnxModel, port } from './onnx-graph.ts';
import { modelsRoot } from '../media-root.ts';

/** Whisper's real tokenizer; there are no weights. */
export const WHISPER_TOKENIZER = join(modelsRoot ?? '', 'whisper-tiny-tokenizer');
const VOCABULARY = 51_865;
const int64 = (...values: number[]) => BigInt64Array.from(values, BigInt);

/** Gives the mean of all features: louder sound, higher number. */
const encoder = onnxModel({
  nodes: [node('ReduceMean', ['input_features'], ['last_hidden_state'], { axes: [1, 2], keepdims: 1 })],
  constants: [],
  inputs: [port('input_features', FLOAT, [1, 80, 3000])],
  outputs: [port('last_hidden_state', FLOAT, [1, 1, 1])],
});

/**
 * Says the n-th token of one of two lists, where n counts what its cache has seen: a lost cache is a wrong text. The first
 * list is for silence, the second for sound.
 */
function decoder(lists: readonly [readonly number[], readonly number[]], attention?: Float32Array): Uint8Array {
  const length = lists[0].length;
  return onnxModel({
    nodes: [
      node('Cast', ['input_ids'], ['ids'], { to: FLOAT }),
      node('Reshape', ['ids', 'column'], ['keys']),
      node('Concat', ['past_key_values.0.decoder.key', 'keys'], ['present.0.decoder.key'], { axis: 2 }),
      node('Reshape', ['encoder_hidden_states', 'column'], ['present.0.encoder.key']),
      node('Shape', ['present.0.decoder.key'], ['shape']),
      node('Gather', ['shape', 'two'], ['seen']),
      node('Reshape', ['encoder_hidden_states', 'none'], ['loudness']),
      node('Greater', ['loudness', 'threshold'], ['isLoud']),
      node('Cast', ['isLoud'], ['row'], { to: INT64 }),
      node('Gather', ['lists', 'row'], ['list']),
      node('Gather', ['list', 'seen'], ['token']),
      node('OneHot', ['token', 'depth', 'values'], ['flat']),
      node('Reshape', ['flat', 'all'], ['logits']),
      ...(attention === undefined
        ? []
        : [
            node('Gather', ['attention', 'seen'], ['looks']),
            node('Reshape', ['looks', 'row of looks'], ['cross_attentions.0']),
          ]),
    ],
    constants: [
      ...(attention === undefined
        ? []
        : [constant('attention', attention, [length, 1500]), constant('row of looks', int64(1, 1, 1, 1500), [4])]),
      constant('column', int64(1, 1, -1, 1), [4]),
      constant('two', int64(2), [1]),
      constant('none', int64(), [0]),
      constant('threshold', Float32Array.of(-1), []),
      constant('lists', int64(...lists[0], ...lists[1]), [2, length]),
      constant('depth', int64(VOCABULARY), []),
      constant('values', Float32Array.of(0, 12), [2]),
      constant('all', int64(1, 1, VOCABULARY), [3]),
    ],
    inputs: [
      port('input_ids', INT64, [1, 'n']),
      port('encoder_hidden_states', FLOAT, [1, 'frames', 1]),
      port('past_key_values.0.decoder.key', FLOAT, [1, 1, 'past', 1]),
      port('past_key_values.0.encoder.key', FLOAT, [1, 1, 'encoded', 1]),
      port('use_cache_branch', BOOL, [1]),
    ],
    outputs: [
      port('logits', FLOAT, [1, 1, VOCABULARY]),
      port('present.0.decoder.key', FLOAT, [1, 1, 'all', 1]),
      port('present.0.encoder.key', FLOAT, [1, 1, 'encoded', 1]),
      ...(attention === undefined ? [] : [port('cross_attentions.0', FLOAT, [1, 1, 1, 1500])]),
    ],
  });
}

const tokenizerSchema = z.object({ model: z.object({ vocab: z.record(z.string(), z.int()) }) });

/** A folder of models with graphs that say 'Hello world.' in German wherever there is sound, as one size of Whisper. */
export function makeWhisper(folder: string, size: string, attention?: Float32Array): void {
  const json: unknown = JSON.parse(readFileSync(join(WHISPER_TOKENIZER, 'tokenizer.json'), 'utf8'));
  const { model } = tokenizerSchema.parse(json);
  const token = (text: string) => model.vocab[text] ?? -1;
  const stamp = (seconds: number) => 50_364 + seconds * 50;
  const [german, end] = [50_261, 50_257];
  // By how many tokens were seen: 1 is the start alone, 3 the whole prompt.
  const spoken = [0, german, 0, stamp(0), token('ĠHello'), token('Ġworld'), token('.'), stamp(2), end, end];
  const silent = [0, german, 0, stamp(0), end, end, end, end, end, end];
  mkdirSync(join(folder, size, 'onnx'), { recursive: true });
  writeFileSync(join(folder, size, 'onnx/encoder_model_quantized.onnx'), encoder);
  writeFileSync(join(folder, size, 'onnx/decoder_model_merged_quantized.onnx'), decoder([silent, spoken], attention));
  copyFileSync(join(WHISPER_TOKENIZER, 'tokenizer.json'), join(folder, size, 'tokenizer.json'));
  writeFileSync(join(folder, size, 'generation_config.json'), '{"alignment_heads": [[0, 0]]}');
}
