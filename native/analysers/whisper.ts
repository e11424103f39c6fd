import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { MontageError } from '../../core/errors.ts';
import { whisperVocabulary, type WhisperVocabulary } from '../../core/transcript/whisper-tokens.ts';
import type { ReadyModel } from '../models/find-model.ts';
import { MODEL_SHARD_NEEDS } from './model-analyser.ts';
import type { Needs } from '../jobs/job-kind.ts';

/** Layer and head of decoders that listen where a word is said. */
type AlignmentHeads = readonly (readonly [layer: number, head: number])[];

type WhisperSize = {
  readonly id: string;
  readonly needs: Needs;
  /** Undefined where the model's own generation_config.json is of the catalogue, and says so. */
  readonly alignment: AlignmentHeads | undefined;
};

/** Sizes of Whisper, the best first. Alignment heads: openai/whisper 20231117, whisper/__init__.py, _ALIGNMENT_HEADS. */
const SIZES: readonly WhisperSize[] = [
  {
    id: 'whisper-small',
    needs: { ...MODEL_SHARD_NEEDS, memoryBytes: 1_400_000_000 },
    alignment: [
      [5, 3],
      [5, 9],
      [8, 0],
      [8, 4],
      [8, 7],
      [8, 8],
      [9, 0],
      [9, 7],
      [9, 9],
      [10, 5],
    ],
  },
  {
    id: 'whisper-base',
    needs: { ...MODEL_SHARD_NEEDS, memoryBytes: 600_000_000 },
    alignment: [
      [3, 1],
      [4, 2],
      [4, 3],
      [4, 7],
      [5, 1],
      [5, 2],
      [5, 4],
      [5, 6],
    ],
  },
  { id: 'whisper-tiny', needs: MODEL_SHARD_NEEDS, alignment: undefined },
];

/** Catalogue ids of recognisers, the best first. */
export const RECOGNISERS: readonly string[] = SIZES.map(({ id }) => id);

/** Signs that are not said, and tasks: `suppress_tokens` of all multilingual sizes, which share one tokenizer. */
const UNSAID: readonly number[] = [
  ...[1, 2, 7, 8, 9, 10, 14, 25, 26, 27, 28, 29, 31, 58, 59, 60, 61, 62, 63, 90, 91, 92, 93, 359, 503, 522, 542, 873],
  ...[893, 902, 918, 922, 931, 1350, 1853, 1982, 2460, 2627, 3246, 3253, 3268, 3536, 3846, 3961, 4183, 4667, 6585],
  ...[6647, 7273, 9061, 9383, 10_428, 10_929, 11_938, 12_033, 12_331, 12_562, 13_793, 14_157, 14_635, 15_265, 15_618],
  ...[16_553, 16_604, 18_362, 18_956, 20_075, 21_675, 22_520, 26_130, 26_161, 26_435, 28_279, 29_464, 31_650, 32_302],
  ...[32_470, 36_865, 42_863, 47_425, 49_870, 50_254, 50_258, 50_358, 50_359, 50_360, 50_361, 50_362],
];

const settingsSchema = z.object({
  suppress_tokens: z.array(z.int()).default([]),
  alignment_heads: z.array(z.tuple([z.int(), z.int()])).default([]),
});

/** A Whisper model that is here, ready to hear. */
export type Whisper = {
  readonly id: string;
  readonly encoder: string;
  readonly decoder: string;
  readonly vocabulary: WhisperVocabulary;
  readonly suppressed: readonly number[];
  readonly alignment: AlignmentHeads;
};

/** The best of the recognisers that are given. */
export function recogniserOf(models: ReadonlyMap<string, ReadyModel>): string | undefined {
  return RECOGNISERS.find((id) => models.has(id));
}

/** What a window takes with a recogniser. */
export function windowNeeds(id: string | undefined): Needs {
  return SIZES.find((size) => size.id === id)?.needs ?? MODEL_SHARD_NEEDS;
}

/** @throws MontageError E_MODEL_MISSING, E_MODEL_DAMAGED */
export async function openWhisper(models: ReadonlyMap<string, ReadyModel>): Promise<Whisper> {
  const size = SIZES.find(({ id }) => models.has(id));
  if (size === undefined) {
    throw new MontageError({ code: 'E_MODEL_MISSING', message: 'there is no recogniser', stage: 'models' });
  }
  const files = models.get(size.id)?.files;
  const path = (name: string) => {
    const found = files?.get(name);
    if (found !== undefined) return found;
    throw new MontageError({
      code: 'E_MODEL_DAMAGED',
      message: `Whisper lacks ${name}`,
      where: size.id,
      stage: 'models',
    });
  };
  const settings = size.alignment === undefined ? await settingsIn(path('generation_config.json')) : undefined;
  return {
    id: size.id,
    encoder: path('onnx/encoder_model_quantized.onnx'),
    decoder: path('onnx/decoder_model_merged_quantized.onnx'),
    vocabulary: await vocabularyOf(path('tokenizer.json')),
    suppressed: settings?.suppress_tokens ?? UNSAID,
    alignment: settings?.alignment_heads ?? size.alignment ?? [],
  };
}

async function settingsIn(path: string) {
  const json: unknown = JSON.parse(await readFile(path, 'utf8'));
  return settingsSchema.parse(json);
}

/** Reading 50 000 tokens takes longer than the features of a window: the last vocabulary is kept. */
let kept: { readonly path: string; readonly changed: number; readonly vocabulary: WhisperVocabulary } | undefined;

async function vocabularyOf(path: string): Promise<WhisperVocabulary> {
  const { mtimeMs: changed } = await stat(path);
  if (kept?.path !== path || kept.changed !== changed) {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'));
    kept = { path, changed, vocabulary: whisperVocabulary(json) };
  }
  return kept.vocabulary;
}
