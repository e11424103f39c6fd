import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { melBands, spellingFeatures, WHISPER_FRAMES, whisperFeatures } from '../../../core/analysis/log-mel.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
import { floats } from '../../../native/models/tensors.ts';
import { mediaRoot, modelsRoot } from '../../media-root.ts';
import { hear } from '../../media/heard.ts';
import { numpyArray, referenceFeatures, worstDifference } from '../../media/mel-reference.ts';

const filters = join(modelsRoot ?? '', 'whisper-tiny-tokenizer/mel_filters.npz');
const spelling = join(modelsRoot ?? '', 'moonshine-micro');

describe.skipIf(modelsRoot === undefined || mediaRoot === undefined)('features of real speech', () => {
  test('the mel bands are those of the makers', () => {
    const theirs = numpyArray(filters, 'mel_80.npy');
    for (const [band, { first, weights }] of melBands(80, 16_000, 400).entries()) {
      for (let bin = 0; bin <= 200; bin++)
        expect(Math.abs((weights[bin - first] ?? 0) - (theirs[band * 201 + bin] ?? 0))).toBeLessThan(1e-7);
    }
  });

  test("Whisper's log-mel of a speech equals a reference computed by definition within 1e-3", async () => {
    const { speech } = await hear(join(mediaRoot ?? '', 'audio/jfk_inaugural_11s.flac'), []);
    const samples = Float32Array.from(speech, (value) => value / 32_768);
    expect(samples.length).toBeGreaterThan(170_000);
    const frames = 1099;
    const ours = whisperFeatures(samples);
    const theirs = referenceFeatures(samples, numpyArray(filters, 'mel_80.npy'), frames);
    expect(worstDifference(samples, numpyArray(filters, 'mel_80.npy'), frames)).toBeLessThan(1e-3);
    const silent = (Math.max(-10, Math.max(...theirs) * 4 - 4 - 8) + 4) / 4;
    expect(ours[WHISPER_FRAMES - 1]).toBeCloseTo(silent, 3);
  });
});

describe.skipIf(!existsSync(spelling))('a real recogniser of single words', () => {
  const host = createModelHost();
  afterAll(() => host.close());

  test('hears at least 88 % of its 24 clips', async () => {
    const meta: unknown = JSON.parse(readFileSync(join(spelling, 'spelling_cnn_meta.json'), 'utf8'));
    const { classes } = z.object({ classes: z.array(z.string()) }).parse(meta);
    const clips = readdirSync(join(spelling, 'clips')).filter((file) => file.endsWith('.wav'));
    expect(clips).toHaveLength(24);
    let right = 0;
    for (const clip of clips) {
      const wav = readFileSync(join(spelling, 'clips', clip)).subarray(44);
      const samples = Float32Array.from({ length: wav.length / 2 }, (_, n) => wav.readInt16LE(2 * n) / 32_768);
      const tensor = { type: 'float32', dims: [1, 1, 64, 128], data: spellingFeatures(samples) } as const;
      const outputs = await host.run({ path: join(spelling, 'spelling_cnn_mel.onnx') }, { log_mel: tensor });
      const logits = [...floats(outputs, 'logits')];
      if (classes[logits.indexOf(Math.max(...logits))] === clip.split('--')[0]) right++;
    }
    expect(right / clips.length).toBeGreaterThanOrEqual(0.88);
  });
});
