// AssemblyScript, compiled by `npm run kernels`: the inner loops over the pixels of a frame, 16 at a time. Each gives what
// the plain function named beside it gives. Pointers are bytes into the module's memory; behind every buffer 32 bytes are
// spare, which loads and stores may touch.

/** Absolute differences of 16 bytes. */
function apart(a: v128, b: v128): v128 {
  return v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
}

/** Sums of 16 bytes in four 32-bit lanes. */
function quarters(bytes: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes));
}

/** Sum of four 32-bit lanes. */
function whole(lanes: v128): i32 {
  return (
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3)
  );
}

/** Sums of columns over up to 256 rows, 16 bits each. */
function columnSums(plane: usize, width: i32, rows: i32, sums: usize): void {
  for (let column = 0; column < width; column += 16) {
    let low = i16x8.splat(0);
    let high = i16x8.splat(0);
    let at = plane + column;
    for (let row = 0; row < rows; row++, at += width) {
      const bytes = v128.load(at);
      low = i16x8.add(low, i16x8.extend_low_i8x16_u(bytes));
      high = i16x8.add(high, i16x8.extend_high_i8x16_u(bytes));
    }
    v128.store(sums + 2 * column, low);
    v128.store(sums + 2 * column + 16, high);
  }
}

/** `shrinkPlane` of core/analysis/small-picture.ts; no box is higher than 256 rows. */
export function shrink(from: usize, width: i32, height: i32, to: usize, columns: i32, rows: i32, sums: usize): void {
  for (let row = 0; row < rows; row++) {
    const top = (row * height) / rows;
    const bottom = max(top + 1, ((row + 1) * height) / rows);
    columnSums(from + top * width, width, bottom - top, sums);
    for (let column = 0; column < columns; column++) {
      const left = (column * width) / columns;
      const right = max(left + 1, ((column + 1) * width) / columns);
      let sum: u32 = 0;
      for (let x = left; x < right; x++) sum += load<u16>(sums + 2 * x);
      store<f32>(to + 4 * (row * columns + column), f32(f64(sum) / f64((bottom - top) * (right - left))));
    }
  }
}

/** `addCoarse` of core/analysis/small-picture.ts. */
export function coarsen(from: usize, width: i32, height: i32, to: usize, columns: i32, rows: i32): void {
  const stepX = width / columns;
  const stepY = height / rows;
  const count = f64(stepX * stepY);
  for (let at = 0; at < columns * rows; at++) store<f32>(to + 4 * at, 0);
  for (let row = 0; row < height; row++) {
    const target = to + 4 * ((row / stepY) * columns);
    for (let column = 0; column < width; column++) {
      const at = target + 4 * (column / stepX);
      store<f32>(at, f32(f64(load<f32>(at)) + f64(load<f32>(from + 4 * (row * width + column))) / count));
    }
  }
}

function chromaBin(value: f64): i32 {
  return max(0, min(7, i32(Math.floor((value - 64) / 16))));
}

function count(bins: usize, bin: i32, share: f64): void {
  store<f32>(bins + 4 * bin, f32(f64(load<f32>(bins + 4 * bin)) + share));
}

/** `histogramOf` of core/analysis/small-picture.ts: 16 bands of luma, then 8 × 8 of chroma. */
export function tones(y: usize, pixels: i32, u: usize, v: usize, chroma: i32, bins: usize): void {
  for (let bin = 0; bin < 80; bin++) store<f32>(bins + 4 * bin, 0);
  const share = 1 / f64(pixels);
  for (let at = 0; at < pixels; at++) count(bins, min(15, i32(load<f32>(y + 4 * at) / 16)), share);
  const chromaShare = 1 / f64(chroma);
  for (let at = 0; at < chroma; at++) {
    const bin = 16 + chromaBin(load<f32>(u + 4 * at)) * 8 + chromaBin(load<f32>(v + 4 * at));
    count(bins, bin, chromaShare);
  }
}

/** Sum and sum of squares of numbers in their order, at `out`. */
export function momentsOf(values: usize, length: i32, out: usize): void {
  let sum: f64 = 0;
  let squares: f64 = 0;
  for (let at = 0; at < length; at++) {
    const value = f64(load<f32>(values + 4 * at));
    sum += value;
    squares += value * value;
  }
  store<f64>(out, sum);
  store<f64>(out + 8, squares);
}

/** Numbers less their mean, scaled. */
export function level(values: usize, length: i32, mean: f64, scale: f64): void {
  for (let at = 0; at < length; at++) {
    store<f32>(values + 4 * at, f32((f64(load<f32>(values + 4 * at)) - mean) * scale));
  }
}

/** Sum of four lanes of floats. */
function wholeOfFloats(lanes: v128): f32 {
  return (
    f32x4.extract_lane(lanes, 0) +
    f32x4.extract_lane(lanes, 1) +
    (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3))
  );
}

const PICTURE_WIDTH = 64;
const PICTURE_HEIGHT = 36;
const BLOCK_WIDTH = 8;
const BLOCK_HEIGHT = 6;

function rowApart(p: usize, q: usize): v128 {
  const left = f32x4.abs(f32x4.sub(v128.load(p), v128.load(q)));
  return f32x4.add(left, f32x4.abs(f32x4.sub(v128.load(p, 16), v128.load(q, 16))));
}

/** Sum of absolute differences of two structures. */
export function structuresApart(a: usize, b: usize): f64 {
  let sum: f64 = 0;
  for (let at = 0; at < 4 * PICTURE_WIDTH * PICTURE_HEIGHT; at += 256) {
    let lanes = f32x4.splat(0);
    for (let part = 0; part < 256; part += 32) lanes = f32x4.add(lanes, rowApart(a + at + part, b + at + part));
    sum += wholeOfFloats(lanes);
  }
  return sum;
}

/** `bestMatch` of core/analysis/small-picture.ts: every block of b in a, within shifts of which each is two bytes. */
export function blocksApart(a: usize, b: usize, shifts: usize, shiftCount: i32, found: f32, out: usize): void {
  for (let top = 0; top < PICTURE_HEIGHT; top += BLOCK_HEIGHT) {
    for (let left = 0; left < PICTURE_WIDTH; left += BLOCK_WIDTH, out += 4) {
      let best: f32 = Infinity;
      for (let shift = 0; shift < shiftCount; shift++) {
        const x = left + load<i8>(shifts + 2 * shift);
        const y = top + load<i8>(shifts + 2 * shift + 1);
        if (x < 0 || y < 0 || x > PICTURE_WIDTH - BLOCK_WIDTH || y > PICTURE_HEIGHT - BLOCK_HEIGHT) continue;
        const p = b + 4 * (top * PICTURE_WIDTH + left);
        const q = a + 4 * (y * PICTURE_WIDTH + x);
        let lanes = f32x4.add(rowApart(p, q), rowApart(p + 256, q + 256));
        lanes = f32x4.add(lanes, rowApart(p + 512, q + 512));
        if (wholeOfFloats(lanes) >= best) continue;
        lanes = f32x4.add(lanes, rowApart(p + 768, q + 768));
        lanes = f32x4.add(lanes, f32x4.add(rowApart(p + 1024, q + 1024), rowApart(p + 1280, q + 1280)));
        best = min(best, wholeOfFloats(lanes));
        if (best < found) break;
      }
      store<f32>(out, best);
    }
  }
}

/** Pixels of each value; four tables take turns, so that equal neighbours do not wait for one another. */
export function countTones(plane: usize, pixels: i32, histogram: usize): void {
  memory.fill(histogram, 0, 4096);
  let at = 0;
  for (; at + 8 <= pixels; at += 8) {
    const bytes = load<u64>(plane + at);
    bump(histogram, bytes & 255);
    bump(histogram + 1024, (bytes >> 8) & 255);
    bump(histogram + 2048, (bytes >> 16) & 255);
    bump(histogram + 3072, (bytes >> 24) & 255);
    bump(histogram, (bytes >> 32) & 255);
    bump(histogram + 1024, (bytes >> 40) & 255);
    bump(histogram + 2048, (bytes >> 48) & 255);
    bump(histogram + 3072, bytes >> 56);
  }
  for (; at < pixels; at++) bump(histogram, load<u8>(plane + at));
  for (let bin = histogram; bin < histogram + 1024; bin += 16) {
    const first = i32x4.add(v128.load(bin), v128.load(bin, 1024));
    v128.store(bin, i32x4.add(first, i32x4.add(v128.load(bin, 2048), v128.load(bin, 3072))));
  }
}

function bump(table: usize, value: u64): void {
  const at = table + 4 * usize(value);
  store<u32>(at, load<u32>(at) + 1);
}

/** Eight bytes as 16-bit lanes. */
function wide(at: usize): v128 {
  return v128.load_ext<u8>(at);
}

/** Sums of `detailOf` of core/analysis/picture-scores.ts: of squared Laplacians, of squared steps along rows and columns. */
export function detail(plane: usize, width: i32, height: i32, out: usize): void {
  let energy: f64 = 0;
  let across: f64 = 0;
  let down: f64 = 0;
  for (let row = 1; row < height - 1; row++) {
    let energies = i32x4.splat(0);
    let acrosses = i32x4.splat(0);
    let downs = i32x4.splat(0);
    let at = plane + row * width + 1;
    const end = at + width - 2;
    for (; at + 8 <= end; at += 8) {
      const centre = wide(at);
      const right = wide(at + 1);
      const below = wide(at + width);
      const cross = i16x8.add(i16x8.add(wide(at - 1), right), i16x8.add(wide(at - width), below));
      const laplacian = i16x8.sub(i16x8.shl(centre, 2), cross);
      const stepRight = i16x8.sub(right, centre);
      const stepDown = i16x8.sub(below, centre);
      energies = i32x4.add(energies, i32x4.dot_i16x8_s(laplacian, laplacian));
      acrosses = i32x4.add(acrosses, i32x4.dot_i16x8_s(stepRight, stepRight));
      downs = i32x4.add(downs, i32x4.dot_i16x8_s(stepDown, stepDown));
    }
    let rowEnergy = whole(energies);
    let rowAcross = whole(acrosses);
    let rowDown = whole(downs);
    for (; at < end; at++) {
      const centre = i32(load<u8>(at));
      const right = i32(load<u8>(at + 1));
      const below = i32(load<u8>(at + width));
      const laplacian = 4 * centre - i32(load<u8>(at - 1)) - right - i32(load<u8>(at - width)) - below;
      rowEnergy += laplacian * laplacian;
      rowAcross += (right - centre) * (right - centre);
      rowDown += (below - centre) * (below - centre);
    }
    energy += f64(rowEnergy);
    across += f64(rowAcross);
    down += f64(rowDown);
  }
  store<f64>(out, energy);
  store<f64>(out + 8, across);
  store<f64>(out + 16, down);
}

/** Responses of `noiseOf` of core/analysis/picture-scores.ts, 32 bits per block of 8 × 8; gives how many. */
export function noise(plane: usize, width: i32, height: i32, out: usize): i32 {
  let blocks = 0;
  for (let top = 1; top + 8 < height; top += 16) {
    for (let left = 1; left + 8 < width; left += 8) {
      let sums = i32x4.splat(0);
      for (let row = 0; row < 8; row += 2) {
        const at = plane + (top + row) * width + left;
        const up = at - width;
        const down = at + width;
        const corners = i16x8.add(i16x8.add(wide(up - 1), wide(up + 1)), i16x8.add(wide(down - 1), wide(down + 1)));
        const sides = i16x8.add(i16x8.add(wide(at - 1), wide(at + 1)), i16x8.add(wide(up), wide(down)));
        const response = i16x8.add(i16x8.sub(corners, i16x8.shl(sides, 1)), i16x8.shl(wide(at), 2));
        sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.abs(response)));
      }
      store<u32>(out + 4 * blocks, whole(sums));
      blocks++;
    }
  }
  return blocks;
}

/** `halfPicture` of core/analysis/camera-motion.ts: means of 2 × 2 pixels. */
export function halve(plane: usize, width: i32, height: i32, to: usize): void {
  const columns = width >> 1;
  const two = i16x8.splat(2);
  for (let row = 0; row < height >> 1; row++) {
    let upper = plane + 2 * row * width;
    let target = to + row * columns;
    let column = 0;
    for (; column + 16 <= columns; column += 16, upper += 32, target += 16) {
      const lower = upper + width;
      const first = i16x8.add(
        i16x8.extadd_pairwise_i8x16_u(v128.load(upper)),
        i16x8.extadd_pairwise_i8x16_u(v128.load(lower)),
      );
      const second = i16x8.add(
        i16x8.extadd_pairwise_i8x16_u(v128.load(upper, 16)),
        i16x8.extadd_pairwise_i8x16_u(v128.load(lower, 16)),
      );
      const left = i16x8.shr_u(i16x8.add(first, two), 2);
      v128.store(target, i8x16.narrow_i16x8_u(left, i16x8.shr_u(i16x8.add(second, two), 2)));
    }
    for (; column < columns; column++, upper += 2, target++) {
      const lower = upper + width;
      const sum = i32(load<u8>(upper)) + load<u8>(upper + 1) + load<u8>(lower) + load<u8>(lower + 1);
      store<u8>(target, (sum + 2) >> 2);
    }
  }
}

const BLOCK = 12;
const PITCH = 16;
const MARGIN = 8;
const FARTHEST = 40;
/** Compared pixels of a block: every other row. */
const COUNTED = 72;
const OUTSIDE = 0x3fffffff;

let blockX = 0;
let blockY = 0;
let least = 0;

/** `followBlocks` of core/analysis/camera-motion.ts. At `out` five numbers per block: 0 flat, 1 lost or 2 found; left, top; x, y. */
export function followBlocks(
  a: usize,
  b: usize,
  width: i32,
  height: i32,
  startX: i32,
  startY: i32,
  leastTexture: f64,
  lost: f64,
  out: usize,
): i32 {
  let blocks = 0;
  for (let top = MARGIN; top + BLOCK + MARGIN <= height; top += PITCH) {
    let guessX = startX;
    let guessY = startY;
    for (let left = MARGIN; left + BLOCK + MARGIN <= width; left += PITCH, blocks++) {
      const entry = out + 40 * blocks;
      store<f64>(entry, 0);
      if (texture(a + top * width + left, width) < leastTexture) continue;
      search(a + top * width + left, b, width, height, left, top, guessX, guessY, startX, startY);
      const isLost = f64(least) / COUNTED > lost;
      store<f64>(entry, isLost ? 1 : 2);
      if (isLost) continue;
      const x = blockX;
      const y = blockY;
      const p = a + top * width + left;
      const fineX =
        f64(x) +
        between(moved(p, b, width, height, left + x - 1, top + y), moved(p, b, width, height, left + x + 1, top + y));
      const fineY =
        f64(y) +
        between(moved(p, b, width, height, left + x, top + y - 1), moved(p, b, width, height, left + x, top + y + 1));
      store<f64>(entry + 8, left);
      store<f64>(entry + 16, top);
      store<f64>(entry + 24, fineX);
      store<f64>(entry + 32, fineY);
      guessX = i32(Math.floor(fineX + 0.5));
      guessY = i32(Math.floor(fineY + 0.5));
    }
  }
  return blocks;
}

/** Mean difference of neighbours, on every third pixel. */
function texture(block: usize, width: i32): f64 {
  let sum = 0;
  for (let row = 0; row < BLOCK; row += 3) {
    for (let at = block + row * width, end = at + BLOCK; at < end; at += 3) {
      const here = i32(load<u8>(at));
      sum += abs(here - i32(load<u8>(at + 1))) + abs(here - i32(load<u8>(at + width)));
    }
  }
  return f64(sum) / 32;
}

/** Downhill in ever smaller steps from the best of the guesses; leaves the shift and what is left in globals. */
function search(
  block: usize,
  b: usize,
  width: i32,
  height: i32,
  left: i32,
  top: i32,
  guessX: i32,
  guessY: i32,
  startX: i32,
  startY: i32,
): void {
  blockX = 0;
  blockY = 0;
  least = moved(block, b, width, height, left, top);
  if (guessX != 0 || guessY != 0) attempt(block, b, width, height, left, top, guessX, guessY);
  if (startX != guessX || startY != guessY) attempt(block, b, width, height, left, top, startX, startY);
  for (let size = least > 6 * COUNTED ? 8 : 2; size >= 1; size >>= 1) {
    for (let round = 0; round < 6; round++) {
      const fromX = blockX;
      const fromY = blockY;
      attempt(block, b, width, height, left, top, fromX - size, fromY);
      attempt(block, b, width, height, left, top, fromX + size, fromY);
      attempt(block, b, width, height, left, top, fromX, fromY - size);
      attempt(block, b, width, height, left, top, fromX, fromY + size);
      if (blockX == fromX && blockY == fromY) break;
    }
  }
}

function attempt(block: usize, b: usize, width: i32, height: i32, left: i32, top: i32, x: i32, y: i32): void {
  if (abs(x) > FARTHEST || abs(y) > FARTHEST) return;
  const difference = moved(block, b, width, height, left + x, top + y);
  if (difference >= least) return;
  least = difference;
  blockX = x;
  blockY = y;
}

/** Where two equally steep lines through three sums meet, −0.5 to 0.5. */
function between(before: i32, after: i32): f64 {
  const rise = 2 * (max(before, after) - least);
  if (rise <= 0 || before == OUTSIDE || after == OUTSIDE) return 0;
  return max<f64>(-0.5, min<f64>(0.5, f64(before - after) / f64(rise)));
}

/** Sum of absolute differences of a block to b's at (left, top), on every other row. */
function moved(block: usize, b: usize, width: i32, height: i32, left: i32, top: i32): i32 {
  if (left < 0 || top < 0 || left + BLOCK > width || top + BLOCK > height) return OUTSIDE;
  const inside = i32x4(-1, -1, -1, 0);
  let sums = i16x8.splat(0);
  let p = block;
  let q = b + top * width + left;
  for (let row = 0; row < BLOCK; row += 2, p += 2 * width, q += 2 * width) {
    const difference = v128.and(apart(v128.load(p), v128.load(q)), inside);
    sums = i16x8.add(sums, i16x8.extadd_pairwise_i8x16_u(difference));
  }
  return whole(i32x4.extadd_pairwise_i16x8_u(sums));
}

/** `cellsOf` of core/analysis/picture-scores.ts. At `out` two floats per cell: the mean, and the weight of detail. */
export function cells(plane: usize, width: i32, height: i32, columns: i32, rows: i32, out: usize, counts: usize): void {
  memory.fill(out, 0, 8 * columns * rows);
  memory.fill(counts, 0, 4 * columns * rows);
  for (let row = 0; row + 1 < height; row += 2) {
    const first = ((row * rows) / height) * columns;
    for (let column = 0; column + 1 < width; column += 2) {
      const at = plane + row * width + column;
      const here = i32(load<u8>(at));
      const cell = first + (column * columns) / width;
      const detail = abs(here - i32(load<u8>(at + 1))) + abs(here - i32(load<u8>(at + width)));
      // Sums are whole and small: in single precision they are exact.
      store<f32>(out + 8 * cell, load<f32>(out + 8 * cell) + f32(here));
      store<f32>(out + 8 * cell + 4, load<f32>(out + 8 * cell + 4) + f32(detail));
      store<u32>(counts + 4 * cell, load<u32>(counts + 4 * cell) + 1);
    }
  }
  for (let cell = 0; cell < columns * rows; cell++) {
    const count = f32(max(1, load<u32>(counts + 4 * cell)));
    store<f32>(out + 8 * cell, load<f32>(out + 8 * cell) / count);
    store<f32>(out + 8 * cell + 4, load<f32>(out + 8 * cell + 4) / count);
  }
}

/** Sums of `colourfulnessOf` of core/analysis/picture-scores.ts: of red − green and of yellow − blue, with their squares. */
export function colours(y: usize, u: usize, v: usize, width: i32, height: i32, out: usize): i32 {
  const columns = (width + 1) >> 1;
  let count = 0;
  let rgSum: f64 = 0;
  let rgSquares: f64 = 0;
  let ybSum: f64 = 0;
  let ybSquares: f64 = 0;
  for (let row = 0; row < height >> 1; row += 2) {
    for (let column = 0; column < width >> 1; column += 2) {
      const luma = 1.164 * (f64(load<u8>(y + 2 * row * width + 2 * column)) - 16);
      const cb = f64(load<u8>(u + row * columns + column)) - 128;
      const cr = f64(load<u8>(v + row * columns + column)) - 128;
      const r = luma + 1.596 * cr;
      const g = luma - 0.392 * cb - 0.813 * cr;
      const b = luma + 2.017 * cb;
      const rg = r - g;
      const yb = (r + g) / 2 - b;
      rgSum += rg;
      rgSquares += rg * rg;
      ybSum += yb;
      ybSquares += yb * yb;
      count++;
    }
  }
  store<f64>(out, rgSum);
  store<f64>(out + 8, rgSquares);
  store<f64>(out + 16, ybSum);
  store<f64>(out + 24, ybSquares);
  return count;
}

/** Sums over every third pixel: of luma, and of its change from the frame before, 32 bits each. */
export function thirds(plane: usize, before: usize, pixels: i32, out: usize): void {
  let sum = 0;
  let change = 0;
  for (let at = 0; at < pixels; at += 3) {
    const value = i32(load<u8>(plane + at));
    sum += value;
    change += abs(value - i32(load<u8>(before + at)));
  }
  store<u32>(out, sum);
  store<u32>(out + 4, change);
}

/**
 * `createPowerSpectrum` of core/analysis/spectrum.ts, with the same sums in the same order: two butterflies at a time.
 * `stages`: the factors of each stage one after the other, half − 1 in all, cosines and then sines.
 */
export function spectrum(
  samples: usize,
  window: usize,
  reversed: usize,
  stages: usize,
  cosines: usize,
  sines: usize,
  re: usize,
  im: usize,
  power: usize,
  half: i32,
): void {
  for (let n = 0; n < half; n++) {
    const to = 8 * load<u32>(reversed + 4 * n);
    store<f64>(re + to, f64(load<f32>(samples + 8 * n)) * load<f64>(window + 16 * n));
    store<f64>(im + to, f64(load<f32>(samples + 8 * n + 4)) * load<f64>(window + 16 * n + 8));
  }
  for (let p = 0; p < 8 * half; p += 16)
    butterfly(re + p, im + p, re + p + 8, im + p + 8, load<f64>(stages), load<f64>(stages + 8 * (half - 1)));
  for (let part = 2; part < half; part *= 2) {
    const real = stages + 8 * (part - 1);
    const imaginary = real + 8 * (half - 1);
    for (let first = 0; first < half; first += 2 * part) {
      for (let k = 0; k < part; k += 2) {
        const c = v128.load(real + 8 * k);
        const s = v128.load(imaginary + 8 * k);
        const p = 8 * (first + k);
        const q = p + 8 * part;
        const x = v128.load(re + q);
        const y = v128.load(im + q);
        const a = f64x2.sub(f64x2.mul(x, c), f64x2.mul(y, s));
        const b = f64x2.add(f64x2.mul(x, s), f64x2.mul(y, c));
        const pr = v128.load(re + p);
        const pi = v128.load(im + p);
        v128.store(re + q, f64x2.sub(pr, a));
        v128.store(im + q, f64x2.sub(pi, b));
        v128.store(re + p, f64x2.add(pr, a));
        v128.store(im + p, f64x2.add(pi, b));
      }
    }
  }
  powers(cosines, sines, re, im, power, half);
}

function butterfly(pRe: usize, pIm: usize, qRe: usize, qIm: usize, c: f64, s: f64): void {
  const x = load<f64>(qRe);
  const y = load<f64>(qIm);
  const a = x * c - y * s;
  const b = x * s + y * c;
  const pr = load<f64>(pRe);
  const pi = load<f64>(pIm);
  store<f64>(qRe, pr - a);
  store<f64>(qIm, pi - b);
  store<f64>(pRe, pr + a);
  store<f64>(pIm, pi + b);
}

function powers(cosines: usize, sines: usize, re: usize, im: usize, power: usize, half: i32): void {
  const first = load<f64>(re);
  const odd = load<f64>(im);
  store<f64>(power, (first + odd) * (first + odd));
  store<f64>(power + 8 * half, (first - odd) * (first - odd));
  for (let k = 1; k < half; k++) {
    const a = load<f64>(re + 8 * k);
    const b = load<f64>(im + 8 * k);
    const c = load<f64>(re + 8 * (half - k));
    const d = load<f64>(im + 8 * (half - k));
    const oddReal = (b + d) / 2;
    const oddImaginary = (c - a) / 2;
    const cos = load<f64>(cosines + 8 * k);
    const sin = load<f64>(sines + 8 * k);
    const real = (a + c) / 2 + oddReal * cos - oddImaginary * sin;
    const imaginary = (b - d) / 2 + oddReal * sin + oddImaginary * cos;
    store<f64>(power + 8 * k, real * real + imaginary * imaginary);
  }
}
