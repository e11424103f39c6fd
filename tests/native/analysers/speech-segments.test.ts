import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { voiceFrames, voiceProbabilities } from '../../../core/analysis/voice-signal.ts';
import { speechSpans } from '../../../core/analysis/voice-spans.ts';
import type { SpeechSegments } from '../../../core/analysis/sound-results.ts';
import { mediaId } from '../../../core/media/media.ts';
import { flicksFromSeconds, secondsOf, ZERO_FLICKS } from '../../../core/time/flicks.ts';
import type { AnalyserInput } from '../../../native/analysers/model-analyser.ts';
import { speechSegmentsAnalyser } from '../../../native/analysers/speech-segments.ts';
import type { SpeechSound } from '../../../native/analysers/speech-sound.ts';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { randomIds } from '../../../native/ids.ts';
import { probe } from '../../../native/media/probe.ts';
import { findModel } from '../../../native/models/find-model.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
import { hear } from '../../media/heard.ts';
import { mediaRoot, modelsRoot } from '../../media-root.ts';
import { scaled } from '../../scale.ts';
import { runAnalyser } from './analyse-file.ts';

test('spans lie in order inside the sound, none short, none nearer than a pause, whatever the probabilities', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 400 }), (probabilities) => {
      const samples = probabilities.length * 512;
      let before = -1;
      for (const { start, end, confidence } of speechSpans(probabilities, ZERO_FLICKS, samples)) {
        expect(start).toBeGreaterThan(before);
        expect(secondsOf(end) - secondsOf(start)).toBeGreaterThanOrEqual(0.25);
        expect(secondsOf(end)).toBeLessThanOrEqual(samples / 16_000 + 1e-6);
        expect(confidence).toBeGreaterThan(0.3);
        before = end;
      }
    }),
    { numRuns: scaled(100) },
  );
});

test('hysteresis keeps what dips to 0.4, bridges 64 ms, and drops 200 ms', () => {
  const p = (value: number, steps: number) => Array.from({ length: steps }, () => value);
  const spans = speechSpans(
    [...p(0, 10), ...p(0.9, 10), ...p(0.4, 5), ...p(0, 2), ...p(0.8, 10), ...p(0, 20), ...p(0.9, 6), ...p(0, 5)],
    flicksFromSeconds(1),
    70 * 512,
  );
  expect(spans.map(({ start, end }) => [secondsOf(start), secondsOf(end)])).toEqual([
    [expect.closeTo(1 + 0.32 - 0.03, 6), expect.closeTo(1 + 37 * 0.032 + 0.03, 6)],
  ]);
});

function soundOf(samples: Float32Array): SpeechSound {
  return {
    sampleRateHz: 16_000,
    samples: samples.length,
    read: async (start, end) => Float32Array.from({ length: end - start }, (_, n) => samples[start + n] ?? 0),
  };
}

describe.runIf(mediaRoot !== undefined)('real sound', () => {
  const root = mediaRoot ?? '';

  async function spoken(file: string, withModel: boolean, times = 1): Promise<SpeechSegments> {
    const path = join(root, file);
    const { speech } = await hear(path, []);
    const samples = Float32Array.from(
      { length: speech.length * times },
      (_, n) => (speech[n % speech.length] ?? 0) / 32_768,
    );
    const model = await findModel('silero-vad', { chosen: withModel ? modelsRoot : undefined, user: '/nowhere' });
    const id = mediaId('heard');
    const input: AnalyserInput = {
      media: { ...(await probe(path)), id, name: file, path, online: true },
      analysis: { mediaId: id, results: [] },
      models: new Map(model.kind === 'ready' ? [[model.model.id, model] as const] : []),
      frames: undefined,
      sound: soundOf(samples),
      artifacts: new ArtifactStore('/nowhere', randomIds),
    };
    const host = createModelHost();
    try {
      const result = await runAnalyser(speechSegmentsAnalyser, input, host);
      if (result.kind !== 'speech-segments') throw new Error(result.kind);
      return result;
    } finally {
      host.close();
    }
  }

  const TRUTH = [
    [0.38, 2.7],
    [4.1, 5.88],
  ] as const;
  const expectTruth = ({ segments }: SpeechSegments) => {
    for (const [index, [start, end]] of TRUTH.entries()) {
      expect(Math.abs(secondsOf(segments[index]?.start ?? ZERO_FLICKS) - start)).toBeLessThan(0.2);
      expect(Math.abs(secondsOf(segments[index]?.end ?? ZERO_FLICKS) - end)).toBeLessThan(0.2);
    }
    expect(segments.every(({ start }) => secondsOf(start) < 6 || secondsOf(start) > 8)).toBe(true);
  };

  test.runIf(modelsRoot !== undefined)('Silero finds the annotated speech, and none in rain', async () => {
    const found = await spoken('audio/vad_9_66s.wav', true);
    expect(found.path).toEqual({ kind: 'model', model: 'silero-vad' });
    expectTruth(found);
    expect((await spoken('audio/rain_60s.mp3', true)).segments).toEqual([]);
  });

  test('without a model the same speech is found, and it says why', async () => {
    const found = await spoken('audio/vad_9_66s.wav', false);
    expect(found.path).toEqual({ kind: 'signal', because: 'Silero VAD is not here' });
    expectTruth(found);
    expect((await spoken('audio/kick_120bpm_10s.mp3', false)).segments).toEqual([]);
  });

  test('shards leave no seam: 5 minutes and a half, cut and whole, are the same', async () => {
    const { speech } = await hear(join(root, 'audio/jfk_inaugural_11s.flac'), []);
    const samples = Float32Array.from(
      { length: speech.length * 30 },
      (_, n) => (speech[n % speech.length] ?? 0) / 32_768,
    );
    const whole = Array.from(voiceProbabilities(voiceFrames(samples, 0)), (value) => Math.round(1000 * value) / 1000);
    const { segments } = await spoken('audio/jfk_inaugural_11s.flac', false, 30);
    expect(segments).toEqual(speechSpans(whole, ZERO_FLICKS, samples.length));
  });
});
