import type { Rgb } from './transfer.ts';

/** Red, green and blue of BT.709, BT.2020 and P3, all with the white D65. */
export type Primaries = 'bt709' | 'bt2020' | 'p3-d65';

/** CIE 1931 x, y of red, green, blue. */
const CHROMATICITIES = {
  bt709: [0.64, 0.33, 0.3, 0.6, 0.15, 0.06],
  bt2020: [0.708, 0.292, 0.17, 0.797, 0.131, 0.046],
  'p3-d65': [0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
} as const;
const D65 = [0.3127, 0.329] as const;

type Matrix = readonly [Rgb, Rgb, Rgb];

/** The matrix from linear RGB of one set of primaries to another's. */
export function primariesMatrix(from: Primaries, to: Primaries): Matrix {
  return product(inverse(toXyz(to)), toXyz(from));
}

/** A matrix times a colour. */
export function applyMatrix([a, b, c]: Matrix, [x, y, z]: Rgb): Rgb {
  const row = ([i, j, k]: Rgb) => i * x + j * y + k * z;
  return [row(a), row(b), row(c)];
}

/** Linear RGB → CIE XYZ (SMPTE RP 177). */
function toXyz(primaries: Primaries): Matrix {
  const [rx, ry, gx, gy, bx, by] = CHROMATICITIES[primaries];
  const column = (x: number, y: number): Rgb => [x / y, 1, (1 - x - y) / y];
  const columns: Matrix = transposed([column(rx, ry), column(gx, gy), column(bx, by)]);
  const [red, green, blue] = applyMatrix(inverse(columns), column(...D65));
  const scale = ([x, y, z]: Rgb): Rgb => [x * red, y * green, z * blue];
  return [scale(columns[0]), scale(columns[1]), scale(columns[2])];
}

function transposed([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}

function product(left: Matrix, right: Matrix): Matrix {
  const [a, b, c] = transposed(right);
  return transposed([applyMatrix(left, a), applyMatrix(left, b), applyMatrix(left, c)]);
}

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const over = (value: number) => value / determinant;
  return [
    [over(e * i - f * h), over(c * h - b * i), over(b * f - c * e)],
    [over(f * g - d * i), over(a * i - c * g), over(c * d - a * f)],
    [over(d * h - e * g), over(b * g - a * h), over(a * e - b * d)],
  ];
}
