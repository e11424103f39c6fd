import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { analysisResultSchema } from '../../../core/analysis/schema.ts';
import { measuresOf } from '../../../core/analysis/measures.ts';
import { assembleShots } from '../../../core/analysis/shots.ts';
import { mediaId, type MediaFacts } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { learnedShotsAnalyser } from '../../../native/analysers/learned-shots.ts';
import type { AnalyserInput } from '../../../native/analysers/model-analyser.ts';
import type { FrameOrder, ProxyFrames } from '../../../native/analysers/proxy-frames.ts';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { randomIds } from '../../../native/ids.ts';
import { findModel } from '../../../native/models/find-model.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
import { borderNet } from '../../media/border-net.ts';
import { FLOAT, node, onnxModel, port, UINT8 } from '../../media/onnx-graph.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { runAnalyser } from './analyse-file.ts';

const host = createModelHost();
afterAll(() => host.close());
const COUNT = 2345;
/** New shots begin here; two of them next to where shards and windows meet. */
const CUTS = [10, 525, 1999, 2000, 2025, 2344];
const frames: ProxyFrames = {
  count: COUNT,
  async *read({ frames: wanted, width, height }: FrameOrder) {
    for (const frame of wanted) {
      const shot = CUTS.filter((cut) => cut <= frame).length;
      yield { frame, pixels: new Uint8Array(3 * width * height).fill(shot % 2 === 0 ? 60 : 200) };
    }
  },
  follow: (order, next) => frames.read({ ...order, frames: [next() ?? 0] }),
};

const facts: MediaFacts = {
  ...{ kind: 'video', container: 'mov', duration: flicks(0), video: [], audio: [], remarks: [] },
  fingerprint: { sizeBytes: 10, sampledSha256: 'aa' },
};

async function inputWith(model: Uint8Array): Promise<AnalyserInput> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'transnetv2'));
  writeFileSync(join(folder, 'transnetv2/transnetv2.onnx'), model);
  const state = await findModel('transnetv2', { chosen: folder, user: '/nowhere' });
  if (state.kind !== 'ready') throw new Error('no model');
  const id = mediaId('film');
  // The measurement missed the second cut and took a flash for one.
  const shots = assembleShots(COUNT, [10, 1234, 2000, 2025], []);
  return {
    media: { ...facts, id, name: 'film.mov', path: '/film.mov', online: true },
    analysis: {
      mediaId: id,
      results: [
        {
          kind: 'shots',
          path: { kind: 'signal', because: null },
          borders: [],
          analyserId: 'shots',
          analyserVersion: 2,
          frameCount: COUNT,
          shots,
        },
      ],
    },
    models: new Map([['transnetv2', state]]),
    frames,
    sound: undefined,
    artifacts: new ArtifactStore(folder, randomIds),
  };
}

it.each([
  ['floats', FLOAT, 'input_1'],
  ['bytes', UINT8, 'frames'],
] as const)('borders are found across windows and shards by a net that takes %s', async (_, type, name) => {
  const input = await inputWith(borderNet(type, name));
  expect(await learnedShotsAnalyser.split(input)).toHaveLength(2);
  const result = await runAnalyser(learnedShotsAnalyser, input, host);
  expect(analysisResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  if (result.kind !== 'shots') throw new Error(result.kind);
  expect(result.path).toEqual({ kind: 'model', model: 'transnetv2' });
  expect(result.borders.map(({ frame, by }) => [frame, by])).toEqual([
    [10, 'both'],
    [525, 'model'],
    [2000, 'both'],
    [2025, 'both'],
    [2344, 'model'],
  ]);
  expect(measuresOf(result).filter(({ measure }) => measure === 'shot')).toHaveLength(6);
});

it('another model in its place is refused in words', async () => {
  const other = onnxModel({
    nodes: [node('ReduceMean', ['input'], ['output'], { axes: [1, 2, 3, 4], keepdims: 1 })],
    constants: [],
    inputs: [port('input', FLOAT, [1, 100, 27, 48, 3])],
    outputs: [port('output', FLOAT, [1, 1, 1, 1, 1])],
  });
  await expect(runAnalyser(learnedShotsAnalyser, await inputWith(other), host)).rejects.toThrow(
    'it answers for 1 frames, not 100',
  );
});
