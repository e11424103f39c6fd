import type { ColourSpace } from '../../../core/timeline/timeline.ts';
import type { FrameSize } from '../../../core/timeline/placement-geometry.ts';

export type Samples = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** How pictures are kept while they are composited: planar Y′CbCr in limited range, chroma sited left and in the middle of lines (H.273 type 0). */
export type PictureFormat = {
  /** ffmpeg's name. */
  readonly pixelFormat: 'yuv420p' | 'yuv422p' | 'yuv444p' | 'yuv420p10le' | 'yuv422p10le' | 'yuv444p10le';
  readonly depth: 8 | 10;
  /** Luma samples for each chroma sample. */
  readonly across: 1 | 2;
  readonly down: 1 | 2;
  /** Of the film; its matrix is what the pictures are coded with. */
  readonly colourSpace: ColourSpace;
};

const FORMATS = {
  yuv420p: { depth: 8, across: 2, down: 2 },
  yuv422p: { depth: 8, across: 2, down: 1 },
  yuv444p: { depth: 8, across: 1, down: 1 },
  yuv420p10le: { depth: 10, across: 2, down: 2 },
  yuv422p10le: { depth: 10, across: 2, down: 1 },
  yuv444p10le: { depth: 10, across: 1, down: 1 },
} as const;

/** The format of one of ffmpeg's names. */
export function pictureFormat(pixelFormat: PictureFormat['pixelFormat'], colourSpace: ColourSpace): PictureFormat {
  return { pixelFormat, ...FORMATS[pixelFormat], colourSpace };
}

/** One component of a picture. */
export type Plane = {
  readonly samples: Samples;
  /** 0–255 for each sample, which is then multiplied with it (0 = nothing there); absent = opaque. */
  readonly alpha: Uint8Array<ArrayBuffer> | undefined;
  readonly width: number;
  readonly height: number;
  /** Luma samples for each of its own. */
  readonly across: 1 | 2;
  readonly down: 1 | 2;
  /** The component's value in black. */
  readonly black: number;
};

/** A picture in memory; its size is a multiple of what a chroma sample covers. */
export type Raster = FrameSize & {
  readonly format: PictureFormat;
  /** All planes, one after the other, as ffmpeg's rawvideo. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly planes: readonly [Plane, Plane, Plane];
};

/** Bytes of one picture. */
export function rasterBytes({ width, height }: FrameSize, format: PictureFormat): number {
  const samples = width * height * (1 + 2 / (format.across * format.down));
  return format.depth === 8 ? samples : 2 * samples;
}

/** A picture whose bytes are already there; they start at an even address. */
export function rasterOf(bytes: Uint8Array<ArrayBuffer>, size: FrameSize, format: PictureFormat): Raster {
  const { width, height } = size;
  const { across, down, depth } = format;
  const chroma = (width / across) * (height / down);
  const view = (start: number, length: number): Samples =>
    depth === 8
      ? bytes.subarray(start, start + length)
      : new Uint16Array(bytes.buffer, bytes.byteOffset + 2 * start, length);
  const scale = 1 << (depth - 8);
  const luma: Plane = {
    samples: view(0, width * height),
    alpha: undefined,
    width,
    height,
    across: 1,
    down: 1,
    black: 16 * scale,
  };
  const colour = (start: number): Plane => ({
    samples: view(start, chroma),
    alpha: undefined,
    width: width / across,
    height: height / down,
    across,
    down,
    black: 128 * scale,
  });
  const planes = [luma, colour(width * height), colour(width * height + chroma)] as const;
  return { width, height, format, bytes, planes };
}

/** Black, and nothing of what lies below it. */
export function blackRaster(size: FrameSize, format: PictureFormat): Raster {
  const raster = rasterOf(new Uint8Array(rasterBytes(size, format)), size, format);
  for (const { samples, black } of raster.planes) samples.fill(black);
  return raster;
}

/** Nothing at all: every sample is 0, and so is its alpha. */
export function clearRaster(size: FrameSize, format: PictureFormat): Raster {
  const raster = rasterOf(new Uint8Array(rasterBytes(size, format)), size, format);
  const [y, u, v] = raster.planes;
  const chroma = new Uint8Array(u.samples.length);
  return withAlpha(raster, new Uint8Array(y.samples.length), v.across * v.down === 1 ? undefined : chroma);
}

/** The picture with alpha planes; where chroma is as fine as luma they are one. */
export function withAlpha(
  raster: Raster,
  luma: Uint8Array<ArrayBuffer>,
  chroma: Uint8Array<ArrayBuffer> | undefined,
): Raster {
  const [y, u, v] = raster.planes;
  const alpha = chroma ?? luma;
  return {
    ...raster,
    planes: [
      { ...y, alpha: luma },
      { ...u, alpha },
      { ...v, alpha },
    ],
  };
}

/** A copy that may be drawn on. */
export function copyOf(raster: Raster): Raster {
  const copy = rasterOf(raster.bytes.slice(), raster, raster.format);
  const [y, u] = raster.planes;
  if (y.alpha === undefined || u.alpha === undefined) return copy;
  return withAlpha(copy, y.alpha.slice(), u.alpha === y.alpha ? undefined : u.alpha.slice());
}
