import { MontageError } from '../../core/errors.ts';
import { displaySize, primaryVideo } from '../../core/media/media.ts';
import { fittedSize, type FrameSize } from '../../core/timeline/placement-geometry.ts';
import type { VideoClip } from '../../core/timeline/timeline.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { colourFilters } from './colour-tables.ts';
import type { LayerPicture } from './composite/compose.ts';
import { rasterOf, type PictureFormat } from './composite/raster.ts';
import type { FeedPlan } from './layer-feeds.ts';
import { evenSize, type PictureLook } from './picture-filters.ts';
import { readInOrder } from './picture-order.ts';
import type { RenderMedia, RenderSources } from './render-plan.ts';
import { titlePicture } from './title-picture.ts';

export type FeedContext = {
  readonly tools: FfmpegTools;
  readonly sources: RenderSources;
  readonly format: PictureFormat;
  readonly seek: boolean;
  /** A folder of ours that outlives the feed. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
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
  const frames = feed.wants.map(({ frame }) => frame);
  for await (const bytes of readInOrder(tools, { media, frames, size, format, look, seek, signal })) {
    yield { raster: rasterOf(bytes, size, format), fitted };
  }
}

/** How large a feed's pictures are decoded: as whole frames, or the picture alone as large as it is ever shown. */
function shapeOf(
  { clip, frame, wants }: FeedPlan,
  media: RenderMedia,
): { readonly size: FrameSize; readonly look: PictureLook; readonly fitted: FrameSize | undefined } {
  const fit = clip.fit ?? 'fit';
  const video = primaryVideo(media.facts);
  const isPlaced = wants.some(({ transform, crop }) => transform !== undefined || crop !== undefined);
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

/** The largest scale that a clip reaches, from 1/16 to 8: its pictures are decoded for it. */
export function workingScale({ transform, keyframes }: VideoClip): number {
  const values = [
    ...(keyframes?.scaleX?.map(({ value }) => value) ?? [transform?.scaleX ?? 1]),
    ...(keyframes?.scaleY?.map(({ value }) => value) ?? [transform?.scaleY ?? 1]),
  ];
  return Math.min(8, Math.max(1 / 16, ...values.map(Math.abs)));
}
