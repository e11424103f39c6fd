import type { Curve, Keyframe } from '../timeline/keyframes.ts';
import type { Flicks } from '../time/flicks.ts';
import type { Box } from './boxes.ts';
import { cropPath, type CropMotion, type CropTube } from './crop-path.ts';
import type { FaceTrack } from './picture-results.ts';
import type { Shot } from './results.ts';
import { trackBoxAt } from './tracks.ts';

/** What a crop follows, best first: faces, persons and animals, what draws the eye, or nothing: the middle. */
export type CropSubject = 'faces' | 'objects' | 'saliency' | 'centre';

export type CropOrder = {
  /** Width ÷ height of the source as shown. */
  readonly sourceAspect: number;
  /** Width ÷ height of what is made, e.g. 9 / 16. */
  readonly targetAspect: number;
  readonly framesPerSecond: number;
  /** Every how many frames faces were looked for. */
  readonly stride: number;
  readonly faces: readonly FaceTrack[];
  /** Other subjects, e.g. persons; used in shots without faces. */
  readonly objects?: readonly SubjectTrack[] | undefined;
  /** Where the eye goes in a shot, by its first frame: a point in parts of the picture. */
  readonly salient?: ReadonlyMap<number, { readonly x: number; readonly y: number }> | undefined;
};

/** Where a subject was seen, by rising frame. */
export type SubjectTrack = Pick<FaceTrack, 'id' | 'firstFrame' | 'lastFrame' | 'seen'>;

/** The crop of one shot: its window's centre on the axis that is cut, frame by frame. */
export type ShotCrop = {
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly subject: CropSubject;
  /** The axis on which the source is larger than the target; 'none' where both have one shape. */
  readonly axis: 'x' | 'y' | 'none';
  /** Size of the window on that axis, in parts of the picture. */
  readonly window: number;
  /** Centre of the window, in parts of the picture, for each frame of the shot. */
  readonly centres: Float64Array;
};

/** At most this much of the picture's side per second. */
const VELOCITY_PER_SECOND = 0.4;
const MOST_VELOCITY_PER_FRAME = 0.018;
/** And at most this much where a face would be cut off otherwise. */
const HASTE_PER_SECOND = 0.6;
const EASE_SECONDS = 0.6;
/** Of the room around the subject in the window, how much it may drift without the crop moving. */
const DEAD_ZONE = 0.5;
/** A face seems this much larger than its box: hair, chin, and some air. */
const AIR = 1.35;
/** Of which this much must be seen of the main one: the box, and what it may stray between looks. */
const MUST_AIR = 1.3;
/** Faces belong above the middle of a window: its centre lies this part of the window below theirs. */
const HEADROOM = 0.1;

/** Plans the crop of each shot. Cuts reset it: nothing moves across them. */
export function planSmartCrop(
  shots: readonly Pick<Shot, 'firstFrame' | 'lastFrame'>[],
  order: CropOrder,
): readonly ShotCrop[] {
  const ratio = order.sourceAspect / order.targetAspect;
  const axis = Math.abs(ratio - 1) < 1e-3 ? 'none' : ratio > 1 ? 'x' : 'y';
  const window = axis === 'none' ? 1 : axis === 'x' ? 1 / ratio : ratio;
  const motion: CropMotion = {
    velocity: Math.min(MOST_VELOCITY_PER_FRAME, VELOCITY_PER_SECOND / order.framesPerSecond),
    haste: Math.min(MOST_VELOCITY_PER_FRAME, HASTE_PER_SECOND / order.framesPerSecond),
    ease: Math.round(EASE_SECONDS * order.framesPerSecond),
  };
  return shots.map((shot) => {
    const { subject, wanted } = subjectOf(shot, order, { axis, window });
    const centres = axis === 'none' ? wanted.map(() => 0.5) : follow(wanted, { window, motion });
    return { ...shot, subject, axis, window, centres: Float64Array.from(centres) };
  });
}

/** The span on the axis that should be in the window, by frame of the shot; undefined where nothing is known. */
type Wanted = readonly (Interval | undefined)[];
type Interval = {
  readonly from: number;
  readonly to: number;
  /** What of it must be in the window. */
  readonly must?: Span | undefined;
};
type Span = { readonly from: number; readonly to: number };
type Frame = { readonly axis: ShotCrop['axis']; readonly window: number };

function subjectOf(
  shot: Pick<Shot, 'firstFrame' | 'lastFrame'>,
  order: CropOrder,
  frame: Frame,
): { readonly subject: CropSubject; readonly wanted: Wanted } {
  const { firstFrame, lastFrame } = shot;
  const count = lastFrame - firstFrame + 1;
  const frames = Array.from({ length: count }, (_, n) => firstFrame + n);
  const inShot = facesIn(shot, order);
  if (inShot.length > 0) return { subject: 'faces', wanted: tracksWanted(frames, inShot, frame, FACES) };
  const objects = objectsIn(shot, order);
  if (objects.length > 0) return { subject: 'objects', wanted: tracksWanted(frames, objects, frame, WHOLE) };
  const point = order.salient?.get(firstFrame);
  if (point !== undefined) {
    const at = frame.axis === 'y' ? point.y : point.x;
    return { subject: 'saliency', wanted: frames.map(() => ({ from: at, to: at })) };
  }
  return { subject: 'centre', wanted: frames.map(() => ({ from: 0.5, to: 0.5 })) };
}

/** Whether anything but the look of the picture says where to look in a shot. */
export function hasSubject(
  shot: Pick<Shot, 'firstFrame' | 'lastFrame'>,
  order: Pick<CropOrder, 'faces' | 'objects'>,
): boolean {
  return facesIn(shot, order).length > 0 || objectsIn(shot, order).length > 0;
}

function facesIn(
  { firstFrame, lastFrame }: Pick<Shot, 'firstFrame' | 'lastFrame'>,
  { faces }: Pick<CropOrder, 'faces'>,
) {
  return faces.filter((track) => track.firstFrame <= lastFrame && track.lastFrame >= firstFrame);
}

function objectsIn(
  { firstFrame, lastFrame }: Pick<Shot, 'firstFrame' | 'lastFrame'>,
  { objects }: Pick<CropOrder, 'objects'>,
) {
  return (objects ?? []).filter((track) => track.firstFrame <= lastFrame && track.lastFrame >= firstFrame);
}

/** How much around a subject belongs to it, in its size, and how far it should lie above the middle. */
type Margins = { readonly air: number; readonly mustAir: number; readonly headroom: number };
const FACES: Margins = { air: AIR, mustAir: MUST_AIR, headroom: HEADROOM };
const WHOLE: Margins = { air: 1, mustAir: 1, headroom: 0 };

/** As many subjects, most important first, as fit the window together. */
function tracksWanted(
  frames: readonly number[],
  tracks: readonly SubjectTrack[],
  frame: Frame,
  { air, mustAir, headroom }: Margins,
): Wanted {
  const importance = new Map(tracks.map((track) => [track, importanceOf(track)]));
  const ranked = tracks.toSorted((a, b) => (importance.get(b) ?? 0) - (importance.get(a) ?? 0));
  return frames.map((at) => {
    let wanted: Interval | undefined;
    for (const track of ranked) {
      const box = trackBoxAt(track, at, Number.POSITIVE_INFINITY);
      if (box === undefined) continue;
      const own = intervalOf(box, frame, air, frame.axis === 'y' ? headroom : 0);
      if (wanted === undefined) {
        wanted = { ...own, must: intervalOf(box, frame, mustAir, 0) };
        continue;
      }
      const both = {
        ...wanted,
        from: Math.min(wanted.from, own.from),
        to: Math.max(wanted.to, own.to),
      };
      if (both.to - both.from <= frame.window) wanted = both;
    }
    return wanted;
  });
}

/** Size times sureness times time: how often it was looked at does not matter. */
export function importanceOf({ seen, firstFrame, lastFrame }: SubjectTrack): number {
  const sum = seen.reduce((total, { box, score }) => total + weightOf(box, score), 0);
  return (sum / Math.max(1, seen.length)) * (lastFrame - firstFrame + 1);
}

function weightOf(box: Box, score: number): number {
  return box.w * box.h * score;
}

function intervalOf(box: Box, { axis, window }: Frame, air: number, headroom: number): Interval {
  const [start, size] = axis === 'y' ? [box.y, box.h] : [box.x, box.w];
  const middle = start + size / 2 + headroom * window;
  const half = (size * air) / 2;
  return { from: middle - half, to: middle + half };
}

/** A path of the window's centre that keeps what is wanted inside it, as steadily as it can. */
function follow(
  wanted: Wanted,
  { window, motion }: { readonly window: number; readonly motion: CropMotion },
): number[] {
  const known = filled(wanted);
  const [least, most] = [window / 2, 1 - window / 2];
  const clamp = (value: number) => Math.min(most, Math.max(least, value));
  const low = new Float64Array(known.length);
  const high = new Float64Array(known.length);
  known.forEach(({ from, to }, at) => {
    const middle = (from + to) / 2;
    const drift = Math.max(0, window - (to - from)) * 0.5 * DEAD_ZONE;
    low[at] = clamp(middle - drift);
    high[at] = clamp(middle + drift);
  });
  return [...cropPath({ low, high }, mustTube(known, window), motion)].map(clamp);
}

/** Between which values the window's centre holds what must be seen; anywhere where nothing must, or it does not fit. */
function mustTube(known: readonly Interval[], window: number): CropTube {
  const low = new Float64Array(known.length).fill(window / 2);
  const high = new Float64Array(known.length).fill(1 - window / 2);
  known.forEach(({ must }, at) => {
    if (must === undefined || must.to - must.from > window) return;
    low[at] = Math.max(window / 2, Math.min(1 - window / 2, must.to - window / 2));
    high[at] = Math.max(window / 2, Math.min(1 - window / 2, must.from + window / 2));
  });
  return { low, high };
}

/** Frames without anything known are as the nearest with. */
function filled(wanted: Wanted): readonly Interval[] {
  const middle: Interval = { from: 0.5, to: 0.5 };
  const known = wanted.slice();
  for (let at = 1; at < known.length; at += 1) known[at] ??= known[at - 1];
  for (let at = known.length - 2; at >= 0; at -= 1) known[at] ??= known[at + 1];
  return known.map((one) => one ?? middle);
}

/** What a clip is given so that it shows the crop: it fills the frame, and its position follows curves. */
export type CropCurves = {
  readonly fit: 'fill';
  readonly keyframes: { readonly positionX?: Curve; readonly positionY?: Curve };
};

/** A curve may leave the planned path by this much of the picture's side. */
const TOLERANCE = 0.0005;

/** A moment of a clip, from its record in, and the source frame that it shows. */
export type ShownFrame = { readonly at: Flicks; readonly frame: number };

/**
 * The crop as editable keyframes of a clip. Positions are in parts of the made frame, as `Transform` has them.
 *
 * @param shown what the clip shows, by rising time: backwards, held and at any speed
 */
export function cropCurves(crops: readonly ShotCrop[], shown: readonly ShownFrame[]): CropCurves {
  const axis = crops.find((crop) => crop.axis !== 'none')?.axis;
  if (axis === undefined || axis === 'none') return { fit: 'fill', keyframes: {} };
  const keyframes = runsOf(crops, shown).flatMap(({ crop, moments }) => {
    const values = Float64Array.from(moments, ({ frame }) => crop.centres[frame - crop.firstFrame] ?? 0.5);
    const kept = simplified(values, TOLERANCE);
    return kept.flatMap((index, n): readonly Keyframe[] => {
      const at = moments[index]?.at;
      const value = (0.5 - (values[index] ?? 0.5)) / crop.window;
      // Up to the cut the last value stands; the next shot begins with its own.
      return at === undefined ? [] : [{ at, value, interpolation: n === kept.length - 1 ? 'hold' : 'linear' }];
    });
  });
  if (keyframes.length === 0) return { fit: 'fill', keyframes: {} };
  return { fit: 'fill', keyframes: axis === 'x' ? { positionX: keyframes } : { positionY: keyframes } };
}

type Run = { readonly crop: ShotCrop; readonly moments: ShownFrame[] };

/** Moments that show one shot after another. */
function runsOf(crops: readonly ShotCrop[], shown: readonly ShownFrame[]): readonly Run[] {
  const runs: Run[] = [];
  for (const moment of shown) {
    const within = ({ firstFrame, lastFrame }: ShotCrop) => moment.frame >= firstFrame && moment.frame <= lastFrame;
    const last = runs.at(-1);
    if (last !== undefined && within(last.crop)) {
      last.moments.push(moment);
      continue;
    }
    const crop = crops.find(within);
    if (crop !== undefined) runs.push({ crop, moments: [moment] });
  }
  return runs;
}

/** Indexes of a line's points that describe it within a tolerance, first and last among them (Douglas and Peucker 1973). */
function simplified(values: Float64Array, tolerance: number): readonly number[] {
  const last = values.length - 1;
  const kept = new Set([0, last]);
  const spans: [number, number][] = [[0, last]];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span;
    let [worst, at] = [tolerance, -1];
    for (let index = from + 1; index < to; index += 1) {
      const share = (index - from) / (to - from);
      const line = (values[from] ?? 0) * (1 - share) + (values[to] ?? 0) * share;
      const off = Math.abs((values[index] ?? 0) - line);
      if (off > worst) [worst, at] = [off, index];
    }
    if (at < 0) continue;
    kept.add(at);
    spans.push([from, at], [at, to]);
  }
  const steady = [...kept].toSorted((a, b) => a - b);
  // A shot that stands needs one keyframe.
  return steady.length === 2 && Math.abs((values[0] ?? 0) - (values[last] ?? 0)) <= tolerance ? [0] : steady;
}
