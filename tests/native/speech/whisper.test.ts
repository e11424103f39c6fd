import { existsSync, readFileSync } from 'node:fs';
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
import { openWhisper } from '../../../native/analysers/whisper.ts';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { randomIds } from '../../../native/ids.ts';
import { probe } from '../../../native/media/probe.ts';
import { findModel } from '../../../native/models/find-model.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
import { hear } from '../../media/heard.ts';
import { makeWhisper, WHISPER_TOKENIZER } from '../../media/whisper-graphs.ts';
import { mediaRoot } from '../../media-root.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { runAnalyser } from '../analysers/analyse-file.ts';

const real = WHISPER_TOKENIZER;

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

  async function transcribed(attention?: Float32Array, size = 'whisper-tiny') {
    const folder = temporaryFolder();
    makeWhisper(folder, size, attention);
    const state = await findModel(size, { chosen: folder, user: '/nowhere' });
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
      models: new Map([[size, state]]),
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

  test('sizes without a configuration of their own hear with what is known of them', async () => {
    const transcript = await transcribed(undefined, 'whisper-base');
    expect(transcript?.source).toMatchObject({ kind: 'recogniser', model: 'whisper-base' });
    expect(transcript?.words.map(({ text }) => text)).toEqual(['Hello', 'world.']);
    const own: unknown = JSON.parse(readFileSync(join(real, 'generation_config.json'), 'utf8'));
    const { suppress_tokens: unsaid } = z.object({ suppress_tokens: z.array(z.int()) }).parse(own);
    const folder = temporaryFolder();
    makeWhisper(folder, 'whisper-base');
    const state = await findModel('whisper-base', { chosen: folder, user: '/nowhere' });
    if (state.kind !== 'ready') throw new Error('the model is not there');
    expect((await openWhisper(new Map([['whisper-base', state]]))).suppressed).toEqual(unsaid);
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
