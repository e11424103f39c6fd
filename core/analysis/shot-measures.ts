import { createFrameMeter, type FrameKernels, type FrameMeasures } from './frame-measures.ts';
import type { Shot, ShotMeasures, ShotMeasuresResult } from './results.ts';
import type { Planes } from './small-picture.ts';

export const SHOT_MEASURES_ANALYSER = { analyserId: 'shot-measures', analyserVersion: 4 } as const;

/** Takes frames one by one; sums them up per shot once shots are known. Memory: eight numbers per frame. */
export type ShotMeter = {
  readonly push: (planes: Planes) => void;
  readonly finish: (shots: readonly Shot[]) => ShotMeasuresResult;
};

const FIELDS = ['sharpness', 'exposure', 'change', 'moveX', 'moveY', 'meanY', 'meanU', 'meanV'] as const;
type Columns = Record<(typeof FIELDS)[number], Float32Array>;

export function createShotMeter(kernels?: FrameKernels): ShotMeter {
  const measure = createFrameMeter(kernels);
  let columns = emptyColumns(1024);
  let count = 0;
  return {
    push: (planes) => {
      if (count === columns.change.length) columns = grown(columns);
      const values: FrameMeasures = measure(planes);
      for (const field of FIELDS) columns[field][count] = values[field];
      count++;
    },
    finish: (shots) => ({
      kind: 'shot-measures',
      ...SHOT_MEASURES_ANALYSER,
      shots: shots.map((shot, index) => measuresOfShot(columns, shot, shots[index + 1])),
    }),
  };
}

function emptyColumns(length: number): Columns {
  const column = () => new Float32Array(length);
  return {
    ...{ sharpness: column(), exposure: column(), change: column(), moveX: column() },
    ...{ moveY: column(), meanY: column(), meanU: column(), meanV: column() },
  };
}

function grown(columns: Columns): Columns {
  const next = emptyColumns(columns.change.length * 2);
  for (const field of FIELDS) next[field].set(columns[field]);
  return next;
}

/** A change of 12 levels per frame is violent motion: 63 on the scale; it nears 100 for ever more. */
const VIOLENT_CHANGE = 12;
/** A jolt (change of speed) of 2 of 320 pixels per frame brings steadiness down to 37. */
const SHAKY_JOLT = 2;

/**
 * One shot's measures, all but meanColour on a scale of 0–100.
 * sharpness, exposure: medians over the shot's pure frames (see frame-measures.ts).
 * motion: 100 (1 − e^(−c / 12)) for a mean change c of luma levels per frame.
 * steadiness: 100 e^(−j / 2) for a mean jolt j, the change of the whole picture's speed in pixels of 320 per frame²:
 * an even pan is steady, a trembling hand is not.
 * bestFrame: the frame with the best product of sharpness, exposure and calm.
 */
function measuresOfShot(columns: Columns, shot: Shot, next: Shot | undefined): ShotMeasures {
  const { first, last } = pureFrames(shot, next);
  const of = (field: keyof Columns, from = first) => columns[field].subarray(from, last + 1);
  // The first frame's change is that of the cut.
  const moving = Math.min(first + 1, last);
  const change = first === last ? 0 : meanOf(of('change', moving));
  let jolt = 0;
  for (let frame = first + 2; frame <= last; frame++) {
    const x = (columns.moveX[frame] ?? 0) - (columns.moveX[frame - 1] ?? 0);
    const y = (columns.moveY[frame] ?? 0) - (columns.moveY[frame - 1] ?? 0);
    jolt += Math.hypot(x, y) / (last - first - 1);
  }
  return {
    firstFrame: shot.firstFrame,
    lastFrame: shot.lastFrame,
    sharpness: rounded(medianOf(of('sharpness'))),
    exposure: rounded(medianOf(of('exposure'))),
    motion: rounded(100 * (1 - Math.exp(-change / VIOLENT_CHANGE))),
    steadiness: rounded(100 * Math.exp(-jolt / SHAKY_JOLT)),
    bestFrame: bestFrame(columns, first, last),
    meanColour: [rounded(meanOf(of('meanY'))), rounded(meanOf(of('meanU'))), rounded(meanOf(of('meanV')))],
  };
}

/** The shot without frames that hold two pictures; all of it where nothing else is left. */
export function pureFrames(shot: Shot, next: Shot | undefined): { readonly first: number; readonly last: number } {
  const enter = shot.transitionIn;
  const leave = next?.transitionIn;
  const first = 'lastFrame' in enter ? Math.max(shot.firstFrame, enter.lastFrame + 1) : shot.firstFrame;
  const last =
    leave !== undefined && 'firstFrame' in leave ? Math.min(shot.lastFrame, leave.firstFrame - 1) : shot.lastFrame;
  return first <= last ? { first, last } : { first: shot.firstFrame, last: shot.lastFrame };
}

function bestFrame(columns: Columns, first: number, last: number): number {
  let best = first;
  let highest = -1;
  for (let frame = first; frame <= last; frame++) {
    const change = frame === first ? (columns.change[Math.min(first + 1, last)] ?? 0) : (columns.change[frame] ?? 0);
    const calm = 1 / (1 + change / VIOLENT_CHANGE);
    const score = (1 + (columns.sharpness[frame] ?? 0)) * (1 + (columns.exposure[frame] ?? 0)) * calm;
    if (score > highest) [best, highest] = [frame, score];
  }
  return best;
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function medianOf(values: Float32Array): number {
  return values.slice().sort()[values.length >> 1] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
