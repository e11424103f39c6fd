import type { Crop, Transform } from '../timeline/picture.ts';

/** Scale and position that show only a part of a picture, filling the frame. */
export type Place = Pick<Transform, 'scaleX' | 'scaleY' | 'positionX' | 'positionY'>;

/** What a crop leaves, blown up to cover the frame: sizes in frame heights. */
export function kenBurns(
  crop: Crop,
  shape: { readonly frameWidth: number; readonly fitted: { readonly width: number; readonly height: number } },
): Place {
  const width = Math.max(0.001, 1 - crop.left - crop.right) * shape.fitted.width;
  const height = Math.max(0.001, 1 - crop.top - crop.bottom) * shape.fitted.height;
  const scale = Math.max(shape.frameWidth / width, 1 / height);
  const centre = (before: number, after: number) => (before - after) / 2;
  return {
    scaleX: scale,
    scaleY: scale,
    positionX: (-centre(crop.left, crop.right) * shape.fitted.width * scale) / shape.frameWidth,
    positionY: -centre(crop.top, crop.bottom) * shape.fitted.height * scale,
  };
}
