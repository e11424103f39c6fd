import { resultOf, type AnalysisResult } from '../../../core/analysis/results.ts';
import { frameAt, type SourceFrames } from '../../../core/media/frames.ts';
import type { MediaId } from '../../../core/media/media.ts';
import type { Range } from '../../stores/player.ts';

/** A stretch of frames, both inclusive. */
type Stretch = { readonly [edge in keyof Range]: number };

/** What the source viewer shows along a file. */
export type SourceFindings = {
  /** Frames at which shots begin, but for the first. */
  readonly cuts: readonly number[];
  /** Where somebody speaks. */
  readonly speech: readonly Stretch[];
  /** Where a face is seen. */
  readonly faces: readonly Stretch[];
};

const NOTHING: SourceFindings = { cuts: [], speech: [], faces: [] };

/** Where a file is cut, spoken in and shows faces, as far as that is known. */
export function sourceFindings(
  mediaId: MediaId,
  results: readonly AnalysisResult[] | undefined,
  frames: SourceFrames,
): SourceFindings {
  if (results === undefined || frames.kind === 'still') return NOTHING;
  const analysis = { mediaId, results };
  const shots = resultOf(analysis, 'shots')?.shots ?? [];
  const segments = resultOf(analysis, 'speech-segments')?.segments ?? [];
  const tracks = resultOf(analysis, 'faces')?.tracks ?? [];
  return {
    cuts: shots.slice(1).map(({ firstFrame }) => firstFrame),
    speech: segments.map(({ start, end }) => ({ in: frameAt(frames, start), out: frameAt(frames, end) })),
    faces: tracks.map(({ firstFrame, lastFrame }) => ({ in: firstFrame, out: lastFrame })),
  };
}
