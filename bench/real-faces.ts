import type { Box } from '../core/analysis/boxes.ts';

/** Where a real face is, by eye: from one frame to another its middle lies in a part of the picture. */
type RealFace = { readonly firstFrame: number; readonly lastFrame: number; readonly around: Box };

/**
 * Real faces of films in which the detector takes other things for faces when it looks at every frame: in Tears of Steel the
 * sleeve of the seated man, the head and feet of robots, a hand and blur. Every 30th frame viewed.
 */
const REAL_FACES: Readonly<Record<string, readonly RealFace[]>> = {
  'tears_of_steel_1920x800_vp9.webm': [
    { firstFrame: 0, lastFrame: 43, around: { x: 0, y: 0, w: 1, h: 1 } },
    // She turns away at 126.
    { firstFrame: 44, lastFrame: 125, around: { x: 0.6, y: 0.05, w: 0.12, h: 0.25 } },
    { firstFrame: 44, lastFrame: 204, around: { x: 0.35, y: 0.3, w: 0.15, h: 0.32 } },
    { firstFrame: 295, lastFrame: 399, around: { x: 0.36, y: 0.25, w: 0.12, h: 0.25 } },
  ],
};

/** Whether what was found is a face by eye; undefined for films in which all that is found is. */
export function isRealFace(
  name: string,
  { frame, box }: { readonly frame: number; readonly box: Box },
): boolean | undefined {
  const [x, y] = [box.x + box.w / 2, box.y + box.h / 2];
  return REAL_FACES[name]?.some(
    ({ firstFrame, lastFrame, around }) =>
      frame >= firstFrame &&
      frame <= lastFrame &&
      x >= around.x &&
      x <= around.x + around.w &&
      y >= around.y &&
      y <= around.y + around.h,
  );
}
