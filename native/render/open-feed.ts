import { NO_STEP } from '../../core/analysis/steady-path.ts';
import { MontageError } from '../../core/errors.ts';
import { frameCountOf, sourceDuration } from '../../core/media/frames.ts';
import { FLICKS_PER_SECOND, ZERO_FLICKS } from '../../core/time/flicks.ts';
import { frameAtOffset } from '../../core/timeline/clip-time.ts';
import { displaySize, primaryVideo } from '../../core/media/media.ts';
import { frameMixAt } from '../../core/timeline/retiming.ts';
import { fittedSize, type FrameSize } from '../../core/timeline/placement-geometry.ts';
import type { VideoClip } from '../../core/timeline/timeline.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { colourFilters } from './colour-tables.ts';
import type { LayerPicture } from './composite/compose.ts';
import { rasterOf, type PictureFormat, type Raster } from './composite/raster.ts';
import { movedInside } from './composite/warp.ts';
import { steadyPathOf } from './camera-motion.ts';
import type { FeedPlan } from './layer-feeds.ts';
import { evenSize, type PictureLook } from './picture-filters.ts';
import type { SuspectSpan } from './damage.ts';
import { framesOfMixes, mixedPictures } from './mixed-pictures.ts';
import { readInOrder } from './picture-order.ts';
import type { PictureWish } from './pictures.ts';
import type { RenderMedia, RenderSources } from './request.ts';
import { titlePicture } from './title-picture.ts';

/** Seconds before and behind a clip that its steady path knows of: transitions show them. */
const HANDLES_S = 1;

export type FeedContext = {
  readonly tools: FfmpegTools;
  readonly sources: RenderSources;
  readonly format: PictureFormat;
  readonly seek: boolean;
  /** A folder of ours that outlives the feed. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  /** Where it is there, frames that files do not give are made up, and it is told of them. */
  readonly onMissing?: ((media: RenderMedia, frame: number) => void) | undefined;
  /** Told of source frames among which, or right before which, a decoder met errors. */
  readonly onErrors?: ((span: SuspectSpan) => void) | undefined;
};

/** The pictures of a feed's wants, one after the other; what opens it begins to decode at the first request. */
export async function* openFeed(context: FeedContext, feed: FeedPlan): AsyncGenerator<LayerPicture, void, void> {
  const { tools, sources, format, seek, folder, signal } = context;
  const { title } = feed.clip;
  if (title !== undefined) {
    const raster = await titlePicture(tools, title, feed.frame, format, signal);
    yield* feed.wants.map(() => ({ raster, fitted: undefined }));
    return;
  }
  const media = sources.media(feed.clip.mediaId);
  if (media === undefined) {
    const message = 'the file of a clip is not there';
    throw new MontageError({ code: 'E_OFFLINE', message, where: feed.clip.name, stage: 'render' });
  }
  const { size, look: shape, fitted } = shapeOf(feed, media);
  const video = primaryVideo(media.facts);
  const colour = video === undefined ? [] : await colourFilters(folder, video, format.colourSpace, feed.clip.lut);
  const look = { ...shape, colour };
  const source = media.frames;
  const isMixed = (feed.clip.retiming ?? 'nearest') !== 'nearest' && source !== undefined;
  const mixes = isMixed ? feed.offsets.map((offset) => frameMixAt(feed.clip, source, offset)) : undefined;
  const frames = mixes === undefined ? feed.wants.map(({ frame }) => frame) : framesOfMixes(mixes);
  const { onMissing, onErrors } = context;
  const hold = {
    ...(onMissing !== undefined && { onMissing: (frame: number) => onMissing(media, frame) }),
    onErrors: (first: number, last: number) => onErrors?.({ media, first, last }),
  };
  const wish = { media, frames, size, format, look, seek, signal, ...hold };
  const pictures = rasters(tools, wish, await steadier(context, feed.clip, media, size));
  try {
    for await (const raster of mixes === undefined ? pictures : mixedPictures(pictures, mixes))
      yield { raster, fitted };
  } finally {
    await pictures.return();
  }
}

async function* rasters(
  tools: FfmpegTools,
  wish: PictureWish,
  steady: ((raster: Raster, frame: number) => Raster) | undefined,
): AsyncGenerator<Raster, void, void> {
  let n = 0;
  for await (const bytes of readInOrder(tools, wish)) {
    const raster = rasterOf(bytes, wish.size, wish.format);
    yield steady?.(raster, wish.frames[n] ?? 0) ?? raster;
    n += 1;
  }
}

/** How large a feed's pictures are decoded: as whole frames, or the picture alone as large as it is ever shown. */
function shapeOf(
  { clip, frame, wants }: FeedPlan,
  media: RenderMedia,
): { readonly size: FrameSize; readonly look: PictureLook; readonly fitted: FrameSize | undefined } {
  const fit = clip.fit ?? 'fit';
  const video = primaryVideo(media.facts);
  // What is steadied moves inside its own borders: bars must not move with it.
  const isOfShape = video !== undefined && hasShape(displaySize(video), frame);
  const isPlaced =
    (clip.stabilise === true && !isOfShape && fit === 'fit') ||
    wants.some(({ transform, crop }) => transform !== undefined || crop !== undefined);
  if (!isPlaced || video === undefined) return { size: frame, look: { fit, framed: true }, fitted: undefined };
  const source = displaySize(video);
  const fitted = fittedSize(source, frame, fit);
  if (fit === 'blur') return { size: frame, look: { fit, framed: true }, fitted };
  const scale = workingScale(clip);
  const sharpest = (shown: number, pixels: number) => Math.min(shown * scale, Math.max(shown, pixels));
  const size = evenSize({
    width: sharpest(fitted.width, source.width),
    height: sharpest(fitted.height, source.height),
  });
  return { size, look: { fit, framed: false }, fitted };
}

function hasShape(picture: FrameSize, frame: FrameSize): boolean {
  const { width, height } = evenSize(fittedSize(picture, frame), frame);
  return width === frame.width && height === frame.height;
}

/** Moves each picture of a clip so that its camera seems steady; undefined where that is not asked for. */
async function steadier(
  { tools, signal }: FeedContext,
  clip: VideoClip,
  media: RenderMedia,
  { width, height }: FrameSize,
): Promise<((raster: Raster, frame: number) => Raster) | undefined> {
  const { frames } = media;
  if (clip.stabilise !== true || frames === undefined || frames.kind === 'still') return undefined;
  const ends = [ZERO_FLICKS, clip.duration].map((offset) => frameAtOffset(clip, frames, offset));
  const handles = Math.ceil((HANDLES_S * frameCountOf(frames) * FLICKS_PER_SECOND) / (sourceDuration(frames) ?? 1));
  const first = Math.max(0, Math.min(...ends) - handles);
  const last = Math.min(frameCountOf(frames) - 1, Math.max(...ends) + handles);
  const { corrections, zoom } = await steadyPathOf(tools, { media, first, last, signal });
  return (raster, frame) => {
    const { x, y, turn, grow } = corrections[Math.min(Math.max(frame, first), last) - first] ?? NO_STEP;
    // A hair more, so that rounding leaves no border.
    const scale = zoom * Math.exp(grow) * 1.002;
    const [cos, sin] = [scale * Math.cos(turn), scale * Math.sin(turn)];
    const centre = { x: width / 2 + x * height, y: height / 2 + y * height };
    const matrix = {
      ...{ a: cos * width, b: sin * width, c: -sin * height, d: cos * height },
      e: centre.x - (cos * width - sin * height) / 2,
      f: centre.y - (sin * width + cos * height) / 2,
    };
    return movedInside(raster, matrix);
  };
}

/** The largest scale that a clip reaches, from 1/16 to 8: its pictures are decoded for it. */
export function workingScale({ transform, keyframes }: VideoClip): number {
  const values = [
    ...(keyframes?.scaleX?.map(({ value }) => value) ?? [transform?.scaleX ?? 1]),
    ...(keyframes?.scaleY?.map(({ value }) => value) ?? [transform?.scaleY ?? 1]),
  ];
  return Math.min(8, Math.max(1 / 16, ...values.map(Math.abs)));
}
