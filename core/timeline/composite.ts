import type { FrameIndex } from '../media/frames.ts';
import { subtractFlicks, type Flicks } from '../time/flicks.ts';
import { frameDuration, timeOfFrame, type Rate } from '../time/rate.ts';
import { frameAtOffset, lastClipUpTo } from './clip-time.ts';
import { nestedTimeline, sourcesOf } from './generated-media.ts';
import { valueAt } from './keyframes.ts';
import type { PictureKeyframes, PictureParameter } from './keyframes.ts';
import { NO_CROP, NO_TRANSFORM, type Crop, type Transform } from './picture.ts';
import { placedHead, placedTail, transitionSpan, type PlacedTransition } from './placed-transition.ts';
import type { SourceLookup, Timeline, VideoClip, VideoTrack } from './timeline.ts';
import type { TransitionDirection } from './transition.ts';

/**
 * One picture of a composite: which frame of which clip, how it is placed, and how opaque it lies over what is below.
 * What a layer does not say (fit, blend, LUT, title) is read from its clip.
 */
export type Layer = {
  readonly clip: VideoClip;
  readonly frame: FrameIndex;
  /** 0–1, with keyframes, fades and dissolves in it. */
  readonly opacity: number;
  /** Absent where the picture lies as it was fitted. */
  readonly transform?: Transform;
  readonly crop?: Crop;
  /** 0–1: how much of the picture's light is left while it fades through black; absent = 1. */
  readonly light?: number;
  /** The moving edge of a wipe or slide, on the incoming and on the outgoing picture. */
  readonly motion?: LayerMotion;
  /** What a nested timeline shows at `frame`, bottom to top, in its own size. */
  readonly nested?: readonly Layer[];
};

/**
 * 'reveal': only the share `progress` of the frame that the edge has passed shows this picture. 'enter' / 'leave': the
 * picture is pushed in or out by `progress` of the frame's width or height.
 */
export type LayerMotion = {
  readonly kind: 'reveal' | 'enter' | 'leave';
  readonly direction: TransitionDirection;
  readonly progress: number;
};

/** A picture's placing at an offset from its clip's record in, keyframes resolved; absent where it never changes and is neutral. */
export type Placing = {
  readonly opacity: number;
  readonly transform?: Transform;
  readonly crop?: Crop;
};

/**
 * What is seen at a record time, bottom to top: the topmost clip, and those below it while it lets them through.
 * A picture that is not transformed fills the frame (of another shape it lies on black bars), so an opaque one hides all
 * below. Empty = black. Viewer and renderer share this.
 */
export function layersAt(timeline: Timeline, sources: SourceLookup, time: Flicks): readonly Layer[] {
  return layersOf(timeline, timeline, sourcesOf(timeline, sources), time);
}

function layersOf(root: Timeline, timeline: Timeline, sources: SourceLookup, time: Flicks): readonly Layer[] {
  const layers: Layer[] = [];
  for (const track of shownTracks(timeline).reverse()) {
    const own = trackLayers(track, sources, timeline.rate, time).map((layer) => withNested(root, layer, sources));
    layers.unshift(...own);
    if (own.some(hidesBelow)) break;
  }
  return layers;
}

function shownTracks(timeline: Timeline): VideoTrack[] {
  const shown = timeline.tracks.filter((track): track is VideoTrack => track.kind === 'video' && track.enabled);
  const solo = shown.filter((track) => track.solo === true);
  return solo.length > 0 ? solo : shown;
}

/** Whether nothing below a layer can be seen. */
export function hidesBelow(layer: Layer): boolean {
  const { clip } = layer;
  if (layer.opacity < 1 || layer.transform !== undefined || layer.crop !== undefined) return false;
  if (clip.title !== undefined || layer.nested !== undefined) return false;
  return layer.motion === undefined && (clip.blend ?? 'normal') === 'normal';
}

function trackLayers(track: VideoTrack, sources: SourceLookup, rate: Rate, time: Flicks): readonly Layer[] {
  const index = lastClipUpTo(track.clips, time);
  const transition = transitionAt(track.clips, index, sources, rate, time);
  if (transition !== undefined) return transitionLayers(transition, sources, rate, time);
  const clip = track.clips[index];
  if (clip === undefined || time >= clip.recordIn + clip.duration) return [];
  return layerOf(clip, sources, time);
}

/** The transition that plays at a time: of the clip there or of the next. */
function transitionAt(
  clips: readonly VideoClip[],
  index: number,
  sources: SourceLookup,
  rate: Rate,
  time: Flicks,
): PlacedTransition<VideoClip> | undefined {
  const candidates = [
    clips[index]?.head && placedHead(clips, index, sources, rate),
    clips[index]?.tail && placedTail(clips, index, sources, rate),
    clips[index + 1]?.head && placedHead(clips, index + 1, sources, rate),
  ];
  return candidates.find((placed) => {
    if (placed === undefined) return false;
    const { start, end } = transitionSpan(placed);
    return start <= time && time < end;
  });
}

/**
 * Progress runs so that no frame of a transition repeats a frame beside it: (k + 1) ÷ (n + 1) at the k-th of n, taken at
 * any time between as a straight line.
 */
function progressAt(placed: PlacedTransition, time: Flicks, frame: number): number {
  const { start, end } = transitionSpan(placed);
  return (time - start + frame) / (end - start + frame);
}

function transitionLayers(
  placed: PlacedTransition<VideoClip>,
  sources: SourceLookup,
  rate: Rate,
  time: Flicks,
): readonly Layer[] {
  const { transition, from, to } = placed;
  const progress = progressAt(placed, time, frameDuration(rate));
  const outgoing = from === undefined ? [] : layerOf(from, sources, time);
  const incoming = to === undefined ? [] : layerOf(to, sources, time);
  const direction = transition.direction ?? 'right';
  switch (transition.kind) {
    case 'dissolve':
      // Towards nothing the picture itself fades; between two the incoming one covers the other more and more.
      return [
        ...outgoing.map((layer) => (to === undefined ? faded(layer, 1 - progress) : layer)),
        ...incoming.map((layer) => faded(layer, progress)),
      ];
    case 'fade-through-black':
      if (to === undefined || (from !== undefined && progress < 0.5)) {
        return outgoing.map((layer) => ({ ...layer, light: to === undefined ? 1 - progress : 1 - 2 * progress }));
      }
      return incoming.map((layer) => ({ ...layer, light: from === undefined ? progress : 2 * progress - 1 }));
    case 'wipe':
      return to === undefined
        ? outgoing.map((layer) => withMotion(layer, 'reveal', OPPOSITE[direction], 1 - progress))
        : [...outgoing, ...incoming.map((layer) => withMotion(layer, 'reveal', direction, progress))];
    case 'slide':
      return [
        ...outgoing.map((layer) => withMotion(layer, 'leave', direction, progress)),
        ...incoming.map((layer) => withMotion(layer, 'enter', direction, progress)),
      ];
  }
}

const OPPOSITE = { left: 'right', right: 'left', up: 'down', down: 'up' } as const;

function withMotion(layer: Layer, kind: LayerMotion['kind'], direction: TransitionDirection, progress: number): Layer {
  return { ...layer, motion: { kind, direction, progress } };
}

function faded(layer: Layer, share: number): Layer {
  return { ...layer, opacity: layer.opacity * share };
}

/** What a clip shows at a record time, which transitions may have outside of it; nothing where it is off or offline. */
function layerOf(clip: VideoClip, sources: SourceLookup, time: Flicks): readonly Layer[] {
  if (!clip.enabled) return [];
  const frames = sources.source(clip.mediaId)?.frames;
  if (frames === undefined) return [];
  const offset = subtractFlicks(time, clip.recordIn);
  const placing = placingAt(clip, offset);
  if (placing.opacity <= 0) return [];
  return [{ clip, frame: frameAtOffset(clip, frames, offset), ...placing }];
}

function withNested(root: Timeline, layer: Layer, sources: SourceLookup): Layer {
  const nested = nestedTimeline(root, layer.clip.mediaId);
  if (nested === undefined) return layer;
  return { ...layer, nested: layersOf(root, nested, sources, timeOfFrame(layer.frame, nested.rate)) };
}

/** A clip's opacity (fades in it), transform and crop at an offset from its record in; those that change are always there. */
export function placingAt(clip: VideoClip, offset: Flicks): Placing {
  const { keyframes } = clip;
  const opacity = valueAt(keyframes?.opacity, offset, clip.opacity) * fadeAt(clip, offset);
  if (keyframes === undefined) {
    return {
      opacity,
      ...(isMoved(clip.transform) && { transform: clip.transform }),
      ...(isCropped(clip.crop) && { crop: clip.crop }),
    };
  }
  const transform = transformAt(clip.transform ?? NO_TRANSFORM, keyframes, offset);
  const crop = cropAt(clip.crop ?? NO_CROP, keyframes, offset);
  // A picture that moves is without its bars where it passes its fitted place, too.
  return {
    opacity,
    ...((isMoved(transform) || hasCurve(keyframes, MOVING)) && { transform }),
    ...((isCropped(crop) || hasCurve(keyframes, CROPPING)) && { crop }),
  };
}

const MOVING = ['positionX', 'positionY', 'scaleX', 'scaleY', 'rotationDegrees'] as const;
const CROPPING = ['cropLeft', 'cropTop', 'cropRight', 'cropBottom'] as const;

function hasCurve(keyframes: PictureKeyframes, parameters: readonly PictureParameter[]): boolean {
  return parameters.some((parameter) => keyframes[parameter] !== undefined);
}

function isMoved(transform: Transform | undefined): transform is Transform {
  if (transform === undefined) return false;
  const { positionX, positionY, scaleX, scaleY, rotationDegrees } = transform;
  return positionX !== 0 || positionY !== 0 || scaleX !== 1 || scaleY !== 1 || rotationDegrees !== 0;
}

function isCropped(crop: Crop | undefined): crop is Crop {
  return crop !== undefined && (crop.left > 0 || crop.top > 0 || crop.right > 0 || crop.bottom > 0);
}

function transformAt(still: Transform, keyframes: PictureKeyframes, offset: Flicks): Transform {
  return {
    positionX: valueAt(keyframes.positionX, offset, still.positionX),
    positionY: valueAt(keyframes.positionY, offset, still.positionY),
    scaleX: valueAt(keyframes.scaleX, offset, still.scaleX),
    scaleY: valueAt(keyframes.scaleY, offset, still.scaleY),
    rotationDegrees: valueAt(keyframes.rotationDegrees, offset, still.rotationDegrees),
    anchorX: valueAt(keyframes.anchorX, offset, still.anchorX),
    anchorY: valueAt(keyframes.anchorY, offset, still.anchorY),
  };
}

function cropAt(still: Crop, keyframes: PictureKeyframes, offset: Flicks): Crop {
  return {
    left: valueAt(keyframes.cropLeft, offset, still.left),
    top: valueAt(keyframes.cropTop, offset, still.top),
    right: valueAt(keyframes.cropRight, offset, still.right),
    bottom: valueAt(keyframes.cropBottom, offset, still.bottom),
  };
}

/** The fades' share of a picture's opacity; 1 outside the clip, where only transitions look. */
function fadeAt({ fadeIn, fadeOut, duration }: VideoClip, offset: Flicks): number {
  const rising = fadeIn === undefined || fadeIn <= 0 || offset < 0 ? 1 : Math.min(1, offset / fadeIn);
  const rest = duration - offset;
  const falling = fadeOut === undefined || fadeOut <= 0 || rest < 0 ? 1 : Math.min(1, rest / fadeOut);
  return Math.min(rising, falling);
}
