import { lengthOf, type Pick, type Task } from './objective.ts';
import { framesIn, windowIn } from './takes.ts';

/**
 * Lengthens the last clips of an arrangement that ends short of what was asked for, as far as their shots go on. A cut
 * that lies on a beat stays there: only clips after the last such cut grow.
 */
export function fillTarget(task: Task, picks: readonly Pick[]): readonly Pick[] {
  let missing = task.target - picks.reduce((sum, { frames }) => sum + frames, 0);
  const lengths = picks.map(({ frames }) => frames);
  for (let index = picks.length - 1; index >= 0 && missing > 0; index -= 1) {
    const pick = picks[index];
    if (pick === undefined) break;
    const isLast = index === picks.length - 1;
    if (!isLast && task.beats.has(pick.start + pick.frames)) break;
    const more = Math.min(missing, Math.max(framesIn(pick.take, task.frame) - pick.frames, 0));
    lengths[index] = pick.frames + more;
    missing -= more;
  }
  let start = 0;
  return picks.map((pick, index) => {
    const frames = lengths[index] ?? pick.frames;
    const placed = { ...pick, start, frames, sourceIn: sourceInOf(task, pick, frames) };
    start += frames;
    return placed;
  });
}

function sourceInOf(task: Task, pick: Pick, frames: number): Pick['sourceIn'] {
  return frames === pick.frames ? pick.sourceIn : windowIn(pick.take, lengthOf(frames, task));
}
