import type { FaceLandmarks } from './face-detector.ts';

/** Side of an aligned face in pixels. */
export const FACE_SIDE = 112;

/** Where eyes, nose and mouth lie in an aligned face (ArcFace, Deng et al. 2019; so for SFace and its kin). */
const TEMPLATE = [38.29, 51.7, 73.53, 51.5, 56.03, 71.74, 41.55, 92.37, 70.73, 92.2] as const;

/** A picture as packed red, green, blue. */
export type RgbPicture = { readonly pixels: Uint8Array; readonly width: number; readonly height: number };

/**
 * Turns, scales and moves a face so that its landmarks lie as near as can be at the usual places (least squares
 * similarity, Umeyama 1991), sampled bilinearly. Beyond the picture it is black.
 *
 * @param landmarks in pixels of the picture
 * @returns 112 × 112 packed red, green, blue
 */
export function alignedFace({ pixels, width, height }: RgbPicture, landmarks: FaceLandmarks): Uint8Array {
  const { a, b, x: left, y: top } = fromTemplate(landmarks);
  const face = new Uint8Array(FACE_SIDE * FACE_SIDE * 3);
  for (let v = 0; v < FACE_SIDE; v += 1) {
    for (let u = 0; u < FACE_SIDE; u += 1) {
      const [x, y] = [a * u - b * v + left, b * u + a * v + top];
      const [column, row] = [Math.floor(x), Math.floor(y)];
      if (column < 0 || row < 0 || column + 1 >= width || row + 1 >= height) continue;
      const [right, down] = [x - column, y - row];
      const at = (row * width + column) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        const pixel = (offset: number) => pixels[at + offset + channel] ?? 0;
        const upper = pixel(0) * (1 - right) + pixel(3) * right;
        const lower = pixel(width * 3) * (1 - right) + pixel(width * 3 + 3) * right;
        face[(v * FACE_SIDE + u) * 3 + channel] = Math.round(upper * (1 - down) + lower * down);
      }
    }
  }
  return face;
}

/** An aligned face as in a mirror. */
export function mirroredFace(face: Uint8Array): Uint8Array {
  const mirrored = new Uint8Array(face.length);
  const row = FACE_SIDE * 3;
  face.forEach((value, at) => {
    const column = Math.floor((at % row) / 3);
    mirrored[at + (FACE_SIDE - 1 - 2 * column) * 3] = value;
  });
  return mirrored;
}

/** The similarity that takes template points to landmarks: x' = a·x − b·y + x₀, y' = b·x + a·y + y₀. */
function fromTemplate(landmarks: FaceLandmarks) {
  const mean = (values: readonly number[], offset: number) =>
    [0, 1, 2, 3, 4].reduce((sum, point) => sum + (values[point * 2 + offset] ?? 0) / 5, 0);
  const [tx, ty] = [mean(TEMPLATE, 0), mean(TEMPLATE, 1)];
  const [lx, ly] = [mean(landmarks, 0), mean(landmarks, 1)];
  let [along, across, size] = [0, 0, 0];
  for (let point = 0; point < 5; point += 1) {
    const [x, y] = [(TEMPLATE[point * 2] ?? 0) - tx, (TEMPLATE[point * 2 + 1] ?? 0) - ty];
    const [u, v] = [(landmarks[point * 2] ?? 0) - lx, (landmarks[point * 2 + 1] ?? 0) - ly];
    along += x * u + y * v;
    across += x * v - y * u;
    size += x * x + y * y;
  }
  const [a, b] = [along / size, across / size];
  return { a, b, x: lx - a * tx + b * ty, y: ly - b * tx - a * ty };
}
