import type { LengthRange } from './arrange.ts';
import { lengthOf, scoreArrangement, type Pick, type Task } from './objective.ts';
import { randomBelow, type RandomSource } from './random.ts';
import { framesIn, windowIn, type Take } from './takes.ts';

/** Steps of local search per clip, within bounds that keep a long cut under a second. */
const STEPS_PER_CLIP = 40;
const MOST_STEPS = 3000;

/**
 * Betters an arrangement by small changes that the seed draws: another take in a place, two takes swapped, a cut moved
 * to another beat. A change stays if the whole objective rises; the length never changes.
 */
export function improve(
  task: Task,
  takes: readonly Take[],
  ranges: readonly (LengthRange | undefined)[],
  start: readonly Pick[],
  random: RandomSource,
): readonly Pick[] {
  let picks = withMustUse(task, takes, start);
  let score = scoreArrangement(task, picks).total;
  const steps = Math.min(picks.length * STEPS_PER_CLIP, MOST_STEPS);
  for (let step = 0; step < steps; step += 1) {
    const candidate = neighbour(task, takes, ranges, picks, random);
    if (candidate === undefined) continue;
    const total = scoreArrangement(task, candidate).total;
    if (total <= score) continue;
    picks = candidate;
    score = total;
  }
  return picks;
}

/** Brings in files that must be used, each where it costs least. */
function withMustUse(task: Task, takes: readonly Take[], start: readonly Pick[]): readonly Pick[] {
  let picks = start;
  for (const id of task.mustUse) {
    if (picks.some(({ take }) => take.media.id === id)) continue;
    let best: { readonly picks: readonly Pick[]; readonly total: number } | undefined;
    for (const take of takes.filter((other) => other.media.id === id)) {
      for (const [index, pick] of picks.entries()) {
        if (isLastOfMust(task, picks, pick)) continue;
        const changed = replaced(task, picks, index, take);
        if (changed === undefined) continue;
        const { total } = scoreArrangement(task, changed);
        if (best === undefined || total > best.total) best = { picks: changed, total };
      }
    }
    picks = best?.picks ?? picks;
  }
  return picks;
}

function isLastOfMust(task: Task, picks: readonly Pick[], pick: Pick): boolean {
  const { id } = pick.take.media;
  return task.mustUse.includes(id) && picks.filter((other) => other.take.media.id === id).length === 1;
}

function replaced(task: Task, picks: readonly Pick[], index: number, take: Take): readonly Pick[] | undefined {
  const pick = picks[index];
  if (pick === undefined || framesIn(take, task.frame) < pick.frames) return undefined;
  return picks.with(index, { ...pick, take, sourceIn: windowIn(take, lengthOf(pick.frames, task)) });
}

function neighbour(
  task: Task,
  takes: readonly Take[],
  ranges: readonly (LengthRange | undefined)[],
  picks: readonly Pick[],
  random: RandomSource,
): readonly Pick[] | undefined {
  const index = randomBelow(random, picks.length);
  switch (randomBelow(random, 3)) {
    case 0: {
      const take = takes[randomBelow(random, takes.length)];
      if (take === undefined || ranges[take.index] === undefined) return undefined;
      return overused(task, picks, take) ? undefined : replaced(task, picks, index, take);
    }
    case 1:
      return swapped(task, picks, index, randomBelow(random, picks.length));
    default:
      return movedCut(task, ranges, picks, index, random);
  }
}

function overused(task: Task, picks: readonly Pick[], take: Take): boolean {
  return picks.filter((pick) => pick.take.index === take.index).length >= task.maxShotReuse;
}

function swapped(task: Task, picks: readonly Pick[], a: number, b: number): readonly Pick[] | undefined {
  const [left, right] = [picks[a], picks[b]];
  if (left === undefined || right === undefined || left.take.index === right.take.index) return undefined;
  const first = replaced(task, picks, a, right.take);
  return first === undefined ? undefined : replaced(task, first, b, left.take);
}

/** Moves the cut in front of a clip, to a beat where there are any. */
function movedCut(
  task: Task,
  ranges: readonly (LengthRange | undefined)[],
  picks: readonly Pick[],
  index: number,
  random: RandomSource,
): readonly Pick[] | undefined {
  const [before, after] = [picks[index - 1], picks[index]];
  if (before === undefined || after === undefined) return undefined;
  const reach = Math.max(Math.floor(task.lengths.min / 2), 1);
  const wish = after.start + randomBelow(random, 2 * reach + 1) - reach;
  const at = task.beats.size === 0 ? wish : (nearestBeat(task, wish, reach) ?? wish);
  const end = after.start + after.frames;
  const [left, right] = [at - before.start, end - at];
  if (!fits(ranges[before.take.index], left) || !fits(ranges[after.take.index], right)) return undefined;
  return picks
    .with(index - 1, { ...before, frames: left, sourceIn: windowIn(before.take, lengthOf(left, task)) })
    .with(index, { ...after, start: at, frames: right, sourceIn: windowIn(after.take, lengthOf(right, task)) });
}

function nearestBeat(task: Task, frame: number, reach: number): number | undefined {
  for (let distance = 0; distance <= reach; distance += 1) {
    if (task.beats.has(frame - distance)) return frame - distance;
    if (task.beats.has(frame + distance)) return frame + distance;
  }
  return undefined;
}

function fits(range: LengthRange | undefined, frames: number): boolean {
  return range !== undefined && frames >= range.min && frames <= range.max;
}
