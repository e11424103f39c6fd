import { resultOf, type MediaAnalysis } from '../../core/analysis/results.ts';
import type { MediaEntry } from '../../core/contract/model.ts';
import type { Media } from '../../core/media/media.ts';
import type { EngineParts } from './parts.ts';

/** What the bin shows of a file. */
export function mediaEntry({ project, ingest }: EngineParts, media: Media): MediaEntry {
  const analysis = { mediaId: media.id, results: project.analysis.results(media.id) };
  return { media, ingest: ingest.stateOf(media), assets: ingest.assetsOf(media), summary: summaryOf(analysis) };
}

function summaryOf(analysis: MediaAnalysis): MediaEntry['summary'] {
  const shots = resultOf(analysis, 'shots')?.shots;
  const measures = resultOf(analysis, 'shot-measures')?.shots;
  // The longest shot is what a file is about.
  const longest = measures?.reduce<(typeof measures)[number] | undefined>(
    (best, shot) => (best === undefined || length(shot) > length(best) ? shot : best),
    undefined,
  );
  return {
    shotCount: shots?.length,
    integratedLufs: resultOf(analysis, 'loudness')?.integratedLufs,
    tempoBpm: resultOf(analysis, 'rhythm')?.tempoBpm,
    bestFrame: longest?.bestFrame,
  };
}

function length(shot: { readonly firstFrame: number; readonly lastFrame: number }): number {
  return shot.lastFrame - shot.firstFrame;
}
