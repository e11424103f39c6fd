import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AnalysisResult } from '../../../core/analysis/results.ts';
import { z } from 'zod';
import { analysisResultSchema } from '../../../core/analysis/schema.ts';
import { mediaId } from '../../../core/media/media.ts';
import type { AnalyserInput, BoundModelAnalyser } from '../../../native/analysers/model-analyser.ts';
import { MODEL_ANALYSERS } from '../../../native/analysers/model-registry.ts';
import { openProxyFrames } from '../../../native/analysers/proxy-frames.ts';
import { ANALYSERS, analysersOf } from '../../../native/analysers/registry.ts';
import { openSpeechSound } from '../../../native/analysers/speech-sound.ts';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { randomIds } from '../../../native/ids.ts';
import { ingest } from '../../../native/ingest/ingest.ts';
import { probe } from '../../../native/media/probe.ts';
import { findModel } from '../../../native/models/find-model.ts';
import { createModelHost, type ModelHost } from '../../../native/models/model-host.ts';
import { modelsRoot } from '../../media-root.ts';
import { testScale } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { makeOddFile, type OddFile } from './odd-media.ts';

const FEW = ['one-frame.mp4', 'rotated-silent.mov', 'one-sample.wav'] as const;
const MORE = [
  ...['black.mp4', 'hdr.mkv', 'varying.mp4', 'surround.mp4', 'telephone.wav', 'still.png', 'cut-off.mp4'],
  ...['cut-off.wav', 'not-numbers.wav', 'empty-sound.mkv', 'no-sound.mp4', 'tiny.mp4', 'tall.mp4', 'sound-later.mkv'],
] as const;
const FILES: readonly OddFile[] = testScale >= 4 ? [...FEW, ...MORE] : FEW;

/** A file as analysers after ingest see it when nothing else was ever looked for in it. */
async function bareInput(file: OddFile) {
  const path = await makeOddFile(file, temporaryFolder());
  const tools = await findFfmpeg();
  const artifacts = new ArtifactStore(join(temporaryFolder(), 'cache'), randomIds);
  const facts = await probe(path);
  const run = (analysers: readonly string[]) =>
    ingest({ path, facts }, { proxyLines: 540, analysers }, { tools, artifacts });
  const { assets } = await run([]);
  const there = (key: string | undefined) => (key === undefined ? undefined : artifacts.path(key));
  const [proxy, speech] = [facts.kind === 'audio' ? undefined : there(assets.proxy), there(assets.speech)];
  const id = mediaId('bare');
  const input = {
    media: { ...facts, id, name: file, path, online: true },
    analysis: { mediaId: id, results: [] },
    frames: proxy === undefined ? undefined : await openProxyFrames(proxy, tools),
    sound: speech === undefined ? undefined : await openSpeechSound(speech),
    artifacts,
  };
  return { facts, input, run };
}

/** One analyser over one file, its shards and outputs stored as JSON between. */
async function alone(analyser: BoundModelAnalyser, input: AnalyserInput, host: ModelHost): Promise<AnalysisResult> {
  const stored = (value: unknown): unknown =>
    z.object({ value: z.unknown() }).parse(JSON.parse(JSON.stringify({ value }))).value;
  const outputs: unknown[] = [];
  for (const { shard } of await analyser.split(input)) {
    const work = { host, signal: new AbortController().signal, progress: () => undefined, log: () => undefined };
    outputs.push(stored(await analyser.run(stored(shard), input, work)));
  }
  return analyser.merge(outputs, input);
}

async function modelsOf({ needs }: BoundModelAnalyser, chosen: string | undefined): Promise<AnalyserInput['models']> {
  const ids = [...needs.models, ...(needs.betterWith ?? []), ...(needs.oneOf ?? [])];
  const states = await Promise.all(ids.map((id) => findModel(id, { chosen, user: '/nowhere' })));
  return new Map(states.flatMap((state) => (state.kind === 'ready' ? [[state.model.id, state] as const] : [])));
}

describe('each analyser alone, nothing else known', () => {
  it.each(FILES)('%s', async (file) => {
    const { facts, input, run } = await bareInput(file);
    const host = createModelHost();
    onTestFinished(() => host.close());
    for (const analyser of MODEL_ANALYSERS.filter((one) => one.appliesTo(facts))) {
      for (const chosen of new Set([undefined, modelsRoot])) {
        const models = await modelsOf(analyser, chosen);
        const { models: needed, oneOf } = analyser.needs;
        if (needed.some((id) => !models.has(id)) || oneOf?.some((id) => models.has(id)) === false) continue;
        const result = await alone(analyser, { ...input, models }, host);
        // Raw, so that what is not a number is seen before JSON makes null of it.
        expect(analysisResultSchema.safeParse(result).error, analyser.id).toBeUndefined();
        expect([result.kind, result.analyserId]).toEqual([analyser.gives, analyser.id]);
      }
    }
    if (testScale < 4 || facts.kind === 'still') return;
    for (const { id } of ANALYSERS) {
      const { results } = await run([id]);
      const allowed = analysersOf([id]).map((one) => one.id);
      expect(allowed).toEqual(expect.arrayContaining(results.map(({ analyserId }) => analyserId)));
    }
  });
});
