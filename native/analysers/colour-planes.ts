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
 * Planes of blue, green and red of a part of a picture in planes of luma and halved chroma (limited range, ITU-R BT.601),
 * each pixel the mean of `zoom` × `zoom`. Beyond the picture it is black.
 *
 * @param planes where they go: three times the area of the target
 */
export function cutOut(
  pixels: Uint8Array,
  { width, height }: PictureSize,
  { x, y, zoom }: CutOut,
  target: PictureSize,
  planes: Uint8ClampedArray,
): void {
  const area = target.width * target.height;
  planes.fill(0);
  const half = { width: (width + 1) >> 1, height: (height + 1) >> 1 };
  const [blue, red] = [width * height, width * height + half.width * half.height];
  const right = Math.min(target.width, Math.floor((width - x) / zoom));
  const bottom = Math.min(target.height, Math.floor((height - y) / zoom));
  const left = Math.max(0, Math.ceil(-x / zoom));
  for (let row = Math.max(0, Math.ceil(-y / zoom)); row < bottom; row += 1) {
    const line = y + row * zoom;
    const chroma = (line >> 1) * half.width;
    for (let column = left; column < right; column += 1) {
      const place = x + column * zoom;
      const own = zoom === 1 ? (pixels[line * width + place] ?? 0) : meanOf(pixels, line * width + place, width, zoom);
      const luma = (own - 16) * 1.164384;
      const at = chroma + (place >> 1);
      const u = (pixels[blue + at] ?? 0) - 128;
      const v = (pixels[red + at] ?? 0) - 128;
      const to = row * target.width + column;
      planes[to] = luma + 2.017232 * u;
      planes[to + area] = luma - 0.391762 * u - 0.812968 * v;
      planes[to + 2 * area] = luma + 1.596027 * v;
    }
  }
}

function meanOf(pixels: Uint8Array, from: number, width: number, zoom: number): number {
  let sum = 0;
  for (let down = 0; down < zoom; down += 1) {
    for (let across = 0; across < zoom; across += 1) sum += pixels[from + down * width + across] ?? 0;
  }
  return sum / (zoom * zoom);
}
