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
const PHASES = [PHASE_0, PHASE_1, PHASE_1.toReversed(), PHASE_0.toReversed()].map((phase) => Float64Array.from(phase));
/** No phase makes more of a signal than the sum of its absolute coefficients. */
const MOST_GAIN = 2.03;
const BLOCK = 512;

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
  let largest = 0;
  let largestBefore = 0;
  let peak = 0;

  const flush = () => {
    if (Math.max(largest, largestBefore) * MOST_GAIN > peak) {
      for (const phase of PHASES) {
        for (let at = 0; at < filled; at++) {
          let sum = 0;
          for (let tap = 0; tap < TAPS; tap++) sum += (phase[tap] ?? 0) * (window[at + TAPS - 1 - tap] ?? 0);
          const value = Math.abs(sum);
          if (value > peak) peak = value;
        }
      }
    }
    peak = Math.max(peak, largest);
    window.copyWithin(0, filled, filled + TAPS - 1);
    largestBefore = largest;
    largest = 0;
    filled = 0;
  };

  return {
    push: (samples, first, stride, count) => {
      for (let index = 0, at = first; index < count; index++, at += stride) {
        const raw = samples[at] ?? 0;
        const sample = Number.isFinite(raw) ? raw : 0;
        window[TAPS - 1 + filled++] = sample;
        const value = Math.abs(sample);
        if (value > largest) largest = value;
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
