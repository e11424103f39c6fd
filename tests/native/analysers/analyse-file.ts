import { createHash } from 'node:crypto';
import type { AnalysisResult } from '../../../core/analysis/results.ts';
import { mediaId } from '../../../core/media/media.ts';
import type { AnalyserInput, ModelAnalyser, ShardWork } from '../../../native/analysers/model-analyser.ts';
import { openProxyFrames } from '../../../native/analysers/proxy-frames.ts';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { randomIds } from '../../../native/ids.ts';
import { ingest } from '../../../native/ingest/ingest.ts';
import { probe } from '../../../native/media/probe.ts';
import { findModel } from '../../../native/models/find-model.ts';
import type { ModelHost } from '../../../native/models/model-host.ts';

export type FileToAnalyse = {
  readonly path: string;
  /** Where artifacts go. */
  readonly folder: string;
  readonly models: string;
};

/** What a model analyser would be given for a file: ingested, its shots known, models from a folder. */
export async function inputFor(
  { path, folder, models }: FileToAnalyse,
  ids: readonly string[],
  analysers: readonly string[] = ['shots'],
): Promise<AnalyserInput> {
  const tools = await findFfmpeg();
  const artifacts = new ArtifactStore(folder, randomIds);
  const facts = await probe(path);
  const made = await ingest({ path, facts }, { proxyLines: 540, analysers }, { tools, artifacts });
  const { proxy } = made.assets;
  const id = mediaId(createHash('sha256').update(path).digest('hex').slice(0, 12));
  const found = await Promise.all(ids.map((model) => findModel(model, { chosen: models, user: '/nowhere' })));
  return {
    media: { ...facts, id, name: path, path, online: true },
    analysis: { mediaId: id, results: made.results },
    models: new Map(found.flatMap((state) => (state.kind === 'ready' ? [[state.model.id, state] as const] : []))),
    frames: proxy === undefined ? undefined : await openProxyFrames(artifacts.path(proxy), tools),
    sound: undefined,
    artifacts,
  };
}

/** Runs an analyser as its job would: split, every shard through JSON and schema, merge. */
export async function runAnalyser<Shard, Output>(
  analyser: ModelAnalyser<Shard, Output>,
  input: AnalyserInput,
  host: ModelHost,
  manner: Partial<Pick<ShardWork, 'ease' | 'log'>> = {},
): Promise<AnalysisResult> {
  const outputs: Output[] = [];
  for (const { shard } of await analyser.split(input)) {
    const { signal } = new AbortController();
    const work = { host, signal, progress: () => undefined, log: () => undefined, ...manner };
    const output = await analyser.run(analyser.schemas.shard.parse(shard), input, work);
    outputs.push(analyser.schemas.output.parse(JSON.parse(JSON.stringify(output))));
  }
  return analyser.merge(outputs, input);
}
