import { suppressed, type Scored } from './boxes.ts';

/** Something in pixels of the picture that the detector saw. */
export type DetectedObject = Scored & { readonly label: string };

/** Side of the square that YOLOX-nano looks at. */
export const OBJECT_SIDE = 416;
const STRIDES = [8, 16, 32] as const;
const OVERLAP_LIMIT = 0.45;

/** The classes of COCO 2017 in their order. */
export const OBJECT_LABELS = [
  ...['person', 'bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'train', 'truck', 'boat', 'traffic light'],
  ...['fire hydrant', 'stop sign', 'parking meter', 'bench', 'bird', 'cat', 'dog', 'horse', 'sheep', 'cow'],
  ...['elephant', 'bear', 'zebra', 'giraffe', 'backpack', 'umbrella', 'handbag', 'tie', 'suitcase', 'frisbee'],
  ...['skis', 'snowboard', 'sports ball', 'kite', 'baseball bat', 'baseball glove', 'skateboard', 'surfboard'],
  ...['tennis racket', 'bottle', 'wine glass', 'cup', 'fork', 'knife', 'spoon', 'bowl', 'banana', 'apple'],
  ...['sandwich', 'orange', 'broccoli', 'carrot', 'hot dog', 'pizza', 'donut', 'cake', 'chair', 'couch'],
  ...['potted plant', 'bed', 'dining table', 'toilet', 'tv', 'laptop', 'mouse', 'remote', 'keyboard', 'cell phone'],
  ...['microwave', 'oven', 'toaster', 'sink', 'refrigerator', 'book', 'clock', 'vase', 'scissors', 'teddy bear'],
  ...['hair drier', 'toothbrush'],
] as const;
/** Numbers in a row of YOLOX: a box, an object score at {@link OBJECT_SCORE}, and a score per class. */
export const OBJECT_ROW = 5 + OBJECT_LABELS.length;
export const OBJECT_SCORE = 4;

/**
 * Things from the output of YOLOX (Ge et al. 2021, arXiv 2107.08430): per cell of three grids a centre and size relative
 * to the cell, an object score and a score per class; overlaps of one class are suppressed at 0.45.
 *
 * @param rows numbers of the rows that there are of its 3549, for each a row of 85 numbers in `values`
 * @param threshold least object score × class score
 */
export function decodeYolox(rows: Int32Array, values: Float32Array, threshold: number): readonly DetectedObject[] {
  const byLabel = new Map<string, DetectedObject[]>();
  rows.forEach((row, place) => {
    const at = (index: number) => values[place * OBJECT_ROW + index] ?? 0;
    let best = 0;
    for (let index = 1; index < OBJECT_LABELS.length; index += 1) if (at(5 + index) > at(5 + best)) best = index;
    const score = at(OBJECT_SCORE) * at(5 + best);
    const label = OBJECT_LABELS[best];
    if (!(score >= threshold) || label === undefined) return;
    const { stride, column, line } = cellOf(row);
    const [w, h] = [Math.exp(at(2)) * stride, Math.exp(at(3)) * stride];
    const [x, y] = [(column + at(0)) * stride, (line + at(1)) * stride];
    const found = { label, score, box: { x: x - w / 2, y: y - h / 2, w, h } };
    byLabel.set(label, [...(byLabel.get(label) ?? []), found]);
  });
  return [...byLabel.values()].flatMap((found) => suppressed(found, OVERLAP_LIMIT));
}

/** Which cell of which of the three grids a row tells of. */
function cellOf(row: number) {
  let first = 0;
  for (const stride of STRIDES) {
    const columns = OBJECT_SIDE / stride;
    const cell = row - first;
    if (cell < columns * columns) return { stride, column: cell % columns, line: Math.floor(cell / columns) };
    first += columns * columns;
  }
  return { stride: 0, column: 0, line: 0 };
}
