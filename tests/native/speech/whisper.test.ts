import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { resultOf } from '../../../core/analysis/results.ts';
import { mediaId } from '../../../core/media/media.ts';
import { flicksFromSeconds, secondsOf } from '../../../core/time/flicks.ts';
import { chooseToken } from '../../../core/transcript/token-choice.ts';
import { utf8Text, whisperVocabulary } from '../../../core/transcript/whisper-tokens.ts';
import type { AnalyserInput } from '../../../native/analysers/model-analyser.ts';
import { transcriptAnalyser } from '../../../native/analysers/transcript.ts';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { randomIds } from '../../../native/ids.ts';
import { probe } from '../../../native/media/probe.ts';
import { findModel } from '../../../native/models/find-model.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
import { hear } from '../../media/heard.ts';
import { BOOL, constant, FLOAT, INT64, node, onnxModel, port } from '../../media/onnx-graph.ts';
import { mediaRoot, modelsRoot } from '../../media-root.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { runAnalyser } from '../analysers/analyse-file.ts';

const real = join(modelsRoot ?? '', 'whisper-tiny-tokenizer');
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

describe.skipIf(!existsSync(real) || mediaRoot === undefined)("Whisper's code with its real tokenizer", () => {
  const host = createModelHost();
  afterAll(() => host.close());
  const json: unknown = existsSync(real) ? JSON.parse(readFileSync(join(real, 'tokenizer.json'), 'utf8')) : {};

  test('tokens become the text they stand for, whatever the script', () => {
    const { bytes, special, languages } = whisperVocabulary(json);
    const { model } = z.object({ model: z.object({ vocab: z.record(z.string(), z.int()) }) }).parse(json);
    const said = ['ĠAmericans', 'Ġask', "'s"].flatMap((token) => bytes.get(model.vocab[token] ?? -1) ?? []);
    expect(utf8Text(said)).toBe(" Americans ask's");
    expect(utf8Text([...new TextEncoder().encode('né 你好 🎬'), 0xff, 0xe4])).toBe('né 你好 🎬\uFFFD\uFFFD');
    expect([special.start, special.end, special.transcribe, special.firstTimestamp]).toEqual([
      50258, 50257, 50359, 50364,
    ]);
    expect([languages.get(50261), languages.size]).toEqual(['de', 99]);
  });

  async function transcribed(attention?: Float32Array) {
    const { model } = z.object({ model: z.object({ vocab: z.record(z.string(), z.int()) }) }).parse(json);
    const token = (text: string) => model.vocab[text] ?? -1;
    const stamp = (seconds: number) => 50_364 + seconds * 50;
    const [german, end] = [50_261, 50_257];
    // By how many tokens were seen: 1 is the start alone, 3 the whole prompt.
    const spoken = [0, german, 0, stamp(0), token('ĠHello'), token('Ġworld'), token('.'), stamp(2), end, end];
    const silent = [0, german, 0, stamp(0), end, end, end, end, end, end];
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'whisper-tiny/onnx'), { recursive: true });
    writeFileSync(join(folder, 'whisper-tiny/onnx/encoder_model_quantized.onnx'), encoder);
    writeFileSync(
      join(folder, 'whisper-tiny/onnx/decoder_model_merged_quantized.onnx'),
      decoder([silent, spoken], attention),
    );
    copyFileSync(join(real, 'tokenizer.json'), join(folder, 'whisper-tiny/tokenizer.json'));
    writeFileSync(join(folder, 'whisper-tiny/generation_config.json'), '{"alignment_heads": [[0, 0]]}');
    const state = await findModel('whisper-tiny', { chosen: folder, user: '/nowhere' });
    if (state.kind !== 'ready') throw new Error('the model is not there');

    const path = join(mediaRoot ?? '', 'audio/jfk_inaugural_11s.flac');
    const { speech } = await hear(path, []);
    const id = mediaId('talk');
    const at = (start: number, last: number) => ({
      start: flicksFromSeconds(start),
      end: flicksFromSeconds(last),
      confidence: 1,
    });
    const input: AnalyserInput = {
      media: { ...(await probe(path)), duration: flicksFromSeconds(60), id, name: 'talk', path, online: true },
      analysis: {
        mediaId: id,
        results: [
          {
            kind: 'speech-segments',
            analyserId: 'speech',
            analyserVersion: 1,
            path: { kind: 'signal', because: null },
            // The second lies behind the end of the sound, where there is silence.
            segments: [at(1, 4), at(40, 44)],
          },
        ],
      },
      models: new Map([['whisper-tiny', state]]),
      frames: undefined,
      sound: {
        sampleRateHz: 16_000,
        samples: speech.length,
        read: async (start, last) =>
          Float32Array.from({ length: last - start }, (_, n) => (speech[start + n] ?? 0) / 32_768),
      },
      artifacts: new ArtifactStore(folder, randomIds),
    };
    const result = await runAnalyser(transcriptAnalyser, input, host);
    return resultOf({ mediaId: id, results: [result] }, 'transcript');
  }

  test('sound is cut into windows, decoded token by token with a cache, and joined', async () => {
    const transcript = await transcribed();
    expect(transcript).toMatchObject({
      language: 'de',
      timing: 'spread',
      source: { kind: 'recogniser', model: 'whisper-tiny', wordTimes: 'energy' },
    });
    const [hello, world] = transcript?.words ?? [];
    expect(transcript?.words.map(({ text }) => text)).toEqual(['Hello', 'world.']);
    // Inside of the stamps, and near what letters say.
    expect(secondsOf(hello?.start ?? flicksFromSeconds(9))).toBeGreaterThanOrEqual(0.8);
    expect(secondsOf(world?.end ?? flicksFromSeconds(9))).toBeLessThanOrEqual(2.8);
    expect(Math.abs(secondsOf(world?.start ?? flicksFromSeconds(9)) - 0.8 - (2 * 6) / 13)).toBeLessThan(0.5);
    for (const { confidence } of transcript?.words ?? []) expect(confidence).toBeGreaterThan(0.5);
  });

  test('a decoder that tells where it listened gives words their times', async () => {
    // By how many tokens were seen: 4 before 'Hello', 5 before ' world', 6 before '.'.
    const looks = new Float32Array(10 * 1500).fill(1 / 1500);
    for (const [seen, from, to] of [
      [4, 10, 60],
      [5, 60, 85],
      [6, 85, 95],
    ] as const)
      looks.fill(1 / (to - from), seen * 1500 + from, seen * 1500 + to);
    const transcript = await transcribed(looks);
    expect(transcript).toMatchObject({ timing: 'heard', source: { wordTimes: 'attention' } });
    const [hello, world] = transcript?.words ?? [];
    expect(secondsOf(hello?.start ?? flicksFromSeconds(9))).toBeLessThan(0.8 + 0.3);
    expect(secondsOf(world?.start ?? flicksFromSeconds(9))).toBeCloseTo(0.8 + 60 / 50, 1);
  });

  test('time stamps come in pairs, never go back and begin the text', () => {
    const rules = { suppressed: [3], end: 7, noTimestamps: 9, firstTimestamp: 10, latestStart: 2 };
    const logits = (best: Record<number, number>) => Float32Array.from({ length: 20 }, (_, token) => best[token] ?? 0);
    expect(chooseToken(logits({ 1: 9, 15: 8, 11: 5 }), [], rules).token).toBe(11);
    expect(chooseToken(logits({ 3: 9, 1: 8, 15: 4 }), [11], rules).token).toBe(1);
    expect(chooseToken(logits({ 11: 9, 15: 7, 1: 2 }), [11, 1], rules).token).toBe(15);
    expect(chooseToken(logits({ 1: 9, 15: 7 }), [11, 1, 15], rules).token).toBe(15);
    expect(chooseToken(logits({ 1: 9, 7: 8, 14: 8.5 }), [11, 1, 15], rules).token).toBe(7);
    expect(chooseToken(logits({ 1: 9, 5: 1 }), [], { ...rules, only: [5, 6] }).token).toBe(5);
  });
});
