import type { AnalysisResult } from '../../../core/analysis/results.ts';
import { resultOf } from '../../../core/analysis/results.ts';
import type { Media } from '../../../core/media/media.ts';
import { FLICKS_PER_SECOND } from '../../../core/time/flicks.ts';

/** One pixel column of the strip under a picture. `level` 0–1 is how loud it is there; undefined where nothing is known. */
export type StripColumn = { readonly level: number | undefined; readonly cut: boolean };

const FLOOR_LUFS = -50;
const CEILING_LUFS = -10;

/** What is known of a file along its length: sound as height, cuts as ticks. */
export function understandingColumns(
  media: Media,
  results: readonly AnalysisResult[],
  columns: number,
): readonly StripColumn[] {
  const analysis = { mediaId: media.id, results };
  const shots = resultOf(analysis, 'shots');
  const loudness = resultOf(analysis, 'loudness');
  const cuts = new Set(
    shots?.shots.slice(1).map((shot) => Math.floor((shot.firstFrame / Math.max(1, shots.frameCount)) * columns)),
  );
  const seconds = media.duration / FLICKS_PER_SECOND;
  return Array.from({ length: columns }, (_, column) => {
    const at = ((column + 0.5) / columns) * seconds * 1000;
    const momentary = loudness?.momentary;
    const lufs = momentary?.lufs[Math.floor(at / momentary.stepMs)];
    const level =
      momentary === undefined
        ? undefined
        : typeof lufs === 'number'
          ? Math.min(1, Math.max(0, (lufs - FLOOR_LUFS) / (CEILING_LUFS - FLOOR_LUFS)))
          : 0;
    return { level, cut: cuts.has(column) };
  });
}
