import { suppressed, type Box } from '../../core/analysis/boxes.ts';
import { decodeYunet, FACE_OVERLAP_LIMIT, type DetectedFace } from '../../core/analysis/face-detector.ts';
import type { ModelHost } from '../models/model-host.ts';
import { floats, type Tensors } from '../models/tensors.ts';
import { cutOut, type CutOut, type PictureSize } from './colour-planes.ts';

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

/** The size at which faces are looked for in pictures of a shown size: never larger than they are; `side` of the usual one. */
export function faceSize(shown: PictureSize, side = 1): PictureSize {
  const scale = Math.min(1, (side * LONG_SIDE) / Math.max(shown.width, shown.height));
  return { width: Math.max(1, Math.round(shown.width * scale)), height: Math.max(1, Math.round(shown.height * scale)) };
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
};

/** Faces in a picture in planes of luma and halved chroma; boxes and landmarks in parts of its width and height. */
export async function detectFaces(pixels: Uint8Array, order: FaceOrder): Promise<readonly DetectedFace[]> {
  const { width, height } = order.size;
  const padded = { width: Math.ceil(width / CELL) * CELL, height: Math.ceil(height / CELL) * CELL };
  const data = cutOut(pixels, order.size, WHOLE, padded);
  const outputs = await infer(data, [1, 3, padded.height, padded.width], order);
  return decodeYunet((name) => floats(outputs, name), padded, order.threshold).map((face) =>
    placed(face, WHOLE, order.size),
  );
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
    const corner = (middle: number) => Math.round(middle - (REGION * zoom) / 2);
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
  const size = 3 * REGION * REGION;
  const data = new Uint8Array(regions.length * size);
  regions.forEach((region, index) => data.set(cutOut(pixels, order.size, region, square), index * size));
  const outputs = await infer(data, [regions.length, 3, REGION, REGION], order);
  return regions.flatMap((region, index) => {
    const part = (name: string) => {
      const all = floats(outputs, name);
      const length = all.length / regions.length;
      return all.subarray(index * length, (index + 1) * length);
    };
    return decodeYunet(part, square, order.threshold).map((face) => placed(face, region, order.size));
  });
}

async function infer(data: Uint8Array, dims: readonly number[], order: FaceOrder): Promise<Tensors> {
  const input = { type: 'widen', dims, data, scale: 1, offset: 0 } as const;
  return order.host.run({ path: order.path }, { input }, { signal: order.signal });
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
