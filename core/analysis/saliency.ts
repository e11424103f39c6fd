/** Luma, 0–255, row by row. */
export type GreyPicture = { readonly pixels: Uint8Array; readonly width: number; readonly height: number };

/** How far to the side the eye still likes to go, in parts of the picture (Tatler 2007: viewers prefer the middle). */
const MIDDLE = 0.4;
/** Surroundings reach this part of the picture's width. */
const SURROUND = 0.12;
/** Below this share of attention near one place, nothing stands out. */
const LEAST_CONCENTRATION = 0.35;
const NEAR = 0.18;

/**
 * Where the eye goes: what differs from its surroundings (centre–surround contrast, Itti, Koch and Niebur 1998), rather
 * near the middle. A point in parts of the picture; undefined where nothing stands out.
 */
export function salientPoint({
  pixels,
  width,
  height,
}: GreyPicture): { readonly x: number; readonly y: number } | undefined {
  const sums = integral(pixels, width, height);
  const reach = Math.max(2, Math.round(SURROUND * width));
  const map = new Float64Array(width * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const mean = (radius: number) => meanAround(sums, { width, height, column, row, radius });
      const [x, y] = [(column + 0.5) / width - 0.5, (row + 0.5) / height - 0.5];
      const liked = Math.exp(-(x * x + y * y) / (2 * MIDDLE * MIDDLE));
      map[row * width + column] = (mean(1) - mean(reach)) ** 2 * liked;
    }
  }
  return peakOf(map, width, height);
}

function peakOf(map: Float64Array, width: number, height: number) {
  const sums = integral(map, width, height);
  const total = sums[sums.length - 1] ?? 0;
  if (total <= 0) return undefined;
  const radius = Math.round(NEAR * width);
  let best = { share: 0, column: 0, row: 0 };
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2) {
      const share = sumAround(sums, { width, height, column, row, radius }) / total;
      if (share > best.share) best = { share, column, row };
    }
  }
  if (best.share < LEAST_CONCENTRATION) return undefined;
  return { x: (best.column + 0.5) / width, y: (best.row + 0.5) / height };
}

/** Sums over all rectangles from the upper left corner, one row and column larger than the picture. */
function integral(values: ArrayLike<number>, width: number, height: number): Float64Array {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let row = 0; row < height; row += 1) {
    let line = 0;
    for (let column = 0; column < width; column += 1) {
      line += values[row * width + column] ?? 0;
      sums[(row + 1) * (width + 1) + column + 1] = (sums[row * (width + 1) + column + 1] ?? 0) + line;
    }
  }
  return sums;
}

type Around = {
  readonly width: number;
  readonly height: number;
  readonly column: number;
  readonly row: number;
  readonly radius: number;
};

function edges({ width, height, column, row, radius }: Around) {
  return {
    left: Math.max(0, column - radius),
    right: Math.min(width, column + radius + 1),
    top: Math.max(0, row - radius),
    bottom: Math.min(height, row + radius + 1),
  };
}

function sumAround(sums: Float64Array, around: Around): number {
  const { left, right, top, bottom } = edges(around);
  const at = (row: number, column: number) => sums[row * (around.width + 1) + column] ?? 0;
  return at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left);
}

function meanAround(sums: Float64Array, around: Around): number {
  const { left, right, top, bottom } = edges(around);
  return sumAround(sums, around) / ((right - left) * (bottom - top));
}
