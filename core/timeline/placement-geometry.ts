import type { LayerMotion } from './composite.ts';
import type { Crop, Fit, Transform } from './picture.ts';

/** Pixels, also fractions of them. */
export type FrameSize = { readonly width: number; readonly height: number };
export type Rectangle = FrameSize & { readonly x: number; readonly y: number };

/** (x, y) becomes (a·x + c·y + e, b·x + d·y + f), as a canvas's `setTransform` takes it. */
export type Affine = {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
};

/** Where a picture lies in a frame. */
export type Placement = {
  /** From the picture's unit square, (0, 0) its top left corner, to the frame's pixels. */
  readonly matrix: Affine;
  /** The part of the unit square that is not cropped away; nothing else of the picture is seen. */
  readonly shown: Rectangle;
  /** The part of the frame, in whole pixels, in which it is seen: all of it but for wipes. */
  readonly window: Rectangle;
};

/**
 * The size in frame pixels at which a picture meets the frame's centre before it is transformed. 'fill' gives one larger
 * than the frame, whose edges the frame cuts off; 'blur' makes a picture of the frame's own size.
 */
export function fittedSize(picture: FrameSize, frame: FrameSize, fit: Fit = 'fit'): FrameSize {
  if (fit === 'stretch' || fit === 'blur') return { width: frame.width, height: frame.height };
  const [across, down] = [frame.width / picture.width, frame.height / picture.height];
  const factor = fit === 'fill' ? Math.max(across, down) : Math.min(across, down);
  return { width: picture.width * factor, height: picture.height * factor };
}

/** What of a layer decides where it lies; `composite.ts` says what each means. */
export type PlacedLayer = {
  readonly transform?: Transform | undefined;
  readonly crop?: Crop | undefined;
  readonly motion?: LayerMotion | undefined;
};

/**
 * Where a layer's picture of `fittedSize` lies. A picture with bars that moves as one (no transform, no crop) is placed
 * by the frame's size. The edges of wipes and the ways of slides are whole pixels, so that no seam shows between two
 * pictures. Viewer and renderer share this.
 */
export function placementOf(fitted: FrameSize, frame: FrameSize, { transform, crop, motion }: PlacedLayer): Placement {
  const shift = motion === undefined ? { x: 0, y: 0 } : slideOf(motion, frame);
  const centre = {
    x: frame.width / 2 + shift.x + (transform?.positionX ?? 0) * frame.width,
    y: frame.height / 2 + shift.y + (transform?.positionY ?? 0) * frame.height,
  };
  return {
    matrix: matrixOf(fitted, centre, transform),
    shown: crop === undefined ? { x: 0, y: 0, width: 1, height: 1 } : shownBy(crop),
    window: motion?.kind === 'reveal' ? revealedBy(motion, frame) : { x: 0, y: 0, ...frame },
  };
}

/** Frame = centre + anchor + R·S·(point − anchor), points and anchor counted from the picture's centre. */
function matrixOf(
  fitted: FrameSize,
  centre: { readonly x: number; readonly y: number },
  transform: Transform | undefined,
): Affine {
  const angle = ((transform?.rotationDegrees ?? 0) * Math.PI) / 180;
  // Quarter turns are exact: a cosine of 6e-17 would blur whole edges.
  const isQuarter = (transform?.rotationDegrees ?? 0) % 90 === 0;
  const [cos, sin] = isQuarter
    ? [Math.round(Math.cos(angle)), Math.round(Math.sin(angle))]
    : [Math.cos(angle), Math.sin(angle)];
  const [scaleX, scaleY] = [transform?.scaleX ?? 1, transform?.scaleY ?? 1];
  const anchorX = (transform?.anchorX ?? 0) * fitted.width;
  const anchorY = (transform?.anchorY ?? 0) * fitted.height;
  const [a, b] = [cos * scaleX * fitted.width, sin * scaleX * fitted.width];
  const [c, d] = [-sin * scaleY * fitted.height, cos * scaleY * fitted.height];
  // The unit square's origin lies half a picture before its centre.
  const [x, y] = [-fitted.width / 2 - anchorX, -fitted.height / 2 - anchorY];
  return {
    a,
    b,
    c,
    d,
    e: centre.x + anchorX + cos * scaleX * x - sin * scaleY * y,
    f: centre.y + anchorY + sin * scaleX * x + cos * scaleY * y,
  };
}

function shownBy({ left, top, right, bottom }: Crop): Rectangle {
  return { x: left, y: top, width: Math.max(0, 1 - left - right), height: Math.max(0, 1 - top - bottom) };
}

function revealedBy({ direction, progress }: LayerMotion, frame: FrameSize): Rectangle {
  const width = Math.round(frame.width * progress);
  const height = Math.round(frame.height * progress);
  switch (direction) {
    case 'right':
      return { x: 0, y: 0, width, height: frame.height };
    case 'left':
      return { x: frame.width - width, y: 0, width, height: frame.height };
    case 'down':
      return { x: 0, y: 0, width: frame.width, height };
    case 'up':
      return { x: 0, y: frame.height - height, width: frame.width, height };
  }
}

/** How far a slide has pushed a picture, in whole pixels; what leaves and what enters lie side by side. */
function slideOf({ kind, direction, progress }: LayerMotion, frame: FrameSize): { x: number; y: number } {
  if (kind === 'reveal') return { x: 0, y: 0 };
  const sign = direction === 'right' || direction === 'down' ? 1 : -1;
  const length = direction === 'left' || direction === 'right' ? frame.width : frame.height;
  const way = sign * (Math.round(length * progress) - (kind === 'enter' ? length : 0));
  return direction === 'left' || direction === 'right' ? { x: way, y: 0 } : { x: 0, y: way };
}

/** A point through a matrix. */
export function mapPoint({ a, b, c, d, e, f }: Affine, x: number, y: number): { x: number; y: number } {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

/** The way back; undefined where the matrix leaves no area. */
export function inverseOf({ a, b, c, d, e, f }: Affine): Affine | undefined {
  const area = a * d - b * c;
  if (!(Math.abs(area) > 1e-9)) return undefined;
  return {
    a: d / area,
    b: -b / area,
    c: -c / area,
    d: a / area,
    e: (c * f - d * e) / area,
    f: (b * e - a * f) / area,
  };
}
