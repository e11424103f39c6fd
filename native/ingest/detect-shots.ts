import { shotListOf, type ShotList } from '../../core/analysis/shot-list.ts';
import { assert, MontageError } from '../../core/errors.ts';
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
  readonly signal?: AbortSignal | undefined;
  /** 0–1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
};

/**
 * The shots of a file, without a project: only small frames are made of it, and nothing is written.
 *
 * @throws MontageError as `inspectMedia` and `runPass`; E_NO_FRAMES where nothing moves
 */
export async function detectShots(path: string, options: DetectShotsOptions = {}): Promise<ShotList> {
  const tools = options.tools ?? (await findFfmpeg());
  const facts = options.facts ?? (await inspectMedia(path, { tools, signal: options.signal })).facts;
  const video = primaryVideo(facts);
  if (facts.kind !== 'video' || video === undefined) {
    const message = facts.kind === 'still' ? 'a still picture has no shots' : 'the file has no moving picture';
    throw new MontageError({ code: 'E_NO_FRAMES', message, where: path, stage: 'shots' });
  }
  const { table, results } = await runPass(tools, {
    input: await checkInput(path),
    facts,
    wishes: { thumbnails: false, analysisFrames: true, sound: false, speech: false },
    analysers: ['shots'],
    peaks: false,
    proxyPath: '',
    sink: { speech: async () => undefined, thumbnail: async () => undefined },
    signal: options.signal,
    onProgress: options.onProgress,
  });
  const shots = results.find((result) => result.kind === 'shots');
  assert(shots !== undefined && table !== undefined, 'a moving picture has frames and shots');
  return shotListOf(path, sourceFramesOf(table, [video.realBaseRate, video.averageRate]), shots.shots);
}
