import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AnalyserState } from '../core/contract/understanding.ts';
import { openEngine, type Engine } from '../native/engine/engine.ts';
import { findFfmpeg } from '../native/ffmpeg/find.ts';
import { runFfmpeg } from '../native/ffmpeg/run.ts';
import { runProgram } from '../native/process/programs.ts';
import { mediaRoot, modelsRoot } from '../tests/media-root.ts';
import { stopwatch, watchTree } from './process-tree.ts';
import { writeResults } from './results.ts';

/**
 * All that is looked for in footage, with all models that are here, on ten minutes of 1080p: people who talk, from real
 * excerpts one after the other and over again, with real speech and music. `MONTAGE_BENCH_SECONDS` makes the film shorter.
 * Wall times of analysers are from the begin of their job to its end: two may run side by side. The network that tells
 * people apart stands in for SFace, which is not here, and is of its kind and size; without Whisper nothing is written down.
 */
const SECONDS = Number(process.env['MONTAGE_BENCH_SECONDS'] ?? 600);
const EXCERPTS = [
  'two_men_meeting_room_720p_noaudio.webm',
  'foreman_remake_hevc_720p_23976.mp4',
  'woman_dog_outdoor_720p2997.mp4',
  'tears_of_steel_1920x800_vp9.webm',
  'his_girl_friday_dialogue.mp4',
];
const SOUNDS = ['german_reading_68s.mp3', 'shakespeare_sonnet1_en_53s.mp3', 'piano_10s.wav'];
const FIT = 'scale=1920:1080:force_original_aspect_ratio=decrease,pad=1920:1080:-1:-1,setsar=1,fps=25,format=yuv420p';

async function makeFilm(root: string, folder: string): Promise<string> {
  const tools = await findFfmpeg();
  const run = (args: readonly string[]) => runFfmpeg(tools, { args: ['-threads', '2', ...args], stage: 'bench' });
  const [pictures, sound, film] = [join(folder, 'pictures.mp4'), join(folder, 'sound.wav'), join(folder, 'film.mp4')];
  const inputs = EXCERPTS.flatMap((name) => ['-i', join(root, 'video', name)]);
  const fitted = EXCERPTS.map((_, n) => `[${n}:v:0]${FIT}[v${n}]`).join(';');
  const all = `${fitted};${EXCERPTS.map((_, n) => `[v${n}]`).join('')}concat=n=${EXCERPTS.length}[v]`;
  const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '21', '-g', '50'];
  await run([...inputs, '-filter_complex', all, '-map', '[v]', ...x264, '-t', String(SECONDS), pictures]);
  const heard = SOUNDS.flatMap((name) => ['-i', join(root, 'audio', name)]);
  await run([...heard, '-filter_complex', `concat=n=${SOUNDS.length}:v=0:a=1`, '-ac', '2', '-ar', '48000', sound]);
  const looped = [pictures, sound].flatMap((path) => ['-stream_loop', '-1', '-i', path]);
  await run([...looped, '-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'aac', '-t', String(SECONDS), film]);
  return film;
}

function modelsFolder(root: string, folder: string): string {
  const models = join(folder, 'models');
  mkdirSync(join(models, 'sface'), { recursive: true });
  for (const id of ['yunet', 'yolox-nano', 'silero-vad', 'moonshine-micro']) {
    symlinkSync(join(root, id), join(models, id));
  }
  const people = join(models, 'sface/face_recognition_sface_2021dec.onnx');
  copyFileSync(join(root, 'mobileface/mobileface.onnx'), people);
  return models;
}

async function open(projectPath: string): Promise<Engine> {
  const opened = await openEngine({ projectPath, create: true, runJobs: true, shell: 'browser' });
  if (opened.kind !== 'open') throw new Error('a new project is open elsewhere');
  return opened.engine;
}

type Span = { start: number; end: number };

/** Follows all jobs to their end; by title, when each ran. */
async function follow({ client }: Engine, mediaId: AnalyserMedia, seconds: () => number) {
  const spans = new Map<string, Span>();
  for (;;) {
    const now = seconds();
    const jobs = await client.jobs.list();
    for (const { title, state, progress } of jobs) {
      const known = spans.get(title);
      if (state === 'running' && known === undefined && progress >= 0) spans.set(title, { start: now, end: now });
      else if (known !== undefined && (state === 'running' || known.end === known.start)) known.end = now;
    }
    const states = await client.media.understanding({ mediaId });
    if (!states.some(isOpen)) return { spans, states };
    await pause(50);
  }
}

type AnalyserMedia = Parameters<Engine['client']['media']['understanding']>[0]['mediaId'];

function isOpen({ state }: AnalyserState): boolean {
  return state === 'running' || state === 'waiting';
}

/** How long the command takes where there is nothing to do. */
async function again(project: string, env: Readonly<Record<string, string>>): Promise<number | null> {
  const launcher = fileURLToPath(new URL('../cli/montage.mjs', import.meta.url));
  Object.assign(process.env, env);
  const seconds = stopwatch();
  const { exitCode, stderr } = await runProgram(process.execPath, [launcher, 'analyse', '--project', project]);
  if (exitCode === 0) return seconds();
  // What was built before may be older than the sources.
  console.error(stderr);
  return null;
}

async function measure(media: string, models: string, folder: string) {
  process.env['MONTAGE_MODELS_DIR'] = modelsFolder(models, folder);
  process.env['MONTAGE_CACHE_DIR'] = join(folder, 'cache');
  const film = await makeFilm(media, folder);
  const project = join(folder, 'film.montage');
  const watch = watchTree();
  const seconds = stopwatch();
  const engine = await open(project);
  const { added } = await engine.client.media.import({ paths: [film] });
  const [entry] = added;
  if (entry === undefined) throw new Error('the film was not taken in');
  const { spans, states } = await follow(engine, entry.media.id, seconds);
  const wallS = seconds();
  const use = watch.stop();
  await engine.close();
  const lost = states.filter(({ state }) => state === 'failed');
  if (lost.length > 0) throw new Error(JSON.stringify(lost));
  return { spans, states, wallS, use, project };
}

if (mediaRoot === undefined || modelsRoot === undefined) {
  console.error('bench full-analysis: skipped, set MONTAGE_TEST_MEDIA and MONTAGE_MODELS_DIR');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'montage-bench-'));
  try {
    const { spans, states, wallS, use, project } = await measure(mediaRoot, modelsRoot, folder);
    const bundle = existsSync(new URL('../dist/bundle/cli.mjs', import.meta.url));
    const part = (what: string, value: number | null, unit: string, reach: string | null = null) => ({
      ...{ what, value, unit, perFilmMinute: value === null ? null : (value * 60) / SECONDS, reach },
    });
    const cpu = Object.values(use.cpuSeconds).reduce((sum, one) => sum + one, 0);
    await writeResults('full-analysis', {
      what: `All that is looked for in ${SECONDS} seconds of 1080p25 with all models that are here (missing: ${
        states.flatMap((state) => (state.state === 'needs-model' ? [state.modelId] : [])).join(', ') || 'none'
      })`,
      rows: [
        part('everything', wallS, 's wall', `≤ ${(SECONDS / 600) * 300} s`),
        { ...part('memory of all processes at most', use.peakRssBytes / 1e9, 'GB', '≤ 2 GB'), perFilmMinute: null },
        part('everything', cpu, 's CPU'),
        ...Object.entries(use.cpuSeconds).map(([what, value]) => part(what, value, 's CPU')),
        ...[...spans].map(([title, { start, end }]) => part(title, end - start, 's wall')),
        { ...part('again, from source', await again(project, {}), 's wall', '< 1 s'), perFilmMinute: null },
        ...(bundle
          ? [
              {
                ...part('again, as built', await again(project, { MONTAGE_BUNDLE: '1' }), 's wall', '< 1 s'),
                perFilmMinute: null,
              },
            ]
          : []),
      ],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
