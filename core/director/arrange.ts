import { lengthOf, orderOf, pickScore, qualityParts, weigh, type Pick, type Task } from './objective.ts';
import type { RandomSource } from './random.ts';
import { framesIn, windowIn, type Take } from './takes.ts';

/** How many arrangements are carried along, and how many continuations of each are tried. */
const BEAM_WIDTH = 24;
const BRANCHES = 10;

/** What it takes from a take that another with the same picture was shown before: others come first. */
const KNOWN_PICTURE = 0.5;

/** An arrangement in the making; `last` chains back through the clips. */
type State = {
  readonly end: number;
  readonly count: number;
  readonly last: Chain | undefined;
  readonly uses: Uint8Array;
  /** Which pictures were shown, by `samePicture`. */
  readonly shown: Uint8Array;
  /** Σ score × frames. */
  readonly merit: number;
};

type Chain = { readonly pick: Pick; readonly before: Chain | undefined };

/** How long a clip of a take may be, in timeline frames; undefined where it is too short to be seen. */
export type LengthRange = { readonly min: number; readonly max: number };

/**
 * Fills the target with takes, clip by clip, keeping the best arrangements so far (beam search). Each is valued by its
 * own score and an even outlook for what is still open, so that arrangements of different length compare.
 */
export function beamArrangement(
  task: Task,
  takes: readonly Take[],
  ranges: readonly (LengthRange | undefined)[],
  random: RandomSource,
): readonly Pick[] {
  const worth = takes.map((take) => weigh(qualityParts(take, task.style)).total);
  // The seed decides between equals, and only between equals.
  const whim = takes.map(() => random() * 0.02);
  const outlook = [...worth].sort((a, b) => b - a)[Math.floor(worth.length / 4)] ?? 0;
  let beam: readonly State[] = [
    {
      end: 0,
      count: 0,
      last: undefined,
      uses: new Uint8Array(takes.length),
      shown: new Uint8Array(takes.length),
      merit: 0,
    },
  ];
  let best: State | undefined;
  const value = (state: State) => state.merit + outlook * 0.98 * (task.target - state.end);
  while (beam.length > 0) {
    const next: State[] = [];
    for (const state of beam) {
      const grown = state.end >= task.target ? [] : continuations(state);
      if (grown.length === 0 && (best === undefined || finished(state) > finished(best))) best = state;
      next.push(...grown);
    }
    beam = next.sort((a, b) => value(b) - value(a)).slice(0, BEAM_WIDTH);
  }
  return best === undefined ? [] : picksOf(best);

  // The length that was asked for comes before taste.
  function finished(state: State): number {
    return state.merit - (task.target - state.end) * task.target;
  }

  function continuations(state: State): State[] {
    const promising: { take: Take; range: LengthRange; promise: number }[] = [];
    for (const take of takes) {
      const range = ranges[take.index];
      if (range === undefined || (state.uses[take.index] ?? 0) >= task.maxShotReuse) continue;
      if (take.index === state.last?.pick.take.index && takes.length > 1) continue;
      const order = task.style.order === 'free' ? 0 : orderOf(take, state.end + task.lengths.typical / 2, task);
      const wanted = task.mustUse.includes(take.media.id) ? 0.3 : 0;
      const isKnown = (state.uses[take.index] ?? 0) === 0 && state.shown[take.samePicture] === 1;
      const promise =
        (worth[take.index] ?? 0) + order + wanted + (whim[take.index] ?? 0) - (isKnown ? KNOWN_PICTURE : 0);
      promising.push({ take, range, promise });
    }
    promising.sort((a, b) => b.promise - a.promise || a.take.index - b.take.index);
    return promising
      .slice(0, BRANCHES)
      .flatMap(({ take, range, promise }) =>
        clipLengths(task, state.end, range).map((frames) => grow(task, state, { take, frames, promise })),
      );
  }
}

type Step = { readonly take: Take; readonly frames: number; readonly promise: number };

/** A state with one more clip. */
function grow(task: Task, state: State, { take, frames, promise }: Step): State {
  const pick: Pick = { take, sourceIn: windowIn(take, lengthOf(frames, task)), start: state.end, frames };
  const uses = state.uses.slice();
  uses[take.index] = (uses[take.index] ?? 0) + 1;
  const shown = state.shown.slice();
  shown[take.samePicture] = 1;
  const { total } = pickScore(task, pick, state.last?.pick);
  return {
    end: state.end + frames,
    count: state.count + 1,
    last: { pick, before: state.last },
    ...{ uses, shown },
    merit: state.merit + (total + promise * 0.05) * frames,
  };
}

function picksOf(state: State): readonly Pick[] {
  const picks: Pick[] = [];
  for (let chain = state.last; chain !== undefined; chain = chain.before) picks.push(chain.pick);
  return picks.reverse();
}

/** The lengths worth trying from a place: to beats near the typical length, or to even divisions; or to the very end. */
export function clipLengths(task: Task, start: number, range: LengthRange): readonly number[] {
  const open = task.target - start;
  if (open <= range.max) {
    // The rest fits: end exactly, unless it would be stretched far and can be shared out.
    if (open < 2 * range.min || open <= task.lengths.typical) return open >= range.min || start === 0 ? [open] : [];
  }
  const longest = Math.min(range.max, open);
  const leavesRoom = (frames: number) =>
    frames >= range.min && frames <= longest && (open - frames === 0 || open - frames >= task.lengths.min);
  const onBeats = beatsNear(task, start, range.min, longest).filter(leavesRoom);
  const free = [
    task.lengths.typical,
    task.lengths.min,
    Math.round((task.lengths.min + task.lengths.typical) / 2),
    task.lengths.max,
    longest,
    range.min,
  ];
  const lengths = onBeats.length > 0 ? onBeats : [...new Set(free)].filter(leavesRoom).slice(0, 4);
  return open <= range.max ? [...new Set([...lengths, open])] : lengths.length > 0 ? lengths : [longest];
}

function beatsNear(task: Task, start: number, min: number, max: number): readonly number[] {
  const near: number[] = [];
  for (let frames = min; frames <= Math.min(max, task.lengths.max * 2); frames += 1) {
    if (task.beats.has(start + frames)) near.push(frames);
  }
  const distance = (frames: number) => Math.abs(Math.log(frames / task.lengths.typical));
  return near.sort((a, b) => distance(a) - distance(b) || a - b).slice(0, 3);
}

/**
 * How long each take may run. Within the style where that fills the target; takes run longer where it would not, as
 * far as they go.
 */
export function lengthRanges(task: Task, takes: readonly Take[]): readonly (LengthRange | undefined)[] {
  const usable = takes.map((take) => Math.min(framesIn(take, task.frame), task.target));
  const within = (max: number) => usable.reduce((sum, frames) => sum + Math.min(frames, max) * task.maxShotReuse, 0);
  let max = task.lengths.max;
  // A tenth to spare: not every length can be met.
  while (within(max) < task.target * 1.1 && usable.some((frames) => frames > max)) max = Math.ceil(max * 1.25);
  const shortest = Math.max(Math.floor(task.lengths.min / 2), 1);
  const someLong = usable.some((frames) => frames >= shortest);
  return usable.map((frames) => {
    if (frames < 1 || (someLong && frames < shortest)) return undefined;
    return { min: Math.min(task.lengths.min, frames, task.target), max: Math.min(frames, max) };
  });
}
