import { decodeYunet, type DetectedFace } from '../../core/analysis/face-detector.ts';
import type { ModelHost } from '../models/model-host.ts';
import { floats } from '../models/tensors.ts';
import { blueGreenRed, type PictureSize } from './colour-planes.ts';

/** YuNet sees pictures of this long side: faces from about 1/50 of it are found. */
const LONG_SIDE = 640;
const CELL = 32;

/** The size at which faces are looked for in pictures of a shown size: never larger than they are. */
export function faceSize(shown: PictureSize): PictureSize {
  const scale = Math.min(1, LONG_SIDE / Math.max(shown.width, shown.height));
  return { width: Math.max(1, Math.round(shown.width * scale)), height: Math.max(1, Math.round(shown.height * scale)) };
}

export type FaceOrder = {
  readonly host: ModelHost;
  /** Absolute path of YuNet's weights. */
  readonly path: string;
  readonly size: PictureSize;
  readonly threshold: number;
  readonly signal?: AbortSignal | undefined;
};

/** Faces in a picture given as planes of green, blue and red; boxes and landmarks in parts of its width and height. */
export async function detectFaces(pixels: Uint8Array, order: FaceOrder): Promise<readonly DetectedFace[]> {
  const { width, height } = order.size;
  const padded = { width: Math.ceil(width / CELL) * CELL, height: Math.ceil(height / CELL) * CELL };
  const feed = {
    type: 'widen',
    dims: [1, 3, padded.height, padded.width],
    data: blueGreenRed(pixels, order.size, padded, 0),
    scale: 1,
    offset: 0,
  } as const;
  const outputs = await order.host.run({ path: order.path }, { input: feed }, { signal: order.signal });
  return decodeYunet((name) => floats(outputs, name), padded, order.threshold).map(({ box, score, landmarks }) => ({
    box: { x: box.x / width, y: box.y / height, w: box.w / width, h: box.h / height },
    score,
    landmarks: landmarks.map((value, index) => value / (index % 2 === 0 ? width : height)),
  }));
}
