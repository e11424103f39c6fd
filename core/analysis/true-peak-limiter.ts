/** Attack: gain starts to fall this many samples before a peak (5 ms at 48 kHz). */
const LOOK_AHEAD = 240;
/** Two averages one after the other make the fall smooth; together they are as long as the look-ahead. */
const AVERAGE = LOOK_AHEAD / 2;
/** After a peak the gain comes back with this time constant, in samples (100 ms at 48 kHz). */
const RELEASE = 4800;
const PHASES = 4;
const REACH = 12;
const TAPS = 2 * REACH;
/** Between samples that are both this much below the ceiling no peak is looked for. */
const SAFE = 0.5;

/** Limits interleaved stereo, block by block. */
export type TruePeakLimiter = {
  /** Gives what is finished, which lags the input by some milliseconds. */
  readonly push: (samples: Float32Array) => Float32Array;
  /** The rest. */
  readonly finish: () => Float32Array;
  /** The smallest gain applied so far; 1 where nothing was limited. */
  readonly smallestGain: () => number;
};

/** Kaiser-windowed sinc between the samples, for the three places that four-fold oversampling adds. */
const INTERPOLATION: readonly Float64Array[] = Array.from({ length: PHASES - 1 }, (_, phase) => {
  const taps = Float64Array.from({ length: TAPS }, (_, tap) => {
    const distance = tap - (REACH - 1) - (phase + 1) / PHASES;
    const inside = Math.max(0, 1 - (distance / REACH) ** 2);
    return (Math.sin(Math.PI * distance) / (Math.PI * distance)) * (bessel(8 * Math.sqrt(inside)) / bessel(8));
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
});

/** Modified Bessel function of order 0, by its series. */
function bessel(x: number): number {
  let [term, sum] = [1, 1];
  for (let k = 1; k < 40; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/**
 * A look-ahead true-peak limiter at 48 kHz: `gain` (linear), then no peak above `ceiling` (linear) between samples as
 * four-fold oversampling sees it (ITU-R BS.1770-4, annex 2, with a longer filter). Both sides share one gain, so nothing
 * moves in the stereo image. As long as its input.
 */
export function createTruePeakLimiter(gain: number, ceiling: number): TruePeakLimiter {
  const state = { released: 1, smallest: 1 };
  const minimum = slidingMinimum();
  const [first, second] = [movingAverage(), movingAverage()];
  // Samples whose gain is not known yet, and before them as many as interpolation reaches back.
  let waiting = new Float32Array(2 * (REACH - 1));
  let pending = new Float32Array(0);

  const take = (samples: Float32Array): Float32Array => {
    const all = joined(waiting, samples, gain);
    const known = all.length / 2 - TAPS + 1;
    const gains: number[] = [];
    for (let n = 0; n < known; n += 1) {
      const peak = peakAt(all, n + REACH - 1, ceiling);
      const wanted = peak > ceiling ? ceiling / peak : 1;
      const released = 1 - (1 - state.released) * Math.exp(-1 / RELEASE);
      state.released = Math.min(wanted, released);
      const least = minimum(state.released);
      if (least === undefined) continue;
      const smooth = second(first(least));
      state.smallest = Math.min(state.smallest, smooth);
      gains.push(smooth);
    }
    waiting = all.slice(2 * Math.max(0, known));
    pending = joined(pending, samples, gain);
    return release(gains);
  };
  const release = (gains: readonly number[]): Float32Array => {
    const done = pending.slice(0, 2 * gains.length);
    gains.forEach((value, n) => {
      done[2 * n] = (done[2 * n] ?? 0) * value;
      done[2 * n + 1] = (done[2 * n + 1] ?? 0) * value;
    });
    pending = pending.slice(done.length);
    return done;
  };
  return {
    push: take,
    finish: () => {
      const left = pending.length;
      const rest = take(new Float32Array(2 * (TAPS + LOOK_AHEAD)));
      return rest.slice(0, left);
    },
    smallestGain: () => state.smallest,
  };
}

function joined(before: Float32Array, samples: Float32Array, gain: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(before.length + samples.length);
  all.set(before);
  for (let n = 0; n < samples.length; n += 1) {
    const value = (samples[n] ?? 0) * gain;
    all[before.length + n] = Number.isFinite(value) ? value : 0;
  }
  return all;
}

/** The largest of both sides at sample frame `at` and up to the next. */
function peakAt(samples: Float32Array, at: number, ceiling: number): number {
  let peak = 0;
  for (let side = 0; side < 2; side += 1) {
    const own = Math.abs(samples[2 * at + side] ?? 0);
    const next = Math.abs(samples[2 * at + 2 + side] ?? 0);
    if (own > peak) peak = own;
    if (own < SAFE * ceiling && next < SAFE * ceiling) continue;
    for (const taps of INTERPOLATION) {
      let sum = 0;
      for (let tap = 0, from = 2 * (at - REACH + 1) + side; tap < TAPS; tap += 1, from += 2) {
        sum += (taps[tap] ?? 0) * (samples[from] ?? 0);
      }
      const between = Math.abs(sum);
      if (between > peak) peak = between;
    }
  }
  return peak;
}

/** The smallest of a value and those that follow it within the look-ahead; undefined until these are known. */
function slidingMinimum(): (value: number) => number | undefined {
  const indices = new Float64Array(LOOK_AHEAD + 1);
  const values = new Float64Array(LOOK_AHEAD + 1);
  const size = LOOK_AHEAD + 1;
  let [head, length, index] = [0, 0, 0];
  return (value) => {
    while (length > 0 && (values[(head + length - 1) % size] ?? 0) >= value) length -= 1;
    values[(head + length) % size] = value;
    indices[(head + length) % size] = index;
    length += 1;
    index += 1;
    if (index < LOOK_AHEAD) return undefined;
    if ((indices[head] ?? 0) < index - LOOK_AHEAD) {
      head = (head + 1) % size;
      length -= 1;
    }
    return values[head];
  };
}

/** The mean of the last values; before the first, that one: sound may start with a peak. */
function movingAverage(): (value: number) => number {
  const kept = new Float64Array(AVERAGE);
  let [sum, at, isNew] = [0, 0, true];
  return (value) => {
    if (isNew) {
      kept.fill(value);
      sum = AVERAGE * value;
      isNew = false;
    }
    sum += value - (kept[at] ?? 0);
    kept[at] = value;
    at = (at + 1) % AVERAGE;
    // Where nothing is limited the gain is exactly 1, whatever sums have rounded.
    return Math.min(1, Math.abs(sum - AVERAGE) < 1e-9 ? 1 : sum / AVERAGE);
  };
}
