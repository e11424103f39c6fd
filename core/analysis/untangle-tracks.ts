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
/** And how much better at one moment of many, where all of the meeting does not speak more than so much against it. */
const MOMENT_MARGIN = 10;
const MOST_AGAINST = 8;

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
/** And at most that of a track that was not seen for more than so many looks, as it is. */
const OWN_DIFFERENCE = 20;
const UNSEEN_LOOKS = 2;
/** Where fewer than this part of the frames were looked at, ways are too little known to tell who went where. */
const DENSE = 0.5;

/**
 * Puts together what lost sight of something and what found it again: each end with the beginning that best goes on from
 * it, all together, within so many frames. Tracks that were not seen for a while are taken apart there first: of several
 * who were hidden at once, each may have gone on as another. Who fits nobody better stays as it was.
 *
 * @param looks the frames that were looked at, rising
 */
export function rejoined<Found extends Scored>(
  tracks: readonly Sightings<Found>[],
  {
    looks,
    patience,
    highScore,
  }: { readonly looks: readonly number[]; readonly patience: number; readonly highScore: number },
): readonly Sightings<Found>[] {
  const lookOf = new Map(looks.map((frame, index) => [frame, index]));
  const taken = tracks.map((seen) => takenApart(seen, lookOf));
  const parts = taken.flat();
  const goesOn = new Set(taken.flatMap((own) => own.slice(0, -1)));
  const ends = parts.map((seen) => motionFrom(seen.slice(-WITNESSES), 1, highScore));
  const starts = parts.map((seen) => motionFrom(seen.slice(0, WITNESSES), -1, highScore));
  const costs = new Float64Array(parts.length ** 2).fill(2 * MOST_DIFFERENT);
  ends.forEach((end, row) => {
    const own = goesOn.has(parts[row] ?? []) ? row + 1 : -1;
    starts.forEach((start, column) => {
      if (end === undefined || start === undefined) return;
      const gap = -start.frame - end.frame;
      if (gap <= 0 || gap > patience) return;
      const middle = (end.frame - start.frame) / 2;
      const cost = parting(foresee(end, middle), foresee(start, -middle));
      costs[row * parts.length + column] = column === own ? Math.min(cost, OWN_DIFFERENCE) : cost;
    });
  });
  const follower = assign(costs, parts.length, parts.length, MOST_DIFFERENT);
  const followers = new Set(follower);
  return parts.flatMap((seen, index) => {
    if (followers.has(index)) return [];
    const joined = [...seen];
    for (let next = follower[index] ?? -1; next >= 0; next = follower[next] ?? -1) joined.push(...(parts[next] ?? []));
    return [joined];
  });
}

/** Parts of a track between times in which it was not seen; none of them so short that it tells nothing. */
function takenApart<Found extends Scored>(
  seen: Sightings<Found>,
  lookOf: ReadonlyMap<number, number>,
): readonly Sightings<Found>[] {
  const gaps = seen.flatMap(({ frame }, index) => {
    const last = seen[index - 1];
    if (last === undefined) return [];
    const looks = (lookOf.get(frame) ?? 0) - (lookOf.get(last.frame) ?? 0);
    return looks > UNSEEN_LOOKS && looks > DENSE * (frame - last.frame) ? [index] : [];
  });
  const cuts: number[] = [0];
  gaps.forEach((cut, at) => {
    const until = gaps[at + 1] ?? seen.length;
    if (cut - (cuts.at(-1) ?? 0) >= FEWEST_WITNESSES && until - cut >= FEWEST_WITNESSES) cuts.push(cut);
  });
  return cuts.map((cut, at) => seen.slice(cut, cuts[at + 1] ?? seen.length));
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

/** First who went in is held against who came out; where that does not tell, every moment of the meeting by itself. */
function exchangeAt<Found extends Scored>(
  tracks: readonly Sightings<Found>[],
  { a, b, from, to }: Meeting,
  highScore: number,
): Exchange | undefined {
  const [one, other] = [tracks[a] ?? [], tracks[b] ?? []];
  const trails: Trails = [trailOf(one, from, to, highScore), trailOf(other, from, to, highScore)];
  const whole = gainOf(trails, { before: from, after: to + 1, at: (from + to) / 2 });
  if (whole === undefined) return undefined;
  if (whole > MARGIN) return { a, b, frame: seam(one, other, from, to) };
  if (whole < -MOST_AGAINST) return undefined;
  let best = { frame: 0, gain: MOMENT_MARGIN };
  for (const frame of framesWithin(one, other, from, to)) {
    const gain = gainOf(trails, { before: frame, after: frame, at: frame - 0.5 }) ?? 0;
    if (gain > best.gain) best = { frame, gain };
  }
  return best.gain > MOMENT_MARGIN ? { a, b, frame: best.frame } : undefined;
}

/** What was known of two, forwards and backwards, after each sighting in and around their meeting. */
type Trails = readonly [Trail, Trail];
type Trail = { readonly forwards: readonly Motion[]; readonly backwards: readonly Motion[] };

/** How much better (twice the logarithm of the likelihood) an exchange explains what was seen before and after a moment. */
function gainOf(
  trails: Trails,
  { before, after, at }: { readonly before: number; readonly after: number; readonly at: number },
): number | undefined {
  const [one, other] = trails.map(({ forwards, backwards }) => {
    const past = forwards.findLast(({ frame }) => frame < before);
    const future = backwards.findLast(({ frame }) => -frame >= after);
    return past === undefined || future === undefined
      ? undefined
      : { past: foresee(past, at), future: foresee(future, -at) };
  });
  if (one === undefined || other === undefined) return undefined;
  const straight = differs(one.past, one.future) + differs(other.past, other.future);
  return straight - differs(one.past, other.future) - differs(other.past, one.future);
}

function trailOf<Found extends Scored>(seen: Sightings<Found>, from: number, to: number, highScore: number): Trail {
  const [start, end] = [indexFrom(seen, from), indexFrom(seen, to + 1)];
  return {
    forwards: motionsFrom(seen.slice(Math.max(0, start - WITNESSES), end), 1, highScore),
    backwards: motionsFrom(seen.slice(start, end + WITNESSES), -1, highScore),
  };
}

function framesWithin<Found extends Scored>(one: Sightings<Found>, other: Sightings<Found>, from: number, to: number) {
  const within = (seen: Sightings<Found>) => seen.slice(indexFrom(seen, from), indexFrom(seen, to + 2));
  return new Set([...within(one), ...within(other)].map(({ frame }) => frame));
}

/** How it moved, by a few sightings; direction −1 goes back in time (frames negated). Undefined where they tell too little. */
function motionFrom<Found extends Scored>(
  witnesses: Sightings<Found>,
  direction: 1 | -1,
  highScore: number,
): Motion | undefined {
  return motionsFrom(witnesses, direction, highScore).at(-1);
}

/** As {@link motionFrom}, after each sighting from the first that tells enough. */
function motionsFrom<Found extends Scored>(
  witnesses: Sightings<Found>,
  direction: 1 | -1,
  highScore: number,
): readonly Motion[] {
  const motions: Motion[] = [];
  let motion: Motion | undefined;
  for (let at = 0; at < witnesses.length; at += 1) {
    const one = witnesses[direction === 1 ? at : witnesses.length - 1 - at];
    if (one === undefined) break;
    const frame = direction * one.frame;
    motion = motion === undefined ? beginMotion(one, frame, highScore) : learn(foresee(motion, frame), one, highScore);
    if (at + 1 >= FEWEST_WITNESSES) motions.push(motion);
  }
  return motions;
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
  const costs = [...framesWithin(one, other, from, to)].map((frame) => ({
    frame,
    cost: jump(one, other, frame) + jump(other, one, frame),
  }));
  return costs.reduce((best, next) => (next.cost < best.cost ? next : best), {
    frame: Math.round((from + to) / 2),
    cost: Number.POSITIVE_INFINITY,
  }).frame;
}
