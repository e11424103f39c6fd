import type { Layer } from '../../../core/timeline/composite.ts';
import { placementOf, type FrameSize, type Placement } from '../../../core/timeline/placement-geometry.ts';
import { halved } from './halve.ts';
import { blendInto } from './blend-modes.ts';
import { blackRaster, clearRaster, copyOf, type PictureFormat, type Raster } from './raster.ts';
import { placed, type Placed } from './warp.ts';

/** A layer's picture as its source gives it. */
export type LayerPicture = {
  readonly raster: Raster;
  /**
   * The size in frame pixels at which it meets the frame's centre, whatever size it has in memory; undefined where it is
   * the whole frame already, bars and all.
   */
  readonly fitted: FrameSize | undefined;
};

export type ComposedLayer = { readonly layer: Layer; readonly picture: LayerPicture };

/**
 * What layers show together in a frame, bottom to top over black; with `transparent` over nothing. The result may be one
 * of the pictures themselves: it is read only.
 */
export function compose(
  frame: FrameSize,
  format: PictureFormat,
  layers: readonly ComposedLayer[],
  transparent: boolean,
): Raster {
  let result: Raster | undefined;
  let isOwn = false;
  for (const { layer, picture } of layers) {
    if (result === undefined && isPlain(layer, picture)) {
      result = picture.raster;
      continue;
    }
    const lying = lie(layer, picture, frame);
    if (lying === undefined) continue;
    if (result === undefined) result = transparent ? clearRaster(frame, format) : blackRaster(frame, format);
    else if (!isOwn) result = copyOf(result);
    isOwn = true;
    const { raster, x, y } = lying.picture;
    const { window } = lying.placement;
    const laying = { x, y, opacity: layer.opacity, light: layer.light ?? 1, window };
    blendInto(result, raster, laying, layer.clip.blend ?? 'normal');
  }
  return result ?? (transparent ? clearRaster(frame, format) : blackRaster(frame, format));
}

/** Whether a picture is a frame by itself. */
function isPlain({ opacity, transform, crop, light, motion, clip }: Layer, { raster, fitted }: LayerPicture): boolean {
  if (fitted !== undefined || raster.planes[0].alpha !== undefined) return false;
  if (transform !== undefined || crop !== undefined || motion !== undefined) return false;
  return opacity >= 1 && (light ?? 1) >= 1 && (clip.blend ?? 'normal') === 'normal';
}

/** Where a layer's picture lies; undefined where nothing of it is in the frame. */
function lie(
  layer: Layer,
  { raster, fitted }: LayerPicture,
  frame: FrameSize,
): { readonly picture: Placed; readonly placement: Placement } | undefined {
  const placement = placementOf(fitted ?? frame, frame, layer);
  const isWhole = fitted === undefined && layer.transform === undefined && layer.crop === undefined;
  if (isWhole && (layer.motion === undefined || layer.motion.kind === 'reveal')) {
    return { picture: { raster, x: 0, y: 0 }, placement };
  }
  const picture = placed(shrunk(raster, placement), placement, frame);
  return picture === undefined ? undefined : { picture, placement };
}

/** Halved until the placement shrinks it to no less than half. */
function shrunk(raster: Raster, { matrix }: Placement): Raster {
  const [across, down] = [Math.hypot(matrix.a, matrix.b), Math.hypot(matrix.c, matrix.d)];
  let result = raster;
  while (result.width >= 8 && result.height >= 8 && (across < 0.499 * result.width || down < 0.499 * result.height)) {
    if (across >= 0.9 * result.width || down >= 0.9 * result.height) break;
    result = halved(result);
  }
  return result;
}
