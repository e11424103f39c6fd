import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMotionMeter, halfPicture } from '../../../core/analysis/camera-motion.ts';
import { pictureScores } from '../../../core/analysis/picture-scores.ts';
import { comparePictures, smallPicture, type Planes } from '../../../core/analysis/small-picture.ts';
import { createPowerSpectrum } from '../../../core/analysis/spectrum.ts';
import { SOURCE_SHA256 } from '../../../native/kernels/compiled.ts';
import { createPassKernels } from '../../../native/kernels/pass-kernels.ts';
import { repository } from '../../architecture/planted-house.ts';
import { scaled } from '../../scale.ts';

/** Small steps of a linear congruential generator: pictures that depend on one number. */
function noiseOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
}

/** Smooth shapes that move by (x, y) and noise on top: what real footage has of both. */
function scene(width: number, height: number, seed: number, x: number, y: number, noise: number): Planes {
  const random = noiseOf(seed);
  const plane = (columns: number, rows: number, scale: number) =>
    Uint8Array.from({ length: columns * rows }, (_, at) => {
      const [px, py] = [(at % columns) * scale + x, Math.floor(at / columns) * scale + y];
      const shape = 120 + 70 * Math.sin(px / 9 + seed) * Math.cos(py / 7) + 30 * Math.sin((px + py) / 3);
      return shape + noise * (random() / 255 - 0.5);
    });
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  return {
    width,
    height,
    y: plane(width, height, 1),
    u: plane(halfWidth, halfHeight, 2),
    v: plane(halfWidth, halfHeight, 2),
  };
}

const scenes = fc
  .record({
    width: fc.constantFrom(320, 180, 64, 77, 130),
    height: fc.constantFrom(180, 320, 36, 41, 98),
    seed: fc.nat(1000),
    steps: fc.array(fc.record({ x: fc.integer({ min: -9, max: 9 }), y: fc.integer({ min: -9, max: 9 }) }), {
      minLength: 2,
      maxLength: 4,
    }),
    noise: fc.constantFrom(0, 4, 60, 500),
    cut: fc.boolean(),
  })
  .map(({ width, height, seed, steps, noise, cut }) => {
    let [x, y] = [0, 0];
    return steps.map((step, n) => {
      [x, y] = [x + step.x, y + step.y];
      return scene(width, height, cut && n > 1 ? seed + 500 : seed, x, y, noise);
    });
  });
const RUNS = { numRuns: scaled(20) };

describe('loops over pixels in WebAssembly', () => {
  test('what shots are found by is the same, to the rounding of single precision', () => {
    const kernels = createPassKernels();
    const check = (frames: readonly Planes[]) => {
      const small = frames.map((planes) => smallPicture(planes));
      expect(frames.map((planes) => kernels.reduce(planes))).toEqual(small);
      small.slice(1).forEach((picture, n) => {
        const before = small[n] ?? picture;
        const [plain, fast] = [comparePictures(before, picture), kernels.compare(before, picture)];
        expect(fast.residual).toBeCloseTo(plain.residual, 5);
        expect([fast.spread, fast.tones]).toEqual([plain.spread, plain.tones]);
      });
    };
    fc.assert(fc.property(scenes, check), RUNS);
  });

  test('the camera is followed on the same blocks by the same steps', () => {
    const check = (frames: readonly Planes[]) => {
      const kernels = createPassKernels();
      const [plain, fast] = [createMotionMeter(), createMotionMeter(kernels.follow)];
      for (const { y, width, height } of frames) {
        const half = halfPicture(y, width, height);
        expect(kernels.halve(y, width, height)).toEqual(half);
        expect(fast(half)).toEqual(plain(half));
      }
    };
    fc.assert(fc.property(scenes, check), RUNS);
  });

  test('scores of pictures are the same bits', () => {
    const kernels = createPassKernels();
    const check = (frames: readonly Planes[]) => {
      for (const planes of frames) {
        const half = halfPicture(planes.y, planes.width, planes.height);
        expect(pictureScores(planes, half, kernels)).toEqual(pictureScores(planes, half));
      }
    };
    fc.assert(fc.property(scenes, check), RUNS);
  });

  test.each([4, 64, 1024, 2048])('spectra of %i samples are the same bits', (length) => {
    const [plain, fast] = [createPowerSpectrum(length), createPassKernels().createSpectrum(length)];
    const random = noiseOf(length);
    for (let n = 0; n < scaled(5); n += 1) {
      const samples = Float32Array.from({ length }, (_, at) => random() / 255 + Math.sin(at / (n + 2)));
      expect(Array.from(fast(samples))).toEqual(Array.from(plain(samples)));
    }
  });

  test('the compiled module is that of its sources: npm run kernels', () => {
    const hash = createHash('sha256');
    for (const name of ['pictures.ts', 'sounds.ts'])
      hash.update(readFileSync(join(repository, 'native/kernels/assembly', name)));
    expect(hash.digest('hex')).toBe(SOURCE_SHA256);
  });
});
