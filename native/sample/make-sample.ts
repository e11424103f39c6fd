import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { formatRational, rational, toNumber } from '../../core/time/rational.ts';
import type { Rate } from '../../core/time/rate.ts';
import { findFfmpeg, type FfmpegTools } from '../ffmpeg/find.ts';
import { runFfmpeg } from '../ffmpeg/run.ts';
import { runProgram } from '../process/programs.ts';
import { fileFault, writeWhole } from '../files.ts';
import { beatTimes, makeMusic, wavFile } from './music.ts';
import { sceneGraph, type SceneName } from './scenes.ts';

/** What was made and what is true about it; also written beside it as `sample.json`. */
export type Sample = {
  readonly folder: string;
  readonly clips: readonly SampleClip[];
  readonly music: { readonly file: string; readonly tempoBpm: number; readonly beatSeconds: readonly number[] };
  readonly still: string;
};

export type SampleClip = {
  readonly file: string;
  readonly rate: string;
  readonly frames: number;
  /** First frame of each scene after the first: where a cut detector should find cuts. */
  readonly cuts: readonly number[];
  readonly scenes: readonly string[];
  /** What is said in it, where somebody speaks. */
  readonly speech: string | undefined;
};

export type SampleOptions = {
  readonly tools?: FfmpegTools | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
};

type ClipPlan = {
  readonly file: string;
  readonly rate: Rate;
  /** Scenes and their lengths in frames. */
  readonly scenes: readonly (readonly [SceneName, number])[];
  readonly speech?: string;
};

const SIZE = { width: 1280, height: 720 };
const TEMPO_BPM = 120;
const MUSIC_S = 32;
const SPEECH = 'We came to the coast in the early morning. The light was soft, and nobody else was there.';

const CLIPS: readonly ClipPlan[] = [
  {
    file: 'coast 01.mp4',
    rate: rational(25),
    scenes: [
      ['coast', 90],
      ['dusk', 70],
      ['chart', 65],
    ],
  },
  { file: 'interview.mp4', rate: rational(25), scenes: [['reef', 175]], speech: SPEECH },
  {
    file: 'film look.mov',
    rate: rational(24_000, 1001),
    scenes: [
      ['canyon', 84],
      ['haze', 60],
      ['colony', 84],
    ],
  },
  {
    file: 'phone.mp4',
    rate: rational(30_000, 1001),
    scenes: [
      ['lace', 80],
      ['night', 75],
      ['weave', 95],
    ],
  },
];

/** Frames that generators take to look like themselves: cellular automata start with a flash. */
const SETTLING = 8;

/**
 * Makes sample footage in a folder: four clips of ten scenes, music at 120 BPM, a still. The same on every machine with
 * the same ffmpeg, but for speech, which needs espeak-ng.
 *
 * @throws MontageError E_PERMISSION, E_NO_SPACE, E_CANCELLED, E_FFMPEG_MISSING
 */
export async function makeSample(folder: string, options: SampleOptions = {}): Promise<Sample> {
  const tools = options.tools ?? (await findFfmpeg());
  const target = resolve(folder);
  const work = await mkdtemp(join(tmpdir(), 'montage-sample-'));
  const steps = CLIPS.length + 2;
  let made = 0;
  const step = () => options.onProgress?.((made += 1) / steps);
  try {
    await mkdir(target, { recursive: true });
    const clips: SampleClip[] = [];
    for (const plan of CLIPS) {
      clips.push(await makeClip({ tools, work, target, signal: options.signal }, plan));
      step();
    }
    await writeWhole(join(target, 'music 120 bpm.wav'), (path) =>
      writeFile(path, wavFile(makeMusic(TEMPO_BPM, MUSIC_S))),
    );
    step();
    await makeStill({ tools, work, target, signal: options.signal });
    step();
    const music = { file: 'music 120 bpm.wav', tempoBpm: TEMPO_BPM, beatSeconds: beatTimes(TEMPO_BPM, MUSIC_S) };
    const sample: Sample = { folder: target, clips, music, still: 'title.png' };
    const { folder: _place, ...truth } = sample;
    await writeWhole(join(target, 'sample.json'), (path) => writeFile(path, `${JSON.stringify(truth, null, 2)}\n`));
    return sample;
  } catch (error) {
    throw fileFault(error, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

type Studio = {
  readonly tools: FfmpegTools;
  readonly work: string;
  readonly target: string;
  readonly signal: AbortSignal | undefined;
};

async function makeClip(studio: Studio, plan: ClipPlan): Promise<SampleClip> {
  const frames = plan.scenes.reduce((sum, [, length]) => sum + length, 0);
  const seconds = frames / toNumber(plan.rate);
  const speech = plan.speech === undefined ? undefined : await speak(studio, plan.speech);
  const inputs = plan.scenes.flatMap(([name]) => ['-f', 'lavfi', '-i', sceneGraph(name, SIZE, plan.rate)]);
  // Without a voice: a quiet room.
  const room = ['-f', 'lavfi', '-i', 'anoisesrc=color=brown:amplitude=0.04:sample_rate=48000:seed=3'];
  const sound = speech === undefined ? room : ['-i', `file:${speech}`];
  const trims = plan.scenes.map(
    ([, length], n) =>
      `[${n}:v]trim=start_frame=${SETTLING}:end_frame=${SETTLING + length},setpts=N,setsar=1,format=yuv420p[s${n}]`,
  );
  const labels = plan.scenes.map((_, n) => `[s${n}]`).join('');
  // Scenes are counted in frames: the rate gives them their times.
  const time = `settb=1/(${formatRational(plan.rate)}),setpts=N`;
  const graph = `${trims.join(';')};${labels}concat=n=${plan.scenes.length}:v=1,${time}[v];[${plan.scenes.length}:a]apad,atrim=end=${seconds.toFixed(6)}[a]`;
  const video = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '21',
    '-pix_fmt',
    'yuv420p',
    '-r',
    formatRational(plan.rate),
  ];
  const output = [
    '-map',
    '[v]',
    '-map',
    '[a]',
    ...video,
    '-c:a',
    'aac',
    '-b:a',
    '128k',
    '-ar',
    '48000',
    '-ac',
    '2',
    '-movflags',
    '+faststart',
  ];
  await writeWhole(join(studio.target, plan.file), async (path) => {
    const args = [...inputs, ...sound, '-filter_complex', graph, ...output, '-map_metadata', '-1', `file:${path}`];
    await runFfmpeg(studio.tools, { args, stage: 'sample', where: plan.file, signal: studio.signal });
  });
  return {
    file: plan.file,
    rate: formatRational(plan.rate),
    frames,
    cuts: plan.scenes.slice(1).map((_, n) => plan.scenes.slice(0, n + 1).reduce((sum, [, length]) => sum + length, 0)),
    scenes: plan.scenes.map(([name]) => name),
    speech: speech === undefined ? undefined : plan.speech,
  };
}

/** The spoken text as a WAV file; undefined where espeak-ng is not installed. */
async function speak({ work }: Studio, text: string): Promise<string | undefined> {
  const path = join(work, 'speech.wav');
  const answer = await runProgram('espeak-ng', ['-v', 'en', '-s', '150', '-w', path, text], { timeoutMs: 20_000 });
  return answer.exitCode === 0 ? path : undefined;
}

async function makeStill(studio: Studio): Promise<void> {
  const source = ['-f', 'lavfi', '-i', `${sceneGraph('dusk', SIZE, rational(25))},gblur=sigma=8,vignette`];
  await writeWhole(join(studio.target, 'title.png'), async (path) => {
    const args = [...source, '-frames:v', '1', '-map_metadata', '-1', `file:${path}`];
    await runFfmpeg(studio.tools, { args, stage: 'sample', where: 'title.png', signal: studio.signal });
  });
}
