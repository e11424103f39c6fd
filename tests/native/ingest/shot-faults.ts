import type { RandomSource } from '../../../core/director/random.ts';
import { HEIGHT, PICTURE, WIDTH } from './shot-scenes.ts';

/** Faults that are planted into shots, in levels from 0 (none) to 5. */
export const DEGRADATIONS = ['blur', 'shake', 'exposure', 'noise'] as const;
export type Degradation = (typeof DEGRADATIONS)[number];
export const LEVELS = [0, 1, 2, 3, 4, 5] as const;

const LUMA = WIDTH * HEIGHT;

/**
 * blur: box blur of luma, 2 passes of radius `level` ÷ 2; shake: a random walk around the centre of a crop, up to 1.2 % of
 * the height per level; exposure: luma 0.45 stops a level farther from mid-grey, to the side on which the picture's median is;
 * noise: Gaussian of 2.5 levels per level.
 */
export function degraded(
  pictures: readonly Uint8Array[],
  fault: Degradation,
  level: number,
  random: RandomSource,
): readonly Uint8Array[] {
  switch (fault) {
    case 'blur':
      return pictures.map((picture) => withLuma(picture, blurred(blurred(lumaOf(picture), level), level)));
    case 'shake':
      return pictures.map((picture) => shifted(picture, shift(random, level), shift(random, level)));
    case 'exposure':
      return pictures.map((picture) => exposed(picture, (medianOf(pictures[0]) < 119 ? -0.45 : 0.45) * level));
    case 'noise':
      return pictures.map((picture) =>
        withLuma(
          picture,
          lumaOf(picture).map((value) => value + 2.5 * level * gauss(random)),
        ),
      );
  }
}

function shift(random: RandomSource, level: number): number {
  return Math.round((random() * 2 - 1) * 0.012 * HEIGHT * level);
}

function gauss(random: RandomSource): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function medianOf(picture: Uint8Array | undefined): number {
  return lumaOf(picture ?? new Uint8Array(PICTURE)).toSorted()[LUMA >> 1] ?? 0;
}

function lumaOf(picture: Uint8Array): Float32Array {
  return Float32Array.from(picture.subarray(0, LUMA));
}

function withLuma(picture: Uint8Array, luma: Float32Array): Uint8Array {
  const out = picture.slice(0, PICTURE);
  for (let at = 0; at < LUMA; at++) out[at] = Math.max(0, Math.min(255, Math.round(luma[at] ?? 0)));
  return out;
}

/** Three taps along rows, then along columns, with the neighbours weighing more for each level. */
function blurred(luma: Float32Array, level: number): Float32Array {
  const side = level / (1 + 2 * level);
  const once = (from: Float32Array, step: number) =>
    from.map((value, at) => (1 - 2 * side) * value + side * ((from[at - step] ?? value) + (from[at + step] ?? value)));
  let out = luma;
  for (let pass = 0; pass < level; pass++) out = once(once(out, 1), WIDTH);
  return out;
}

function shifted(picture: Uint8Array, x: number, y: number): Uint8Array {
  const out = new Uint8Array(PICTURE);
  const move = (offset: number, width: number, height: number, dx: number, dy: number) => {
    for (let row = 0; row < height; row++) {
      const from = Math.max(0, Math.min(height - 1, row + dy));
      for (let column = 0; column < width; column++) {
        const source = Math.max(0, Math.min(width - 1, column + dx));
        out[offset + row * width + column] = picture[offset + from * width + source] ?? 0;
      }
    }
  };
  move(0, WIDTH, HEIGHT, x, y);
  move(LUMA, WIDTH / 2, HEIGHT / 2, x >> 1, y >> 1);
  move(LUMA + LUMA / 4, WIDTH / 2, HEIGHT / 2, x >> 1, y >> 1);
  return out;
}

function exposed(picture: Uint8Array, stops: number): Uint8Array {
  // A power of two in light is about 1 ÷ 2.2 of it in video levels.
  const factor = 2 ** (stops / 2.2);
  return withLuma(
    picture,
    // What the shot has lost above white is lost in its darker copies too: they must not be better than it.
    lumaOf(picture).map((value) => Math.min(235, 16 + (Math.min(235, value) - 16) * factor)),
  );
}

/** Spearman's rank correlation; ties get mean ranks. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const middle = (a.length - 1) / 2;
  let [product, xx, yy] = [0, 0, 0];
  x.forEach((rank, n) => {
    const other = y[n] ?? middle;
    product += (rank - middle) * (other - middle);
    xx += (rank - middle) ** 2;
    yy += (other - middle) ** 2;
  });
  return xx === 0 || yy === 0 ? 0 : product / Math.sqrt(xx * yy);
}

function ranks(values: readonly number[]): readonly number[] {
  return values.map((value) => {
    const less = values.filter((other) => other < value).length;
    return less + (values.filter((other) => other === value).length - 1) / 2;
  });
}
