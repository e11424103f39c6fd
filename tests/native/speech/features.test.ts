import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  melBands,
  spellingFeatures,
  WHISPER_BANDS,
  WHISPER_FRAMES,
  whisperFeatures,
} from '../../../core/analysis/log-mel.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
import { floats } from '../../../native/models/tensors.ts';
import { mediaRoot, modelsRoot } from '../../media-root.ts';
import { hear } from '../../media/heard.ts';

const filters = join(modelsRoot ?? '', 'whisper-tiny-tokenizer/mel_filters.npz');
const spelling = join(modelsRoot ?? '', 'moonshine-micro');

/** One array of an .npz: an entry of a zip, deflated, whose .npy header ends at a line feed. */
function numpyArray(path: string, name: string): Float32Array {
  const zip = readFileSync(path);
  let at = zip.readUInt32LE(zip.length - 22 + 16);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [packed, nameLength, extra, comment] = [
      zip.readUInt32LE(at + 20),
      ...[28, 30, 32].map((n) => zip.readUInt16LE(at + n)),
    ];
    const local = zip.readUInt32LE(at + 42);
    if (zip.toString('utf8', at + 46, at + 46 + (nameLength ?? 0)) === name) {
      const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const npy = inflateRawSync(zip.subarray(data, data + packed));
      const body = npy.subarray(10 + npy.readUInt16LE(8));
      return Float32Array.from({ length: body.length / 4 }, (_, n) => body.readFloatLE(4 * n));
    }
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  throw new Error(`no ${name} in ${path}`);
}

/** Whisper's own recipe written out: a discrete Fourier transform by its definition, OpenAI's filter file. */
function referenceFeatures(samples: Float32Array, filter: Float32Array, frames: number): Float64Array {
  const sample = (n: number) => samples[n < 0 ? -n : n] ?? 0;
  const window = Float64Array.from({ length: 400 }, (_, n) => Math.sin((Math.PI * n) / 400) ** 2);
  const turns = Float64Array.from({ length: 400 }, (_, n) => Math.cos((2 * Math.PI * n) / 400));
  const values = new Float64Array(frames * WHISPER_BANDS);
  let highest = -10;
  for (let frame = 0; frame < frames; frame++) {
    const power = new Float64Array(201);
    const windowed = window.map((weight, n) => weight * sample(frame * 160 + n - 200));
    for (let k = 0; k <= 200; k++) {
      let re = 0;
      let im = 0;
      for (let n = 0, turn = 0; n < 400; n++, turn = (turn + k) % 400) {
        re += (windowed[n] ?? 0) * (turns[turn] ?? 0);
        im += (windowed[n] ?? 0) * (turns[(turn + 100) % 400] ?? 0);
      }
      power[k] = re * re + im * im;
    }
    for (let band = 0; band < WHISPER_BANDS; band++) {
      let energy = 0;
      for (let k = 0; k <= 200; k++) energy += (filter[band * 201 + k] ?? 0) * (power[k] ?? 0);
      const value = Math.log10(Math.max(1e-10, energy));
      values[frame * WHISPER_BANDS + band] = value;
      highest = Math.max(highest, value);
    }
  }
  return values.map((value) => (Math.max(value, highest - 8) + 4) / 4);
}

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
    let worst = 0;
    for (let frame = 0; frame < frames; frame++) {
      for (let band = 0; band < WHISPER_BANDS; band++) {
        const difference = (ours[band * WHISPER_FRAMES + frame] ?? 0) - (theirs[frame * WHISPER_BANDS + band] ?? 0);
        worst = Math.max(worst, Math.abs(difference));
      }
    }
    expect(worst).toBeLessThan(1e-3);
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
