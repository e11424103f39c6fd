import { suppressed, type Box } from '../../core/analysis/boxes.ts';
import { decodeYunet, FACE_OVERLAP_LIMIT, FACE_STRIDES, type DetectedFace } from '../../core/analysis/face-detector.ts';
import type { ModelHost } from '../models/model-host.ts';
import { floats, integers, type Coloured, type RowChoice } from '../models/tensors.ts';
import { cutOut, scaledSize, type CutOut, type PictureSize } from './colour-planes.ts';

/** YuNet sees pictures of this long side: faces from about 1/50 of it are found. */
const LONG_SIDE = 640;
const CELL = 32;
/** Side of the square that is looked at around a face. */
const REGION = 160;
/** Squares that are looked at together. */
export const REGIONS = 16;
const WHOLE: CutOut = { x: 0, y: 0, zoom: 1 };
/** Longest side of a face in that square: larger ones are made smaller. */
const FACE_IN_REGION = 60;

/** The size at which faces are looked for in pictures of a shown size: never larger than they are. */
export function faceSize(shown: PictureSize): PictureSize {
  return scaledSize(shown, Math.min(1, LONG_SIDE / Math.max(shown.width, shown.height)));
}

export type FaceOrder = {
  readonly host: ModelHost;
  /** Absolute path of YuNet's weights. */
  readonly path: string;
  readonly size: PictureSize;
  readonly threshold: number;
  /** How many squares are looked at together; {@link REGIONS} unless told. */
  readonly batch?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where pictures are made ready: see {@link reusedRoom}. */
  readonly room: (bytes: number) => Uint8Array<ArrayBuffer>;
};

/** Room for pictures of each length, the same again and again: many large ones would keep the garbage collector busy. */
export function reusedRoom(): FaceOrder['room'] {
  const rooms = new Map<number, Uint8Array<ArrayBuffer>>();
  return (bytes) => {
    const room = rooms.get(bytes) ?? new Uint8Array(bytes);
    rooms.set(bytes, room);
    return room;
  };
}

/**
 * Faces in a picture in planes of luma and halved chroma; boxes and landmarks in parts of its width and height. One picture
 * of an order at a time: they share its room.
 */
export async function detectFaces(pixels: Uint8Array, order: FaceOrder): Promise<readonly DetectedFace[]> {
  const { width, height } = order.size;
  const padded = { width: Math.ceil(width / CELL) * CELL, height: Math.ceil(height / CELL) * CELL };
  const data = order.room(bytesOf(padded));
  cutOut(pixels, order.size, WHOLE, padded, data);
  const [found] = await infer(data, { ...padded, images: 1 }, order);
  return (found ?? []).map((face) => placed(face, WHOLE, order.size));
}

/** As {@link detectFaces}, only near where faces should be: in squares of about three times their size and more. */
export async function detectFacesNear(
  pixels: Uint8Array,
  around: readonly Box[],
  order: FaceOrder,
): Promise<readonly DetectedFace[]> {
  if (around.length === 0) return [];
  const { width, height } = order.size;
  const regions = around.map(({ x, y, w, h }) => {
    const zoom = Math.max(1, Math.ceil(Math.max(w * width, h * height) / FACE_IN_REGION));
    const corner = (middle: number) => CELL * Math.round((middle - (REGION * zoom) / 2) / CELL);
    return { x: corner((x + w / 2) * width), y: corner((y + h / 2) * height), zoom };
  });
  const found: DetectedFace[] = [];
  const batch = order.batch ?? REGIONS;
  for (let from = 0; from < regions.length; from += batch) {
    found.push(...(await detectInSquares(pixels, regions.slice(from, from + batch), order)));
  }
  return suppressed(found, FACE_OVERLAP_LIMIT);
}

async function detectInSquares(
  pixels: Uint8Array,
  regions: readonly CutOut[],
  order: FaceOrder,
): Promise<readonly DetectedFace[]> {
  const square = { width: REGION, height: REGION };
  const size = bytesOf(square);
  const data = order.room(regions.length * size);
  regions.forEach((region, index) =>
    cutOut(pixels, order.size, region, square, data.subarray(index * size, (index + 1) * size)),
  );
  const found = await infer(data, { ...square, images: regions.length }, order);
  return regions.flatMap((region, index) => (found[index] ?? []).map((face) => placed(face, region, order.size)));
}

/** Of a picture in planes of luma and halved chroma, its sides even. */
function bytesOf({ width, height }: PictureSize): number {
  return (width * height * 3) / 2;
}

type Input = PictureSize & { readonly images: number };

/** The faces of each image, in its pixels. */
async function infer(data: Uint8Array, { width, height, images }: Input, order: FaceOrder) {
  const input: Coloured = { type: 'colours', dims: [images, 3, height, width], data };
  const rows = FACE_STRIDES.map(
    (stride): RowChoice => ({
      outputs: { [`cls_${stride}`]: 1, [`obj_${stride}`]: 1, [`bbox_${stride}`]: 4, [`kps_${stride}`]: 10 },
      scores: [`cls_${stride}`, `obj_${stride}`].map((output) => ({ output, column: 0 })),
      least: order.threshold ** 2,
      indexes: `cells_${stride}`,
    }),
  );
  const outputs = await order.host.run({ path: order.path }, { input }, { signal: order.signal, rows });
  const cellsOf = (stride: number) => ({
    cells: integers(outputs, `cells_${stride}`),
    classes: floats(outputs, `cls_${stride}`),
    objects: floats(outputs, `obj_${stride}`),
    boxes: floats(outputs, `bbox_${stride}`),
    points: floats(outputs, `kps_${stride}`),
  });
  return decodeYunet(cellsOf, { width, height, images }, order.threshold);
}

/** From pixels of a region to parts of the picture. */
function placed({ box, score, landmarks }: DetectedFace, { x, y, zoom }: CutOut, size: PictureSize): DetectedFace {
  const across = (value: number) => (x + value * zoom) / size.width;
  const down = (value: number) => (y + value * zoom) / size.height;
  return {
    box: { x: across(box.x), y: down(box.y), w: (box.w * zoom) / size.width, h: (box.h * zoom) / size.height },
    score,
    landmarks: landmarks.map((value, index) => (index % 2 === 0 ? across(value) : down(value))),
  };
}
