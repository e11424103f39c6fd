import { resultOf, type Shot } from '../../core/analysis/results.ts';
import { SHOTS_ANALYSER } from '../../core/analysis/shots.ts';
import { MontageError } from '../../core/errors.ts';
import { startOfFrame, type SourceFrames } from '../../core/media/frames.ts';
import { mediaId, primaryVideo, type MediaFacts } from '../../core/media/media.ts';
import { sourceFramesOf } from '../../core/media/timing.ts';
import type { Flicks } from '../../core/time/flicks.ts';
import { findFfmpeg } from '../ffmpeg/find.ts';
import { checkInput } from '../ffmpeg/input.ts';
import { runPass } from '../ingest/pass.ts';
import { probe } from '../media/probe.ts';

export type ShotTimes = Shot & { readonly start: Flicks; readonly end: Flicks };

export type ShotsOfFile = {
  readonly path: string;
  readonly facts: MediaFacts;
  readonly frames: SourceFrames;
  readonly frameCount: number;
  readonly shots: readonly ShotTimes[];
};

export type ShotsOptions = {
  readonly signal?: AbortSignal | undefined;
  /** 0–1 by media time. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
};

/**
 * Where a film's shots begin and end, by decoding it once; needs no project and writes nothing.
 *
 * @throws MontageError E_NO_PICTURE for stills and sound; as `probe` and ffmpeg's messages tell
 */
export async function shotsOfFile(path: string, options: ShotsOptions = {}): Promise<ShotsOfFile> {
  const tools = await findFfmpeg();
  const input = await checkInput(path);
  const facts = await probe(input.path, { tools, signal: options.signal });
  const video = primaryVideo(facts);
  if (facts.kind !== 'video' || video === undefined) {
    const hint = 'name a film';
    throw new MontageError({ code: 'E_NO_PICTURE', message: 'the file has no moving picture', where: path, hint });
  }
  const { table, results } = await runPass(tools, {
    input,
    facts,
    wishes: { proxyLines: undefined, thumbnails: false, analysisFrames: true, sound: false, speech: false },
    analysers: [SHOTS_ANALYSER.analyserId],
    peaks: false,
    proxyPath: '',
    sink: NO_SINK,
    ...options,
  });
  const found = resultOf({ mediaId: mediaId(path), results }, 'shots');
  if (table === undefined || found === undefined) {
    throw new MontageError({
      code: 'E_NO_FRAMES',
      message: 'no picture could be decoded',
      where: path,
      stage: 'shots',
    });
  }
  const frames = sourceFramesOf(table, [video.realBaseRate, video.averageRate]);
  const shots = found.shots.map((shot) => ({
    ...shot,
    start: startOfFrame(frames, shot.firstFrame),
    end: startOfFrame(frames, shot.lastFrame + 1),
  }));
  return { path: input.path, facts, frames, frameCount: found.frameCount, shots };
}

const NO_SINK = { speech: async () => undefined, thumbnail: async () => undefined };
