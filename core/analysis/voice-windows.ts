import { flicks, flicksFromSeconds, type Flicks } from '../time/flicks.ts';
import type { TimeSpan } from './sound-results.ts';

/** Long enough that what is said hardly matters, short enough to place a change; seconds. */
const WINDOW = 1.5;

/** Windows that abut and fill a span of speech: from where to where in seconds from its start, and what each stands for. */
export function windowsOf(
  seconds: number,
  start: Flicks,
): readonly { readonly from: number; readonly to: number; readonly span: TimeSpan }[] {
  const count = Math.max(1, Math.floor(seconds / WINDOW));
  return Array.from({ length: count }, (_, index) => {
    const [from, last] = [index * WINDOW, index === count - 1 ? seconds : (index + 1) * WINDOW];
    const at = (value: number) => flicks(start + flicksFromSeconds(value));
    return { from, to: last, span: { start: at(from), end: at(last) } };
  });
}
