import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { resultOf, type AnalysisResult, type MediaAnalysis } from '../../../core/analysis/results.ts';
import type { ImportOutcome } from '../../../core/contract/model.ts';
import type { AnalyserState } from '../../../core/contract/understanding.ts';
import { displaySize, primaryVideo, type Media } from '../../../core/media/media.ts';
import { FLICKS_PER_SECOND } from '../../../core/time/flicks.ts';
import { MODEL_ANALYSERS } from '../../../native/analysers/model-registry.ts';
import { ANALYSERS } from '../../../native/analysers/registry.ts';
import { openEngine, type Engine } from '../../../native/engine/engine.ts';
import { modelsRoot } from '../../media-root.ts';
import { testScale } from '../../scale.ts';
import { makeOddFile, type OddFile } from './odd-media.ts';

type Odd = {
  readonly file: OddFile;
  readonly has: readonly ('pictures' | 'movement' | 'sound')[];
  /** Left to deep tests. */
  readonly rare?: true;
  /** What must be found, whether models are here or not. */
  readonly expect?: (analysis: MediaAnalysis, media: Media) => void;
};

const FILM = ['pictures', 'movement'] as const;
const frameCount = (analysis: MediaAnalysis) => resultOf(analysis, 'shots')?.frameCount;
const loudness = (analysis: MediaAnalysis) => resultOf(analysis, 'loudness')?.integratedLufs ?? null;
const kindsOfSound = (analysis: MediaAnalysis) =>
  new Set(resultOf(analysis, 'sound-kinds')?.segments.map(({ sound }) => sound));

const TABLE: readonly Odd[] = [
  { file: 'one-frame.mp4', has: FILM, expect: (analysis) => expect(frameCount(analysis)).toBe(1) },
  {
    file: 'rotated-silent.mov',
    has: [...FILM, 'sound'],
    expect(analysis, media) {
      const video = primaryVideo(media);
      expect(video === undefined ? undefined : displaySize(video)).toEqual({ width: 90, height: 160 });
      expect(loudness(analysis)).toBeNull();
      expect(kindsOfSound(analysis)).toEqual(new Set(['silence']));
      expect(resultOf(analysis, 'rhythm')).toMatchObject({ tempoBpm: null, beats: [] });
      expect(resultOf(analysis, 'speech-segments')?.segments).toEqual([]);
      expect(resultOf(analysis, 'speakers')?.speakers).toBe(0);
    },
  },
  {
    file: 'black.mp4',
    has: [...FILM, 'sound'],
    expect(analysis) {
      expect(resultOf(analysis, 'shots')?.shots).toHaveLength(1);
      expect(resultOf(analysis, 'shot-scores')?.shots).toMatchObject([
        { sharpness: 0, exposure: 0, motion: 0, steadiness: 100, camera: 'static', blackFrames: 30 },
      ]);
    },
  },
  { file: 'hdr.mkv', has: FILM, expect: (analysis) => expect(frameCount(analysis)).toBe(30) },
  { file: 'varying.mp4', has: [...FILM, 'sound'], expect: (analysis) => expect(frameCount(analysis)).toBe(30) },
  {
    file: 'surround.mp4',
    has: [...FILM, 'sound'],
    // A sine of 1/8 of full scale (−21.75 LUFS), twice, each 1.5 dB up for coming from behind (BS.1770-4, table 4).
    expect: (analysis) => expect(loudness(analysis)).toBeCloseTo(-21.75 + 3.01 + 1.5, 1),
  },
  { file: 'telephone.wav', has: ['sound'], expect: (analysis) => expect(loudness(analysis)).toBeCloseTo(-21.6, 0) },
  { file: 'still.png', has: ['pictures'] },
  {
    file: 'cut-off.mp4',
    has: [...FILM, 'sound'],
    expect(analysis) {
      expect(frameCount(analysis)).toBeGreaterThan(10);
      expect(frameCount(analysis)).toBeLessThan(90);
    },
  },
  { file: 'cut-off.wav', has: ['sound'], expect: (analysis) => expect(kindsOfSound(analysis).size).toBe(1) },
  { file: 'one-sample.wav', has: ['sound'], expect: (analysis) => expect(loudness(analysis)).toBeNull() },
  {
    file: 'not-numbers.wav',
    has: ['sound'],
    // Samples that are no numbers are silence: the rest counts.
    expect: (analysis) => expect(loudness(analysis)).toBeCloseTo(-14.2, 0),
  },
  {
    file: 'empty-sound.mkv',
    has: [...FILM, 'sound'],
    expect(analysis) {
      expect(loudness(analysis)).toBeNull();
      expect(kindsOfSound(analysis).size).toBe(0);
    },
  },
  { file: 'no-sound.mp4', has: FILM, rare: true },
  { file: 'sound-only.m4a', has: ['sound'], rare: true },
  { file: 'tiny.mp4', has: FILM, rare: true },
  { file: 'tall.mp4', has: FILM, rare: true },
  {
    file: 'sound-later.mkv',
    has: [...FILM, 'sound'],
    rare: true,
    expect(analysis) {
      const first = resultOf(analysis, 'sound-kinds')?.segments[0]?.start ?? 0;
      expect(first / FLICKS_PER_SECOND).toBeCloseTo(0.7, 1);
    },
  },
];
const ODD = TABLE.filter(({ rare }) => rare !== true || testScale >= 4);

const folder = mkdtempSync(join(tmpdir(), 'montage-test-'));
let engine: Engine;
let imported: ImportOutcome;

beforeAll(async () => {
  vi.stubEnv('MONTAGE_FFMPEG', countedPrograms());
  vi.stubEnv('XDG_DATA_HOME', join(folder, 'no-models'));
  vi.stubEnv('MONTAGE_MODELS_DIR', join(folder, 'no-models'));
  const footage = join(folder, 'footage');
  mkdirSync(footage);
  const files = [...ODD.map(({ file }) => file), 'no-samples.wav' as const];
  const paths: string[] = [];
  for (const file of files) paths.push(await makeOddFile(file, footage));
  engine = await open();
  imported = await engine.client.media.import({ paths });
});

async function open(): Promise<Engine> {
  const projectPath = join(folder, 'film.montage');
  const opened = await openEngine({ projectPath, create: true, runJobs: true, shell: 'browser' });
  if (opened.kind !== 'open') throw new Error('the project is open elsewhere');
  return opened.engine;
}

/** A folder with ffmpeg and ffprobe that write down each of their starts before they begin. */
function countedPrograms(): string {
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  writeFileSync(join(folder, 'starts'), '');
  for (const name of ['ffmpeg', 'ffprobe']) {
    const path = execFileSync('which', [name], { encoding: 'utf8' }).trim();
    const script = `#!/bin/sh\necho ${name} >> '${join(folder, 'starts')}'\nexec '${path}' "$@"\n`;
    writeFileSync(join(programs, name), script, { mode: 0o755 });
  }
  return programs;
}

const starts = () => readFileSync(join(folder, 'starts'), 'utf8').split('\n').length - 1;

afterAll(async () => {
  await engine.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** How each analyser ended on a file, once none works or may yet begin. */
async function settled(media: Media): Promise<readonly AnalyserState[]> {
  for (;;) {
    const states = await engine.client.media.understanding({ mediaId: media.id });
    if (!states.some(({ state }) => state === 'running' || state === 'waiting')) return states;
    const failed = states.filter(({ state }) => state === 'failed');
    expect(failed).toEqual([]);
    await pause(40);
  }
}

function mediaOf(file: OddFile): Media {
  const entry = imported.added.find(({ media }) => media.name === file);
  if (entry === undefined) throw new Error(`${file} was not taken in: ${JSON.stringify(imported.rejected)}`);
  return entry.media;
}

const OF_MOVEMENT: ReadonlySet<string> = new Set(['story-curve', 'shots', 'shot-scores']);
const OF_PICTURES: ReadonlySet<string> = new Set(['faces', 'face-prints', 'objects', 'picture-embeddings']);

/** Ids of the analysers that have something to look at or listen to. */
function applying({ has }: Odd): readonly string[] {
  const sees = has.includes('movement');
  const hears = has.includes('sound');
  const inPass = ANALYSERS.filter(({ needs }) => (needs.frames && sees) || (needs.sound && hears));
  const later = MODEL_ANALYSERS.filter(({ gives }) => {
    if (OF_MOVEMENT.has(gives)) return sees;
    return OF_PICTURES.has(gives) ? has.includes('pictures') : hears;
  });
  return [...inPass, ...later].map(({ id }) => id);
}

/** All numbers of a result are numbers, spans lie within the file, and what is believed is believed from 0 to 1. */
function expectSound(result: AnalysisResult, media: Media): void {
  // Sound that starts late may end after the last picture.
  const most = media.duration + (media.audio[0]?.offset ?? 0) + FLICKS_PER_SECOND / 10;
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'number') {
      expect(Number.isFinite(value), `${result.kind} ${key}`).toBe(true);
      if (key === 'confidence' || key === 'score') {
        expect(value, `${result.kind} ${key}`).toBeGreaterThanOrEqual(0);
        expect(value, `${result.kind} ${key}`).toBeLessThanOrEqual(1);
      }
      if (key === 'start' || key === 'end' || key === 'at') {
        expect(value, `${result.kind} ${key}`).toBeLessThanOrEqual(most);
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) visit(inner, Array.isArray(value) ? key : name);
    }
  };
  visit(result, '');
}

async function expectAnalysis(odd: Odd): Promise<MediaAnalysis> {
  const { client } = engine;
  const media = mediaOf(odd.file);
  const states = await settled(media);
  expect(states.map(({ analyserId }) => analyserId).toSorted()).toEqual(applying(odd).toSorted());
  const analysis = { mediaId: media.id, results: await client.media.analysis({ mediaId: media.id }) };
  for (const { analyserId, state } of states) {
    const result = analysis.results.find((one) => one.analyserId === analyserId);
    expect([analyserId, state, result !== undefined]).toEqual([analyserId, state, state === 'done']);
  }
  for (const result of analysis.results) expectSound(result, media);
  const evidence = await client.media.find({ find: {}, mediaIds: [media.id], limit: 10_000 });
  expect(evidence.found).toHaveLength(evidence.total);
  odd.expect?.(analysis, media);
  return analysis;
}

describe('odd files', () => {
  it('that hold nothing are refused, and it is said what to do', () => {
    const { code, hint } = imported.rejected[0]?.fault ?? {};
    expect([imported.rejected.length, code, typeof hint]).toEqual([1, 'E_NO_FRAMES', 'string']);
  });

  it.each(ODD.map((odd) => [odd.file, odd] as const))('%s without models', async (_, odd) => {
    const { results } = await expectAnalysis(odd);
    const states = await settled(mediaOf(odd.file));
    for (const state of states) {
      if (state.state === 'needs-model')
        expect(state.sentence).toMatch(/: (get it with `montage models get \S+`|put .+)$/);
      else expect(state.state).toBe('done');
    }
    for (const result of results) if ('path' in result) expect(result.path.kind).toBe('signal');
  });

  it.skipIf(modelsRoot === undefined).each(ODD.map((odd) => [odd.file, odd] as const))(
    '%s with models',
    async (_, odd) => {
      vi.stubEnv('MONTAGE_MODELS_DIR', modelsRoot);
      const media = mediaOf(odd.file);
      await engine.client.media.analyse({ mediaId: media.id });
      const analysis = await expectAnalysis(odd);
      const heard = resultOf(analysis, 'speech-segments');
      if (heard !== undefined) expect(heard.path).toEqual({ kind: 'model', model: 'silero-vad' });
      if (odd.has.includes('pictures')) expect(resultOf(analysis, 'faces')?.tracks).toEqual([]);
    },
  );

  it('are not looked at again while nothing has changed: no ffmpeg starts, in less than a second', async () => {
    vi.stubEnv('MONTAGE_MODELS_DIR', modelsRoot ?? join(folder, 'no-models'));
    await engine.close();
    const before = starts();
    expect(before).toBeGreaterThan(ODD.length);
    const cpuBefore = process.cpuUsage();
    engine = await open();
    for (const { media } of imported.added) {
      expect(await engine.client.media.analyse({ mediaId: media.id })).toEqual({ jobIds: [] });
      const states = await engine.client.media.understanding({ mediaId: media.id });
      expect(states.filter(({ state }) => state !== 'done' && state !== 'needs-model')).toEqual([]);
    }
    const { user, system } = process.cpuUsage(cpuBefore);
    expect(starts() - before).toBe(0);
    expect((user + system) / 1e6).toBeLessThan(1);
  });
});
