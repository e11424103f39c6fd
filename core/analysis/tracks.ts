import { assign } from './assignment.ts';
import { between, type Box, type Scored } from './boxes.ts';

/** Detections of one looked-at frame. */
export type FrameDetections<Found extends Scored> = { readonly frame: number; readonly found: readonly Found[] };

/** One thing over time: what was detected of it, by rising frame. In between it moves straight. */
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

/** Pairs farther apart than this are never one: 1 − IoU + (distance of centres ÷ diagonal of both)². */
const FARTHEST = 1.6;
/** A weak detection must lie closer. */
const FARTHEST_WEAK = 1.2;
/** Per frame not seen, how much farther off than foreseen a thing may be, in parts of its size. */
const DOUBT = 0.05;
/** Of the squared logarithm of two areas' ratio: people seldom change in size from one look to the next. */
const SIZE_WEIGHT = 3;
/** Of what a detection says about position and velocity, how much is believed (alpha–beta filter). */
const POSITION_GAIN = 0.5;
const VELOCITY_GAIN = 0.12;
/** Per frame without a detection, velocity fades to this part: things stop behind others. */
const FADE = 0.998;

type Live<Found extends Scored> = {
  readonly id: number;
  readonly seen: (Found & { readonly frame: number })[];
  /** Centre, size, and their change per frame. */
  readonly state: Float64Array;
  last: number;
};

/**
 * Joins detections of one shot to tracks: motion is predicted (alpha–beta filter on centre and size), strong detections
 * are assigned first, then weak ones to the tracks left over (ByteTrack, Zhang et al. 2022, arXiv 2110.06864). Frames may
 * be any number apart.
 */
export function trackDetections<Found extends Scored>(
  frames: readonly FrameDetections<Found>[],
  options: TrackingOptions,
): readonly Track<Found>[] {
  const tracks: Live<Found>[] = [];
  let live: Live<Found>[] = [];
  for (const { frame, found } of frames) {
    live = live.filter(({ last }) => frame - last <= options.patience);
    const predicted = live.map((track) => predict(track, frame));
    const strong = found.filter(({ score }) => score >= options.highScore);
    const weak = found.filter(({ score }) => score < options.highScore);
    const taken = new Set<number>();
    const lost = match({ live, predicted, taken, frame }, strong, FARTHEST);
    match({ live, predicted, taken, frame }, weak, FARTHEST_WEAK);
    for (const one of lost) {
      const track = begin(tracks.length, one, frame);
      tracks.push(track);
      live.push(track);
    }
  }
  const isSure = ({ seen }: Live<Found>) =>
    seen.length >= options.fewest && seen.some(({ score }) => score >= options.sureScore);
  return tracks.filter(isSure).map(({ seen }, id) => ({ id, seen }));
}

type Matching<Found extends Scored> = {
  readonly live: readonly Live<Found>[];
  readonly predicted: readonly Box[];
  /** Indexes of tracks that have their detection of this frame. */
  readonly taken: Set<number>;
  readonly frame: number;
};

/** Continues tracks with detections; gives those that belong to none. */
function match<Found extends Scored>(
  { live, predicted, taken, frame }: Matching<Found>,
  found: readonly Found[],
  farthest: number,
): readonly Found[] {
  if (found.length === 0) return [];
  const free = live.flatMap((track, index) => (taken.has(index) ? [] : [{ track, index }]));
  const costs = new Float64Array(free.length * found.length);
  free.forEach(({ track, index }, row) => {
    const box = predicted[index];
    if (box === undefined) return;
    const doubt = 1 + DOUBT * (frame - track.last - 1);
    found.forEach((one, column) => {
      costs[row * found.length + column] = apart(box, one.box, doubt);
    });
  });
  const pairs = assign(costs, free.length, found.length, farthest);
  const left = new Set(found);
  pairs.forEach((column, row) => {
    const [entry, one] = [free[row], found[column]];
    if (entry === undefined || one === undefined) return;
    left.delete(one);
    taken.add(entry.index);
    correct(entry.track, one, frame);
  });
  return [...left];
}

/** 0 for the same box; grows with less overlap, with distance, and with unlike sizes. */
function apart(a: Box, b: Box, doubt: number): number {
  const across = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  const shared = across > 0 && down > 0 ? across * down : 0;
  const overlap = shared / (a.w * a.h + b.w * b.h - shared);
  const [dx, dy] = [a.x + a.w / 2 - b.x - b.w / 2, a.y + a.h / 2 - b.y - b.h / 2];
  const size = (a.w + b.w) ** 2 / 4 + (a.h + b.h) ** 2 / 4;
  const larger = Math.log((a.w * a.h) / (b.w * b.h));
  return (1 - overlap) / doubt + (dx * dx + dy * dy) / (size * doubt * doubt) + SIZE_WEIGHT * larger * larger;
}

function begin<Found extends Scored>(id: number, found: Found, frame: number): Live<Found> {
  const { x, y, w, h } = found.box;
  const state = Float64Array.of(x + w / 2, y + h / 2, w, h, 0, 0, 0, 0);
  return { id, seen: [{ ...found, frame }], state, last: frame };
}

function predict({ state, last }: Live<Scored>, frame: number): Box {
  const steps = frame - last;
  // The sum of a velocity that fades by FADE per frame.
  const reach = (1 - FADE ** steps) / (1 - FADE);
  const at = (index: number) => (state[index] ?? 0) + (state[index + 4] ?? 0) * reach;
  const [w, h] = [Math.max(1e-6, at(2)), Math.max(1e-6, at(3))];
  return { x: at(0) - w / 2, y: at(1) - h / 2, w, h };
}

function correct<Found extends Scored>(track: Live<Found>, found: Found, frame: number): void {
  const { state } = track;
  const steps = Math.max(1, frame - track.last);
  const expected = predict(track, frame);
  const centre = [expected.x + expected.w / 2, expected.y + expected.h / 2, expected.w, expected.h];
  const { x, y, w, h } = found.box;
  const isYoung = track.seen.length === 1;
  [x + w / 2, y + h / 2, w, h].forEach((measured, index) => {
    const foreseen = centre[index] ?? 0;
    const error = measured - foreseen;
    state[index] = foreseen + POSITION_GAIN * error;
    // The second detection is the first that tells of motion.
    const gain = isYoung ? 1 : VELOCITY_GAIN;
    state[index + 4] = (state[index + 4] ?? 0) * FADE ** steps + (gain * error) / steps;
  });
  track.seen.push({ ...found, frame });
  track.last = frame;
}

/**
 * Where a track is at a frame: as detected, or on the straight line between its neighbours. Undefined before it, after
 * it, and in gaps of more than `longestGap` frames.
 */
export function trackBoxAt(track: Track<Scored>, frame: number, longestGap: number): Box | undefined {
  const { seen } = track;
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
  return between(before.box, after.box, (frame - before.frame) / (after.frame - before.frame));
}
