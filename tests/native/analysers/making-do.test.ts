import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { mediaId, type Media, type VideoStream } from '../../../core/media/media.ts';
import { flicksFromSeconds } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { makingDo } from '../../../native/analysers/making-do.ts';
import type { AnalyserInput } from '../../../native/analysers/model-analyser.ts';
import { pictureEmbeddingsAnalyser } from '../../../native/analysers/picture-embeddings.ts';
import type { FrameOrder, ProxyFrames } from '../../../native/analysers/proxy-frames.ts';
import { soundKindsAnalyser } from '../../../native/analysers/sound-kinds.ts';
import { sileroProbabilities } from '../../../native/analysers/speech-segments.ts';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { shardHost } from '../../../native/engine/shard-host.ts';
import { randomIds } from '../../../native/ids.ts';
import type { Ease } from '../../../native/jobs/job-kind.ts';
import { catalogueModel } from '../../../native/models/catalogue.ts';
import { createModelHost, type ModelHost, type ModelUse } from '../../../native/models/model-host.ts';
import type { Tensors } from '../../../native/models/tensors.ts';
import { createRandom } from '../../core/transcript/generated-talk.ts';
import { modelsRoot } from '../../media-root.ts';
import { runAnalyser } from './analyse-file.ts';

const AT_EASE: Ease = { batch: 1, side: 1 };
const SHORT: Ease = { batch: 0, side: 0.5 };

/** Work whose memory is as told; what it said. */
function workWith(told: { ease: Ease }) {
  const said: string[] = [];
  const log = (level: string, message: string) => void said.push(`${level}: ${message}`);
  return { said, work: { ease: () => told.ease, log } };
}

test('batches and pictures get smaller while memory is short, and each change is said once', () => {
  const told = { ease: AT_EASE };
  const { said, work } = workWith(told);
  const making = makingDo(work);
  const now = () => [
    making.batch('seconds of sound', 300),
    making.size('pictures are read', { width: 960, height: 540 }),
  ];
  expect(now()).toEqual([300, { width: 960, height: 540 }]);
  told.ease = { batch: 0.25, side: 0.75 };
  expect(now()).toEqual([75, { width: 720, height: 405 }]);
  expect(now()).toEqual([75, { width: 720, height: 405 }]);
  told.ease = AT_EASE;
  now();
  expect(said).toEqual([
    'warn: memory is short: seconds of sound 75 at a time, not 300 at a time',
    'warn: memory is short: pictures are read at 720 × 405, not at 960 × 540',
    'info: there is memory again: seconds of sound 300 at a time',
    'info: there is memory again: pictures are read at 960 × 540',
  ]);
  told.ease = SHORT;
  expect(making.batch('faces', 16)).toBe(1);
  expect(making.size('small ones', { width: 100, height: 50 }, 2)).toEqual({ width: 100, height: 50 });
  expect(making.size('others', { width: 100, height: 50 }, 0.8)).toEqual({ width: 80, height: 40 });
});

const silent: ModelHost = {
  run: () => Promise.resolve({}),
  sequence: () => Promise.resolve({}),
  generate: () => Promise.resolve({}),
  describe: () => Promise.resolve({ inputs: [], outputs: [] }),
  pid: undefined,
  close: () => undefined,
};
const random = createRandom(5);
const noise = Float32Array.from({ length: 40 * 16_000 }, (_, n) =>
  Math.floor(n / 48_000) % 2 === 0 ? 0.3 * Math.sin(n / 20) : 0.2 * random() - 0.1,
);

function inputOf(parts: Partial<AnalyserInput>, media: Partial<Media> = {}): AnalyserInput {
  const id = mediaId('short of memory');
  const facts = { kind: 'audio', container: 'wav', duration: flicksFromSeconds(40), video: [], remarks: [] } as const;
  const fingerprint = { sizeBytes: 1, sampledSha256: 'aa' };
  return {
    media: { ...facts, audio: [], fingerprint, id, name: 'a', path: '/a', online: true, ...media },
    analysis: { mediaId: id, results: [] },
    models: new Map(),
    frames: undefined,
    sound: undefined,
    artifacts: new ArtifactStore('/nowhere', randomIds),
    ...parts,
  };
}

test('kinds of sound are the same however little sound is held at once', async () => {
  let most = 0;
  const read = async (start: number, end: number) => {
    most = Math.max(most, end - start);
    return Float32Array.from({ length: end - start }, (_, n) => noise[start + n] ?? 0);
  };
  const input = inputOf({ sound: { sampleRateHz: 16_000, samples: noise.length, read } });
  const usual = await runAnalyser(soundKindsAnalyser, input, silent);
  expect(most).toBeGreaterThan(noise.length);
  most = 0;
  const { said, work } = workWith({ ease: SHORT });
  expect(await runAnalyser(soundKindsAnalyser, input, silent, work)).toEqual(usual);
  expect(most).toBeLessThan(2 * 16_000);
  expect(said).toEqual(['warn: memory is short: seconds of sound 1 at a time, not 300 at a time']);
});

test.runIf(modelsRoot !== undefined)(
  'Silero hears the same in small lots: what it knows goes from lot to lot',
  async () => {
    const host = createModelHost();
    onTestFinished(() => host.close());
    const path = join(modelsRoot ?? '', 'silero-vad/silero_vad.onnx');
    const samples = noise.subarray(0, 8 * 16_000);
    const whole = await sileroProbabilities(samples, { host, path });
    let orders = 0;
    const lots = await sileroProbabilities(samples, { host, path, atOnce: () => [31, 7, 100][orders++ % 3] ?? 1 });
    expect(orders).toBeGreaterThan(4);
    expect(lots).toEqual(whole);
  },
);

test('pictures for search are read smaller, but not below what the model sees', async () => {
  const orders: FrameOrder[] = [];
  const frames: ProxyFrames = {
    count: 1,
    async *read(order) {
      orders.push(order);
      yield { frame: 0, pixels: new Uint8Array(3 * order.width * order.height) };
    },
    follow: () => {
      throw new Error('not asked for');
    },
  };
  const model = catalogueModel('clip-vit-b32');
  if (model === undefined) throw new Error('the catalogue has no CLIP');
  const files = new Map([['onnx/vision_model_quantized.onnx', '/clip.onnx']]);
  const embeds: Tensors = { image_embeds: { type: 'float32', dims: [1, 2], data: Float32Array.of(3, 4) } };
  const host = { ...silent, run: () => Promise.resolve(embeds) };
  const sizesOf = async (width: number, height: number) => {
    const track: VideoStream = {
      ...{ index: 0, codec: 'h264', pixelFormat: 'yuv420p', bitDepth: 8, width, height, rotation: 0, startTicks: 0 },
      ...{ sampleAspect: rational(1), timeBase: rational(1, 25), colour: { hdr: 'none' } },
      timing: { kind: 'constant', rate: rational(25), frameCount: 1 },
    };
    const input = inputOf(
      { frames, models: new Map([[model.id, { kind: 'ready', model, files, sha256: 'aa', from: 'chosen' }]]) },
      { kind: 'video', video: [track] },
    );
    const { said, work } = workWith({ ease: SHORT });
    await runAnalyser(pictureEmbeddingsAnalyser, input, host, work);
    return [orders.at(-1)?.width, orders.at(-1)?.height, said.length];
  };
  expect(await sizesOf(1920, 1080)).toEqual([480, 270, 1]);
  expect(await sizesOf(480, 320)).toEqual([336, 224, 1]);
  expect(await sizesOf(160, 90)).toEqual([160, 90, 0]);
});

test('models that take one thing of one size close all others while memory is very short', async () => {
  const uses: (boolean | undefined)[] = [];
  const note = async ({ alone }: ModelUse) => {
    uses.push(alone);
    return {};
  };
  const told = { ease: AT_EASE };
  const { said, work } = workWith(told);
  const gpu = { take: async () => undefined, give: () => undefined };
  const real = { ...silent, run: note, sequence: note, generate: note };
  const host = shardHost(real, { ...work, gpu });
  const use = { path: '/m.onnx' };
  await host.run(use, {});
  told.ease = { batch: 0.25, side: 0.75 };
  await host.run(use, {});
  await host.sequence(use, { steps: 0, over: {}, fixed: {}, states: {}, collect: [] });
  told.ease = AT_EASE;
  await host.run(use, {});
  expect(uses).toEqual([false, true, true, false]);
  expect(said).toEqual([
    'warn: memory is short: only the model at work stays open',
    'info: there is memory again: models stay open',
  ]);
});
