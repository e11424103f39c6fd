import { clearRaster, rasterBytes, rasterOf, type Plane, type Raster } from './raster.ts';

/** The picture at half its size (of even halves), each sample the mean of four: what bilinear interpolation cannot skip over. */
export function halved(raster: Raster): Raster {
  const half = (length: number) => Math.max(2, 2 * Math.floor(length / 4));
  const size = { width: half(raster.width), height: half(raster.height) };
  const hasAlpha = raster.planes[0].alpha !== undefined;
  const result = hasAlpha
    ? clearRaster(size, raster.format)
    : rasterOf(new Uint8Array(rasterBytes(size, raster.format)), size, raster.format);
  result.planes.forEach((to, n) => {
    const from = raster.planes[n];
    if (from === undefined) return;
    halve(to, to.samples, from, from.samples);
    if (to.alpha !== undefined && from.alpha !== undefined && n < 2) halve(to, to.alpha, from, from.alpha);
  });
  return result;
}

/** Odd sizes lose up to three columns or lines at the far edge, which the mean stretches over. */
function halve(to: Plane, result: Record<number, number>, from: Plane, samples: ArrayLike<number>): void {
  for (let y = 0; y < to.height; y += 1) {
    const upper = Math.min(2 * y, from.height - 1) * from.width;
    const lower = Math.min(2 * y + 1, from.height - 1) * from.width;
    for (let x = 0; x < to.width; x += 1) {
      const left = Math.min(2 * x, from.width - 1);
      const right = Math.min(left + 1, from.width - 1);
      const sum =
        (samples[upper + left] ?? 0) +
        (samples[upper + right] ?? 0) +
        (samples[lower + left] ?? 0) +
        (samples[lower + right] ?? 0);
      result[y * to.width + x] = (sum + 2) >> 2;
    }
  }
}
