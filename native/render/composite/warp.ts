import {
  inverseOf,
  mapPoint,
  type Affine,
  type FrameSize,
  type Placement,
  type Rectangle,
} from '../../../core/timeline/placement-geometry.ts';
import { clearRaster, rasterOf, type Plane, type Raster, type Samples } from './raster.ts';

/** A placed picture: what is seen of it in a frame, with its corner on a multiple of what a chroma sample covers. */
export type Placed = { readonly raster: Raster; readonly x: number; readonly y: number };

/**
 * A picture where a placement puts it, by bilinear interpolation, each component at its own sample positions; its edges
 * are covered by their share of a sample. Undefined where nothing of it lies in the frame. Pictures that shrink to less
 * than half should be given smaller (`halved`).
 */
export function placed(source: Raster, placement: Placement, frame: FrameSize): Placed | undefined {
  const inverse = inverseOf(placement.matrix);
  const box = inverse === undefined ? undefined : boxOf(placement, frame);
  if (inverse === undefined || box === undefined) return undefined;
  const raster = clearRaster(box, source.format);
  raster.planes.forEach((plane, n) => {
    const from = source.planes[n];
    if (from !== undefined) warpPlane(plane, from, { box, source, inverse, shown: placement.shown, writeAlpha: n < 2 });
  });
  return { raster, x: box.x, y: box.y };
}

/** A picture moved inside its own frame, which it still covers. */
export function movedInside(source: Raster, matrix: Affine): Raster {
  const whole = { x: 0, y: 0, width: 1, height: 1 };
  const window = { x: 0, y: 0, width: source.width, height: source.height };
  const moved = placed(source, { matrix, shown: whole, window }, source);
  if (moved?.raster.width !== source.width || moved.raster.height !== source.height) return source;
  return rasterOf(moved.raster.bytes, source, source.format);
}

/** The smallest even rectangle of the frame that holds the shown part. */
function boxOf({ matrix, shown, window }: Placement, frame: FrameSize): Rectangle | undefined {
  const corners = [0, 1].flatMap((i) =>
    [0, 1].map((j) => mapPoint(matrix, shown.x + i * shown.width, shown.y + j * shown.height)),
  );
  if (shown.width <= 0 || shown.height <= 0) return undefined;
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const low = (values: readonly number[], limit: number) =>
    2 * Math.floor(Math.max(limit, Math.min(...values) - 1) / 2);
  const high = (values: readonly number[], limit: number) =>
    2 * Math.ceil(Math.min(limit, Math.max(...values) + 1) / 2);
  const [x, y] = [low(xs, Math.max(0, window.x)), low(ys, Math.max(0, window.y))];
  const right = Math.min(frame.width, high(xs, window.x + window.width));
  const bottom = Math.min(frame.height, high(ys, window.y + window.height));
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined;
}

type Warp = {
  readonly box: Rectangle;
  readonly source: FrameSize;
  readonly inverse: Affine;
  readonly shown: Rectangle;
  /** The chroma planes share one alpha: the first of them writes it. */
  readonly writeAlpha: boolean;
};

/** A value that changes evenly over a plane: at (0, 0), and with each sample right and down. */
type Slope = { readonly start: number; readonly right: number; readonly down: number };

function warpPlane(to: Plane, from: Plane, warp: Warp): void {
  const { box, source, inverse, shown } = warp;
  const { across, down } = to;
  // Chroma is sited on the left luma sample and between two lines (H.273, type 0); what covers it is its whole cell.
  const site = { x: box.x + 0.5, y: box.y + (down === 2 ? 1 : 0.5) };
  const cell = { x: box.x + across / 2, y: box.y + down / 2 };
  const u = (at: { readonly x: number; readonly y: number }): Slope => ({
    start: inverse.a * at.x + inverse.c * at.y + inverse.e,
    right: inverse.a * across,
    down: inverse.c * down,
  });
  const v = (at: { readonly x: number; readonly y: number }): Slope => ({
    start: inverse.b * at.x + inverse.d * at.y + inverse.f,
    right: inverse.b * across,
    down: inverse.d * down,
  });
  const index = (slope: Slope, size: number, offset: number, step: number): Slope => ({
    start: (slope.start * size - offset) / step,
    right: (slope.right * size) / step,
    down: (slope.down * size) / step,
  });
  const column = index(u(site), source.width, 0.5, across);
  const line = index(v(site), source.height, down === 2 ? 1 : 0.5, down);
  const edges = [
    edgeOf(u(cell), shown.x, 1),
    edgeOf(u(cell), shown.x + shown.width, -1),
    edgeOf(v(cell), shown.y, 1),
    edgeOf(v(cell), shown.y + shown.height, -1),
  ];
  for (let row = 0; row < to.height; row += 1) {
    const span = rowSpan(edges, row, to.width);
    if (span.to > span.from) warpRow(to, from, { row, ...span, column, line, edges, writeAlpha: warp.writeAlpha });
  }
}

/** Half a sample plus the distance inside an edge, in samples: the share of a sample that it covers where from 0 to 1. */
function edgeOf(slope: Slope, edge: number, sign: 1 | -1): Slope {
  const unit = Math.hypot(slope.right, slope.down);
  return {
    start: (sign * (slope.start - edge)) / unit + 0.5,
    right: (sign * slope.right) / unit,
    down: (sign * slope.down) / unit,
  };
}

/** The samples of a row that are covered at all, and those that are covered whole. */
type RowSpan = { readonly from: number; readonly to: number; readonly wholeFrom: number; readonly wholeTo: number };

function rowSpan(edges: readonly Slope[], row: number, width: number): RowSpan {
  let [from, to, wholeFrom, wholeTo] = [0, width, 0, width];
  for (const { start, right, down } of edges) {
    const here = start + down * row;
    if (Math.abs(right) < 1e-9) {
      if (here <= 1e-6) return { from: 0, to: 0, wholeFrom: 0, wholeTo: 0 };
      if (here < 1 - 1e-6) wholeTo = wholeFrom;
    } else if (right > 0) {
      from = Math.max(from, Math.ceil((1e-6 - here) / right));
      wholeFrom = Math.max(wholeFrom, Math.ceil((1 - 1e-6 - here) / right));
    } else {
      to = Math.min(to, Math.floor((1e-6 - here) / right) + 1);
      wholeTo = Math.min(wholeTo, Math.floor((1 - 1e-6 - here) / right) + 1);
    }
  }
  wholeFrom = Math.min(Math.max(wholeFrom, from), to);
  return { from, to, wholeFrom, wholeTo: Math.max(wholeFrom, Math.min(wholeTo, to)) };
}

type Row = RowSpan & {
  readonly row: number;
  readonly column: Slope;
  readonly line: Slope;
  readonly edges: readonly Slope[];
  readonly writeAlpha: boolean;
};

function warpRow(to: Plane, from: Plane, work: Row): void {
  const { row, wholeFrom, wholeTo } = work;
  sampleRow(to, from, work);
  const { alpha } = to;
  if (alpha === undefined) return;
  const at = row * to.width;
  const isFirst = work.writeAlpha;
  if (isFirst && from.alpha === undefined) alpha.fill(255, at + wholeFrom, at + wholeTo);
  const soften = (n: number) => {
    const share = shareAt(work.edges, n, row);
    to.samples[at + n] = Math.round((to.samples[at + n] ?? 0) * share);
    if (isFirst) alpha[at + n] = Math.round((from.alpha === undefined ? 255 : (alpha[at + n] ?? 0)) * share);
  };
  for (let n = work.from; n < wholeFrom; n += 1) soften(n);
  for (let n = wholeTo; n < work.to; n += 1) soften(n);
}

function shareAt(edges: readonly Slope[], n: number, row: number): number {
  let share = 1;
  for (const { start, right, down } of edges) share *= Math.min(1, Math.max(0, start + right * n + down * row));
  return share;
}

/** Bilinear samples of a row, the source's border repeated; its alpha likewise where it has one. */
function sampleRow(to: Plane, from: Plane, { row, column, line, ...span }: Row): void {
  const x = column.start + column.right * span.from + column.down * row;
  const y = line.start + line.right * span.from + line.down * row;
  const sampling: Sampling = {
    at: row * to.width + span.from,
    length: span.to - span.from,
    ...{ x, y, right: column.right, down: line.right },
    ...{ width: from.width, height: from.height },
  };
  const { alpha: own } = to;
  const isSafe = isInside(sampling);
  if (isSafe) sampleInside(to.samples, from.samples, sampling);
  else sampleClamped(to.samples, from.samples, sampling);
  if (from.alpha === undefined || own === undefined || !span.writeAlpha) return;
  if (isSafe) sampleInside(own, from.alpha, sampling);
  else sampleClamped(own, from.alpha, sampling);
}

/** Samples from (x, y) on, each `right` and `down` further in the source. */
type Sampling = FrameSize & {
  readonly at: number;
  readonly length: number;
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly down: number;
};

/** Whether all samples have four neighbours, with a margin for rounding. */
function isInside({ x, y, right, down, length, width, height }: Sampling): boolean {
  const within = (from: number, to: number, last: number) =>
    Math.min(from, to) > 0.1 && Math.max(from, to) < last - 0.1;
  return within(x, x + right * length, width - 1) && within(y, y + down * length, height - 1);
}

/** In whole numbers: places with 16 bits after the point, weights of 8. */
function sampleInside(to: Samples, from: Samples, { at, length, x, y, right, down, width }: Sampling): void {
  const stepX = Math.round(right * 65_536);
  const stepY = Math.round(down * 65_536);
  const end = at + length;
  let placeX = Math.round(x * 65_536);
  let placeY = Math.round(y * 65_536);
  for (let n = at; n < end; n += 1) {
    const i = (placeY >> 16) * width + (placeX >> 16);
    const fx = (placeX >> 8) & 255;
    const left = from[i] ?? 0;
    const below = from[i + width] ?? 0;
    const top = (left << 8) + ((from[i + 1] ?? 0) - left) * fx;
    const bottom = (below << 8) + ((from[i + width + 1] ?? 0) - below) * fx;
    to[n] = ((top << 8) + (bottom - top) * ((placeY >> 8) & 255) + 32_768) >> 16;
    placeX += stepX;
    placeY += stepY;
  }
}

function sampleClamped(to: Samples, from: Samples, { at, length, width, height, ...place }: Sampling): void {
  const [lastX, lastY] = [width - 1, height - 1];
  let { x, y } = place;
  for (let n = at; n < at + length; n += 1, x += place.right, y += place.down) {
    const cx = x < 0 ? 0 : x > lastX ? lastX : x;
    const cy = y < 0 ? 0 : y > lastY ? lastY : y;
    const [x0, y0] = [cx | 0, cy | 0];
    const [fx, fy] = [cx - x0, cy - y0];
    const i = y0 * width + x0;
    const r = x0 < lastX ? 1 : 0;
    const d = y0 < lastY ? width : 0;
    const top = (from[i] ?? 0) * (1 - fx) + (from[i + r] ?? 0) * fx;
    const bottom = (from[i + d] ?? 0) * (1 - fx) + (from[i + d + r] ?? 0) * fx;
    to[n] = top + (bottom - top) * fy + 0.5;
  }
}
