import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { analysisResultSchema } from '../../../core/analysis/schema.ts';
import type { AnalysisResult } from '../../../core/analysis/results.ts';
import { MODEL_ANALYSERS } from '../../../native/analysers/model-registry.ts';
import { openEngine } from '../../../native/engine/engine.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { mediaRoot, modelsRoot } from '../../media-root.ts';
import { testScale } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { expectNothingRepeated, startMontage, survivors, survivorsInTheEnd, until, witnessed } from './engine-lives.ts';

/** Long enough that looking for faces and for speech takes several shards, small enough to be quick. */
const SECONDS = 310;
const ROUND_MS = 60_000;
/** What such a talk is cut into parts for. */
const IN_SHARDS = ['faces', 'objects', 'speech-segments', 'sound-kinds'] as const;

const logs: string[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const line of logs.splice(0).flatMap(survivors)) process.kill(Number.parseInt(line, 10), 'SIGKILL');
});

/** A real face that comes and goes and a real voice, three small pictures each two seconds. */
async function makeTalk(folder: string, root: string): Promise<string> {
  const [looks, path] = [join(folder, 'looks.mkv'), join(folder, 'talk.mkv')];
  const tools = await findFfmpeg();
  const face = ['-i', join(root, 'video/face_selfie_1080x720_noaudio.mp4'), '-vf', 'fps=6,scale=240:160,setpts=4*PTS'];
  const coded = ['-r', '3/2', '-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '2'];
  await runFfmpeg(tools, { args: [...face, ...coded, looks], stage: 'test' });
  const looped = ['-stream_loop', '-1', '-i', looks, '-stream_loop', '-1'];
  const voice = ['-i', join(root, 'audio/german_reading_68s.mp3'), '-c:v', 'copy', '-c:a', 'pcm_s16le'];
  const args = [...looped, ...voice, '-ar', '16000', '-ac', '1', '-t', String(SECONDS), path];
  await runFfmpeg(tools, { args, stage: 'test' });
  return path;
}

/** The real models, and a network of the same inputs in the place of the one for people that may not be kept here. */
function modelsWithPeople(root: string): string {
  const folder = temporaryFolder();
  for (const id of ['yunet', 'yolox-nano', 'silero-vad']) symlinkSync(join(root, id), join(folder, id));
  mkdirSync(join(folder, 'sface'));
  const people = join(folder, 'sface/face_recognition_sface_2021dec.onnx');
  copyFileSync(join(root, 'mobileface/mobileface.onnx'), people);
  return folder;
}

type Scene = { readonly args: readonly string[]; readonly log: string; readonly project: string };

function sceneOf(talk: string): Scene {
  const folder = temporaryFolder();
  const [log, project] = [join(folder, 'witness.txt'), join(folder, 'film.montage')];
  logs.push(log);
  return { log, project, args: ['analyse', talk, '--project', project, '--json'] };
}

const answer = z.object({
  files: z.array(z.object({ analysers: z.array(z.object({ analyserId: z.string(), state: z.string() })) })),
});

/** Lets the command come to its end; how analysers ended, by id. */
async function finish({ args, log }: Scene): Promise<ReadonlyMap<string, string>> {
  const { code, out, err } = await startMontage(log, args).ended;
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(await survivorsInTheEnd(log)).toEqual([]);
  const states = answer.parse(JSON.parse(out)).files.flatMap(({ analysers }) => analysers);
  return new Map(states.map(({ analyserId, state }) => [analyserId, state]));
}

/** Starts the command and kills it `delayMs` after it began its `shard`-th shard of this work; false when that never came. */
async function killIn({ args, log }: Scene, { work, shard, delayMs }: Moment): Promise<boolean> {
  const begun = () => witnessed(log).filter((line) => line.startsWith('begun ') && line.endsWith(` ${work}`)).length;
  const before = begun();
  const life = startMontage(log, args);
  const came = await until(life, () => begun() >= before + shard);
  if (!came) return false;
  await Promise.race([pause(delayMs), life.ended]);
  life.kill('SIGKILL');
  const { err, code } = await life.ended;
  expect(err).not.toMatch(/\n\s+at /);
  expect(await survivorsInTheEnd(log)).toEqual([]);
  return code === null;
}

type Moment = { readonly work: string; readonly shard: number; readonly delayMs: number };

/** In the pass, and in the second shards of what looks and of what listens; deep runs: in all, sooner and later. */
function moments(): readonly Moment[] {
  if (testScale < 4) {
    return [
      { work: 'ingest', shard: 1, delayMs: 400 },
      { work: 'faces', shard: 2, delayMs: 30 },
      { work: 'sound-kinds', shard: 2, delayMs: 0 },
    ];
  }
  const works = ['ingest', ...MODEL_ANALYSERS.map(({ id }) => id)];
  return works.flatMap((work) => [0, 20, 100, 300].map((delayMs, n) => ({ work, shard: n === 3 ? 2 : 1, delayMs })));
}

async function resultsOf(projectPath: string): Promise<readonly AnalysisResult[]> {
  const opened = await openEngine({ projectPath, create: false, runJobs: false, shell: 'browser' });
  if (opened.kind !== 'open') throw new Error('the project is still open elsewhere');
  const { client } = opened.engine;
  try {
    const [entry] = await client.media.list();
    const results = entry === undefined ? [] : await client.media.analysis({ mediaId: entry.media.id });
    for (const result of results) expect(analysisResultSchema.safeParse(result).error).toBeUndefined();
    return results.toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
  } finally {
    await opened.engine.close();
  }
}

it.skipIf(mediaRoot === undefined || modelsRoot === undefined)(
  'montage analyse killed with SIGKILL in the middle of each analyser goes on where it stopped, to the same results',
  { timeout: ROUND_MS * (testScale < 4 ? 6 : 60) },
  async () => {
    vi.stubEnv('MONTAGE_MODELS_DIR', modelsWithPeople(modelsRoot ?? ''));
    const talk = await makeTalk(temporaryFolder(), mediaRoot ?? '');
    const undisturbed = sceneOf(talk);
    const ends = await finish(undisturbed);
    // Some need weights that no test has.
    for (const [id, state] of ends) expect([id, state]).toEqual([id, state === 'needs-model' ? state : 'done']);
    for (const id of [...IN_SHARDS, 'face-prints', 'speakers', 'story-curve']) expect(ends.get(id)).toBe('done');
    const expected = await resultsOf(undisturbed.project);
    expect(expected.find(({ kind }) => kind === 'faces')).toMatchObject({ tracks: [{}] });

    let scene = sceneOf(talk);
    const finished: Scene[] = [];
    for (const moment of moments()) {
      if (await killIn(scene, moment)) continue;
      // It was through before: the next moments meet a new project.
      finished.push(scene);
      scene = sceneOf(talk);
    }
    finished.push(scene);
    for (const one of finished) {
      expect(await finish(one)).toEqual(ends);
      expectNothingRepeated(one.log);
      expect(await resultsOf(one.project)).toEqual(expected);
    }
  },
);
