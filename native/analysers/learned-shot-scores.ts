import { z } from 'zod';
import { resultOf, type Shot } from '../../core/analysis/results.ts';
import { shotScoresSchema, type ShotScores } from '../../core/analysis/score-results.ts';
import { createScoreMeter, withDuplicates } from '../../core/analysis/shot-scores.ts';
import { primaryVideo } from '../../core/media/media.ts';
import { analysisSizeOf } from '../ingest/pass-plan.ts';
import { createPassKernels } from '../kernels/pass-kernels.ts';
import { LEARNED_SHOTS_MODEL } from './learned-shots.ts';
import { MODEL_SHARD_NEEDS, type AnalyserInput, type ModelAnalyser } from './model-analyser.ts';
import type { ProxyFrames } from './proxy-frames.ts';

const STAMP = { analyserId: 'learned-shot-scores', analyserVersion: 1 } as const;
/** Frames in a shard, unless one shot has more. */
const FRAMES_PER_SHARD = 2000;

/** Shots by their place in the list. */
const shardSchema = z.object({ shots: z.array(z.int()) });
const outputSchema = z.array(shotScoresSchema);

/**
 * Scores of the shots that a learned detector set right. Those it left as they were keep what was measured in the one pass;
 * the others are measured in the same way on the proxy, whose pictures went through one more encoder.
 */
export const learnedShotScoresAnalyser: ModelAnalyser<z.infer<typeof shardSchema>, z.infer<typeof outputSchema>> = {
  id: STAMP.analyserId,
  version: STAMP.analyserVersion,
  title: 'Scores of learned shots',
  gives: 'shot-scores',
  needs: { models: [LEARNED_SHOTS_MODEL], results: ['shots', 'shot-scores'] },
  schemas: { shard: shardSchema, output: outputSchema },
  appliesTo: ({ kind, video }) => kind === 'video' && video.length > 0,
  split(input) {
    const shards: { readonly shots: number[]; cost: number }[] = [];
    for (const index of changedShots(input)) {
      const length = lengthOf(shotsOf(input)[index]);
      const last = shards.at(-1);
      if (last === undefined || last.cost + length > FRAMES_PER_SHARD) shards.push({ shots: [index], cost: length });
      else {
        last.shots.push(index);
        last.cost += length;
      }
    }
    return shards.map(({ shots, cost }) => ({ shard: { shots }, cost, needs: MODEL_SHARD_NEEDS }));
  },
  async run({ shots: indexes }, input, work) {
    const video = primaryVideo(input.media);
    const { frames } = input;
    if (video === undefined || frames === undefined) return [];
    const [size, shots, found] = [analysisSizeOf(video), shotsOf(input), new Array<ShotScores>()];
    for (const [n, index] of indexes.entries()) {
      const [shot, next] = [shots[index], shots[index + 1]];
      if (shot === undefined) continue;
      const scores = await scoresOf({ shot, next }, frames, { ...size, signal: work.signal });
      if (scores !== undefined) found.push(scores);
      work.progress((n + 1) / indexes.length);
    }
    return found;
  },
  merge(outputs, input) {
    const measured = resultOf(input.analysis, 'shot-scores');
    const rows = new Map([...(measured?.shots ?? []), ...outputs.flat()].map((row) => [nameOf(row), row]));
    const shots = withDuplicates(shotsOf(input).flatMap((shot) => rows.get(nameOf(shot)) ?? []));
    const none = { frames: 24 as const, sharpness: [], exposure: [], noise: [], shake: [], subjectMotion: [] };
    return { kind: 'shot-scores', ...STAMP, shots, windows: measured?.windows ?? none };
  },
};

type Frames = { readonly firstFrame: number; readonly lastFrame: number };

function nameOf({ firstFrame, lastFrame }: Frames): string {
  return `${firstFrame}–${lastFrame}`;
}

function lengthOf(shot: Frames | undefined): number {
  return shot === undefined ? 0 : shot.lastFrame + 1 - shot.firstFrame;
}

function shotsOf({ analysis }: AnalyserInput): readonly Shot[] {
  return resultOf(analysis, 'shots')?.shots ?? [];
}

/** Places of those shots in the list that were not measured as such. */
function changedShots(input: AnalyserInput): readonly number[] {
  const measured = new Set((resultOf(input.analysis, 'shot-scores')?.shots ?? []).map(nameOf));
  return shotsOf(input).flatMap((shot, index) => (measured.has(nameOf(shot)) ? [] : [index]));
}

type Order = { readonly width: number; readonly height: number; readonly signal: AbortSignal };

async function scoresOf(
  { shot, next }: { readonly shot: Shot; readonly next: Shot | undefined },
  frames: ProxyFrames,
  { width, height, signal }: Order,
): Promise<ShotScores | undefined> {
  const { firstFrame } = shot;
  const last = Math.min(shot.lastFrame, frames.count - 1);
  const meter = createScoreMeter(createPassKernels());
  const wanted = Array.from({ length: last + 1 - firstFrame }, (_, at) => firstFrame + at);
  const luma = width * height;
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  for await (const { pixels } of frames.read({ frames: wanted, width, height, layout: 'measured', signal })) {
    const [u, v] = [pixels.subarray(luma, luma + chroma), pixels.subarray(luma + chroma, luma + 2 * chroma)];
    meter.push({ width, height, y: pixels.subarray(0, luma), u, v });
  }
  const [row] = meter.finish(
    [shot, ...(next === undefined ? [] : [next])].map((one) => movedBy(one, -firstFrame)),
  ).shots;
  return row && { ...row, ...{ firstFrame, lastFrame: shot.lastFrame, keyFrame: row.keyFrame + firstFrame } };
}

function movedBy({ firstFrame, lastFrame, transitionIn }: Shot, frames: number): Shot {
  return {
    ...{ firstFrame: firstFrame + frames, lastFrame: lastFrame + frames },
    transitionIn:
      'firstFrame' in transitionIn
        ? {
            kind: transitionIn.kind,
            firstFrame: transitionIn.firstFrame + frames,
            lastFrame: transitionIn.lastFrame + frames,
          }
        : transitionIn,
  };
}
