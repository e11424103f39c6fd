import { displaySize, type VideoStream } from '../../core/media/media.ts';
import type { ColourSpace } from '../../core/timeline/timeline.ts';
import type { Fit } from '../../core/timeline/picture.ts';
import { fittedSize, type FrameSize } from '../../core/timeline/placement-geometry.ts';
import { colourTags } from './colour-tags.ts';
import type { PictureFormat } from './composite/raster.ts';

/** What ffmpeg does to every picture of a clip alike. */
export type PictureLook = {
  readonly fit: Fit;
  /** true: a whole frame, with bars; false: the fitted picture alone, which is placed later. */
  readonly framed: boolean;
  /** Filters that change colours, as `colourFilters` names them; absent = none. */
  readonly colour?: readonly string[] | undefined;
};

/** Whole frames, the picture in them on black. */
export const PLAIN_LOOK: PictureLook = { fit: 'fit', framed: true };

/**
 * Filters that bring decoded pictures to `size`: pixel aspect and rotation heeded (ffmpeg turns by itself), in the film's
 * matrix. Framed pictures keep their shape, on black, cut off by the frame or over a blurred copy; others take the size.
 */
export function pictureFilters(
  video: VideoStream,
  size: FrameSize,
  look: PictureLook,
  format: PictureFormat,
): readonly string[] {
  const shown = displaySize(video);
  const end = [`format=${format.pixelFormat}`, 'setsar=1'];
  const scale = (to: FrameSize) => [...scaleFilters(video, to, look, format), ...end];
  const inside = evenSize(fittedSize(shown, size), size);
  const isSameShape = inside.width === size.width && inside.height === size.height;
  if (look.fit === 'stretch' || isSameShape || (!look.framed && look.fit !== 'blur')) return scale(size);
  const at = `${evenHalf(size.width - inside.width)}:${evenHalf(size.height - inside.height)}`;
  if (look.fit === 'fit') return [...scale(inside), `pad=${size.width}:${size.height}:${at}:black`];
  const around = evenSize(fittedSize(shown, size, 'fill'));
  const middle = `${evenHalf(around.width - size.width)}:${evenHalf(around.height - size.height)}`;
  const cut = `crop=${size.width}:${size.height}:${middle}`;
  if (look.fit === 'fill') return [...scale(around), cut];
  const behind = [...scale(around), cut, ...blurFilters(size)].join(',');
  const front = scale(inside).join(',');
  const laid = `overlay=${at}:format=${overlayFormat(format)}`;
  return [`split[sharp][wide];[wide]${behind}[behind];[sharp]${front}[front];[behind][front]${laid}`, ...end];
}

/** A blur of 5 % of the frame's height, made at a quarter of the size; fewer steps leave corners around small things. */
function blurFilters({ width, height }: FrameSize): readonly string[] {
  const small = `scale=${Math.max(2, 2 * Math.round(width / 8))}:${Math.max(2, 2 * Math.round(height / 8))}:flags=area`;
  return [small, `gblur=sigma=${((0.05 * height) / 4).toFixed(3)}:steps=4`, `scale=${width}:${height}:flags=bicubic`];
}

function overlayFormat({ pixelFormat }: PictureFormat): string {
  const names = {
    yuv420p: 'yuv420',
    yuv422p: 'yuv422',
    yuv444p: 'yuv444',
    yuv420p10le: 'yuv420p10',
    yuv422p10le: 'yuv422p10',
  };
  return pixelFormat === 'yuv444p10le' ? 'auto' : names[pixelFormat];
}

/** Whole chroma samples, inside `limit` where there is one. */
export function evenSize({ width, height }: FrameSize, limit?: FrameSize): FrameSize {
  const even = (pixels: number, most: number) => Math.min(most, Math.max(2, 2 * Math.round(pixels / 2)));
  return {
    width: even(width, limit?.width ?? Number.POSITIVE_INFINITY),
    height: even(height, limit?.height ?? Number.POSITIVE_INFINITY),
  };
}

function evenHalf(pixels: number): number {
  return 2 * Math.floor(pixels / 4);
}

const SCALER = 'flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp';

/** Scales and changes the matrix, with a stop in RGB of 16 bits where colours are changed. */
function scaleFilters(
  video: VideoStream,
  { width, height }: FrameSize,
  { colour = [] }: PictureLook,
  { colourSpace }: PictureFormat,
): readonly string[] {
  const from = `in_color_matrix=${inputMatrix(video)}`;
  const to = `out_color_matrix=${outputMatrix(colourSpace)}:out_range=tv`;
  if (colour.length === 0) return [`scale=${width}:${height}:flags=bicubic+accurate_rnd+full_chroma_int:${from}:${to}`];
  return [`scale=${width}:${height}:${SCALER}:${from}`, 'format=gbrp16le', ...colour, `scale=${SCALER}:${to}`];
}

function outputMatrix(colourSpace: ColourSpace): string {
  const { matrix } = colourTags(colourSpace);
  return SWSCALE_MATRICES[matrix] ?? 'bt709';
}

/** swscale's names of H.273's matrices. */
const SWSCALE_MATRICES: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  smpte170m: 'smpte170m',
  bt470bg: 'smpte170m',
  smpte240m: 'smpte240m',
  fcc: 'fcc',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
};

/** What the file says, in swscale's names; where it says nothing, what players assume by size. */
function inputMatrix({ colour, height, pixelFormat }: VideoStream): string {
  if (/rgb|bgr|gbr|pal8/.test(pixelFormat)) return 'auto';
  return SWSCALE_MATRICES[colour.matrix ?? ''] ?? (height >= 720 ? 'bt709' : 'smpte170m');
}
