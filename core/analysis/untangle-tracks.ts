import { assign } from './assignment.ts';
import { between, type Box, type Scored } from './boxes.ts';
import { beginMotion, differs, parting, foresee, learn, type Motion } from './track-motion.ts';

/** What was seen of one thing, by rising frame. */
export type Sightings<Found extends Scored> = readonly (Found & { readonly frame: number })[];

/** Two are near while their centres lie within this part of their mean size. */
const NEAR = 0.9;
/** Meetings of two that lie closer together than so many frames are one. */
const APART_FRAMES = 8;
/** How many sightings before and after a meeting tell who is who; fewer than the least tell nothing. */
const WITNESSES = 15;
const FEWEST_WITNESSES = 4;
/** How much better (twice the logarithm of the likelihood) an exchange must explain both. */
const MARGIN = 2;
const MOST_PASSES = 4;

/**
 * Things that met may have been taken for each other: who went in is compared with who came out, forwards from before and
 * backwards from after the meeting (place, velocity and size), and where an exchange explains both better, what was
 * seen after it is exchanged. Unlike the tracking itself this knows the future.
 */
export function untangled<Found extends Scored>(
  tracks: readonly Sightings<Found>[],
  highScore: number,
): readonly Sightings<Found>[] {
  let current = [...tracks];
  let changed = new Set(tracks.keys());
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const exchanges = meetings(current, changed).flatMap((meeting) => exchangeAt(current, meeting, highScore) ?? []);
    if (exchanges.length === 0) return current;
    changed = new Set<number>();
    const next = [...current];
    for (const { a, b, frame } of exchanges.toSorted((one, other) => one.frame - other.frame)) {
      if (changed.has(a) || changed.has(b)) continue;
      changed.add(a).add(b);
      const [one, other] = [current[a] ?? [], current[b] ?? []];
      next[a] = [...one.filter((seen) => seen.frame < frame), ...other.filter((seen) => seen.frame >= frame)];
      next[b] = [...other.filter((seen) => seen.frame < frame), ...one.filter((seen) => seen.frame >= frame)];
    }
    current = next;
  }
  return current;
}

/** Two tracks (by index) that are near each other from one frame to another. */
type Meeting = { readonly a: number; readonly b: number; readonly from: number; readonly to: number };

/** Twice the logarithm of the likelihood by which an end and a beginning may differ and be one. */
const MOST_DIFFERENT = 24;

/**
 * Puts together what lost sight of something and what found it again: each end with the beginning that best goes on from
 * it, within so many frames.
 */
export function rejoined<Found extends Scored>(
  tracks: readonly Sightings<Found>[],
  patience: number,
  highScore: number,
): readonly Sightings<Found>[] {
  const ends = tracks.map((seen) => motionFrom(seen.slice(-WITNESSES), 1, highScore));
  const starts = tracks.map((seen) => motionFrom(seen.slice(0, WITNESSES), -1, highScore));
  const costs = new Float64Array(tracks.length ** 2).fill(2 * MOST_DIFFERENT);
  ends.forEach((end, row) => {
    starts.forEach((start, column) => {
      if (end === undefined || start === undefined) return;
      const gap = -start.frame - end.frame;
      if (gap <= 0 || gap > patience) return;
      const middle = (end.frame - start.frame) / 2;
      costs[row * tracks.length + column] = parting(foresee(end, middle), foresee(start, -middle));
    });
  });
  const follower = assign(costs, tracks.length, tracks.length, MOST_DIFFERENT);
  const followers = new Set(follower);
  return tracks.flatMap((seen, index) => {
    if (followers.has(index)) return [];
    const joined = [...seen];
    for (let next = follower[index] ?? -1; next >= 0; next = follower[next] ?? -1) joined.push(...(tracks[next] ?? []));
    return [joined];
  });
}

/** Meetings in which one of the tracks of interest takes part. */
function meetings<Found extends Scored>(
  tracks: readonly Sightings<Found>[],
  ofInterest: ReadonlySet<number>,
): readonly Meeting[] {
  return tracks.flatMap((one, a) =>
    tracks.slice(0, a).flatMap((other, b) => {
      if (!ofInterest.has(a) && !ofInterest.has(b)) return [];
      const frames = [...nearFrames(one, other), ...nearFrames(other, one)].toSorted((x, y) => x - y);
      const met: { a: number; b: number; from: number; to: number }[] = [];
      for (const frame of frames) {
        const last = met.at(-1);
        if (last !== undefined && frame - last.to <= APART_FRAMES) last.to = frame;
        else met.push({ a, b, from: frame, to: frame });
      }
      return met;
    }),
  );
}

/** Frames in which one is seen and the other is near, seen or between two sightings. */
function nearFrames<Found extends Scored>(one: Sightings<Found>, other: Sightings<Found>): readonly number[] {
  const frames: number[] = [];
  let index = 0;
  for (const { frame, box } of one) {
    while ((other[index]?.frame ?? Number.POSITIVE_INFINITY) < frame) index += 1;
    const after = other[index];
    if (after === undefined) break;
    const before = other[index - 1];
    if (after.frame === frame) {
      if (areNear(box, after.box)) frames.push(frame);
    } else if (before !== undefined) {
      const part = (frame - before.frame) / (after.frame - before.frame);
      if (areNear(box, between(before.box, after.box, part))) frames.push(frame);
    }
  }
  return frames;
}

function areNear(a: Box, b: Box): boolean {
  const dx = Math.abs(a.x + a.w / 2 - b.x - b.w / 2) / (a.w + b.w);
  const dy = Math.abs(a.y + a.h / 2 - b.y - b.h / 2) / (a.h + b.h);
  return 2 * Math.max(dx, dy) < NEAR;
}

type Exchange = { readonly a: number; readonly b: number; readonly frame: number };

function exchangeAt<Found extends Scored>(
  tracks: readonly Sightings<Found>[],
  { a, b, from, to }: Meeting,
  highScore: number,
): Exchange | undefined {
  const [one, other] = [tracks[a] ?? [], tracks[b] ?? []];
  const middle = (from + to) / 2;
  const before = [one, other].map((seen) => {
    const end = indexFrom(seen, from);
    return motionFrom(seen.slice(Math.max(0, end - WITNESSES), end), 1, highScore);
  });
  const after = [one, other].map((seen) => {
    const start = indexFrom(seen, to + 1);
    return motionFrom(seen.slice(start, start + WITNESSES), -1, highScore);
  });
  const [oneBefore, otherBefore] = before;
  const [oneAfter, otherAfter] = after;
  if (oneBefore === undefined || otherBefore === undefined || oneAfter === undefined || otherAfter === undefined) {
    return undefined;
  }
  const cost = (past: Motion, future: Motion) => differs(foresee(past, middle), foresee(future, -middle));
  const straight = cost(oneBefore, oneAfter) + cost(otherBefore, otherAfter);
  const crossed = cost(oneBefore, otherAfter) + cost(otherBefore, oneAfter);
  return straight - crossed > MARGIN ? { a, b, frame: seam(one, other, from, to) } : undefined;
}

/** How it moved, by a few sightings; direction −1 goes back in time (frames negated). Undefined where they tell too little. */
function motionFrom<Found extends Scored>(
  witnesses: Sightings<Found>,
  direction: 1 | -1,
  highScore: number,
): Motion | undefined {
  const inOrder = direction === 1 ? witnesses : witnesses.toReversed();
  const [first] = inOrder;
  if (first === undefined || inOrder.length < FEWEST_WITNESSES) return undefined;
  return inOrder
    .slice(1)
    .reduce(
      (motion, one) => learn(foresee(motion, direction * one.frame), one, highScore),
      beginMotion(first, direction * first.frame, highScore),
    );
}

/** The index of the first sighting at or after a frame. */
function indexFrom<Found extends Scored>(seen: Sightings<Found>, frame: number): number {
  let [low, high] = [0, seen.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seen[middle]?.frame ?? 0) < frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The frame at which an exchange makes the two jump least. */
function seam<Found extends Scored>(one: Sightings<Found>, other: Sightings<Found>, from: number, to: number): number {
  const jump = (past: Sightings<Found>, future: Sightings<Found>, frame: number) => {
    const [a, b] = [past[indexFrom(past, frame) - 1], future[indexFrom(future, frame)]];
    if (a === undefined || b === undefined) return Number.POSITIVE_INFINITY;
    const [dx, dy] = [a.box.x - b.box.x + (a.box.w - b.box.w) / 2, a.box.y - b.box.y + (a.box.h - b.box.h) / 2];
    const sizes = Math.log((a.box.w * a.box.h) / (b.box.w * b.box.h));
    return Math.hypot(dx / a.box.w, dy / a.box.h, sizes) / Math.sqrt(b.frame - a.frame);
  };
  const within = (seen: Sightings<Found>) => seen.slice(indexFrom(seen, from), indexFrom(seen, to + 2));
  const candidates = new Set([...within(one), ...within(other)].map(({ frame }) => frame));
  const costs = [...candidates].map((frame) => ({
    frame,
    cost: jump(one, other, frame) + jump(other, one, frame),
  }));
  return costs.reduce((best, next) => (next.cost < best.cost ? next : best), {
    frame: Math.round((from + to) / 2),
    cost: Number.POSITIVE_INFINITY,
  }).frame;
}
