import type { Rectangle } from '../../../core/timeline/placement-geometry.ts';
import type { Plane, Raster } from './raster.ts';

/** How a picture is laid over another. */
export type Laying = {
  /** Where its corner lies in the picture below, in luma samples; multiples of what a chroma sample covers. */
  readonly x: number;
  readonly y: number;
  /** 0–1. */
  readonly opacity: number;
  /** 0–1: what is left of its light. */
  readonly light: number;
  /** The part of the picture below that it may touch, in whole luma samples. */
  readonly window: Rectangle;
};

/**
 * Lays a picture over another, in place: below × (1 − alpha) + above (Porter and Duff, "Compositing Digital Images",
 * SIGGRAPH 1984), on coded values, as dissolves of all editors do.
 */
export function layOver(below: Raster, above: Raster, laying: Laying): void {
  below.planes.forEach((plane, n) => {
    const other = above.planes[n];
    if (other !== undefined) layPlane(plane, other, laying);
  });
  const [luma, chroma] = below.planes;
  const [aboveLuma, aboveChroma] = above.planes;
  layAlpha(luma, aboveLuma, laying);
  if (chroma.alpha !== luma.alpha) layAlpha(chroma, aboveChroma, laying);
}

/** Calls back for each stretch of a row that the window lets through, with the share of it that is covered. */
export function eachStretch(
  below: Plane,
  above: Plane,
  { x, y, window }: Pick<Laying, 'x' | 'y' | 'window'>,
  visit: (at: number, from: number, length: number, share: number) => void,
): void {
  const [left, top] = [x / below.across, y / below.down];
  const x0 = Math.max(left, window.x / below.across, 0);
  const x1 = Math.min(left + above.width, (window.x + window.width) / below.across, below.width);
  const y0 = Math.max(top, window.y / below.down, 0);
  const y1 = Math.min(top + above.height, (window.y + window.height) / below.down, below.height);
  if (!(x1 > x0 && y1 > y0)) return;
  const [whole0, whole1] = [Math.ceil(x0), Math.floor(x1)];
  for (let row = Math.floor(y0); row < y1; row += 1) {
    const share = Math.min(row + 1, y1) - Math.max(row, y0);
    const [to, from] = [row * below.width, (row - top) * above.width - left];
    if (whole0 > whole1) {
      visit(to + whole1, from + whole1, 1, share * (x1 - x0));
      continue;
    }
    if (whole0 > x0) visit(to + whole0 - 1, from + whole0 - 1, 1, share * (whole0 - x0));
    if (whole1 > whole0) visit(to + whole0, from + whole0, whole1 - whole0, share);
    if (x1 > whole1) visit(to + whole1, from + whole1, 1, share * (x1 - whole1));
  }
}

function layPlane(below: Plane, above: Plane, laying: Laying): void {
  const { opacity, light } = laying;
  const { samples: to } = below;
  const { samples: from, alpha, black } = above;
  eachStretch(below, above, laying, (at, start, length, share) => {
    const weight = opacity * share;
    if (alpha !== undefined) {
      const kept = weight / 255;
      const dark = (black * (1 - light)) / 255;
      for (let n = 0; n < length; n += 1) {
        const a = alpha[start + n] ?? 0;
        if (a === 0) continue;
        const d = to[at + n] ?? 0;
        to[at + n] = d - d * a * kept + ((from[start + n] ?? 0) * light + dark * a) * weight + 0.5;
      }
    } else if (weight >= 1 && light >= 1) {
      to.set(from.subarray(start, start + length), at);
    } else {
      // Whole numbers: ((s′ − d) × weight) in 16 bits after the point.
      const fixed = Math.round(weight * light * 65_536);
      const base = Math.round(weight * 65_536);
      const dark = black * (base - fixed) + 32_768;
      for (let n = 0; n < length; n += 1) {
        const d = to[at + n] ?? 0;
        to[at + n] = ((d << 16) + (from[start + n] ?? 0) * fixed - d * base + dark) >> 16;
      }
    }
  });
}

/** What is drawn on grows denser: 1 − (1 − a) × (1 − b). */
function layAlpha(below: Plane, above: Plane, laying: Laying): void {
  const { alpha: to } = below;
  if (to === undefined) return;
  const { alpha } = above;
  eachStretch(below, above, laying, (at, start, length, share) => {
    const weight = laying.opacity * share;
    for (let n = 0; n < length; n += 1) {
      const a = alpha === undefined ? 255 : (alpha[start + n] ?? 0);
      const d = to[at + n] ?? 0;
      to[at + n] = d + ((255 - d) * a * weight) / 255 + 0.5;
    }
  });
}
