import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../../core/errors.ts';
import type { Layer } from '../../core/timeline/composite.ts';
import { fittedSize, type FrameSize } from '../../core/timeline/placement-geometry.ts';
import { compose, type ComposedLayer, type LayerPicture } from './composite/compose.ts';
import type { Raster } from './composite/raster.ts';
import { feedKey, nestedSize, planFrames, type FeedPlan } from './layer-feeds.ts';
import { openFeed, type FeedContext } from './open-feed.ts';
import type { RenderPlan } from './render-plan.ts';

export type ShowContext = Omit<FeedContext, 'folder'> & {
  readonly plan: Pick<RenderPlan, 'timeline' | 'width' | 'height'>;
};

/** Decoders start this many output frames before they are needed. */
const AHEAD = 25;

/**
 * The finished pictures of output frames `from` up to `to`, to be read before the next is asked for. Every clip is
 * decoded once, whatever lies over it; its decoder is started ahead.
 *
 * @throws MissingPictures; MontageError as ffmpeg's messages tell
 */
export async function* showFrames(
  context: ShowContext,
  span: { readonly from: number; readonly to: number },
): AsyncGenerator<Raster, void, void> {
  const { plan } = context;
  const size = { width: plan.width, height: plan.height };
  const { frames, feeds } = planFrames(span, plan.timeline, context.sources, size);
  const folder = await mkdtemp(join(tmpdir(), 'montage-frames-'));
  const open = openFeeds({ ...context, folder }, feeds);
  try {
    for (const [n, layers] of frames.entries()) {
      open.advance(span.from + n);
      yield await show({ context, open }, layers, '', size, false);
    }
  } finally {
    await open.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Showing = { readonly context: ShowContext; readonly open: OpenFeeds };

async function show(
  showing: Showing,
  layers: readonly Layer[],
  parent: string,
  size: FrameSize,
  transparent: boolean,
): Promise<Raster> {
  const composed: ComposedLayer[] = [];
  for (const layer of layers) {
    const picture = await pictureOf(showing, layer, parent, size);
    composed.push({ layer, picture });
  }
  return compose(size, showing.context.format, composed, transparent);
}

async function pictureOf(showing: Showing, layer: Layer, parent: string, frame: FrameSize): Promise<LayerPicture> {
  const key = feedKey(parent, layer);
  if (layer.nested === undefined) return showing.open.next(key);
  const size = nestedSize(showing.context.plan.timeline, layer);
  const raster = await show(showing, layer.nested, key, size, true);
  const isFrame = size.width === frame.width && size.height === frame.height;
  return { raster, fitted: isFrame ? undefined : fittedSize(size, frame, layer.clip.fit) };
}

type OpenFeeds = {
  /** Starts what is shown soon and ends what is shown no more. */
  advance(use: number): void;
  next(key: string): Promise<LayerPicture>;
  close(): Promise<void>;
};

type Feed = {
  readonly plan: FeedPlan;
  readonly pictures: AsyncGenerator<LayerPicture, void, void>;
  /** The first picture, asked for ahead of its use. */
  first: Promise<IteratorResult<LayerPicture, void>> | undefined;
};

function openFeeds(context: FeedContext, plans: ReadonlyMap<string, FeedPlan>): OpenFeeds {
  const waiting = [...plans].sort(([, a], [, b]) => a.firstUse - b.firstUse);
  const open = new Map<string, Feed>();
  const closing: Promise<unknown>[] = [];
  const start = ([key, plan]: readonly [string, FeedPlan]) => {
    const pictures = openFeed(context, plan);
    const first = pictures.next();
    first.catch(() => undefined);
    open.set(key, { plan, pictures, first });
  };
  const end = async ({ first, pictures }: Feed) => {
    await first?.catch(() => undefined);
    await pictures.return().catch(() => undefined);
  };
  return {
    advance(use) {
      for (const [key, feed] of open) {
        if (feed.plan.lastUse >= use) continue;
        open.delete(key);
        closing.push(end(feed));
      }
      for (let next = waiting[0]; next !== undefined && next[1].firstUse <= use + AHEAD; next = waiting[0]) {
        start(next);
        waiting.shift();
      }
    },
    async next(key) {
      const feed = open.get(key);
      assert(feed !== undefined, 'a clip is opened before it is shown');
      const result = await (feed.first ?? feed.pictures.next());
      feed.first = undefined;
      assert(result.done !== true, 'a clip has a picture for every frame that shows it');
      return result.value;
    },
    async close() {
      await Promise.all([...closing, ...[...open.values()].map(end)]);
    },
  };
}
