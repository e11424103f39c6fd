import { createMotionMeter, halfPicture } from './camera-motion.ts';
import type { FrameMotion, HalfPicture, MotionKernels } from './camera-motion.ts';
import {
  DESCRIPTOR_LENGTH,
  descriptorColour,
  descriptorDistance,
  pictureDescriptor,
  pictureScores,
} from './picture-scores.ts';
import type { PictureScores, ScoreKernels } from './picture-scores.ts';
import type { AnalyserStamp, Shot } from './results.ts';
import { WINDOW_FRAMES, type CameraKind, type ScoreWindows } from './score-results.ts';
import type { ShotScores, ShotScoresFields } from './score-results.ts';
import type { Planes } from './small-picture.ts';

export const SHOT_SCORES_ANALYSER = { analyserId: 'shot-scores', analyserVersion: 3 } as const;

/** Every fourth frame is looked at by itself; motion is followed through all of them. */
const SAMPLE = 4;
/** Frames on each side over which the camera's wanted motion is averaged; what is left is shake. */
const SMOOTHING = 6;
const BLACK_BRIGHTNESS = 24;
const BLACK_CHANGE = 4;
/** Mean change, luma levels, below which a frame repeats the one before; so many repeats in a row are a frozen picture. */
const SAME = 0.06;
const LEAST_FROZEN = 8;
/** A flash lifts the whole picture by so many levels and lets it fall again within five frames. */
const FLASH_LIFT = 25;
const FLASH_FRAMES = 5;
/** Descriptors this near belong to the same picture, shot or encoded again. */
export const NEAR_DUPLICATE = 6;

type Sample = PictureScores & { readonly frame: number; readonly descriptor: Uint8Array };
type FrameRow = Pick<FrameMotion, 'ownMotion' | 'trust'> & {
  readonly x: number;
  readonly y: number;
  readonly grow: number;
  readonly change: number;
  readonly brightness: number;
};
type Series = { readonly rows: FrameRow[]; readonly samples: Sample[] };

/** Takes frames one by one; sums them up per shot and window once shots are known. */
export type ScoreMeter = {
  readonly push: (planes: Planes) => void;
  readonly finish: (shots: readonly Shot[]) => AnalyserStamp & ShotScoresFields;
};

export function createScoreMeter(kernels?: MotionKernels & ScoreKernels): ScoreMeter {
  const halve = kernels?.halve ?? halfPicture;
  const follow = createMotionMeter(kernels?.follow);
  const series: Series = { rows: [], samples: [] };
  let before: HalfPicture | undefined;
  return {
    push: (planes) => {
      const half = halve(planes.y, planes.width, planes.height);
      const { step, ownMotion, trust } = follow(half);
      const frame = series.rows.length;
      series.rows.push({
        x: step.x,
        y: step.y,
        grow: step.grow,
        ownMotion,
        trust,
        ...changeOf(half, before, kernels?.thirds),
      });
      if (frame % SAMPLE === 0) {
        series.samples.push({
          frame,
          ...pictureScores(planes, half, kernels),
          descriptor: pictureDescriptor(planes, half, kernels?.cells),
        });
      }
      before = half;
    },
    finish: (shots) => {
      const scored = shots.map((shot, index) => scoresOfShot(series, shot, shots[index + 1]));
      return {
        kind: 'shot-scores',
        ...SHOT_SCORES_ANALYSER,
        shots: withDuplicates(scored),
        windows: windowsOf(series),
      };
    },
  };
}

/** Mean luma, and mean absolute change from the frame before, on every third pixel. */
function changeOf({ luma }: HalfPicture, before: HalfPicture | undefined, sumsOf = thirdsOf) {
  const { sum, change } = sumsOf(luma, before?.luma.length === luma.length ? before.luma : luma);
  const count = Math.max(1, Math.ceil(luma.length / 3));
  return { brightness: sum / count, change: change / count };
}

function thirdsOf(luma: Uint8Array, old: Uint8Array) {
  let [sum, change] = [0, 0];
  for (let at = 0; at < luma.length; at += 3) {
    const value = luma[at] ?? 0;
    sum = (sum + value) | 0;
    change = (change + Math.abs(value - (old[at] ?? 0))) | 0;
  }
  return { sum, change };
}

function scoresOfShot(series: Series, shot: Shot, next: Shot | undefined): ShotScores {
  const { first, last } = pureFrames(shot, next);
  const samples = samplesBetween(series, first, last);
  const of = (field: Exclude<keyof PictureScores, never>) => rounded(median(samples.map((sample) => sample[field])));
  // The first frame's motion is that of the cut.
  const rows = series.rows.slice(Math.min(first + 1, last), last + 1);
  const shake = shakeOf(rows);
  const { key, descriptor } = keyOf(samples, series, { first, last });
  const [sharpness, exposure, noise] = [of('sharpness'), of('exposure'), of('noise')];
  return {
    ...{ firstFrame: shot.firstFrame, lastFrame: shot.lastFrame, keyFrame: key },
    quality: rounded(qualityOf(sharpness, exposure, noise, shake)),
    ...{ motion: rounded(motionOf(rows)), steadiness: rounded(100 * Math.exp(-shake / SHAKY)) },
    ...{ sharpness, motionBlur: rounded(motionBlurOf(series, samples)), exposure },
    ...{ shadowsClipped: of('shadowsClipped'), highlightsClipped: of('highlightsClipped'), noise },
    ...{ colourfulness: of('colourfulness'), contrast: of('contrast'), shake: rounded(shake) },
    ...cameraOf(rows, shake),
    subjectMotion: rounded(100 * mean(rows.map(({ ownMotion }) => ownMotion))),
    ...{ thirds: of('thirds'), symmetry: of('symmetry'), gravityX: of('gravityX'), gravityY: of('gravityY') },
    ...oddFrames(series.rows, shot),
    ...{ nearDuplicateOf: null, descriptor: [...descriptor], meanColour: meanColourOf(samples) },
  };
}

/** The shot without frames that hold two pictures; all of it where nothing else is left. */
function pureFrames(shot: Shot, next: Shot | undefined): { readonly first: number; readonly last: number } {
  const enter = shot.transitionIn;
  const leave = next?.transitionIn;
  const first = 'lastFrame' in enter ? Math.max(shot.firstFrame, enter.lastFrame + 1) : shot.firstFrame;
  const last =
    leave !== undefined && 'firstFrame' in leave ? Math.min(shot.lastFrame, leave.firstFrame - 1) : shot.lastFrame;
  return first <= last ? { first, last } : { first: shot.firstFrame, last: shot.lastFrame };
}

/** A mean change of so many levels per frame is violent motion: 63 on a scale that nears 100 for ever more. */
const VIOLENT_CHANGE = 11;
/** So much shake, percent of the height per frame, brings steadiness down to 37. */
const SHAKY = 1.2;

function motionOf(rows: readonly FrameRow[]): number {
  return rows.length < 2 ? 0 : 100 * (1 - Math.exp(-mean(rows.map(({ change }) => change)) / VIOLENT_CHANGE));
}

/** Mean luma and chroma of the samples' cells. */
function meanColourOf(samples: readonly Sample[]): [number, number, number] {
  const colours = samples.map(({ descriptor }) => descriptorColour(descriptor));
  const of = (index: 0 | 1 | 2) => rounded(mean(colours.map((colour) => colour[index])));
  return [of(0), of(1), of(2)];
}

/** The shot's samples; a shot between two samples borrows the nearest. */
function samplesBetween({ samples }: Series, first: number, last: number): readonly Sample[] {
  const own = samples.slice(Math.ceil(first / SAMPLE), Math.floor(last / SAMPLE) + 1);
  return own.length > 0 ? own : samples.slice(Math.floor(first / SAMPLE), Math.floor(first / SAMPLE) + 1);
}

/**
 * 0–100: a product, so that one bad fault is enough. (1 − e^(−sharpness / 35)) · (0.05 + 0.95 exposure / 100) ·
 * e^(−noise / 10) · 1 / (1 + shake / 1.2): sharpness and exposure of 0–100, noise in levels, shake in percent of the height,
 * whose reading is the less certain the stronger it is.
 */
export function qualityOf(sharpness: number, exposure: number, noise: number, shake: number): number {
  const clear = 1 - Math.exp(-sharpness / 35);
  return (100 * clear * (0.05 + (0.95 * exposure) / 100) * Math.exp(-noise / 10)) / (1 + shake / 1.2);
}

/**
 * Root mean square of the camera's steps less their average over ± 6 frames, percent of the picture's height per frame.
 * The largest tenth is left out: a repeated pattern is now and then followed by a step too far, a trembling hand trembles on.
 */
function shakeOf(rows: readonly FrameRow[]): number {
  if (rows.length < 3) return 0;
  const squares = rows.map((row, n) => {
    const around = rows.slice(Math.max(0, n - SMOOTHING), n + SMOOTHING + 1);
    return (row.x - mean(around.map(({ x }) => x))) ** 2 + (row.y - mean(around.map(({ y }) => y))) ** 2;
  });
  const usual = squares.sort((a, b) => a - b).slice(0, Math.ceil(0.9 * squares.length));
  return 100 * Math.sqrt(mean(usual));
}

const SLOW = 0.12;

/** Kind by the largest steady part of the motion: across, up and down, or growing (at half the height from the centre). */
function cameraOf(rows: readonly FrameRow[], shake: number): { camera: CameraKind; cameraSpeed: number } {
  const across = 100 * Math.abs(mean(rows.map(({ x }) => x)));
  const upright = 100 * Math.abs(mean(rows.map(({ y }) => y)));
  const zoom = 50 * Math.abs(mean(rows.map(({ grow }) => grow)));
  const most = Math.max(across, upright, zoom);
  // Of a shaken camera the steady part must be the larger one.
  if (most > SLOW && most > 0.6 * shake) {
    const camera = most === zoom ? 'zoom' : most === across ? 'pan' : 'tilt';
    return { camera, cameraSpeed: rounded(most) };
  }
  return shake > SLOW ? { camera: 'handheld', cameraSpeed: rounded(shake) } : { camera: 'static', cameraSpeed: 0 };
}

/** How much less detail there is along the camera's motion than across it, 0–100; a slow camera blurs nothing. */
function motionBlurOf({ rows }: Series, samples: readonly Sample[]): number {
  const blurs = samples.map(({ frame, alongRows, alongColumns }) => {
    const { x, y } = rows[frame] ?? { x: 0, y: 0 };
    const speed = 100 * Math.hypot(x, y);
    if (speed < 0.2) return 0;
    const share = (x * x) / (x * x + y * y);
    const along = alongRows * share + alongColumns * (1 - share) + 1;
    const across = alongColumns * share + alongRows * (1 - share) + 1;
    return 100 * Math.max(0, 1 - along / across) * (1 - Math.exp(-speed / 2));
  });
  return mean(blurs);
}

/** The sampled frame with the best product of sharpness, exposure and calm. */
function keyOf(samples: readonly Sample[], { rows }: Series, { first, last }: { first: number; last: number }) {
  let best: Sample | undefined;
  let highest = -1;
  for (const sample of samples) {
    // The first frame's change is that of the cut.
    const change = rows[sample.frame === first ? Math.min(first + 1, last) : sample.frame]?.change ?? 0;
    const value = ((1 + sample.sharpness) * (1 + sample.exposure)) / (1 + change / VIOLENT_CHANGE);
    if (value > highest) [highest, best] = [value, sample];
  }
  return { key: best?.frame ?? first, descriptor: best?.descriptor ?? new Uint8Array(DESCRIPTOR_LENGTH) };
}

function oddFrames(rows: readonly FrameRow[], { firstFrame, lastFrame }: Shot) {
  let [blackFrames, frozenFrames, flashFrames, still] = [0, 0, 0, 0];
  const bright = (frame: number) => rows[Math.max(firstFrame, Math.min(lastFrame, frame))]?.brightness ?? 0;
  for (let frame = firstFrame; frame <= lastFrame; frame++) {
    const { change, brightness } = rows[frame] ?? { change: 0, brightness: 0 };
    if (brightness < BLACK_BRIGHTNESS && (change < BLACK_CHANGE || frame === firstFrame)) blackFrames++;
    still = frame > firstFrame && change < SAME ? still + 1 : 0;
    if (still === LEAST_FROZEN) frozenFrames += LEAST_FROZEN;
    else if (still > LEAST_FROZEN) frozenFrames++;
    const [before, after] = [bright(frame - FLASH_FRAMES), bright(frame + FLASH_FRAMES)];
    if (brightness - Math.max(before, after) > FLASH_LIFT) flashFrames++;
  }
  return { blackFrames, frozenFrames, flashFrames };
}

/** Shots with the first one before them that looks the same. */
export function withDuplicates(shots: readonly ShotScores[]): readonly ShotScores[] {
  return shots.map((shot, index) => ({ ...shot, nearDuplicateOf: duplicateOf(shots, index) }));
}

function duplicateOf(shots: readonly ShotScores[], index: number): number | null {
  const own = shots[index]?.descriptor ?? [];
  const at = shots.findIndex((shot, n) => n < index && descriptorDistance(shot.descriptor, own) < NEAR_DUPLICATE);
  return at < 0 ? null : at;
}

function windowsOf({ rows, samples }: Series): ScoreWindows {
  const count = Math.ceil(rows.length / WINDOW_FRAMES);
  const windows = Array.from({ length: count }, (_, n) => ({
    rows: rows.slice(n * WINDOW_FRAMES, (n + 1) * WINDOW_FRAMES),
    samples: samples.slice((n * WINDOW_FRAMES) / SAMPLE, ((n + 1) * WINDOW_FRAMES) / SAMPLE),
  }));
  const sampled = (field: 'sharpness' | 'exposure' | 'noise') =>
    windows.map((window) => rounded(mean(window.samples.map((sample) => sample[field]))));
  return {
    frames: WINDOW_FRAMES,
    ...{ sharpness: sampled('sharpness'), exposure: sampled('exposure'), noise: sampled('noise') },
    shake: windows.map((window) => rounded(shakeOf(window.rows))),
    subjectMotion: windows.map((window) => rounded(100 * mean(window.rows.map(({ ownMotion }) => ownMotion)))),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
