import { z } from 'zod';
import type { Box } from '../../../core/analysis/boxes.ts';

export type AnnotatedFaces = { readonly file: string; readonly frame: number; readonly boxes: readonly Box[] };

const four = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const entry = z.object({
  file: z.string(),
  width: z.number().nullish(),
  height: z.number().nullish(),
  ground_truth: z.record(z.string(), z.unknown()).nullish(),
});
const list = z.array(z.union([four, z.object({ box: four })]));

/** Faces by eye, in parts of the picture, of one frame per file, from the manifest of the real media. */
export function annotatedFaces(manifest: string): readonly AnnotatedFaces[] {
  const files = z.array(entry).parse(JSON.parse(manifest));
  return files.flatMap(({ file, width, height, ground_truth: truth }) => {
    const key = Object.keys(truth ?? {}).find((name) => name.startsWith('faces_'));
    if (key === undefined) return [];
    const [across, down] = key.includes('_px_') ? [width ?? 1, height ?? 1] : [1, 1];
    const boxes = list.parse(truth?.[key]).map((one) => {
      const [x, y, w, h] = 'box' in one ? one.box : one;
      return { x: x / across, y: y / down, w: w / across, h: h / down };
    });
    return [{ file, frame: Number(/frame_(\d+)/.exec(key)?.[1] ?? 0), boxes }];
  });
}
