import type { PersonEntry } from '../../../core/contract/people.ts';
import { primaryVideo, type Media, type MediaId } from '../../../core/media/media.ts';
import { FLICKS_PER_SECOND, flicks, type Flicks } from '../../../core/time/flicks.ts';
import { toNumber } from '../../../core/time/rational.ts';

/** The name, else a number: whoever is seen longest is Person 1. */
export function titleOf({ name }: PersonEntry, index: number): string {
  return name ?? `Person ${index + 1}`;
}

/** How long somebody is seen in all footage; in variable-rate files by their average rate. */
export function secondsSeen({ appearances }: PersonEntry, mediaOf: (id: MediaId) => Media | undefined): Flicks {
  const seconds = appearances.reduce((sum, { mediaId, firstFrame, lastFrame }) => {
    const media = mediaOf(mediaId);
    const timing = media && primaryVideo(media)?.timing;
    if (timing === undefined || timing.kind === 'still') return sum;
    const rate = timing.kind === 'constant' ? timing.rate : timing.averageRate;
    return sum + (lastFrame + 1 - firstFrame) / toNumber(rate);
  }, 0);
  return flicks(Math.round(seconds * FLICKS_PER_SECOND));
}
