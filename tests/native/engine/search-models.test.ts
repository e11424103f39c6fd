import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MediaAnalysis } from '../../../core/analysis/results.ts';
import { analysisResultSchema } from '../../../core/analysis/schema.ts';
import type { MediaFacts } from '../../../core/media/media.ts';
import { flicks, secondsOf } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import type { AnalyserInput, ModelAnalyser } from '../../../native/analysers/model-analyser.ts';
import { pictureEmbeddingsAnalyser } from '../../../native/analysers/picture-embeddings.ts';
import type { FrameOrder, ProxyFrames } from '../../../native/analysers/proxy-frames.ts';
import { sentenceEmbeddingsAnalyser } from '../../../native/analysers/sentence-embeddings.ts';
import { footageSearch } from '../../../native/engine/footage-search.ts';
import { findModel } from '../../../native/models/find-model.ts';
import { createModelHost, type ModelHost } from '../../../native/models/model-host.ts';
import type { Project } from '../../../native/project/project.ts';
import { madeFilm, wordsFrom } from '../../core/search/made-moments.ts';
import { writeEmbeddingModels } from '../../media/embedding-graphs.ts';
import { modelsRoot } from '../../media-root.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { runAnalyser } from '../analysers/analyse-file.ts';
import { openTestProject } from '../open-test-project.ts';

const facts: MediaFacts = {
  ...{ kind: 'video', container: 'mov', duration: flicks(705_600_000 * 12), audio: [], remarks: [] },
  video: [
    {
      ...{ index: 0, codec: 'h264', pixelFormat: 'yuv420p', bitDepth: 8, width: 640, height: 360, rotation: 0 },
      ...{ sampleAspect: rational(1), timeBase: rational(1, 90_000), startTicks: 0, colour: { hdr: 'none' } },
      timing: { kind: 'constant', rate: rational(25), frameCount: 300 },
    },
  ],
  fingerprint: { sizeBytes: 10, sampledSha256: 'aa' },
};

/** Each shot of 100 frames in one colour. */
const colours = [
  [200, 20, 30],
  [20, 180, 40],
  [10, 30, 190],
] as const;
const frames: ProxyFrames = {
  count: 300,
  async *read({ frames: wanted, width, height }: FrameOrder) {
    for (const frame of wanted) {
      const colour = colours[Math.floor(frame / 100)] ?? [0, 0, 0];
      yield { frame, pixels: Uint8Array.from({ length: 3 * width * height }, (_, at) => colour[at % 3] ?? 0) };
    }
  },
  follow: (order, next) => frames.read({ ...order, frames: [next() ?? 0] }),
};

async function inputOf(project: Project, analysis: MediaAnalysis, ids: readonly string[]): Promise<AnalyserInput> {
  const models: AnalyserInput['models'] = new Map(
    (await Promise.all(ids.map((id) => findModel(id)))).flatMap((state) =>
      state.kind === 'ready' ? [[state.model.id, state] as const] : [],
    ),
  );
  const media = { ...facts, id: analysis.mediaId, name: 'walk.mov', path: '/walk.mov', online: true };
  return { media, analysis, models, frames, sound: undefined, artifacts: project.artifacts };
}

/** "crimson", "emerald" and "navy" of CLIP; dog and puppy, money and dollars of MiniLM. */
const CLIP_COLOURS = [19_437, 16_980, 5598] as const;
const GROUPS = [
  [3899, 17_022],
  [2769, 6363],
];

async function openFilm(host: ModelHost, searching = host) {
  const project = await openTestProject();
  const media = project.media.add('/walk.mov', facts);
  const film = madeFilm('walk', [{}, {}, {}], wordsFrom(1, 'My dog ran away. All the money is gone.'));
  const analysis = { mediaId: media.id, results: film.analysis.results };
  for (const result of analysis.results) project.analysis.save(media.id, result);
  const embedWith = async <Shard, Output>(analyser: ModelAnalyser<Shard, Output>) => {
    const result = await runAnalyser(analyser, await inputOf(project, analysis, analyser.needs.models), host);
    expect(analysisResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    project.analysis.save(media.id, result);
  };
  const embed = async () => {
    await embedWith(pictureEmbeddingsAnalyser);
    await embedWith(sentenceEmbeddingsAnalyser);
  };
  const search = footageSearch({ project, models: searching });
  const ask = async (text: string) => {
    const { hits, paths } = await search({ text, variety: 0, limit: 3, offset: 0 });
    const ways = paths.filter(({ path }) => path === 'image-text' || path === 'sentence');
    return { hits, first: hits[0], ways };
  };
  return { embed, ask };
}

function someHost(): ModelHost {
  const host = createModelHost();
  onTestFinished(() => host.close());
  return host;
}

describe.skipIf(modelsRoot === undefined)('search with models of the shapes of CLIP and MiniLM', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('without weights answers from evidence, and says which model is missing', async () => {
    vi.stubEnv('MONTAGE_MODELS_DIR', temporaryFolder());
    vi.stubEnv('XDG_DATA_HOME', temporaryFolder());
    const { ask } = await openFilm(someHost());
    const { first, ways } = await ask('dog');
    expect(first?.kind).toBe('sentence');
    expect(ways.map(({ used }) => used)).toEqual([false, false]);
    expect(ways[0]?.because).toContain('MONTAGE_MODELS_DIR');
    expect(ways[1]?.because).toContain('montage models get minilm');
  });

  it('finds pictures by words that nobody said, and sentences by their meaning', async () => {
    const folder = temporaryFolder();
    writeEmbeddingModels(folder, modelsRoot ?? '', { colours: CLIP_COLOURS, groups: GROUPS });
    vi.stubEnv('MONTAGE_MODELS_DIR', folder);
    const { embed, ask } = await openFilm(someHost());
    expect((await ask('navy')).ways.map(({ because }) => because)).toEqual([
      'the model has not looked at any footage yet',
      'the model has not read any transcript yet',
    ]);
    await embed();
    for (const [at, text] of ['crimson', 'emerald', 'navy'].entries()) {
      const { first, ways } = await ask(text);
      expect([text, first?.kind, secondsOf(first?.start ?? flicks(0))]).toEqual([text, 'shot', at * 4]);
      expect(first?.reasons.map(({ kind }) => kind)).toEqual(['picture']);
      expect(ways).toEqual([
        { path: 'image-text', used: true, model: 'clip-vit-b32', because: null },
        { path: 'sentence', used: true, model: 'minilm', because: null },
      ]);
    }
    expect((await ask('puppy')).first?.text).toBe('My dog ran away.');
    expect((await ask('dollars')).first?.text).toBe('All the money is gone.');
  });

  it('a model that fails takes nothing from the rest', async () => {
    const folder = temporaryFolder();
    writeEmbeddingModels(folder, modelsRoot ?? '', { colours: CLIP_COLOURS, groups: GROUPS });
    vi.stubEnv('MONTAGE_MODELS_DIR', folder);
    const host = someHost();
    const broken: ModelHost = { ...host, run: () => Promise.reject(new Error('boom')), pid: undefined };
    const { embed, ask } = await openFilm(host, broken);
    await embed();
    const { first, ways } = await ask('dog');
    expect(first?.text).toBe('My dog ran away.');
    expect(ways.map(({ used, because }) => [used, because !== null])).toEqual([
      [false, true],
      [false, true],
    ]);
  });
});
