import { secondsOf, type Flicks } from '../time/flicks.ts';
import { resultOf, type MediaAnalysis } from './results.ts';
import type { StoryInput } from './story-curve.ts';

/**
 * What is known of a file by the second of source time, from its shots, their movement and its loudness. `timeOf` tells
 * when a frame is shown; `seconds`: how long the file is.
 */
export function storyMeasures(
  analysis: MediaAnalysis,
  { seconds, soundStart, timeOf }: { seconds: number; soundStart: Flicks; timeOf: (frame: number) => Flicks },
): StoryInput {
  const length = Math.max(0, Math.floor(seconds));
  const secondOf = (frame: number) => Math.floor(secondsOf(timeOf(frame)));
  const shots = resultOf(analysis, 'shots')?.shots;
  const cuts = shots === undefined ? undefined : new Array<number>(length).fill(0);
  for (const { firstFrame } of shots?.slice(1) ?? []) {
    const second = secondOf(firstFrame);
    if (cuts !== undefined && second < length) cuts[second] = (cuts[second] ?? 0) + 1;
  }
  const windows = resultOf(analysis, 'shot-scores')?.windows;
  const motion = windows === undefined ? undefined : byWindow(windows, length, secondOf);
  return {
    motion,
    cuts,
    loudness: loudnessBySecond(analysis, soundStart, length),
  };
}

function byWindow(
  windows: { readonly frames: number; readonly subjectMotion: readonly number[] },
  length: number,
  secondOf: (frame: number) => number,
): readonly number[] {
  const values = new Array<number>(length).fill(0);
  windows.subjectMotion.forEach((amount, window) => {
    values.fill(amount, Math.max(0, secondOf(window * windows.frames)), length);
  });
  return values;
}

function loudnessBySecond(
  analysis: MediaAnalysis,
  soundStart: Flicks,
  length: number,
): readonly (number | null)[] | undefined {
  const momentary = resultOf(analysis, 'loudness')?.momentary;
  if (momentary === undefined) return undefined;
  const start = secondsOf(soundStart);
  return Array.from({ length }, (_, second) => {
    const from = Math.max(0, Math.round(((second - start) * 1000) / momentary.stepMs));
    const here = momentary.lufs.slice(from, from + 1000 / momentary.stepMs).filter((value) => value !== null);
    return here.length === 0 ? null : here.reduce((sum, value) => sum + value, 0) / here.length;
  });
}
