import { measuresOf, type SpeakerNames } from '../../core/analysis/measures.ts';
import type { AnalysisResult, Span } from '../../core/analysis/results.ts';
import { startOfFrame } from '../../core/media/frames.ts';
import type { MediaId } from '../../core/media/media.ts';
import { ZERO_FLICKS, type Flicks } from '../../core/time/flicks.ts';
import type { SourceLookup } from '../../core/timeline/timeline.ts';
import type { Database } from './database.ts';

/** Writes what a result says as rows that can be asked for; rows of older results of its kind go. */
export function writeEvidence(
  database: Database,
  sources: SourceLookup,
  {
    analysisId,
    mediaId,
    result,
    names,
  }: {
    readonly analysisId: number;
    readonly mediaId: MediaId;
    readonly result: AnalysisResult;
    readonly names?: SpeakerNames | undefined;
  },
): void {
  for (const table of ['evidence', 'evidence_groups']) {
    database.run(`DELETE FROM ${table} WHERE media_id = ? AND kind = ?`, mediaId, result.kind);
  }
  const longest = new Map<string, number>();
  const timesOf = spanTimes(sources, mediaId);
  for (const { measure, span, value, label } of measuresOf(result, names)) {
    const { start, end } = timesOf(span);
    const bounds = span.kind === 'frames' ? [span.firstFrame, span.lastFrame] : [span.start, span.end];
    database.run(
      `INSERT INTO evidence (analysis_id, media_id, kind, measure, label, value, span_kind, span_start, span_end,
         start_time, end_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[analysisId, mediaId, result.kind, measure, label ?? null, value, span.kind, ...bounds, start, end],
    );
    longest.set(measure, Math.max(1, end - start, longest.get(measure) ?? 0));
  }
  for (const [measure, length] of longest) {
    database.run(
      'INSERT INTO evidence_groups (media_id, kind, measure, longest) VALUES (?, ?, ?, ?)',
      ...[mediaId, result.kind, measure, length],
    );
  }
}

function spanTimes(sources: SourceLookup, mediaId: MediaId) {
  const frames = sources.source(mediaId)?.frames;
  return (span: Span): { readonly start: Flicks; readonly end: Flicks } => {
    if (span.kind === 'time') return span;
    // Frame numbers without frame times say nothing about when.
    if (frames === undefined) return { start: ZERO_FLICKS, end: ZERO_FLICKS };
    return { start: startOfFrame(frames, span.firstFrame), end: startOfFrame(frames, span.lastFrame + 1) };
  };
}
