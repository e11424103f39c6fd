import { layersAt, type Layer } from '../../core/timeline/composite.ts';
import { nestedTimeline } from '../../core/timeline/generated-media.ts';
import type { FrameSize } from '../../core/timeline/placement-geometry.ts';
import type { SourceLookup, Timeline, VideoClip } from '../../core/timeline/timeline.ts';
import { subtractFlicks, type Flicks } from '../../core/time/flicks.ts';
import { timeOfFrame } from '../../core/time/rate.ts';

/** Every picture that one clip gives to a span of output frames, in the order in which it is asked for. */
export type FeedPlan = {
  readonly clip: VideoClip;
  /** The frame that it is part of: the film's, or its nested timeline's. */
  readonly frame: FrameSize;
  /** One for each time that it is seen. */
  readonly wants: readonly Layer[];
  /** How long after its record in each of them is. */
  readonly offsets: readonly Flicks[];
  /** The first and last output frames that show it. */
  readonly firstUse: number;
  readonly lastUse: number;
};

/** What a span of output frames shows, and who gives the pictures. */
export type FramePlan = {
  /** Of each output frame, bottom to top. */
  readonly frames: readonly (readonly Layer[])[];
  /** By `feedKey`; ascending by first use. */
  readonly feeds: ReadonlyMap<string, FeedPlan>;
};

/** A clip where it is seen: the same clip of a nested timeline may be seen through several others. */
export function feedKey(parent: string, layer: Layer): string {
  return `${parent}/${layer.clip.id}`;
}

type OpenFeed = {
  clip: VideoClip;
  frame: FrameSize;
  wants: Layer[];
  offsets: Flicks[];
  firstUse: number;
  lastUse: number;
};

/** Plans the pictures of output frames `from` up to `to` of a film of a size. */
export function planFrames(
  span: { readonly from: number; readonly to: number },
  timeline: Timeline,
  sources: SourceLookup,
  size: FrameSize,
): FramePlan {
  const feeds = new Map<string, OpenFeed>();
  const frames: (readonly Layer[])[] = [];
  const want = (layers: readonly Layer[], parent: string, frame: FrameSize, use: number, time: Flicks) => {
    for (const layer of layers) {
      const key = feedKey(parent, layer);
      if (layer.nested !== undefined) {
        const inside = nestedTimeline(timeline, layer.clip.mediaId);
        const insideTime = inside === undefined ? time : timeOfFrame(layer.frame, inside.rate);
        want(layer.nested, key, nestedSize(timeline, layer), use, insideTime);
        continue;
      }
      const feed = feeds.get(key) ?? { clip: layer.clip, frame, wants: [], offsets: [], firstUse: use, lastUse: use };
      feed.wants.push(layer);
      feed.offsets.push(subtractFlicks(time, layer.clip.recordIn));
      feed.lastUse = use;
      feeds.set(key, feed);
    }
  };
  for (let use = span.from; use < span.to; use += 1) {
    const time = timeOfFrame(use, timeline.rate);
    const layers = layersAt(timeline, sources, time);
    frames.push(layers);
    want(layers, '', size, use, time);
  }
  return { frames, feeds };
}

/** A nested timeline's own size, in whole chroma samples. */
export function nestedSize(root: Timeline, layer: Layer): FrameSize {
  const nested = nestedTimeline(root, layer.clip.mediaId);
  const even = (pixels: number) => Math.max(2, 2 * Math.round(pixels / 2));
  return { width: even(nested?.width ?? root.width), height: even(nested?.height ?? root.height) };
}
