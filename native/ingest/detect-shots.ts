import type { Box } from '../../core/analysis/boxes.ts';
import { shotListOf, type ShotList } from '../../core/analysis/shot-list.ts';
import { SHOT_SCORES_ANALYSER } from '../../core/analysis/shot-scores.ts';
import { SHOTS_ANALYSER } from '../../core/analysis/shots.ts';
import { assert, MontageError } from '../../core/errors.ts';
import type { SourceFrames } from '../../core/media/frames.ts';
import { primaryVideo, type MediaFacts } from '../../core/media/media.ts';
import { sourceFramesOf } from '../../core/media/timing.ts';
import { findFfmpeg, type FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput } from '../ffmpeg/input.ts';
import { inspectMedia } from '../media/probe.ts';
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
  readonly signal?: AbortSignal | undefined;
  /** 0–1 by media time. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
};

/** A film's shots with what they were found in. */
export type DetectedShots = { readonly list: ShotList; readonly facts: MediaFacts; readonly frames: SourceFrames };

/**
 * The shots of a film by decoding it once, without a project: only small frames are made of it, and nothing is written.
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
    wishes: { thumbnails: false, analysisFrames: true, sound: false, speech: false, region: options.region },
    analysers: [SHOTS_ANALYSER.analyserId, ...(options.keyFrames === true ? [SHOT_SCORES_ANALYSER.analyserId] : [])],
    shotThreshold: options.threshold,
    peaks: false,
    proxyPath: '',
    sink: { speech: async () => undefined, thumbnail: async () => undefined },
    signal: options.signal,
    onProgress: options.onProgress,
  });
  const found = results.find((result) => result.kind === 'shots');
  assert(found !== undefined && table !== undefined, 'a moving picture has frames and shots');
  const frames = sourceFramesOf(table, [video.realBaseRate, video.averageRate]);
  const keyFrames = results.find((result) => result.kind === 'shot-scores')?.shots.map(({ keyFrame }) => keyFrame);
  return { list: shotListOf(path, frames, found.shots, keyFrames), facts, frames };
}
