import type { Span } from '../core/analysis/results.ts';
import { type Media, primaryVideo } from '../core/media/media.ts';
import { frameOfTime } from '../core/time/rate.ts';

/** The source frame to show for something measured in a file; undefined for sound. */
export function frameShownAt(media: Media, span: Span): number | undefined {
  if (span.kind === 'frames') return span.firstFrame;
  const timing = primaryVideo(media)?.timing;
  if (timing === undefined || timing.kind === 'still') return undefined;
  return frameOfTime(span.start, timing.kind === 'constant' ? timing.rate : timing.averageRate, 'floor');
}
