import { suppressed, type Scored } from './boxes.ts';

/** Points of a face, x and y in turn: its right eye, left eye, nose tip, right and left corner of its mouth. */
export type FaceLandmarks = readonly number[];

/** A face in pixels of the picture that the detector saw. */
export type DetectedFace = Scored & { readonly landmarks: FaceLandmarks };

const STRIDES = [8, 16, 32] as const;
/** Faces whose boxes overlap more (IoU) are one. */
export const FACE_OVERLAP_LIMIT = 0.3;

/**
 * Faces from the outputs of YuNet (Wu, Peng, Yu 2023, "YuNet: a tiny millisecond-level face detector"): per cell of three
 * grids a class and an object score, a box and five landmarks relative to the cell; overlaps are suppressed at 0.3.
 *
 * @param output the numbers of an output by its name, e.g. 'cls_8'
 * @param width, height of the padded input in pixels, multiples of 32
 * @param threshold least score
 */
export function decodeYunet(
  output: (name: string) => Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  threshold: number,
): readonly DetectedFace[] {
  const faces: DetectedFace[] = [];
  for (const stride of STRIDES) {
    const [classes, objects] = [output(`cls_${stride}`), output(`obj_${stride}`)];
    const [boxes, points] = [output(`bbox_${stride}`), output(`kps_${stride}`)];
    const columns = width / stride;
    const cells = columns * (height / stride);
    for (let cell = 0; cell < cells; cell += 1) {
      const score = Math.sqrt(clipped(classes[cell]) * clipped(objects[cell]));
      // A score that is no number is never enough.
      if (!(score >= threshold)) continue;
      const [column, row] = [cell % columns, Math.floor(cell / columns)];
      const at = (index: number) => boxes[cell * 4 + index] ?? 0;
      const [w, h] = [Math.exp(at(2)) * stride, Math.exp(at(3)) * stride];
      const box = { x: (column + at(0)) * stride - w / 2, y: (row + at(1)) * stride - h / 2, w, h };
      const landmarks = Array.from(
        { length: 10 },
        (_, index) => ((points[cell * 10 + index] ?? 0) + (index % 2 === 0 ? column : row)) * stride,
      );
      faces.push({ box, score, landmarks });
    }
  }
  return suppressed(faces, FACE_OVERLAP_LIMIT);
}

function clipped(value: number | undefined): number {
  return Math.min(1, Math.max(0, value ?? 0));
}
