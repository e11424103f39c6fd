/** Size of a picture in pixels. */
export type PictureSize = { readonly width: number; readonly height: number };

/** A picture's size, so many times as large: in whole pixels, and at least one. */
export function scaledSize({ width, height }: PictureSize, by: number): PictureSize {
  return { width: Math.max(1, Math.round(width * by)), height: Math.max(1, Math.round(height * by)) };
}

/** A picture's size with a short side of so many pixels; no picture is made larger than it is. */
export function withShortSide(shown: PictureSize, side: number): PictureSize {
  return scaledSize(shown, Math.min(1, side / Math.min(shown.width, shown.height)));
}

/**
 * Planes of blue, green and red from planes of green, blue and red, in the upper left of a larger picture: what networks
 * taught with OpenCV expect. The rest is `fill`.
 */
export function blueGreenRed(pixels: Uint8Array, size: PictureSize, padded: PictureSize, fill: number): Uint8Array {
  const planes = new Uint8Array(3 * padded.width * padded.height).fill(fill);
  [1, 0, 2].forEach((plane, place) => {
    for (let row = 0; row < size.height; row += 1) {
      const from = (plane * size.height + row) * size.width;
      planes.set(pixels.subarray(from, from + size.width), (place * padded.height + row) * padded.width);
    }
  });
  return planes;
}

/** A part of a picture that becomes another: its upper left corner in pixels, and how many pixels become one. */
export type CutOut = { readonly x: number; readonly y: number; readonly zoom: number };

/**
 * A part of a picture in planes of luma and halved chroma (limited range), each pixel the mean of `zoom` × `zoom`. Beyond the
 * picture it is black.
 *
 * @param part its corner is even: chroma is not shifted against luma
 * @param target width and height, even
 * @param planes where it goes: one and a half times the area of the target
 */
export function cutOut(
  pixels: Uint8Array,
  { width, height }: PictureSize,
  part: CutOut,
  target: PictureSize,
  planes: Uint8Array,
): void {
  const half = { width: (width + 1) >> 1, height: (height + 1) >> 1 };
  const [area, halfArea] = [width * height, half.width * half.height];
  const [to, halfTo] = [target.width * target.height, (target.width * target.height) / 4];
  const halfPart = { ...part, x: part.x / 2, y: part.y / 2 };
  const halfTarget = { width: target.width / 2, height: target.height / 2 };
  const plane = (from: number, length: number) => pixels.subarray(from, from + length);
  cutPlane(plane(0, area), { width, height }, part, target, planes.subarray(0, to).fill(BLACK));
  for (let chroma = 0; chroma < 2; chroma += 1) {
    const place = to + chroma * halfTo;
    const own = planes.subarray(place, place + halfTo).fill(GREY);
    cutPlane(plane(area + chroma * halfArea, halfArea), half, halfPart, halfTarget, own);
  }
}

const BLACK = 16;
const GREY = 128;
/** Longer rows are copied at once. */
const LONG_ROW = 64;

function cutPlane(
  pixels: Uint8Array,
  { width, height }: PictureSize,
  { x, y, zoom }: CutOut,
  target: PictureSize,
  plane: Uint8Array,
): void {
  const right = Math.min(target.width, Math.floor((width - x) / zoom));
  const bottom = Math.min(target.height, Math.floor((height - y) / zoom));
  const left = Math.max(0, Math.ceil(-x / zoom));
  for (let row = Math.max(0, Math.ceil(-y / zoom)); row < bottom; row += 1) {
    const from = (y + row * zoom) * width + x;
    const to = row * target.width;
    if (zoom === 1 && right - left > LONG_ROW) {
      plane.set(pixels.subarray(from + left, from + right), to + left);
      continue;
    }
    for (let column = left; column < right; column += 1) {
      const at = from + column * zoom;
      plane[to + column] = zoom === 1 ? (pixels[at] ?? 0) : meanOf(pixels, at, width, zoom);
    }
  }
}

function meanOf(pixels: Uint8Array, from: number, width: number, zoom: number): number {
  // Half of what divides it: rounded, where it is cut off.
  let sum = (zoom * zoom) / 2;
  for (let down = 0; down < zoom; down += 1) {
    for (let across = 0; across < zoom; across += 1) sum += pixels[from + down * width + across] ?? 0;
  }
  return sum / (zoom * zoom);
}
