import type { BlendMode } from '../../../core/timeline/picture.ts';
import type { ColourSpace } from '../../../core/timeline/timeline.ts';
import { layOver, type Laying } from './over.ts';
import type { Raster } from './raster.ts';

/** B(backdrop, source) of W3C Compositing and Blending Level 1, section 10.1, on one component from 0 to 1. */
const SEPARABLE: Readonly<Record<Exclude<BlendMode, 'normal' | 'add'>, (backdrop: number, source: number) => number>> =
  {
    multiply: (b, s) => b * s,
    screen: (b, s) => b + s - b * s,
    overlay: (b, s) => (b <= 0.5 ? 2 * b * s : 1 - 2 * (1 - b) * (1 - s)),
    darken: Math.min,
    lighten: Math.max,
    difference: (b, s) => Math.abs(b - s),
  };

/** Luma coefficients of red and blue (ITU-R BT.601, BT.709, BT.2020). */
export function lumaCoefficients(colourSpace: ColourSpace): { readonly kr: number; readonly kb: number } {
  switch (colourSpace) {
    case 'rec601-525':
    case 'rec601-625':
      return { kr: 0.299, kb: 0.114 };
    case 'rec709':
    case 'p3-d65':
      return { kr: 0.2126, kb: 0.0722 };
    case 'rec2020':
    case 'rec2020-pq':
    case 'rec2020-hlg':
      return { kr: 0.2627, kb: 0.0593 };
  }
}

/**
 * Mixes a picture with the one below by a blend mode, in place, in coded RGB. The components of W3C's formula are
 * clamped to what the colour space can show.
 */
export function blendInto(below: Raster, above: Raster, laying: Laying, mode: BlendMode): void {
  if (mode === 'normal') {
    layOver(below, above, laying);
    return;
  }
  const { across, down } = below.format;
  const { window } = laying;
  const left = Math.max(laying.x, 0, across * Math.floor(window.x / across));
  const right = Math.min(laying.x + above.width, below.width, window.x + window.width);
  const top = Math.max(laying.y, 0, down * Math.floor(window.y / down));
  const bottom = Math.min(laying.y + above.height, below.height, window.y + window.height);
  const mixer = mixerOf(below, above, laying, mode);
  for (let y = top; y < bottom; y += down) for (let x = left; x < right; x += across) mixer(x, y);
}

/** Mixes the cell of one chroma sample, whose luma corner is given. */
type Mixer = (x: number, y: number) => void;

function mixerOf(below: Raster, above: Raster, laying: Laying, mode: Exclude<BlendMode, 'normal'>): Mixer {
  const { across, down, depth, colourSpace } = below.format;
  const { window, opacity, light } = laying;
  const { kr, kb } = lumaCoefficients(colourSpace);
  const unit = 1 << (depth - 8);
  const [toY, toU, toV] = below.planes;
  const backdrop = pixelReader(below, kr, kb, 1);
  const source = pixelReader(above, kr, kb, light);
  const blend = mode === 'add' ? undefined : SEPARABLE[mode];
  const out = [0, 0, 0];
  return (x, y) => {
    let [cb, cr, cells, covered] = [0, 0, 0, 0];
    for (let j = y; j < y + down; j += 1) {
      for (let i = x; i < x + across; i += 1, cells += 1) {
        if (i < window.x || i >= window.x + window.width || j < window.y || j >= window.y + window.height) continue;
        const b = backdrop(i, j);
        const s = source(i - laying.x, j - laying.y);
        const alpha = s.alpha * opacity;
        for (let n = 0; n < 3; n += 1) {
          const [cs, cb] = [s.rgb[n] ?? 0, b.rgb[n] ?? 0];
          const mixed = blend?.(cb, cs) ?? 0;
          out[n] =
            blend === undefined
              ? Math.min(1, alpha * cs + b.alpha * cb)
              : alpha * (1 - b.alpha) * cs + alpha * b.alpha * mixed + (1 - alpha) * b.alpha * cb;
        }
        const [red = 0, green = 0, blue = 0] = out;
        const all = blend === undefined ? Math.min(1, alpha + b.alpha) : alpha + b.alpha - alpha * b.alpha;
        const luma = kr * red + (1 - kr - kb) * green + kb * blue;
        const at = j * below.width + i;
        toY.samples[at] = Math.round((219 * luma + 16 * all) * unit);
        if (toY.alpha !== undefined) toY.alpha[at] = Math.round(255 * all);
        cb += (224 * (blue - luma)) / (2 * (1 - kb)) + 128 * all;
        cr += (224 * (red - luma)) / (2 * (1 - kr)) + 128 * all;
        covered += 1;
      }
    }
    if (covered === 0) return;
    const at = (y / down) * toU.width + x / across;
    const share = covered / cells;
    toU.samples[at] = Math.round((toU.samples[at] ?? 0) * (1 - share) + (cb / cells) * unit);
    toV.samples[at] = Math.round((toV.samples[at] ?? 0) * (1 - share) + (cr / cells) * unit);
    if (toU.alpha !== undefined && toU.alpha !== toY.alpha) toU.alpha[at] = cellAlpha(below, x, y);
  };
}

type Pixel = { readonly rgb: readonly number[]; readonly alpha: number };

/** Straight RGB from 0 to 1 and alpha of a sample; the answer is overwritten by the next. */
function pixelReader(raster: Raster, kr: number, kb: number, light: number): (x: number, y: number) => Pixel {
  const { across, down, depth } = raster.format;
  const [y, u, v] = raster.planes;
  const unit = 1 << (depth - 8);
  const rgb = [0, 0, 0];
  const pixel = { rgb, alpha: 1 };
  const clamp = (value: number) => (value < 0 ? 0 : value > 1 ? 1 : value);
  return (column, row) => {
    const at = row * raster.width + column;
    const cell = Math.floor(row / down) * u.width + Math.floor(column / across);
    const alpha = (y.alpha?.[at] ?? 255) / 255;
    const chromaAlpha = (u.alpha?.[cell] ?? 255) / 255;
    const luma = alpha === 0 ? 0 : ((y.samples[at] ?? 0) / unit / alpha - 16) / 219;
    const cb = chromaAlpha === 0 ? 0 : ((u.samples[cell] ?? 0) / unit / chromaAlpha - 128) / 224;
    const cr = chromaAlpha === 0 ? 0 : ((v.samples[cell] ?? 0) / unit / chromaAlpha - 128) / 224;
    const [red, blue] = [luma + 2 * (1 - kr) * cr, luma + 2 * (1 - kb) * cb];
    rgb[0] = clamp(red) * light;
    rgb[1] = clamp((luma - kr * red - kb * blue) / (1 - kr - kb)) * light;
    rgb[2] = clamp(blue) * light;
    pixel.alpha = alpha;
    return pixel;
  };
}

function cellAlpha({ planes, format, width }: Raster, x: number, y: number): number {
  let sum = 0;
  for (let j = y; j < y + format.down; j += 1) {
    for (let i = x; i < x + format.across; i += 1) sum += planes[0].alpha?.[j * width + i] ?? 255;
  }
  return Math.round(sum / (format.across * format.down));
}
