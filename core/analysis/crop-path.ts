/** Limits of how a crop may move, in parts of the picture's width (or height) and frames. */
export type CropMotion = {
  /** Most movement from one frame to the next. */
  readonly velocity: number;
  /** Most movement where nothing less keeps what must be seen inside. */
  readonly haste: number;
  /** Frames over which a movement begins and ends: acceleration stays below 2 × velocity ÷ ease, save in haste. */
  readonly ease: number;
};

/** For each frame of a shot, between which values the crop's centre should lie. */
export type CropTube = { readonly low: Float64Array; readonly high: Float64Array };

/**
 * A camera operator's path through a tube: it stands as long as it can, pans evenly where it must move (the taut string:
 * the shortest path inside), no faster than allowed, easing in and out; in haste where it would leave the wider tube
 * of what must be seen.
 */
export function cropPath(tube: CropTube, must: CropTube, { velocity, haste, ease }: CropMotion): Float64Array {
  const reachable = withinReach(must, haste);
  const calm = limited(tautString(tube), velocity);
  // All three move by no more than haste per frame, and so does whatever is the middle of them.
  return clamped(eased(clamped(calm, reachable), ease), reachable);
}

function clamped(path: Float64Array, { low, high }: CropTube): Float64Array {
  return path.map((value, at) => Math.min(high[at] ?? value, Math.max(low[at] ?? value, value)));
}

/**
 * The part of a tube in which a path can go on from any place at no more than a velocity. Frames that cannot be reached
 * from those before are given up: there the path comes as near as it can.
 */
function withinReach({ low, high }: CropTube, velocity: number): CropTube {
  const [least, most] = [low.slice(), high.slice()];
  for (let at = 1; at < least.length; at += 1) {
    const [from, to] = [(least[at - 1] ?? 0) - velocity, (most[at - 1] ?? 0) + velocity];
    const [lower, upper] = [low[at] ?? from, high[at] ?? to];
    least[at] = Math.min(to, Math.max(from, lower));
    most[at] = Math.max(from, Math.min(to, upper));
  }
  for (let at = least.length - 2; at >= 0; at -= 1) {
    least[at] = Math.max(least[at] ?? 0, (least[at + 1] ?? 0) - velocity);
    most[at] = Math.min(most[at] ?? 0, (most[at + 1] ?? 0) + velocity);
  }
  return { low: least, high: most };
}

/** The shortest path in a tube whose ends are free. */
export function tautString({ low, high }: CropTube): Float64Array {
  const { length } = low;
  const path = new Float64Array(length);
  if (length === 0) return path;
  let anchor = 0;
  let value = freeStart({ low, high });
  while (anchor < length - 1) {
    const { to, end } = stretch({ low, high }, anchor, value);
    const step = (end - value) / (to - anchor);
    for (let at = anchor; at <= to; at += 1) path[at] = value + step * (at - anchor);
    [anchor, value] = [to, end];
  }
  path[length - 1] = value;
  return path;
}

/** Where a path begins that need not move for the longest time. */
function freeStart({ low, high }: CropTube): number {
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = 0; at < low.length; at += 1) {
    if ((low[at] ?? 0) > most) return most;
    if ((high[at] ?? 0) < least) return least;
    least = Math.max(least, low[at] ?? 0);
    most = Math.min(most, high[at] ?? 0);
  }
  return (least + most) / 2;
}

/** The next straight piece from an anchor: to where the tube bends it, or to the end. */
function stretch(
  { low, high }: CropTube,
  anchor: number,
  value: number,
): { readonly to: number; readonly end: number } {
  const last = low.length - 1;
  let rising = { slope: Number.NEGATIVE_INFINITY, at: anchor + 1 };
  let falling = { slope: Number.POSITIVE_INFINITY, at: anchor + 1 };
  const bend = (bound: Float64Array, at: number) => ({ to: at, end: bound[at] ?? value });
  for (let at = anchor + 1; at <= last; at += 1) {
    const least = ((low[at] ?? 0) - value) / (at - anchor);
    const most = ((high[at] ?? 0) - value) / (at - anchor);
    if (least > falling.slope) return bend(high, falling.at);
    if (most < rising.slope) return bend(low, rising.at);
    if (least >= rising.slope) rising = { slope: least, at };
    if (most <= falling.slope) falling = { slope: most, at };
  }
  if (rising.slope > 0) return bend(low, rising.at);
  if (falling.slope < 0) return bend(high, falling.at);
  return { to: last, end: value };
}

/** The path halfway between the lowest above and the highest below that keep to a velocity. */
function limited(path: Float64Array, velocity: number): Float64Array {
  const above = path.slice();
  const below = path.slice();
  const pass = (at: number, from: number) => {
    above[at] = Math.max(above[at] ?? 0, (above[from] ?? 0) - velocity);
    below[at] = Math.min(below[at] ?? 0, (below[from] ?? 0) + velocity);
  };
  for (let at = 1; at < path.length; at += 1) pass(at, at - 1);
  for (let at = path.length - 2; at >= 0; at -= 1) pass(at, at + 1);
  return above.map((value, at) => (value + (below[at] ?? 0)) / 2);
}

/** Averaged over a window with a soft edge; beyond its ends the path stands. */
function eased(path: Float64Array, ease: number): Float64Array {
  const reach = Math.floor(ease / 2);
  if (reach < 1) return path;
  const weights = Array.from({ length: 2 * reach + 1 }, (_, n) => 1 + Math.cos((Math.PI * (n - reach)) / (reach + 1)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return path.map((_, at) => {
    let sum = 0;
    weights.forEach((weight, n) => {
      const from = Math.min(path.length - 1, Math.max(0, at + n - reach));
      sum += weight * (path[from] ?? 0);
    });
    return sum / total;
  });
}
