import type { Suggestion } from '../../../core/director/suggestion.ts';
import type { Flicks } from '../../../core/time/flicks.ts';
import { frameOfTime } from '../../../core/time/rate.ts';

/** The timecode frame of a time on the proposed timeline. */
export function frameOfRecord({ base }: Suggestion, time: Flicks): number {
  return base.startFrame + frameOfTime(time, base.rate, 'floor');
}
