/** Size of a picture in pixels. */
export type PictureSize = { readonly width: number; readonly height: number };

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
