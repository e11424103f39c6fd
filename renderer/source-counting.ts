import { primaryVideo, type Media } from '../core/media/media.ts';
import { rational } from '../core/time/rational.ts';
import { nearestListedRate, type Rate } from '../core/time/rate.ts';
import type { TimecodeFormat } from '../core/time/timecode.ts';

/** How frames of what is shown are counted as timecode, and the number of the first one. */
export type Counting = { readonly format: TimecodeFormat; readonly first: number };

/** Timecode as a file counts it. */
export function sourceCounting(media: Media | undefined): Counting {
  return {
    format: { rate: nearestListedRate(sourceRate(media)), dropFrame: media?.timecode?.dropFrame ?? false },
    first: media?.timecode?.startFrame ?? 0,
  };
}

/** Frames per second that the source viewer counts in: the picture's, on average where they vary; hundredths of a second for sound. */
function sourceRate(media: Media | undefined): Rate {
  const timing = media && primaryVideo(media)?.timing;
  if (timing?.kind === 'constant') return timing.rate;
  return timing?.kind === 'variable' ? timing.averageRate : rational(100);
}
