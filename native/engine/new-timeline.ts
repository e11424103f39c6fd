import type { Media } from '../../core/media/media.ts';
import type { Rate } from '../../core/time/rate.ts';
import { defaultRate, emptyTimeline, sizeOfAspect } from '../../core/timeline/new-timeline.ts';
import { timelineId, type Timeline } from '../../core/timeline/timeline.ts';
import type { IdSource } from '../ids.ts';

export type TimelineWish = {
  readonly name: string;
  readonly rate: Rate | null;
  readonly size: { readonly width: number; readonly height: number } | null;
};

/** An empty timeline; what is not asked for follows from the footage. */
export function newProjectTimeline(wish: TimelineWish, media: readonly Media[], ids: IdSource): Timeline {
  const id = timelineId(ids.id('timeline'));
  const size = wish.size ?? sizeOfAspect('16:9');
  return emptyTimeline({ id, name: wish.name, rate: wish.rate ?? defaultRate(media), ...size });
}
