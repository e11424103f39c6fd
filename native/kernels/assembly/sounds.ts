// AssemblyScript, compiled with pictures.ts: the inner loops over samples, two channels side by side. Each gives what the plain
// function named beside it gives, to the bit: sums are in the same order.

/** Two neighbouring samples; what is not a number is silence. */
function pairAt(at: usize): v128 {
  const values = f64x2.promote_low_f32x4(v128.load64_zero(at));
  return v128.and(values, f64x2.le(f64x2.abs(values), f64x2.splat(f64.MAX_VALUE)));
}

/**
 * `createKWeighting` of core/analysis/k-weighting.ts for two channels side by side. `coefficients`: five of the shelf, five of
 * the high-pass. `state`: four pairs, kept from call to call, and behind them the two sums of weighted squares.
 */
export function weigh(samples: usize, stride: i32, frames: i32, coefficients: usize, state: usize): void {
  const b0 = v128.load64_splat(coefficients);
  const b1 = v128.load64_splat(coefficients, 8);
  const b2 = v128.load64_splat(coefficients, 16);
  const a1 = v128.load64_splat(coefficients, 24);
  const a2 = v128.load64_splat(coefficients, 32);
  const c0 = v128.load64_splat(coefficients, 40);
  const c1 = v128.load64_splat(coefficients, 48);
  const c2 = v128.load64_splat(coefficients, 56);
  const d1 = v128.load64_splat(coefficients, 64);
  const d2 = v128.load64_splat(coefficients, 72);
  let s1 = v128.load(state);
  let s2 = v128.load(state, 16);
  let h1 = v128.load(state, 32);
  let h2 = v128.load(state, 48);
  let sum = f64x2.splat(0);
  for (let frame = 0; frame < frames; frame++, samples += stride) {
    const sample = pairAt(samples);
    const shelved = f64x2.add(f64x2.mul(b0, sample), s1);
    s1 = f64x2.add(f64x2.sub(f64x2.mul(b1, sample), f64x2.mul(a1, shelved)), s2);
    s2 = f64x2.sub(f64x2.mul(b2, sample), f64x2.mul(a2, shelved));
    const weighted = f64x2.add(f64x2.mul(c0, shelved), h1);
    h1 = f64x2.add(f64x2.sub(f64x2.mul(c1, shelved), f64x2.mul(d1, weighted)), h2);
    h2 = f64x2.sub(f64x2.mul(c2, shelved), f64x2.mul(d2, weighted));
    sum = f64x2.add(sum, f64x2.mul(weighted, weighted));
  }
  v128.store(state, s1);
  v128.store(state, s2, 16);
  v128.store(state, h1, 32);
  v128.store(state, h2, 48);
  v128.store(state, sum, 64);
}

/** Lowest and highest value and sum of squares of two channels side by side; `state` goes on from what it holds, three pairs. */
export function extremes(samples: usize, stride: i32, frames: i32, state: usize): void {
  let low = v128.load(state);
  let high = v128.load(state, 16);
  let energy = v128.load(state, 32);
  for (let frame = 0; frame < frames; frame++, samples += stride) {
    const value = pairAt(samples);
    low = f64x2.min(low, value);
    high = f64x2.max(high, value);
    energy = f64x2.add(energy, f64x2.mul(value, value));
  }
  v128.store(state, low);
  v128.store(state, high, 16);
  v128.store(state, energy, 32);
}

/**
 * Of two channels side by side: at `state` go on the sums and the sums of squares; behind them are put the largest magnitudes
 * and the sum of the products of both.
 */
export function levels(samples: usize, stride: i32, frames: i32, state: usize): void {
  let sum = v128.load(state);
  let squares = v128.load(state, 16);
  let largest = f64x2.splat(0);
  let product: f64 = 0;
  for (let frame = 0; frame < frames; frame++, samples += stride) {
    const value = pairAt(samples);
    sum = f64x2.add(sum, value);
    squares = f64x2.add(squares, f64x2.mul(value, value));
    largest = f64x2.max(largest, f64x2.abs(value));
    product += f64x2.extract_lane(value, 0) * f64x2.extract_lane(value, 1);
  }
  v128.store(state, sum);
  v128.store(state, squares, 16);
  v128.store(state, largest, 32);
  store<f64>(state, product, 48);
}

const FINE_TAPS = 48;
const FINE_HALF = 24;
const FINE_PHASES = 11;
const TAPS = 12;
const HALF = 6;
const RUN = 64;
/** Parts of a true-peak meter's memory: the window, what the coarse filters gave, and three numbers. */
const COARSE_AT = 896;
const FILLED_AT = 1408;
const BEFORE_AT = 1416;
const PEAK_AT = 1424;

/** `push` of core/analysis/true-peak.ts. `tables`: even and odd parts of the outer, then of the inner phase; the fine phases. */
export function truePeak(samples: usize, stride: i32, count: i32, state: usize, tables: usize): void {
  let filled = load<i32>(state, FILLED_AT);
  for (let n = 0; n < count; n++, samples += stride) {
    const sample = f64(load<f32>(samples));
    store<f64>(state + 8 * (FINE_TAPS - 1 + filled), abs(sample) <= f64.MAX_VALUE ? sample : 0);
    if (++filled < RUN) continue;
    flush(state, tables, RUN);
    filled = 0;
  }
  store<i32>(state, filled, FILLED_AT);
}

/** The peak, after the filters have rung out. */
export function truePeakEnd(state: usize, tables: usize): f64 {
  let filled = load<i32>(state, FILLED_AT);
  if (filled + FINE_TAPS > RUN) {
    flush(state, tables, filled);
    filled = 0;
  }
  memory.fill(state + 8 * (FINE_TAPS - 1 + filled), 0, 8 * FINE_TAPS);
  flush(state, tables, filled + FINE_TAPS);
  store<i32>(state, 0, FILLED_AT);
  return load<f64>(state, PEAK_AT);
}

function flush(state: usize, tables: usize, filled: i32): void {
  let largest: f64 = 0;
  for (let at = FINE_TAPS - 1; at < FINE_TAPS - 1 + filled; at++) {
    largest = max(largest, abs(load<f64>(state + 8 * at)));
  }
  const before = load<f64>(state, BEFORE_AT);
  let peak = max(load<f64>(state, PEAK_AT), largest);
  if (max(largest, before) * 2.03 > peak) peak = interpolated(state, tables, filled, peak);
  store<f64>(state, peak, PEAK_AT);
  memory.copy(state, state + 8 * filled, 8 * (FINE_TAPS - 1));
  store<f64>(state, filled < RUN ? max(largest, before) : largest, BEFORE_AT);
}

function interpolated(window: usize, tables: usize, count: i32, before: f64): f64 {
  const coarse = window + COARSE_AT;
  for (let at = 0; at < count; at += 2) {
    let outerSum = f64x2.splat(0);
    let outerDifference = f64x2.splat(0);
    let innerSum = f64x2.splat(0);
    let innerDifference = f64x2.splat(0);
    let early = window + 8 * (at + FINE_HALF - HALF);
    let late = early + 8 * (TAPS - 1);
    for (let tap = 0; tap < 8 * HALF; tap += 8, early += 8, late -= 8) {
      const a = v128.load(late);
      const b = v128.load(early);
      const sum = f64x2.add(a, b);
      const difference = f64x2.sub(a, b);
      outerSum = f64x2.add(outerSum, f64x2.mul(v128.load64_splat(tables + tap), sum));
      outerDifference = f64x2.add(outerDifference, f64x2.mul(v128.load64_splat(tables + tap, 48), difference));
      innerSum = f64x2.add(innerSum, f64x2.mul(v128.load64_splat(tables + tap, 96), sum));
      innerDifference = f64x2.add(innerDifference, f64x2.mul(v128.load64_splat(tables + tap, 144), difference));
    }
    const outer = f64x2.add(f64x2.abs(outerSum), f64x2.abs(outerDifference));
    const inner = f64x2.add(f64x2.abs(innerSum), f64x2.abs(innerDifference));
    v128.store(coarse + 8 * at, f64x2.max(outer, inner));
  }
  let peak = before;
  for (let at = 0; at < count; at++) {
    const value = load<f64>(coarse + 8 * at);
    if (value <= 0.93 * peak) continue;
    const left: f64 = at == 0 ? 0 : load<f64>(coarse + 8 * (at - 1));
    const right: f64 = at == count - 1 ? 0 : load<f64>(coarse + 8 * (at + 1));
    if (value >= left && value >= right) peak = max(peak, finest(window + 8 * at, tables + 192));
  }
  return peak;
}

function finest(window: usize, phases: usize): f64 {
  let peak: f64 = 0;
  for (let phase = 0; phase < FINE_PHASES; phase++) {
    let sum: f64 = 0;
    for (let tap = 0; tap < 8 * FINE_TAPS; tap += 8, phases += 8) sum += load<f64>(phases) * load<f64>(window + tap);
    peak = max(peak, abs(sum));
  }
  return peak;
}
