import { taskFor } from '../../../core/director/direct.ts';
import { lengthOf, type Pick, type Task } from '../../../core/director/objective.ts';
import { randomBelow, randomSource } from '../../../core/director/random.ts';
import type { DirectorInput } from '../../../core/director/suggestion.ts';
import { takeAt, takesOf, type Take } from '../../../core/director/takes.ts';
import { frameAt, sourceDuration, type SourceFrames } from '../../../core/media/frames.ts';
import type { MediaId } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';

type Reel = { readonly id: MediaId; readonly frames: SourceFrames; readonly duration: number };

function reelsOf(input: DirectorInput): readonly Reel[] {
  return input.media.flatMap(({ id }) => {
    const frames = input.sources.source(id)?.frames;
    const duration = frames === undefined ? undefined : sourceDuration(frames);
    return frames === undefined || duration === undefined || input.brief.neverUse.includes(id)
      ? []
      : [{ id, frames, duration }];
  });
}

function pickAt(takes: readonly Take[], reel: Reel, task: Task, time: number, start: number, frames: number): Pick {
  const latest = Math.max(reel.duration - lengthOf(frames, task), 0);
  const at = flicks(Math.floor(Math.min(time, latest)));
  const take = takeAt(takes, reel.id, at);
  if (take === undefined) throw new Error(`no take in ${reel.id}`);
  return { take, sourceIn: frameAt(reel.frames, at), start, frames };
}

/** Lengths of the typical length that fill the target exactly. */
function evenLengths(task: Task): readonly number[] {
  const count = Math.max(Math.round(task.target / task.lengths.typical), 1);
  return Array.from(
    { length: count },
    (_, index) => Math.floor(((index + 1) * task.target) / count) - Math.floor((index * task.target) / count),
  );
}

/** What a script without eyes does: even slices of all footage laid end to end. */
export function uniformSlices(input: DirectorInput): readonly Pick[] {
  const [task, takes, reels] = [taskFor(input), takesOf(input), reelsOf(input)];
  const whole = reels.reduce((sum, reel) => sum + reel.duration, 0);
  const lengths = evenLengths(task);
  let start = 0;
  return lengths.map((frames, index) => {
    let time = (whole * (index + 0.5)) / lengths.length;
    const reel = reels.find((other) => (time < other.duration ? true : ((time -= other.duration), false))) ?? reels[0];
    if (reel === undefined) throw new Error('no footage');
    const pick = pickAt(takes, reel, task, time, start, frames);
    start += frames;
    return pick;
  });
}

/** Windows drawn at random inside usable takes, none twice while there are others: luck with good manners. */
export function randomCut(input: DirectorInput, seed: number): readonly Pick[] {
  const [task, takes, reels] = [taskFor(input), takesOf(input), reelsOf(input)];
  const random = randomSource(seed);
  const unused = takes.map((take) => take);
  let start = 0;
  return evenLengths(task).map((frames) => {
    const [take] = unused.length > 0 ? unused.splice(randomBelow(random, unused.length), 1) : takes;
    const reel = reels.find(({ id }) => id === take?.media.id);
    if (take === undefined || reel === undefined) throw new Error('no footage');
    const room = Math.max(Math.min(take.end, reel.duration) - take.start - lengthOf(frames, task), 0);
    const pick = { ...pickAt(takes, reel, task, take.start + random() * room, start, frames), take };
    start += frames;
    return pick;
  });
}
