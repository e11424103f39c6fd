import {
  LEAST_TEXTURE,
  LOST,
  type HalfPicture,
  type MotionKernels,
  type MovedBlock,
} from '../../core/analysis/camera-motion.ts';
import type { ScoreKernels } from '../../core/analysis/picture-scores.ts';
import {
  ALIKE,
  differenceOf,
  FOUND,
  PICTURE_HEIGHT,
  PICTURE_WIDTH,
  SHIFTS,
  structureScale,
  tonesApart,
  type PictureKernels,
  type Planes,
} from '../../core/analysis/small-picture.ts';
import { spectrumTables, type SpectrumKernel } from '../../core/analysis/spectrum.ts';
import { createKernelMemory, type KernelMemory } from './memory.ts';
import { soundKernels, type SoundKernels } from './sound-kernels.ts';

/** All loops over pixels and samples that the pass analysers have. */
export type PassKernels = PictureKernels &
  MotionKernels &
  ScoreKernels &
  SoundKernels & { readonly createSpectrum: SpectrumKernel };

/**
 * The loops over pixels and samples as WebAssembly with SIMD, for pictures of up to 4096 pixels a side. Whole numbers are exactly those of
 * the plain functions in core/analysis; the difference of two structures is summed up in single precision.
 */
export function createPassKernels(): PassKernels {
  const memory = createKernelMemory();
  return {
    ...pictureKernels(memory),
    ...motionKernels(memory),
    ...scoreKernels(memory),
    createSpectrum: spectrumKernel(memory),
    ...soundKernels(memory),
  };
}

const PIXELS = PICTURE_WIDTH * PICTURE_HEIGHT;
const CHROMA_WIDTH = PICTURE_WIDTH / 2;
const CHROMA_HEIGHT = PICTURE_HEIGHT / 2;
const COARSE_WIDTH = 16;
const COARSE_HEIGHT = 9;
const COARSE = COARSE_WIDTH * COARSE_HEIGHT;
const BINS = 80;
const BLOCKS = 48;

function pictureKernels({ run, area, floats, doubles }: KernelMemory): PictureKernels {
  const [plane, sums, moments, bins, coarse] = [area(), area(), area().room(16), area().room(4 * BINS), area()];
  const y = area().room(4 * PIXELS);
  const [u, v] = [area().room(PIXELS), area().room(PIXELS)];
  const [a, b, matches] = [area(), area(), area().room(4 * BLOCKS)];
  const shifts = area().put(SHIFTS);
  const [structures, small, histograms] = [createSlab(PIXELS), createSlab(3 * COARSE), createSlab(BINS)];
  const shrink = (bytes: Uint8Array, width: number, height: number, to: number, columns: number, rows: number) => {
    run.shrink(plane.put(bytes), width, height, to, columns, rows, sums.room(2 * width + SPARE));
  };
  return {
    reduce: (planes: Planes) => {
      const [width, height] = [Math.ceil(planes.width / 2), Math.ceil(planes.height / 2)];
      shrink(planes.y, planes.width, planes.height, y, PICTURE_WIDTH, PICTURE_HEIGHT);
      shrink(planes.u, width, height, u, CHROMA_WIDTH, CHROMA_HEIGHT);
      shrink(planes.v, width, height, v, CHROMA_WIDTH, CHROMA_HEIGHT);
      run.momentsOf(y, PIXELS, moments);
      const [sum = 0, squares = 0] = doubles(moments, 2);
      const mean = sum / PIXELS;
      const contrast = Math.sqrt(Math.max(0, squares / PIXELS - mean * mean));
      const means = coarse.room(4 * 3 * COARSE);
      run.coarsen(y, PICTURE_WIDTH, PICTURE_HEIGHT, means, COARSE_WIDTH, COARSE_HEIGHT);
      run.coarsen(u, CHROMA_WIDTH, CHROMA_HEIGHT, means + 4 * COARSE, COARSE_WIDTH, COARSE_HEIGHT);
      run.coarsen(v, CHROMA_WIDTH, CHROMA_HEIGHT, means + 8 * COARSE, COARSE_WIDTH, COARSE_HEIGHT);
      run.tones(y, PIXELS, u, v, CHROMA_WIDTH * CHROMA_HEIGHT, bins);
      run.level(y, PIXELS, mean, structureScale(contrast));
      return {
        structure: structures(floats(y, PIXELS)),
        ...{ contrast, mean },
        histogram: histograms(floats(bins, BINS)),
        coarse: small(floats(means, 3 * COARSE)),
      };
    },
    compare: (before, after) => {
      const tones = tonesApart(before.histogram, after.histogram);
      const [from, to] = [a.put(before.structure), b.put(after.structure)];
      const plain = run.structuresApart(from, to) / PIXELS;
      if (plain < ALIKE) return { residual: plain, spread: 0, tones };
      run.blocksApart(from, to, shifts, SHIFTS.length / 2, FOUND, matches);
      return differenceOf(floats(matches, BLOCKS), tones);
    },
  };
}

/** How many copies share a buffer: each buffer of its own is work for the collector. */
const COPIES = 32;

/** Copies numbers of one length to places that are never used again, many to a buffer. */
function createSlab(length: number): (values: Float32Array) => Float32Array {
  let [slab, used] = [new Float32Array(0), COPIES];
  return (values) => {
    if (used === COPIES) [slab, used] = [new Float32Array(COPIES * length), 0];
    const copy = slab.subarray(used * length, (used + 1) * length);
    copy.set(values);
    used++;
    return copy;
  };
}

/** Bytes behind a buffer that stores may touch. */
const SPARE = 32;

function spectrumKernel({ run, area, doubles }: KernelMemory): SpectrumKernel {
  return (length) => {
    const half = length / 2;
    const { window, cosines, sines, reversed } = spectrumTables(length, 'hann');
    const [samples, power] = [area(), area().room(8 * (half + 1))];
    const tables = [window, reversed, stagesOf(cosines, sines), cosines, sines].map((table) => area().put(table));
    const [at = 0, order = 0, stages = 0, cos = 0, sin = 0] = tables;
    const [re, im] = [area().room(8 * half), area().room(8 * half)];
    return (values) => {
      run.spectrum(samples.put(values), at, order, stages, cos, sin, re, im, power, half);
      return doubles(power, half + 1);
    };
  };
}

/** The factors of the stages of a transform one after the other: 1, 2, 4 … of them. */
function stagesOf(cosines: Float64Array, sines: Float64Array): Float64Array {
  const half = cosines.length;
  const stages = new Float64Array(2 * (half - 1));
  for (let part = 1; part < half; part *= 2) {
    for (let k = 0; k < part; k++) {
      stages[part - 1 + k] = cosines[(k * half) / part] ?? 0;
      stages[half - 1 + part - 1 + k] = sines[(k * half) / part] ?? 0;
    }
  }
  return stages;
}

const BLOCK_NUMBERS = 5;
const LOST_BLOCK = 1;
const FOUND_BLOCK = 2;

function motionKernels({ run, area, bytes, words, doubles }: KernelMemory): MotionKernels {
  const [whole, half, from, to, out, pair] = [area(), area(), area(), area(), area(), area().room(8)];
  return {
    halve: (y, width, height): HalfPicture => {
      const [columns, rows] = [width >> 1, height >> 1];
      const target = half.room(columns * rows);
      run.halve(whole.put(y), width, height, target);
      return { width: columns, height: rows, luma: bytes(target, columns * rows).slice() };
    },
    thirds: (luma, old) => {
      run.thirds(to.put(luma), from.put(old), luma.length, pair);
      const [sum = 0, change = 0] = words(pair, 2);
      return { sum, change };
    },
    follow: (a, b, startX, startY) => {
      const { width, height } = a;
      const [before, after] = [from.put(a.luma), to.put(b.luma)];
      // A block for every 16 × 16 pixels at most.
      const found = out.room(8 * BLOCK_NUMBERS * Math.ceil((width * height) / 256));
      const blocks = run.followBlocks(before, after, width, height, startX, startY, LEAST_TEXTURE, LOST, found);
      const numbers = doubles(found, BLOCK_NUMBERS * blocks);
      const moved: MovedBlock[] = [];
      let lost = 0;
      for (let at = 0; at < numbers.length; at += BLOCK_NUMBERS) {
        const [kind, left = 0, top = 0, x = 0, y = 0] = numbers.subarray(at, at + BLOCK_NUMBERS);
        if (kind === LOST_BLOCK) lost++;
        if (kind === FOUND_BLOCK) moved.push({ left, top, x, y });
      }
      return { moved, lost, blocks };
    },
  };
}

function scoreKernels({ run, area, words, floats, doubles }: KernelMemory): ScoreKernels {
  const [whole, half, responses] = [area(), area(), area()];
  const [histogram, detail] = [area().room(4096), area().room(24)];
  const [u, v, colours, grid, counts] = [area(), area(), area().room(32), area(), area()];
  return {
    cells: ({ luma, width, height }, columns, rows) => {
      const cells = columns * rows;
      const out = grid.room(8 * cells);
      run.cells(half.put(luma), width, height, columns, rows, out, counts.room(4 * cells));
      const pairs = floats(out, 2 * cells);
      const [means, weights] = [new Float32Array(cells), new Float32Array(cells)];
      for (let cell = 0; cell < cells; cell++) {
        means[cell] = pairs[2 * cell] ?? 0;
        weights[cell] = pairs[2 * cell + 1] ?? 0;
      }
      return { means, weights };
    },
    colours: (planes) => {
      const { width, height } = planes;
      const at = whole.put(planes.y);
      const count = run.colours(at, u.put(planes.u), v.put(planes.v), width, height, colours);
      const [rgSum = 0, rgSquares = 0, ybSum = 0, ybSquares = 0] = doubles(colours, 4);
      return { count, rgSum, rgSquares, ybSum, ybSquares };
    },
    tones: ({ luma }) => {
      run.countTones(half.put(luma), luma.length, histogram);
      return words(histogram, 256).slice();
    },
    noise: ({ y, width, height }) => {
      const out = responses.room(4 * Math.ceil((width * height) / 64));
      return words(out, run.noise(whole.put(y), width, height, out)).slice();
    },
    detail: ({ luma, width, height }) => {
      run.detail(half.put(luma), width, height, detail);
      const [energy = 0, across = 0, down = 0] = doubles(detail, 3);
      return { energy, across, down };
    },
  };
}
