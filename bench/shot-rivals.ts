import type { Planes } from '../core/analysis/small-picture.ts';
import { findFfmpeg } from '../native/ffmpeg/find.ts';
import { runProgram } from '../native/process/programs.ts';

/** Frames at which a rival says a shot begins. None of them tells cuts from gradual transitions. */
export type RivalCuts = readonly number[];

/** ffmpeg's scdet at its own threshold, or its scene score at the customary 0.3. `input` are the arguments that open the film. */
export async function ffmpegCuts(input: readonly string[], filter: 'scdet' | 'scene'): Promise<RivalCuts> {
  const tools = await findFfmpeg();
  const chosen = filter === 'scdet' ? 'scdet=threshold=10' : "select='gte(scene,0)'";
  const graph = `${chosen},metadata=print:file=-`;
  const args = ['-v', 'error', '-threads', '2', ...input, '-map', '0:v:0', '-vf', graph, '-f', 'null', '-'];
  const { stdout } = await runProgram(tools.ffmpeg, ['-nostdin', '-hide_banner', ...args]);
  let frame = -1;
  const cuts: number[] = [];
  for (const line of stdout.split('\n')) {
    const number = /^frame:(\d+)/.exec(line)?.[1];
    if (number !== undefined) frame = Number(number);
    if (line.startsWith('lavfi.scd.time') || Number(/^lavfi\.scene_score=(.*)/.exec(line)?.[1]) > 0.3) cuts.push(frame);
  }
  return cuts;
}

/** Hue 0–179, saturation and value 0–255, as OpenCV counts them, one of each for every chroma sample. */
type HueSaturationValue = { readonly hue: Uint8Array; readonly saturation: Uint8Array; readonly value: Uint8Array };

/**
 * The content score of PySceneDetect 0.6 (`ContentDetector`, default weights): the mean of the mean absolute differences
 * of hue, saturation and value of neighbouring frames. Here of pictures of half the size of the small frames, 160 × 90.
 */
export function createContentScore(): (planes: Planes) => number {
  let before: HueSaturationValue | undefined;
  return (planes) => {
    const now = hueSaturationValue(planes);
    const last = before;
    before = now;
    if (last === undefined) return 0;
    return (
      (distance(now.hue, last.hue) + distance(now.saturation, last.saturation) + distance(now.value, last.value)) / 3
    );
  };
}

function distance(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
  return sum / a.length;
}

function hueSaturationValue({ width, height, y, u, v }: Planes): HueSaturationValue {
  const [columns, rows] = [width >> 1, height >> 1];
  const plane = () => new Uint8Array(columns * rows);
  const out = { hue: plane(), saturation: plane(), value: plane() };
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const from = 2 * row * width + 2 * column;
      const sum = (y[from] ?? 0) + (y[from + 1] ?? 0) + (y[from + width] ?? 0) + (y[from + width + 1] ?? 0);
      const luma = 1.164 * (sum / 4 - 16);
      const [cb, cr] = [(u[at] ?? 128) - 128, (v[at] ?? 128) - 128];
      const [r, g, b] = [byte(luma + 1.596 * cr), byte(luma - 0.392 * cb - 0.813 * cr), byte(luma + 2.017 * cb)];
      const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
      const range = most - least;
      const sector =
        range === 0 ? 0 : most === r ? (g - b) / range : most === g ? 2 + (b - r) / range : 4 + (r - g) / range;
      out.hue[at] = Math.round((sector < 0 ? sector + 6 : sector) * 30) % 180;
      out.saturation[at] = most === 0 ? 0 : Math.round((255 * range) / most);
      out.value[at] = most;
    }
  }
  return out;
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}

const LEAST_SHOT = 15;

/** `detect-content` of PySceneDetect with its defaults: a fixed threshold of 27, cuts less than 15 frames apart merged. */
export function fixedThresholdCuts(scores: readonly number[]): RivalCuts {
  const cuts: number[] = [];
  let lastAbove = 0;
  let mergeStart: number | undefined;
  let mayMerge = false;
  scores.forEach((score, frame) => {
    const above = score >= 27;
    const longEnough = frame - lastAbove >= LEAST_SHOT;
    if (above) lastAbove = frame;
    if (mergeStart !== undefined) {
      if (longEnough && !above && lastAbove - mergeStart >= LEAST_SHOT) {
        mergeStart = undefined;
        cuts.push(lastAbove);
      }
    } else if (above && longEnough) {
      mayMerge = true;
      cuts.push(frame);
    } else if (above && mayMerge) mergeStart = frame;
  });
  return cuts;
}

/** `detect-adaptive` of PySceneDetect with its defaults: at least 15, and three times the mean of two frames on each side. */
export function adaptiveCuts(scores: readonly number[]): RivalCuts {
  const cuts: number[] = [];
  let last = 0;
  for (let frame = 2; frame + 2 < scores.length; frame++) {
    const score = scores[frame] ?? 0;
    const around = [-2, -1, 1, 2].reduce((sum, offset) => sum + (scores[frame + offset] ?? 0), 0) / 4;
    const ratio = around < 1e-5 ? (score >= 15 ? 255 : 0) : Math.min(255, score / around);
    // Its clock is two frames ahead of the frame that it judges.
    if (ratio >= 3 && score >= 15 && frame + 2 - last >= LEAST_SHOT) {
      last = frame;
      cuts.push(frame);
    }
  }
  return cuts;
}
