import { availableParallelism } from 'node:os';
import type { Box } from '../../core/analysis/boxes.ts';
import { learnedWindows, mergeLearnedShots } from '../../core/analysis/learned-shots.ts';
import type { ShotsResult } from '../../core/analysis/results.ts';
import { shotListOf, type ShotList } from '../../core/analysis/shot-list.ts';
import { SHOT_SCORES_ANALYSER } from '../../core/analysis/shot-scores.ts';
import { SHOTS_ANALYSER } from '../../core/analysis/shots.ts';
import { assert, MontageError } from '../../core/errors.ts';
import type { SourceFrames } from '../../core/media/frames.ts';
import { primaryVideo, type MediaFacts, type VideoStream } from '../../core/media/media.ts';
import { sourceFramesOf } from '../../core/media/timing.ts';
import { findFfmpeg, type FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput, inputArgs } from '../ffmpeg/input.ts';
import { startFfmpeg } from '../ffmpeg/run.ts';
import { borderProbabilities, LEARNED_SHOTS_MODEL } from '../analysers/learned-shots.ts';
import type { FrameOrder } from '../analysers/proxy-frames.ts';
import { inspectMedia } from '../media/probe.ts';
import { findModel } from '../models/find-model.ts';
import type { ModelHost } from '../models/model-host.ts';
import { cropped } from './pass-plan.ts';
import { runPass } from './pass.ts';

export type DetectShotsOptions = {
  /** What `inspectMedia` said of the file, where it is known: it is not asked again. */
  readonly facts?: MediaFacts | undefined;
  readonly tools?: FfmpegTools | undefined;
  /** The part of the upright picture that is looked at, in parts of its width and height; all of it unless told. */
  readonly region?: Box | undefined;
  /** Factor on how much change makes a boundary, see `createShotDetector`; 1 unless told. */
  readonly threshold?: number | undefined;
  /** Also says which frame stands for each shot, which costs another measurement. */
  readonly keyFrames?: boolean | undefined;
  /** Has borders set right by the learned detector where its model is here. */
  readonly modelHost?: ModelHost | undefined;
  readonly signal?: AbortSignal | undefined;
  /** 0–1 by media time. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
};

/** The small pictures that a learned detector sees come from a second decode: nothing of a first one is left on disk. */
const MEASURED_SHARE = 0.6;

/** A film's shots with what they were found in. */
export type DetectedShots = { readonly list: ShotList; readonly facts: MediaFacts; readonly frames: SourceFrames };

/**
 * The shots of a film by decoding it once (twice where a learned detector looks too), without a project: only small frames
 * are made of it, and nothing is written.
 *
 * @throws MontageError as `inspectMedia` and `runPass`; E_NO_PICTURE for stills and sound
 */
export async function detectShots(path: string, options: DetectShotsOptions = {}): Promise<DetectedShots> {
  const tools = options.tools ?? (await findFfmpeg());
  const facts = options.facts ?? (await inspectMedia(path, { tools, signal: options.signal })).facts;
  const video = primaryVideo(facts);
  if (facts.kind !== 'video' || video === undefined) {
    const message = facts.kind === 'still' ? 'a still picture has no shots' : 'the file has no moving picture';
    const hint = 'name a film';
    throw new MontageError({ code: 'E_NO_PICTURE', message, where: path, hint, stage: 'shots' });
  }
  const { table, results } = await runPass(tools, {
    input: await checkInput(path),
    facts,
    wishes: {
      ...{ thumbnails: false, analysisFrames: true, sound: false, speech: false, region: options.region },
      shotsOnly: { decoderThreads: availableParallelism() },
    },
    analysers: [SHOTS_ANALYSER.analyserId, ...(options.keyFrames === true ? [SHOT_SCORES_ANALYSER.analyserId] : [])],
    shotThreshold: options.threshold,
    peaks: false,
    proxyPath: '',
    sink: { speech: async () => undefined, thumbnail: async () => undefined },
    signal: options.signal,
    onProgress: (part) => options.onProgress?.(options.modelHost === undefined ? part : MEASURED_SHARE * part),
  });
  const measured = results.find((result) => result.kind === 'shots');
  assert(measured !== undefined && table !== undefined, 'a moving picture has frames and shots');
  const frames = sourceFramesOf(table, [video.realBaseRate, video.averageRate]);
  const found = await refined(measured, { path, video, tools, options });
  const scored = results.find((result) => result.kind === 'shot-scores')?.shots;
  return { list: shotListOf(path, frames, found, scored), facts, frames };
}

type Film = {
  readonly path: string;
  readonly video: VideoStream;
  readonly tools: FfmpegTools;
  readonly options: DetectShotsOptions;
};

/** The list that counts: set right by the learned detector where its model is here. */
async function refined(measured: ShotsResult, film: Film): Promise<Pick<ShotsResult, 'path' | 'shots'>> {
  const { modelHost, signal, onProgress, region } = film.options;
  if (modelHost === undefined) return measured;
  const model = await findModel(LEARNED_SHOTS_MODEL);
  if (model.kind !== 'ready') return { ...measured, path: { kind: 'signal', because: model.sentence } };
  const { frameCount: count, shots } = measured;
  const read = ({ width, height }: FrameOrder) => filmPictures(film, { width, height, region });
  const probabilities = await borderProbabilities({ first: 0, end: learnedWindows(count) }, { count, read }, model, {
    host: modelHost,
    signal: signal ?? new AbortController().signal,
    progress: (part) => onProgress?.(MEASURED_SHARE + (1 - MEASURED_SHARE) * part),
  });
  const merged = mergeLearnedShots(count, shots, probabilities);
  return { path: { kind: 'model', model: LEARNED_SHOTS_MODEL }, shots: merged.shots };
}

type PictureOrder = { readonly width: number; readonly height: number; readonly region: Box | undefined };

/** All pictures of a film from its start, packed red, green, blue. */
async function* filmPictures({ path, video, tools, options }: Film, { width, height, region }: PictureOrder) {
  const graph = `[0:${video.index}]${cropped(region)}scale=${width}:${height}:flags=bilinear,format=rgb24[out]`;
  const output = ['-map', '[out]', '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
  const args = [...inputArgs(await checkInput(path)), '-filter_complex', graph, ...output];
  const run = startFfmpeg(tools, { args, stage: 'shots', where: path, signal: options.signal, stdout: 'pipe' });
  let frame = 0;
  for await (const pixels of run.chunks(3 * width * height)) yield { frame: frame++, pixels };
}
