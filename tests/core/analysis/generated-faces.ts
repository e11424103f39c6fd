import type { Box } from '../../../core/analysis/boxes.ts';
import type { FaceTrack } from '../../../core/analysis/picture-results.ts';
import { randomSource } from '../../../core/director/random.ts';

export type FacedShot = {
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly track: FaceTrack;
  /** Where the face really is, by frame of the shot. */
  readonly truth: readonly Box[];
};

const STRIDE = 5;

/**
 * Shots with a face that sits, sways, walks through, stops and turns back; looked for at every fifth frame, with a jitter
 * of 2 % of its size.
 */
export function generatedFaces(seed: number, shotCount: number): readonly FacedShot[] {
  const random = randomSource(seed);
  let start = 0;
  return Array.from({ length: shotCount }, (_, id): FacedShot => {
    const length = 40 + Math.floor(random() * 160);
    const size = 0.08 + 0.14 * random();
    const pace = random() < 0.4 ? 0 : (random() - 0.5) * 0.014;
    let [x, y, vx] = [0.15 + 0.7 * random(), 0.2 + 0.4 * random(), pace];
    const sway = random() * 0.02;
    const truth = Array.from({ length }, (_, n) => {
      if (random() < 0.01) vx = random() < 0.5 ? 0 : -vx;
      if (x + vx < 0.12 || x + vx > 0.88) vx = -vx;
      x += vx;
      y += 0.001 * Math.sin(n / 20);
      const at = x + sway * Math.sin(n / 12);
      return { x: at - size / 2, y: y - size * 0.7, w: size, h: size * 1.4 };
    });
    const [firstFrame, lastFrame] = [start, start + length - 1];
    start += length;
    const jitter = () => 0.02 * size * (random() + random() - 1);
    const seen = truth.flatMap((box, n) =>
      n % STRIDE === 0 || n === length - 1
        ? [{ frame: firstFrame + n, box: { ...box, x: box.x + jitter(), y: box.y + jitter() }, score: 0.9 }]
        : [],
    );
    const track = { id, firstFrame, lastFrame, confidence: 0.9, seen, portraits: [] };
    return { firstFrame, lastFrame, track, truth };
  });
}

/** Frames in which all of a face lies between the edges of a window. */
export function framesInside(truth: readonly Box[], centres: Float64Array, window: number, axis: 'x' | 'y'): number {
  return truth.filter((box, n) => {
    const [start, size] = axis === 'x' ? [box.x, box.w] : [box.y, box.h];
    const [from, to] = [(centres[n] ?? 0) - window / 2, (centres[n] ?? 0) + window / 2];
    return start >= from - 1e-9 && start + size <= to + 1e-9;
  }).length;
}
