import { primaryVideo, displaySize } from '../media/media.ts';
import { flicks } from '../time/flicks.ts';
import { frameOfTime, timeOfFrame, type Rate } from '../time/rate.ts';
import { valueAt, type Curve } from '../timeline/keyframes.ts';
import { fittedSize, type FrameSize } from '../timeline/placement-geometry.ts';
import type { Timeline, VideoClip } from '../timeline/timeline.ts';
import type { CutClip } from './export-cut.ts';

/** A value, or values by frames from the clip's first, between which it moves in straight lines. */
export type Moving = { readonly value: number; readonly keys: readonly Key[] };
type Key = { readonly frame: number; readonly value: number };

/** Curves bend over at most so many frames; longer ones are drawn from as many points. */
const MAX_POINTS = 5000;

/** A parameter as other programs hold it: straight lines; holds get a key before the next, curves one at each frame. */
export function movingValue(curve: Curve | undefined, constant: number, rate: Rate): Moving {
  if (curve === undefined || curve.length === 0) return { value: constant, keys: [] };
  const byFrame = new Map<number, number>();
  for (const [index, point] of curve.entries()) {
    const frame = frameOfTime(point.at, rate, 'nearest');
    byFrame.set(frame, point.value);
    const next = curve[index + 1];
    if (next === undefined || point.interpolation === 'linear') continue;
    const last = frameOfTime(next.at, rate, 'nearest') - 1;
    if (point.interpolation === 'hold') byFrame.set(Math.max(last, frame), point.value);
    else {
      const step = Math.max(1, Math.ceil((last - frame) / MAX_POINTS));
      for (let at = frame + step; at <= last; at += step)
        byFrame.set(at, valueAt(curve, timeOfFrame(at, rate), constant));
    }
  }
  const keys = [...byFrame].map(([frame, value]) => ({ frame, value })).toSorted((a, b) => a.frame - b.frame);
  const [first] = keys;
  return keys.length === 1 && first !== undefined ? { value: first.value, keys: [] } : { value: constant, keys };
}

/** The same with every value changed. */
export function changed({ value, keys }: Moving, change: (value: number) => number): Moving {
  return { value: change(value), keys: keys.map((key) => ({ frame: key.frame, value: change(key.value) })) };
}

/** Whether it stands at a value and never moves. */
export function standsAt({ value, keys }: Moving, neutral: number): boolean {
  return keys.length === 0 && value === neutral;
}

/** How a clip's picture is placed: every parameter, and its sizes in pixels. */
export type Motion = {
  readonly opacity: Moving;
  readonly positionX: Moving;
  readonly positionY: Moving;
  readonly scaleX: Moving;
  readonly scaleY: Moving;
  readonly rotationDegrees: Moving;
  readonly anchorX: Moving;
  readonly anchorY: Moving;
  readonly cropLeft: Moving;
  readonly cropTop: Moving;
  readonly cropRight: Moving;
  readonly cropBottom: Moving;
  /** The media's own size, and that at which it meets the frame. */
  readonly native: FrameSize;
  readonly fitted: FrameSize;
};

/** All of how a picture clip is placed. */
export function motionOf(item: CutClip<VideoClip>, timeline: Timeline): Motion {
  const { clip } = item;
  const { rate } = timeline;
  const { transform, crop, keyframes } = clip;
  const stream = primaryVideo(item.media);
  const native = stream === undefined ? timeline : displaySize(stream);
  const moving = (curve: Curve | undefined, constant: number) => movingValue(curve, constant, rate);
  return {
    opacity: moving(withFades(clip), clip.opacity),
    positionX: moving(keyframes?.positionX, transform?.positionX ?? 0),
    positionY: moving(keyframes?.positionY, transform?.positionY ?? 0),
    scaleX: moving(keyframes?.scaleX, transform?.scaleX ?? 1),
    scaleY: moving(keyframes?.scaleY, transform?.scaleY ?? 1),
    rotationDegrees: moving(keyframes?.rotationDegrees, transform?.rotationDegrees ?? 0),
    anchorX: moving(keyframes?.anchorX, transform?.anchorX ?? 0),
    anchorY: moving(keyframes?.anchorY, transform?.anchorY ?? 0),
    cropLeft: moving(keyframes?.cropLeft, crop?.left ?? 0),
    cropTop: moving(keyframes?.cropTop, crop?.top ?? 0),
    cropRight: moving(keyframes?.cropRight, crop?.right ?? 0),
    cropBottom: moving(keyframes?.cropBottom, crop?.bottom ?? 0),
    native,
    fitted: fittedSize(native, timeline, clip.fit === 'blur' ? 'fit' : clip.fit),
  };
}

/** Fades as part of the opacity, where it does not move otherwise. */
function withFades(clip: VideoClip): Curve | undefined {
  const { fadeIn = 0, fadeOut = 0, opacity, keyframes, duration } = clip;
  if (keyframes?.opacity !== undefined || (fadeIn === 0 && fadeOut === 0)) return keyframes?.opacity;
  const points: Curve = [
    ...(fadeIn === 0
      ? []
      : [
          { at: 0, value: 0 },
          { at: fadeIn, value: opacity },
        ]),
    ...(fadeOut === 0
      ? []
      : [
          { at: duration - fadeOut, value: opacity },
          { at: duration, value: 0 },
        ]),
  ].map(({ at, value }) => ({ at: flicks(at), value, interpolation: 'linear' }));
  return points;
}
