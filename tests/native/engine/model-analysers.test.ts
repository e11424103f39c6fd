import { resultOf } from '../../../core/analysis/results.ts';
import { NO_PULSE } from '../../../core/analysis/rhythm.ts';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import type { IngestState } from '../../../core/contract/model.ts';
import type { MediaFacts } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import {
  bindModelAnalyser,
  MODEL_SHARD_NEEDS,
  type BoundModelAnalyser,
} from '../../../native/analysers/model-analyser.ts';
import type { AnalyserState } from '../../../core/contract/understanding.ts';
import { createAnalysisBoard } from '../../../native/engine/analysis-board.ts';
import { analysisJob } from '../../../native/engine/analysis-job.ts';
import {
  listTranscripts,
  readTranscriptFile,
  takeTranscript,
  voteTranscripts,
} from '../../../native/engine/transcripts.ts';
import { TRANSCRIPT_ANALYSER } from '../../../core/transcript/transcript.ts';
import { catalogueModel } from '../../../native/models/catalogue.ts';
import { modelJob } from '../../../native/engine/model-job.ts';
import { modelFolders } from '../../../native/models/model-folders.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
import type { JobQueue } from '../../../native/jobs/queue.ts';
import type { Project } from '../../../native/project/project.ts';
import { modelsRoot } from '../../media-root.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openTestProject, testQueue } from '../open-test-project.ts';

const facts: MediaFacts = {
  kind: 'audio',
  container: 'wav',
  duration: flicks(0),
  video: [],
  audio: [],
  fingerprint: { sizeBytes: 10, sampledSha256: 'aa' },
  remarks: [],
};

/** A busy machine is late; what never comes is told all the same. */
const PATIENCE = { timeout: 20_000 };

let ran: string[] = [];
let stuck: string | undefined;

/** Counts its shards' letters; sticks in the one that is named until it is cancelled. */
function lettersAnalyser(id: string, needs: Partial<BoundModelAnalyser['needs']> = {}): BoundModelAnalyser {
  return bindModelAnalyser<string, number>({
    id,
    version: 1,
    title: 'Letters',
    gives: id === 'second' ? 'shots' : 'rhythm',
    needs: { models: [], ...needs },
    schemas: { shard: z.string(), output: z.number() },
    appliesTo: ({ kind }) => kind === 'audio',
    split: () => ['a', 'bb', 'ccc'].map((shard) => ({ shard, cost: 1, needs: MODEL_SHARD_NEEDS })),
    async run(shard, _input, { signal, progress }) {
      ran.push(shard);
      progress(0.5);
      if (shard === stuck) await new Promise((_, reject) => signal.addEventListener('abort', reject, { once: true }));
      return shard.length;
    },
    merge(outputs, { analysis }) {
      const stamp = { analyserId: id, analyserVersion: 1 };
      if (id === 'second')
        return {
          ...stamp,
          kind: 'shots',
          path: { kind: 'signal', because: null },
          borders: [],
          frameCount: analysis.results.length,
          shots: [],
        };
      return {
        ...NO_PULSE,
        ...stamp,
        tempoBpm: outputs.reduce((a, b) => a + b, 0),
        confidence: 1,
      };
    },
  });
}

/** Finds the words of the transcript in use, as one sentence. */
const wordsAnalyser = bindModelAnalyser<string, string>({
  id: 'words',
  version: 1,
  title: 'Words',
  gives: 'sentence-embeddings',
  needs: { models: [], results: ['transcript'] },
  schemas: { shard: z.string(), output: z.string() },
  appliesTo: () => true,
  split: ({ analysis }) => {
    const words = resultOf(analysis, 'transcript')?.words ?? [];
    return [{ shard: words.map(({ text }) => text).join(' '), cost: 1, needs: MODEL_SHARD_NEEDS }];
  },
  async run(shard) {
    ran.push(shard);
    return shard;
  },
  merge(outputs) {
    const stamp = { kind: 'sentence-embeddings', analyserId: 'words', analyserVersion: 1 } as const;
    const sentences = outputs.map((text) => ({ text, vector: '' }));
    return { ...stamp, path: { kind: 'model', model: 'none' }, sentences };
  },
});

/** Hears one word, whatever the sound. */
const hearingAnalyser = bindModelAnalyser<string, string>({
  id: TRANSCRIPT_ANALYSER.analyserId,
  version: TRANSCRIPT_ANALYSER.analyserVersion,
  title: 'Transcript',
  gives: 'transcript',
  needs: { models: [], oneOf: ['whisper-base', 'whisper-tiny'] },
  schemas: { shard: z.string(), output: z.string() },
  appliesTo: () => true,
  split: () => [{ shard: 'window', cost: 1, needs: MODEL_SHARD_NEEDS }],
  async run(_shard, { models }) {
    ran.push('window');
    return ['whisper-base', 'whisper-tiny'].find((id) => models.has(id)) ?? 'none';
  },
  merge(outputs) {
    const source = { kind: 'recogniser', model: outputs[0] ?? '' } as const;
    const words = [{ text: 'Read', start: flicks(0), end: flicks(1), confidence: 1, speaker: null }];
    return { kind: 'transcript', ...TRANSCRIPT_ANALYSER, language: 'en', source, timing: 'heard', words };
  },
});

/** A folder with files of these models, which nobody reads. */
function modelFiles(ids: readonly string[]): string {
  const folder = temporaryFolder();
  for (const { path } of ids.flatMap((id) => catalogueModel(id)?.files ?? [])) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
  return folder;
}

function boardOf(project: Project, queue: JobQueue, analysers: readonly BoundModelAnalyser[]) {
  const host = createModelHost();
  onTestFinished(() => host.close());
  const kind = analysisJob({ project, host, analysers, assetsOf: () => ({}) });
  queue.register(kind);
  const ingest = { stateOf: (): IngestState => ({ state: 'ready' }) };
  const board = createAnalysisBoard({ project, queue, kind, ingest, analysers });
  onTestFinished(() => board.close());
  return board;
}

const statesOf = (states: readonly AnalyserState[]) => states.map(({ state }) => state);

beforeEach(() => {
  ran = [];
  stuck = undefined;
  vi.stubEnv('XDG_DATA_HOME', temporaryFolder());
});
afterEach(() => vi.unstubAllEnvs());

describe('analysers that run after ingest', () => {
  it('run shard by shard, keep their result, and are not run again, nor for a second file of the same content', async () => {
    const project = await openTestProject();
    const queue = testQueue(project);
    const board = boardOf(project, queue, [
      lettersAnalyser('first'),
      lettersAnalyser('second', { results: ['rhythm'] }),
    ]);
    queue.start();
    const media = project.media.add('/a.wav', facts);
    expect(statesOf(await board.statesOf(media))).toEqual(['waiting', 'waiting']);
    await board.queueDue(media);
    await vi.waitUntil(async () => statesOf(await board.statesOf(media)).every((state) => state === 'done'), PATIENCE);
    // The second was queued by the end of the first and saw its result.
    expect(project.analysis.results(media.id)).toMatchObject([{ frameCount: 1 }, { tempoBpm: 6 }]);
    expect(ran).toEqual(['a', 'bb', 'ccc', 'a', 'bb', 'ccc']);
    expect(await board.queueDue(media)).toEqual([]);
    const twin = project.media.add('/b.wav', facts);
    await board.queueDue(twin);
    await vi.waitUntil(async () => statesOf(await board.statesOf(twin)).every((state) => state === 'done'), PATIENCE);
    expect(ran).toHaveLength(6);
    expect(project.analysis.results(twin.id)).toMatchObject([{ frameCount: 1 }, { tempoBpm: 6 }]);
  });

  it('go on after an interruption with the shards that are missing', async () => {
    const path = join(temporaryFolder(), 'film.montage');
    const project = await openTestProject(path);
    const queue = testQueue(project, { capacity: { cores: 1, memoryBytes: 1e9 } });
    const board = boardOf(project, queue, [lettersAnalyser('first')]);
    const media = project.media.add('/a.wav', facts);
    stuck = 'bb';
    queue.start();
    await board.queueDue(media);
    await vi.waitUntil(() => ran.includes('bb'), PATIENCE);
    expect(await board.statesOf(media)).toMatchObject([{ state: 'running' }]);
    board.close();
    await queue.stop();
    project.close();
    stuck = undefined;
    const later = await openTestProject(path);
    const nextQueue = testQueue(later);
    const next = boardOf(later, nextQueue, [lettersAnalyser('first')]);
    nextQueue.start();
    await vi.waitUntil(async () => statesOf(await next.statesOf(media))[0] === 'done', PATIENCE);
    expect(ran).toEqual(['a', 'bb', 'bb', 'ccc']);
    expect(later.analysis.results(media.id)).toMatchObject([{ tempoBpm: 6 }]);
  });

  it('say which model they lack, and are due anew with another one', async () => {
    const project = await openTestProject();
    const queue = testQueue(project);
    const board = boardOf(project, queue, [
      lettersAnalyser('first', { models: ['yunet'] }),
      lettersAnalyser('second', { results: ['rhythm'] }),
    ]);
    queue.start();
    const media = project.media.add('/a.wav', facts);
    expect(await board.queueDue(media)).toEqual([]);
    const sentence = 'Faces need YuNet, 0.3 MB: get it with `montage models get yunet`';
    expect(await board.statesOf(media)).toMatchObject([
      { state: 'needs-model', modelId: 'yunet', sentence },
      { state: 'needs-model', modelId: 'yunet', sentence },
    ]);
    const chosen = temporaryFolder();
    mkdirSync(join(chosen, 'yunet'));
    vi.stubEnv('MONTAGE_MODELS_DIR', chosen);
    for (const weights of ['one', 'another']) {
      ran = [];
      writeFileSync(join(chosen, 'yunet/yunet_n_dynamic.onnx'), weights);
      expect(await board.queueDue(media)).toHaveLength(1);
      await vi.waitUntil(
        async () => statesOf(await board.statesOf(media)).every((state) => state === 'done'),
        PATIENCE,
      );
      expect(ran.slice(0, 3)).toEqual(['a', 'bb', 'ccc']);
    }
    vi.stubEnv('MONTAGE_MODELS_DIR', '');
    expect(statesOf(await board.statesOf(media))).toEqual(['done', 'done']);
  });

  it('look anew at what they build on once the user has replaced it, and at nothing else', async () => {
    const project = await openTestProject();
    const queue = testQueue(project);
    const board = boardOf(project, queue, [lettersAnalyser('first'), wordsAnalyser]);
    queue.start();
    const media = project.media.add('/a.wav', facts);
    const wordsFound = () => project.analysis.results(media.id, ['sentence-embeddings']);
    for (const words of [['one'], ['one', 'more'], ['another'], ['one']]) {
      const path = join(temporaryFolder(), 'captions.txt');
      writeFileSync(path, words.join(' '));
      await readTranscriptFile(project.analysis, media, { path });
      // Nobody asks: a replaced transcript tells by itself.
      const text = words.join(' ');
      await vi.waitUntil(() => JSON.stringify(wordsFound()).includes(`"text":"${text}"`), PATIENCE);
    }
    await vi.waitUntil(async () => statesOf(await board.statesOf(media)).every((state) => state === 'done'), PATIENCE);
    expect(ran.filter((shard) => shard === 'bb')).toHaveLength(1);
    // The fourth was known from the first.
    expect(ran.filter((shard) => shard === 'one')).toHaveLength(1);
  });

  it('keep what was found with a better model that has gone since', async () => {
    const project = await openTestProject();
    const queue = testQueue(project);
    const board = boardOf(project, queue, [
      lettersAnalyser('first', { betterWith: ['yunet'] }),
      lettersAnalyser('second', { results: ['rhythm'] }),
    ]);
    queue.start();
    const media = project.media.add('/a.wav', facts);
    const settled = async () => {
      await board.queueDue(media);
      await vi.waitUntil(
        async () => statesOf(await board.statesOf(media)).every((state) => state === 'done'),
        PATIENCE,
      );
    };
    await settled();
    expect(ran).toHaveLength(6);
    const chosen = temporaryFolder();
    mkdirSync(join(chosen, 'yunet'));
    writeFileSync(join(chosen, 'yunet/yunet_n_dynamic.onnx'), 'weights');
    vi.stubEnv('MONTAGE_MODELS_DIR', chosen);
    await settled();
    // What came out is the same, so nothing that builds on it is looked for again.
    expect(ran).toHaveLength(9);
    const better = project.analysis.stamps(media.id);
    vi.stubEnv('MONTAGE_MODELS_DIR', '');
    expect(await board.queueDue(media)).toEqual([]);
    expect(statesOf(await board.statesOf(media))).toEqual(['done', 'done']);
    expect(project.analysis.stamps(media.id)).toEqual(better);
    vi.stubEnv('MONTAGE_MODELS_DIR', chosen);
    writeFileSync(join(chosen, 'yunet/yunet_n_dynamic.onnx'), 'other weights');
    await settled();
    expect(ran).toHaveLength(12);
  });

  it('hear a file on demand whose transcript was given, and keep what they hear beside it', async () => {
    const project = await openTestProject();
    const queue = testQueue(project);
    const board = boardOf(project, queue, [hearingAnalyser]);
    queue.start();
    const media = project.media.add('/a.wav', facts);
    const path = join(temporaryFolder(), 'captions.txt');
    writeFileSync(path, 'Read words.');
    await readTranscriptFile(project.analysis, media, { path });
    expect(await board.statesOf(media)).toMatchObject([{ state: 'done' }]);
    const sentence = 'Transcripts need Whisper tiny, 43 MB: get it with `montage models get whisper-tiny`';
    expect(await board.demand(media, 'transcript')).toMatchObject({ state: 'needs-model', sentence });
    await expect(board.demand(media, 'transcript', 'yunet')).rejects.toThrow('this model is not for it');
    vi.stubEnv('MONTAGE_MODELS_DIR', modelFiles(['whisper-tiny', 'whisper-base']));
    expect(await board.queueDue(media)).toEqual([]);
    const heard = async (model?: string) => {
      expect(await board.demand(media, 'transcript', model)).toMatchObject({ state: 'running' });
      await vi.waitUntil(async () => (await board.demand(media, 'transcript', model)).state === 'done', PATIENCE);
      return listTranscripts(project.analysis, media.id).map(({ name, isInUse }) => `${name} ${String(isInUse)}`);
    };
    expect(await heard('whisper-tiny')).toEqual(['captions.txt true', 'whisper-tiny false']);
    expect(await heard()).toEqual(['captions.txt true', 'whisper-base false', 'whisper-tiny false']);
    expect(await voteTranscripts(project.analysis, media, { paths: [] })).toMatchObject({
      words: 1,
      transcripts: [{}, {}, {}],
    });
    expect(takeTranscript(project.analysis, media, 'whisper-tiny')).toMatchObject([
      { name: 'captions.txt', isInUse: false },
      { name: 'whisper-base', isInUse: false },
      { name: 'whisper-tiny', isInUse: true },
    ]);
    expect(await board.queueDue(media)).toEqual([]);
    expect(ran).toHaveLength(2);
  });

  it('hear with the best recogniser that is here, and lose nothing that another heard', async () => {
    const project = await openTestProject();
    const queue = testQueue(project);
    const board = boardOf(project, queue, [hearingAnalyser]);
    queue.start();
    const media = project.media.add('/a.wav', facts);
    const heard = async () => {
      await board.queueDue(media);
      await vi.waitUntil(async () => statesOf(await board.statesOf(media))[0] === 'done', PATIENCE);
      return listTranscripts(project.analysis, media.id).filter(({ isInUse }) => isInUse);
    };
    vi.stubEnv('MONTAGE_MODELS_DIR', modelFiles(['whisper-tiny']));
    expect(await heard()).toMatchObject([{ name: 'whisper-tiny' }]);
    vi.stubEnv('MONTAGE_MODELS_DIR', modelFiles(['whisper-tiny', 'whisper-base']));
    expect(await heard()).toMatchObject([{ name: 'whisper-base' }]);
    expect(listTranscripts(project.analysis, media.id)).toHaveLength(2);
    // The better one has gone: what it heard stays in use.
    vi.stubEnv('MONTAGE_MODELS_DIR', modelFiles(['whisper-tiny']));
    expect(await heard()).toMatchObject([{ name: 'whisper-base' }]);
    expect(ran).toHaveLength(2);
  });

  it.skipIf(modelsRoot === undefined)('run by themselves on all footage once the model has come', async () => {
    const project = await openTestProject();
    const queue = testQueue(project);
    const kind = modelJob();
    queue.register(kind);
    const board = boardOf(project, queue, [lettersAnalyser('first', { models: ['yunet'] })]);
    queue.start();
    const files = [project.media.add('/a.wav', facts), project.media.add('/b.wav', facts)];
    for (const media of files) expect(statesOf(await board.statesOf(media))).toEqual(['needs-model']);
    const { user } = modelFolders();
    mkdirSync(join(user, 'yunet'), { recursive: true });
    copyFileSync(join(modelsRoot ?? '', 'yunet/yunet_n_dynamic.onnx'), join(user, 'yunet/yunet_n_dynamic.onnx'));
    queue.add(kind, { modelId: 'yunet', name: 'YuNet' });
    for (const media of files) {
      await vi.waitUntil(async () => statesOf(await board.statesOf(media))[0] === 'done', PATIENCE);
    }
  });
});
