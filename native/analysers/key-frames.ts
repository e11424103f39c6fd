import { z } from 'zod';
import { resultOf } from '../../core/analysis/results.ts';
import { shotsOf } from './faces.ts';
import { MODEL_SHARD_NEEDS, type AnalyserInput } from './model-analyser.ts';

const LOOKS_PER_SHARD = 300;
/** Long shots are looked at again after so many frames. */
const LONGEST_GAP = 250;

/** A frame to look at, and the shot it stands for. */
export type Look = { readonly frame: number; readonly firstFrame: number; readonly lastFrame: number };

/** Part of {@link keyFrames}, by index; `end` is exclusive. */
export const keyFrameShardSchema = z.object({ first: z.int(), end: z.int() });
export type KeyFrameShard = z.infer<typeof keyFrameShardSchema>;

/** The best frame of each shot, and in long ones others evenly apart. */
export function keyFrames(input: AnalyserInput): readonly Look[] {
  const scores = resultOf(input.analysis, 'shot-scores')?.shots ?? [];
  const bestFrames = new Map(scores.map(({ firstFrame, keyFrame }) => [firstFrame, keyFrame]));
  return shotsOf(input).flatMap(({ firstFrame, lastFrame }) => {
    const count = Math.ceil((lastFrame - firstFrame + 1) / LONGEST_GAP);
    const best = bestFrames.get(firstFrame);
    const step = (lastFrame - firstFrame + 1) / count;
    const even = Array.from({ length: count }, (_, n) => Math.floor(firstFrame + step * (n + 0.5)));
    const frames = count === 1 && best !== undefined && best <= lastFrame ? [best] : even;
    return frames.map((frame) => ({ frame, firstFrame, lastFrame }));
  });
}

/** Key frames by the hundreds: what one order of an analyser looks at. */
export function splitKeyFrames(input: AnalyserInput) {
  return splitLooks(keyFrames(input));
}

/** Looks by the hundreds. */
export function splitLooks({ length }: readonly Look[]) {
  return Array.from({ length: Math.ceil(length / LOOKS_PER_SHARD) }, (_, part) => {
    const shard: KeyFrameShard = { first: part * LOOKS_PER_SHARD, end: Math.min(length, (part + 1) * LOOKS_PER_SHARD) };
    return { shard, cost: shard.end - shard.first, needs: MODEL_SHARD_NEEDS };
  });
}
