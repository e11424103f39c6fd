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

/** Follows the true peak of one channel; `peak` is linear, 1.0 = full scale. */
export type TruePeakMeter = {
  /** Takes `count` samples from `first` on, `stride` apart. */
  readonly push: (samples: Float32Array, first: number, stride: number, count: number) => void;
  readonly peak: () => number;
};

/**
 * True peak by four-fold oversampling (ITU-R BS.1770-4, annex 2). Blocks that cannot exceed the peak so far are not
 * interpolated.
 */
export function createTruePeakMeter(): TruePeakMeter {
  // The last samples of the block before are kept in front: the filter reaches back.
  const window = new Float64Array(TAPS - 1 + BLOCK);
  let filled = 0;
  let largestBefore = 0;
  let peak = 0;

  const flush = () => {
    let largest = 0;
    for (let at = TAPS - 1; at < TAPS - 1 + filled; at++) {
      const value = Math.abs(window[at] ?? 0);
      if (value > largest) largest = value;
    }
    if (Math.max(largest, largestBefore) * MOST_GAIN > peak) peak = Math.max(peak, interpolatedPeak(window, filled));
    peak = Math.max(peak, largest);
    window.copyWithin(0, filled, filled + TAPS - 1);
    largestBefore = largest;
    filled = 0;
  };

  return {
    push: (samples, first, stride, count) => {
      for (let done = 0, at = first; done < count; ) {
        const run = Math.min(count - done, BLOCK - filled);
        for (let to = TAPS - 1 + filled, end = to + run; to < end; to++, at += stride) {
          const sample = samples[at] ?? 0;
          window[to] = Number.isFinite(sample) ? sample : 0;
        }
        done += run;
        filled += run;
        if (filled === BLOCK) flush();
      }
    },
    peak: () => {
      // The filter rings on after the last sample.
      if (filled + TAPS > BLOCK) flush();
      for (let tail = 0; tail < TAPS; tail++) window[TAPS - 1 + filled++] = 0;
      flush();
      return peak;
    },
  };
}

/** The largest of all four phases over `count` samples. */
function interpolatedPeak(window: Float64Array, count: number): number {
  let peak = 0;
  for (let at = 0; at < count; at++) {
    let [outerSum, outerDifference, innerSum, innerDifference] = [0, 0, 0, 0];
    for (let tap = 0, early = at, late = at + TAPS - 1; tap < HALF; tap++, early++, late--) {
      const [a, b] = [window[late] ?? 0, window[early] ?? 0];
      outerSum += (OUTER.even[tap] ?? 0) * (a + b);
      outerDifference += (OUTER.odd[tap] ?? 0) * (a - b);
      innerSum += (INNER.even[tap] ?? 0) * (a + b);
      innerDifference += (INNER.odd[tap] ?? 0) * (a - b);
    }
    const outer = Math.abs(outerSum) + Math.abs(outerDifference);
    const inner = Math.abs(innerSum) + Math.abs(innerDifference);
    if (outer > peak) peak = outer;
    if (inner > peak) peak = inner;
  }
  return peak;
}
