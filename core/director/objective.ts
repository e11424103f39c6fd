import type { FrameIndex } from '../media/frames.ts';
import type { MediaId } from '../media/media.ts';
import { lookLikeness } from '../search/look-alikes.ts';
import { flicks, type Flicks } from '../time/flicks.ts';
import type { ScorePart, Style } from './suggestion.ts';
import { isInside, type Take } from './takes.ts';

/** A clip of an arrangement, in timeline frames. */
export type Pick = {
  readonly take: Take;
  readonly sourceIn: FrameIndex;
  readonly start: number;
  readonly frames: number;
};

/** What an arrangement is judged against. */
export type Task = {
  readonly style: Style;
  /** One timeline frame. */
  readonly frame: Flicks;
  /** Lengths in timeline frames. */
  readonly target: number;
  readonly lengths: { readonly min: number; readonly typical: number; readonly max: number };
  /** Timeline frames nearest to beats; empty without music or without a pulse. */
  readonly beats: ReadonlySet<number>;
  readonly mustUse: readonly MediaId[];
  readonly neverUse: readonly MediaId[];
  readonly maxShotReuse: number;
};

export type Score = { readonly total: number; readonly parts: readonly ScorePart[] };

/** What the brief demands weighs more than any taste. */
const DEMAND_WEIGHT = 6;
const PACE_WEIGHT = 1;
const ORDER_WEIGHT = 2;
/** Unmeasured pictures count as middling, a little below what was seen to be good. */
const UNKNOWN = 0.4;

/** Σ value × weight ÷ Σ weight; 0 where nothing has weight. */
export function weigh(parts: readonly ScorePart[]): Score {
  const weights = parts.reduce((sum, part) => sum + part.weight, 0);
  const values = parts.reduce((sum, part) => sum + part.value * part.weight, 0);
  return { total: weights === 0 ? 0 : values / weights, parts };
}

const clamp = (value: number) => Math.min(Math.max(value, 0), 1);

/** What a take's picture is worth in a style, part by part. */
export function qualityParts(take: Take, style: Style): readonly ScorePart[] {
  const values = take.measures?.values;
  const { weights } = style;
  const part = (name: string, weight: number, value: number | undefined): ScorePart => ({
    name,
    value: value === undefined ? UNKNOWN : clamp(value),
    weight,
  });
  return [
    part('sharpness', weights.sharpness, values && values.sharpness / 100),
    part('exposure', weights.exposure, values && values.exposure / 100),
    part('steadiness', weights.steadiness, values && values.steadiness / 100),
    part('motion', weights.motion, values && 1 - Math.abs(values.motion - style.motionTarget) / 100),
  ];
}

/** 0 for the same take or picture, up to 1 for another file that looks quite different: in colour, texture and layout. */
export function varietyBetween(a: Take, b: Take): number {
  if (a.samePicture === b.samePicture) return 0;
  const elsewhere = a.media.id === b.media.id ? 0 : 0.4;
  const [left, right] = [a.measures?.values.descriptor, b.measures?.values.descriptor];
  if (left === undefined || right === undefined) return elsewhere + 0.3;
  return elsewhere + 0.6 * (1 - lookLikeness(left, right));
}

/** 1 at the style's typical length, falling by ratio; ½ at about half or twice of it. */
export function paceOf(frames: number, task: Task): number {
  const octaves = Math.log2(Math.max(frames, 1) / task.lengths.typical);
  return 1 / (1 + octaves * octaves);
}

/** How well a take suits a place in the cut, by the style's order. */
export function orderOf(take: Take, middle: number, task: Task): number {
  const rank = task.style.order === 'energy' ? take.energy : take.position;
  return clamp(1 - Math.abs(rank - middle / Math.max(task.target, 1)));
}

/** The score of one clip in its place: what the arrangement's score is made of, for this clip alone. */
export function pickScore(task: Task, pick: Pick, before: Pick | undefined): Score {
  const { weights, order } = task.style;
  const onBeat = task.beats.size > 0 && before !== undefined;
  return weigh([
    ...qualityParts(pick.take, task.style),
    { name: 'pace', value: paceOf(pick.frames, task), weight: PACE_WEIGHT },
    ...(order === 'free'
      ? []
      : [{ name: 'order', value: orderOf(pick.take, pick.start + pick.frames / 2, task), weight: ORDER_WEIGHT }]),
    ...(before === undefined
      ? []
      : [{ name: 'variety', value: varietyBetween(before.take, pick.take), weight: weights.variety }]),
    ...(onBeat ? [{ name: 'beat', value: task.beats.has(pick.start) ? 1 : 0, weight: weights.beat }] : []),
  ]);
}

/**
 * The objective: picture quality by record time, variety between neighbours, cuts on beats, pace, order, and what the
 * brief demands (length, must-use, never-use, no repeats, clips that show one shot only). Higher is better, 0–1.
 */
export function scoreArrangement(task: Task, picks: readonly Pick[]): Score {
  const { style } = task;
  const total = picks.reduce((sum, pick) => sum + pick.frames, 0);
  const share = (value: (pick: Pick) => number) =>
    total === 0 ? 0 : picks.reduce((sum, pick) => sum + value(pick) * pick.frames, 0) / total;
  const cuts = picks.slice(1);
  const mean = (values: readonly number[]) =>
    values.length === 0 ? 1 : values.reduce((sum, value) => sum + value, 0) / values.length;
  const quality = qualityNames.map(
    (name): ScorePart => ({
      name,
      value: share((pick) => qualityParts(pick.take, style).find((part) => part.name === name)?.value ?? 0),
      weight: style.weights[name],
    }),
  );
  const neighbours = cuts.map((pick, index) => varietyOfPair(picks[index], pick));
  return weigh([
    ...quality,
    { name: 'variety', value: mean(neighbours), weight: style.weights.variety },
    { name: 'new pictures', value: newPictures(picks), weight: style.weights.variety },
    { name: 'pace', value: mean(picks.map((pick) => paceOf(pick.frames, task))), weight: PACE_WEIGHT },
    ...(style.order === 'free'
      ? []
      : [
          {
            name: 'order',
            value: share((pick) => orderOf(pick.take, pick.start + pick.frames / 2, task)),
            weight: ORDER_WEIGHT,
          },
        ]),
    ...(task.beats.size === 0
      ? []
      : [
          {
            name: 'beat',
            value: mean(cuts.map((pick) => (task.beats.has(pick.start) ? 1 : 0))),
            weight: style.weights.beat,
          },
        ]),
    ...demandParts(task, picks, total),
  ]);
}

const qualityNames = ['sharpness', 'exposure', 'steadiness', 'motion'] as const;

/** Share of clips whose picture was not shown before by another take: by a second camera, a retake, a copy of the file. */
function newPictures(picks: readonly Pick[]): number {
  const shownBy = new Map<number, number>();
  let repeats = 0;
  for (const { take } of picks) {
    const by = shownBy.get(take.samePicture);
    if (by === undefined) shownBy.set(take.samePicture, take.index);
    else if (by !== take.index) repeats += 1;
  }
  return 1 - repeats / Math.max(picks.length, 1);
}

function varietyOfPair(before: Pick | undefined, after: Pick): number {
  return before === undefined ? 1 : varietyBetween(before.take, after.take);
}

function demandParts(task: Task, picks: readonly Pick[], total: number): readonly ScorePart[] {
  const uses = new Map<number, number>();
  for (const { take } of picks) uses.set(take.index, (uses.get(take.index) ?? 0) + 1);
  const repeats = [...uses.values()].reduce((sum, count) => sum + Math.max(count - task.maxShotReuse, 0), 0);
  const shown = new Set(picks.map(({ take }) => take.media.id));
  const present = task.mustUse.filter((id) => shown.has(id)).length;
  const kept = picks.filter(({ take }) => !task.neverUse.includes(take.media.id)).length;
  const clean = picks.filter((pick) => isInside(pick.take, pick.sourceIn, lengthOf(pick.frames, task))).length;
  const count = Math.max(picks.length, 1);
  const part = (name: string, value: number): ScorePart => ({ name, value: clamp(value), weight: DEMAND_WEIGHT });
  return [
    part('duration', 1 - Math.abs(total - task.target) / Math.max(task.target, 1)),
    part('no repeats', 1 - repeats / count),
    part('one shot each', clean / count),
    ...(task.mustUse.length === 0 ? [] : [part('must use', present / task.mustUse.length)]),
    ...(task.neverUse.length === 0 ? [] : [part('never use', kept / count)]),
  ];
}

/** A count of timeline frames as time. */
export function lengthOf(frames: number, task: Task): Flicks {
  return flicks(frames * task.frame);
}
