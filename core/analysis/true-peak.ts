/** Two of the four phases of the interpolating filter of BS.1770-4, annex 2; the others are these, reversed. */
const PHASE_0 = [
  0.001708984375, 0.010986328125, -0.0196533203125, 0.033203125, -0.0594482421875, 0.1373291015625, 0.97216796875,
  -0.102294921875, 0.047607421875, -0.026611328125, 0.014892578125, -0.00830078125,
];
const PHASE_1 = [
  -0.0291748046875, 0.029296875, -0.0517578125, 0.089111328125, -0.16650390625, 0.465087890625, 0.77978515625,
  -0.2003173828125, 0.1015625, -0.0582275390625, 0.0330810546875, -0.0189208984375,
];
const TAPS = 12;
const HALF = TAPS / 2;
/** No phase makes more of a signal than the sum of its absolute coefficients. */
const MOST_GAIN = 2.03;
const BLOCK = 64;

/** The fine filter: a sinc in a Kaiser window, within 0.01 dB up to 0.46 of the sampling rate, at twelfths of a sample. */
const FINE_TAPS = 48;
const FINE_HALF = FINE_TAPS / 2;
const FINE_STEPS = 12;
const KAISER_BETA = 6;
/** The standard's filter reads up to 0.3 dB too little between its four phases: where it comes this near is looked at finely. */
const NEAR = 0.93;

/**
 * A phase p and its reverse q share their work: with s and d the sums and differences of the samples that lie
 * symmetrically, p + q needs only s and p − q only d, and the larger of |p| and |q| is (|p + q| + |p − q|) ÷ 2.
 */
function evenAndOdd(phase: readonly number[]): { readonly even: Float64Array; readonly odd: Float64Array } {
  const mirrored = phase.toReversed();
  return {
    even: Float64Array.from({ length: HALF }, (_, tap) => ((phase[tap] ?? 0) + (mirrored[tap] ?? 0)) / 2),
    odd: Float64Array.from({ length: HALF }, (_, tap) => ((phase[tap] ?? 0) - (mirrored[tap] ?? 0)) / 2),
  };
}
const OUTER = evenAndOdd(PHASE_0);
const INNER = evenAndOdd(PHASE_1);

const FINE = Array.from({ length: FINE_STEPS - 1 }, (_, step) => finePhase((step + 1) / FINE_STEPS));

/** Coefficients that give the value `fraction` of a sample after the tap FINE_HALF − 1; together they are 1. */
function finePhase(fraction: number): Float64Array {
  const taps = Float64Array.from({ length: FINE_TAPS }, (_, tap) => {
    const x = tap - (FINE_HALF - 1) - fraction;
    const inside = Math.sqrt(Math.max(0, 1 - (x / FINE_HALF) ** 2));
    return (Math.sin(Math.PI * x) / (Math.PI * x)) * bessel(KAISER_BETA * inside);
  });
  const sum = taps.reduce((total, value) => total + value, 0);
  return taps.map((value) => value / sum);
}

/** The modified Bessel function of order 0. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** Coefficients one after the other for faster code: even and odd parts of the outer and the inner phase, the fine phases. */
export function truePeakTables(): Float64Array {
  return Float64Array.from([OUTER.even, OUTER.odd, INNER.even, INNER.odd, ...FINE].flatMap((taps) => [...taps]));
}

/** Follows the true peak of one channel; `peak` is linear, 1.0 = full scale. */
export type TruePeakMeter = {
  /** Takes `count` samples from `first` on, `stride` apart. */
  readonly push: (samples: Float32Array, first: number, stride: number, count: number) => void;
  readonly peak: () => number;
};

/**
 * True peak (ITU-R BS.1770-4, annex 2). The standard's four-fold oversampling finds where a new peak may be; there a
 * longer filter places it within 0.1 dB. Blocks that cannot exceed the peak so far are not interpolated.
 */
export function createTruePeakMeter(): TruePeakMeter {
  // The last samples of the block before are kept in front: the filters reach back and ahead by half their length.
  const window = new Float64Array(FINE_TAPS - 1 + BLOCK);
  const coarse = new Float64Array(BLOCK);
  let filled = 0;
  let largestBefore = 0;
  let peak = 0;

  const flush = () => {
    let largest = 0;
    for (let at = FINE_TAPS - 1; at < FINE_TAPS - 1 + filled; at++) {
      const value = Math.abs(window[at] ?? 0);
      if (value > largest) largest = value;
    }
    peak = Math.max(peak, largest);
    if (Math.max(largest, largestBefore) * MOST_GAIN > peak) peak = interpolatedPeak(window, coarse, filled, peak);
    window.copyWithin(0, filled, filled + FINE_TAPS - 1);
    largestBefore = filled < BLOCK ? Math.max(largest, largestBefore) : largest;
    filled = 0;
  };

  return {
    push: (samples, first, stride, count) => {
      for (let done = 0, at = first; done < count; ) {
        const run = Math.min(count - done, BLOCK - filled);
        for (let to = FINE_TAPS - 1 + filled, end = to + run; to < end; to++, at += stride) {
          const sample = samples[at] ?? 0;
          window[to] = Number.isFinite(sample) ? sample : 0;
        }
        done += run;
        filled += run;
        if (filled === BLOCK) flush();
      }
    },
    peak: () => {
      // The filters ring on after the last sample.
      if (filled + FINE_TAPS > BLOCK) flush();
      for (let tail = 0; tail < FINE_TAPS; tail++) window[FINE_TAPS - 1 + filled++] = 0;
      flush();
      return peak;
    },
  };
}

/** The true peak over `count` samples in the middle of what the window holds, or `before` if that is higher. */
function interpolatedPeak(window: Float64Array, coarse: Float64Array, count: number, before: number): number {
  for (let at = 0; at < count; at++) {
    let outerSum = 0;
    let outerDifference = 0;
    let innerSum = 0;
    let innerDifference = 0;
    for (let tap = 0, early = at + FINE_HALF - HALF, late = early + TAPS - 1; tap < HALF; tap++, early++, late--) {
      const a = window[late] ?? 0;
      const b = window[early] ?? 0;
      outerSum += (OUTER.even[tap] ?? 0) * (a + b);
      outerDifference += (OUTER.odd[tap] ?? 0) * (a - b);
      innerSum += (INNER.even[tap] ?? 0) * (a + b);
      innerDifference += (INNER.odd[tap] ?? 0) * (a - b);
    }
    const outer = Math.abs(outerSum) + Math.abs(outerDifference);
    const inner = Math.abs(innerSum) + Math.abs(innerDifference);
    coarse[at] = Math.max(outer, inner);
  }
  let peak = before;
  for (let at = 0; at < count; at++) {
    const value = coarse[at] ?? 0;
    if (value <= NEAR * peak) continue;
    const isTop =
      value >= (at === 0 ? 0 : (coarse[at - 1] ?? 0)) && value >= (at === count - 1 ? 0 : (coarse[at + 1] ?? 0));
    if (isTop) peak = Math.max(peak, finePeak(window, at));
  }
  return peak;
}

/** The largest magnitude between the samples at + FINE_HALF − 1 and the next. */
function finePeak(window: Float64Array, at: number): number {
  let peak = 0;
  for (const taps of FINE) {
    let sum = 0;
    for (let tap = 0; tap < FINE_TAPS; tap++) sum += (taps[tap] ?? 0) * (window[at + tap] ?? 0);
    if (Math.abs(sum) > peak) peak = Math.abs(sum);
  }
  return peak;
}
