import { assign } from './assignment.ts';
import type { Box, Scored } from './boxes.ts';
import { rejoined, untangled } from './untangle-tracks.ts';
import { beginMotion, foresee, learn, misfit, type Motion } from './track-motion.ts';

/** Detections of one looked-at frame. */
export type FrameDetections<Found extends Scored> = { readonly frame: number; readonly found: readonly Found[] };

/** One thing over time: what was detected of it, by rising frame. In between {@link trackBoxAt} tells where it is. */
export type Track<Found extends Scored> = {
  /** From 0, in order of appearance. */
  readonly id: number;
  readonly seen: readonly (Found & { readonly frame: number })[];
};

export type TrackingOptions = {
  /** From this score a detection begins and continues tracks; below it only continues them (ByteTrack). */
  readonly highScore: number;
  /** For how many frames a track that is not seen is remembered. */
  readonly patience: number;
  /** A track with fewer detections, or with none this sure, is dropped as chance. */
  readonly fewest: number;
  readonly sureScore: number;
};

/** Detections that fit worse than this belong to none of the tracks; weak ones must fit better. */
const WORST_FIT = 40;
const WORST_WEAK_FIT = 24;
/** Who was not seen the last time is less likely to be seen now: counts as so much misfit. */
const UNSEEN_MISFIT = 2;

/** Weakly seen after so many looks without it, a thing must be seen at the look after: else it was chance. */
const LOOKS_OF_DOUBT = 4;

type Live<Found extends Scored> = {
  readonly seen: (Found & { readonly frame: number })[];
  motion: Motion;
  /** Looks at which it was not seen, since it was. */
  missed: number;
  /** What was known of it before a sighting that may be chance. */
  before: Motion | undefined;
};

/**
 * Joins detections of one shot to tracks: motion is predicted (see {@link foresee}), strong detections are assigned first,
 * the likeliest all together, then weak ones to the tracks left over (ByteTrack, Zhang et al. 2022, arXiv 2110.06864).
 * Frames may be any number apart.
 */
export function trackDetections<Found extends Scored>(
  frames: readonly FrameDetections<Found>[],
  options: TrackingOptions,
): readonly Track<Found>[] {
  const tracks: Live<Found>[] = [];
  let live: Live<Found>[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const { frame, found } of frames) {
    for (const track of live) believe(track, before);
    live = live.filter(({ motion }) => frame - motion.frame <= options.patience);
    const foreseen = live.map(({ motion }) => foresee(motion, frame));
    const strong = found.filter(({ score }) => score >= options.highScore);
    const weak = found.filter(({ score }) => score < options.highScore);
    const taken = new Set<number>();
    const matching = { live, foreseen, taken, before, highScore: options.highScore };
    const lost = match(matching, strong, WORST_FIT);
    match(matching, weak, WORST_WEAK_FIT);
    for (const one of lost) {
      const motion = beginMotion(one, frame, options.highScore);
      const track: Live<Found> = { seen: [{ ...one, frame }], motion, missed: 0, before: undefined };
      tracks.push(track);
      live.push(track);
    }
    before = frame;
  }
  const isSure = (seen: Track<Found>['seen']) =>
    seen.length >= options.fewest && seen.some(({ score }) => score >= options.sureScore);
  const sure = tracks.map(({ seen }) => seen).filter(isSure);
  const whole = rejoined(sure, { ...options, looks: frames.map(({ frame }) => frame) });
  return untangled(whole, options.highScore).map((seen, id) => ({ id, seen }));
}

/** What the last look says of a sighting that may be chance, and of what was not seen. */
function believe<Found extends Scored>(track: Live<Found>, lastLook: number): void {
  const isSeen = track.motion.frame === lastLook;
  if (isSeen && track.missed > 0) track.missed = 0;
  else if (isSeen) track.before = undefined;
  else if (track.before !== undefined) {
    track.seen.pop();
    track.motion = track.before;
    track.before = undefined;
    track.missed = LOOKS_OF_DOUBT;
  } else track.missed += 1;
}

type Matching<Found extends Scored> = {
  readonly live: readonly Live<Found>[];
  readonly foreseen: readonly Motion[];
  /** Indexes of tracks that have their detection of this frame. */
  readonly taken: Set<number>;
  /** The frame looked at before. */
  readonly before: number;
  readonly highScore: number;
};

/** Continues tracks with detections; gives those that belong to none. */
function match<Found extends Scored>(
  { live, foreseen, taken, before, highScore }: Matching<Found>,
  found: readonly Found[],
  worst: number,
): readonly Found[] {
  if (found.length === 0) return [];
  const free = live.flatMap((track, index) => {
    const motion = foreseen[index];
    return taken.has(index) || motion === undefined ? [] : [{ track, index, motion }];
  });
  const costs = new Float64Array(free.length * found.length);
  free.forEach(({ track, motion }, row) => {
    const unseen = track.motion.frame < before ? UNSEEN_MISFIT : 0;
    found.forEach((one, column) => {
      costs[row * found.length + column] = misfit(motion, one, highScore) + unseen;
    });
  });
  const pairs = likeliest(costs, free.length, found.length, worst);
  const left = new Set(found);
  pairs.forEach((column, row) => {
    const [entry, one] = [free[row], found[column]];
    if (entry === undefined || one === undefined) return;
    left.delete(one);
    taken.add(entry.index);
    const { missed, motion } = entry.track;
    // Not every look of few is at all of the picture.
    const isHidden = missed >= LOOKS_OF_DOUBT && 2 * missed > entry.motion.frame - motion.frame;
    const isDoubtful = one.score < highScore && isHidden;
    if (isDoubtful) entry.track.before = entry.track.motion;
    entry.track.seen.push({ ...one, frame: entry.motion.frame });
    entry.track.motion = learn(entry.motion, one, highScore);
  });
  return [...left];
}

/** As {@link assign}, but those who are candidates for each other alone, most of them, are paired at once. */
function likeliest(costs: Float64Array, rows: number, columns: number, worst: number): Int32Array {
  const pairs = new Int32Array(rows).fill(-1);
  const suitors = new Int32Array(columns);
  const only = new Int32Array(rows).fill(-1);
  const choices = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if ((costs[row * columns + column] ?? 0) >= worst) continue;
      suitors[column] = (suitors[column] ?? 0) + 1;
      choices[row] = (choices[row] ?? 0) + 1;
      only[row] = column;
    }
  }
  const isPlain = (row: number) => choices[row] === 1 && suitors[only[row] ?? -1] === 1;
  const open: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    if (isPlain(row)) pairs[row] = only[row] ?? -1;
    else if ((choices[row] ?? 0) > 0) open.push(row);
  }
  const taken = new Set(pairs);
  const wanted = [...suitors.keys()].filter((column) => (suitors[column] ?? 0) > 0 && !taken.has(column));
  const rest = new Float64Array(open.length * wanted.length);
  open.forEach((row, at) => {
    wanted.forEach((column, to) => (rest[at * wanted.length + to] = costs[row * columns + column] ?? 0));
  });
  assign(rest, open.length, wanted.length, worst).forEach((to, at) => {
    const [row, column] = [open[at], wanted[to]];
    if (row !== undefined && column !== undefined) pairs[row] = column;
  });
  return pairs;
}

/**
 * Where a track is at a frame: as detected, or on the smooth way between its neighbours that never goes beyond them.
 * Undefined before it, after it, and in gaps of more than `longestGap` frames.
 */
export function trackBoxAt({ seen }: Track<Scored>, frame: number, longestGap: number): Box | undefined {
  let [low, high] = [0, seen.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seen[middle]?.frame ?? 0) < frame) low = middle + 1;
    else high = middle;
  }
  const after = seen[low];
  if (after === undefined || after.frame < frame) return undefined;
  if (after.frame === frame) return after.box;
  const before = seen[low - 1];
  if (before === undefined || after.frame - before.frame > longestGap) return undefined;
  const around: Around = [seen[low - 2], before, after, seen[low + 1]];
  const side = (key: keyof Box) => smoothAt(around, key, frame);
  return { x: side('x'), y: side('y'), w: side('w'), h: side('h') };
}

type Seen = { readonly frame: number; readonly box: Box };
type Around = readonly [Seen | undefined, Seen, Seen, Seen | undefined];

/** A cubic between two sightings, by those before and after them, without overshoot (Fritsch and Carlson 1980). */
function smoothAt([first, a, b, last]: Around, key: keyof Box, frame: number): number {
  const slope = (from: Seen, to: Seen) => (to.box[key] - from.box[key]) / (to.frame - from.frame);
  const secant = slope(a, b);
  const limited = (through: number, beside: number) =>
    beside * secant <= 0
      ? 0
      : Math.sign(secant) * Math.min(Math.abs(through), 3 * Math.abs(secant), 3 * Math.abs(beside));
  const begin = first === undefined ? secant : limited(slope(first, b), slope(first, a));
  const end = last === undefined ? secant : limited(slope(a, last), slope(b, last));
  const span = b.frame - a.frame;
  const part = (frame - a.frame) / span;
  const rest = 1 - part;
  return (
    a.box[key] * rest * rest * (1 + 2 * part) +
    b.box[key] * part * part * (3 - 2 * part) +
    span * part * rest * (begin * rest - end * part)
  );
}
