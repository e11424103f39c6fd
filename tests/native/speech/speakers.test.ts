import { createRouterClient } from '@orpc/server';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kaldiBank } from '../../../core/analysis/kaldi-bank.ts';
import type { SpeakersResult } from '../../../core/analysis/results.ts';
import { analysisResultSchema } from '../../../core/analysis/schema.ts';
import { mediaId, type MediaFacts, type MediaId } from '../../../core/media/media.ts';
import { flicksFromSeconds } from '../../../core/time/flicks.ts';
import { readTranscript } from '../../../core/transcript/read-transcript.ts';
import { speakersOfWords } from '../../../core/transcript/speakers-of-words.ts';
import { writeTranscript } from '../../../core/transcript/write-transcript.ts';
import type { AnalyserInput } from '../../../native/analysers/model-analyser.ts';
import { speakersAnalyser } from '../../../native/analysers/speakers.ts';
import { ArtifactStore } from '../../../native/artifacts/store.ts';
import { makeCaller } from '../../../native/engine/caller.ts';
import { speakersRoom } from '../../../native/engine/speakers-room.ts';
import { randomIds } from '../../../native/ids.ts';
import { findModel } from '../../../native/models/find-model.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
import type { Project } from '../../../native/project/project.ts';
import { createRandom } from '../../core/transcript/generated-talk.ts';
import { saidWords } from '../../core/transcript/words.ts';
import { constant, FLOAT, node, onnxModel, port } from '../../media/onnx-graph.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openTestProject } from '../open-test-project.ts';
import { runAnalyser } from '../analysers/analyse-file.ts';

/** In the place of a speaker model: how much the lower and the upper bands vary, of whatever length. */
const embedder = onnxModel({
  nodes: [
    node('Mul', ['feats', 'feats'], ['squares']),
    node('ReduceMean', ['squares'], ['means'], { axes: [1], keepdims: 0 }),
    node('MatMul', ['means', 'halves'], ['embs']),
  ],
  constants: [
    constant(
      'halves',
      Float32Array.from({ length: 80 * 3 }, (_, n) => ([1, n < 120 ? 1 : 0, n < 120 ? 0 : 1][n % 3] ?? 0) / 40),
      [80, 3],
    ),
  ],
  inputs: [port('feats', FLOAT, [1, 'frames', 80])],
  outputs: [port('embs', FLOAT, [1, 3])],
});

const facts = (hash: string): MediaFacts => ({
  ...{ kind: 'audio', container: 'wav', duration: flicksFromSeconds(96), video: [], remarks: [] },
  audio: [],
  fingerprint: { sizeBytes: 10, sampledSha256: hash },
});

/** Two voices in turns of 12 s: tones that leap among low and among high pitches, twenty a second. */
function talk(seconds: number, seed: number): Float32Array {
  const random = createRandom(seed);
  const samples = new Float32Array(seconds * 16_000);
  let [hz, phase] = [0, 0];
  for (const n of samples.keys()) {
    const isLow = Math.floor(n / 192_000) % 2 === 0;
    if (n % 800 === 0) hz = isLow ? 200 + 1000 * random() : 3000 + 3500 * random();
    phase += (2 * Math.PI * hz) / 16_000;
    samples[n] = 0.2 * Math.sin(phase) + 0.002 * (random() - 0.5);
  }
  return samples;
}

const heardBy = (turns: readonly (readonly [number, number, number])[]): SpeakersResult => ({
  ...{ kind: 'speakers', analyserId: 'speakers', analyserVersion: 2, path: { kind: 'signal', because: null } },
  speakers: new Set(turns.map(([, , speaker]) => speaker)).size,
  turns: turns.map(([start, end, speaker]) => ({
    ...{ start: flicksFromSeconds(start), end: flicksFromSeconds(end), speaker, confidence: 1 },
  })),
  voices: [],
});

describe('speakers by a model', () => {
  const host = createModelHost();
  afterAll(() => host.close());

  it('are told apart in a file, known again in another, and without the model the path says so', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'wespeaker-resnet34'));
    writeFileSync(join(folder, 'wespeaker-resnet34/wespeaker_en_voxceleb_resnet34_LM.onnx'), embedder);
    const state = await findModel('wespeaker-resnet34', { chosen: folder, user: '/nowhere' });
    if (state.kind !== 'ready') throw new Error('the model is not there');
    const input = (skipped: number, withModel: boolean): AnalyserInput => {
      const [samples, id] = [talk(96, 1).subarray(skipped * 192_000), mediaId('talk')];
      const segments = Array.from({ length: 8 - skipped }, (_, turn) => ({
        ...{ start: flicksFromSeconds(turn * 12), end: flicksFromSeconds(turn * 12 + 11.9), confidence: 1 },
      }));
      const path = { kind: 'signal', because: null } as const;
      return {
        media: { ...facts('aa'), id, name: 'talk', path: '/talk.wav', online: true },
        analysis: {
          mediaId: id,
          results: [{ kind: 'speech-segments', analyserId: 's', analyserVersion: 1, path, segments }],
        },
        models: withModel ? new Map([['wespeaker-resnet34', state]]) : new Map(),
        frames: undefined,
        sound: { sampleRateHz: 16_000, samples: samples.length, read: async (a, b) => samples.slice(a, b) },
        artifacts: new ArtifactStore(folder, randomIds),
      };
    };
    const hear = async (skipped: number, withModel = true) => {
      const result = analysisResultSchema.parse(await runAnalyser(speakersAnalyser, input(skipped, withModel), host));
      if (result.kind !== 'speakers') throw new Error('speakers');
      return result;
    };
    const one = await hear(0);
    expect([one.path, one.speakers]).toEqual([{ kind: 'model', model: 'wespeaker-resnet34' }, 2]);
    expect(one.turns.map(({ speaker }) => speaker)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
    expect(one.voices.map(({ speaker, vector }) => [speaker, vector.length])).toEqual([
      [0, 3],
      [1, 3],
    ]);
    const other = await hear(1);
    const without = await hear(0, false);
    expect([without.path.kind, without.voices]).toEqual(['signal', []]);

    const project = await openTestProject(join(temporaryFolder(), 'film.montage'));
    const [a, b] = [project.media.add('/a.wav', facts('aa')), project.media.add('/b.wav', facts('bb'))];
    project.analysis.save(a.id, one);
    project.analysis.save(b.id, other);
    const list = await clientOf(project).list();
    // The other begins with the second voice: its numbers are the other way round.
    const voices = list.map(({ appearances }) => appearances.map(({ mediaId: id, speaker }) => [id, speaker]));
    expect(voices).toHaveLength(2);
    for (const one of voices) expect(one.map(([, speaker]) => speaker).toSorted()).toEqual([0, 1]);
    project.close();
  });
});

it('features for speaker models are whole frames whose bands have mean 0, and a tone lies in its band', () => {
  const tone = Float32Array.from(
    { length: 16_000 },
    (_, n) => Math.sin((2 * Math.PI * 1000 * n) / 16_000) * (n / 16_000),
  );
  const bank = kaldiBank(tone);
  expect(bank.length).toBe(98 * 80);
  for (const band of [0, 40, 79]) {
    let sum = 0;
    for (let frame = 0; frame < 98; frame++) sum += bank[frame * 80 + band] ?? 0;
    expect(sum / 98).toBeCloseTo(0, 4);
  }
  // Twenty times as loud is 2 ln 20 more, whatever the band; 30 ms from the start to near the end.
  expect((bank[95 * 80 + 30] ?? 0) - (bank[3 * 80 + 30] ?? 0)).toBeGreaterThan(4);
});

function clientOf(project: Project) {
  return createRouterClient(speakersRoom(makeCaller(false), { project }));
}

it('speakers are named, merged and split by the user; names outlast another count of the voices and are in all exports', async () => {
  const path = join(temporaryFolder(), 'film.montage');
  const project = await openTestProject(path);
  const add = (name: string, hash: string): MediaId => project.media.add(name, facts(hash)).id;
  const [a, b] = [add('/a.wav', 'aa'), add('/b.wav', 'bb')];
  project.analysis.save(
    a,
    heardBy([
      [0, 10, 0],
      [10, 14, 1],
      [14, 20, 0],
    ]),
  );
  project.analysis.save(b, heardBy([[0, 8, 0]]));
  const speakers = clientOf(project);
  const [ann, guest, host] = await speakers.list();
  if (ann === undefined || guest === undefined || host === undefined) throw new Error('three speakers');
  expect([ann, guest, host].map(({ appearances }) => appearances.map(({ seconds }) => seconds))).toEqual([
    [16],
    [8],
    [4],
  ]);
  await speakers.name({ speakerId: ann.id, name: ' Ann ' });
  const merged = await speakers.merge({ speakerId: ann.id, otherId: guest.id });
  expect(merged.map(({ name, appearances }) => [name, appearances.length])).toEqual([
    ['Ann', 2],
    [null, 1],
  ]);
  await expect(speakers.name({ speakerId: 'nobody', name: 'Eve' })).rejects.toThrow('there is no such speaker');
  project.close();

  const again = await openTestProject(path);
  // Another analysis begins elsewhere and counts the other way round.
  again.analysis.save(
    a,
    heardBy([
      [0.5, 1, 0],
      [1, 9.5, 1],
      [10, 14, 0],
      [14, 20, 1],
    ]),
  );
  const now = await clientOf(again).list();
  expect(now.map(({ name, appearances }) => [name, appearances.map(({ speaker }) => speaker)])).toEqual([
    ['Ann', [1, 0]],
    [null, [0]],
  ]);
  const split = await clientOf(again).split({
    speakerId: now[0]?.id ?? '',
    appearanceIds: now[0]?.appearances.filter(({ mediaId: id }) => id === b).map(({ id }) => id) ?? [],
  });
  expect(split.map(({ name }) => name)).toEqual(['Ann', null, null]);
  again.close();

  const words = speakersOfWords(
    saidWords(['Hello.', 'Good', 'day.']),
    heardBy([[0, 60, 1]]).turns,
    new Map([[1, 'Ann']]),
  );
  expect(words.map(({ speaker }) => speaker)).toEqual(['Ann', 'Ann', 'Ann']);
  for (const format of ['srt', 'vtt', 'ass', 'txt', 'json'] as const) {
    const source = { kind: 'recogniser', model: 'x' } as const;
    const { text } = writeTranscript(format, { language: 'en', source, timing: 'heard', words });
    const back = readTranscript(format, text, `talk.${format}`, { duration: flicksFromSeconds(60) });
    expect([format, back.words.map(({ speaker }) => speaker)]).toEqual([format, ['Ann', 'Ann', 'Ann']]);
  }
});
