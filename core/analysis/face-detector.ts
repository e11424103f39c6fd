import { suppressed, type Scored } from './boxes.ts';

/** Points of a face, x and y in turn: its right eye, left eye, nose tip, right and left corner of its mouth. */
export type FaceLandmarks = readonly number[];

/** A face in pixels of the picture that the detector saw. */
export type DetectedFace = Scored & { readonly landmarks: FaceLandmarks };

/** Sides of the cells of YuNet's grids, in pixels. */
export const FACE_STRIDES = [8, 16, 32] as const;
/** Faces whose boxes overlap more (IoU) are one. */
export const FACE_OVERLAP_LIMIT = 0.3;

/** What YuNet says of the cells of one grid that may hold a face: a row each, in the order of `cells`. */
export type FaceCells = {
  /** Numbers of cells, row by row, image by image. */
  readonly cells: Int32Array;
  readonly classes: Float32Array;
  readonly objects: Float32Array;
  /** Four numbers each. */
  readonly boxes: Float32Array;
  /** Ten numbers each. */
  readonly points: Float32Array;
};

/**
 * Faces from the outputs of YuNet (Wu, Peng, Yu 2023, "YuNet: a tiny millisecond-level face detector"): per cell of three
 * grids a class and an object score, a box and five landmarks relative to the cell; overlaps are suppressed at 0.3.
 *
 * @param cellsOf what it says of the grid of a stride
 * @param input width and height of the padded input in pixels, multiples of 32; how many images it had
 * @param threshold least score
 * @returns the faces of each image
 */
export function decodeYunet(
  cellsOf: (stride: number) => FaceCells,
  { width, height, images }: { readonly width: number; readonly height: number; readonly images: number },
  threshold: number,
): readonly (readonly DetectedFace[])[] {
  const faces = Array.from({ length: images }, (): DetectedFace[] => []);
  for (const stride of FACE_STRIDES) {
    const { cells, classes, objects, boxes, points } = cellsOf(stride);
    const columns = width / stride;
    const cellsPerImage = columns * (height / stride);
    cells.forEach((cell, index) => {
      const score = Math.sqrt(clipped(classes[index]) * clipped(objects[index]));
      // A score that is no number is never enough.
      if (!(score >= threshold)) return;
      const place = cell % cellsPerImage;
      const [column, row] = [place % columns, Math.floor(place / columns)];
      const at = (offset: number) => boxes[index * 4 + offset] ?? 0;
      const [w, h] = [Math.exp(at(2)) * stride, Math.exp(at(3)) * stride];
      const box = { x: (column + at(0)) * stride - w / 2, y: (row + at(1)) * stride - h / 2, w, h };
      const landmarks = Array.from(
        { length: 10 },
        (_, offset) => ((points[index * 10 + offset] ?? 0) + (offset % 2 === 0 ? column : row)) * stride,
      );
      faces[Math.floor(cell / cellsPerImage)]?.push({ box, score, landmarks });
    });
  }
  return faces.map((found) => suppressed(found, FACE_OVERLAP_LIMIT));
}

function clipped(value: number | undefined): number {
  return Math.min(1, Math.max(0, value ?? 0));
}
