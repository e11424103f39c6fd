import { z } from 'zod';
import { storyCurve } from '../../core/analysis/story-curve.ts';
import { storyMeasures } from '../../core/analysis/story-measures.ts';
import { primaryVideo } from '../../core/media/media.ts';
import { flicks, flicksFromSeconds, secondsOf, ZERO_FLICKS } from '../../core/time/flicks.ts';
import { MODEL_SHARD_NEEDS, type ModelAnalyser } from './model-analyser.ts';

const STORY_ANALYSER = { analyserId: 'story-curve', analyserVersion: 1 } as const;

/** Hooks and climaxes of films by movement, loudness and cutting pace: results of others are all it needs. */
export const storyCurveAnalyser: ModelAnalyser<null, null> = {
  id: STORY_ANALYSER.analyserId,
  version: STORY_ANALYSER.analyserVersion,
  title: 'Story beats',
  gives: 'story-curve',
  needs: { models: [], results: ['shots', 'shot-scores', 'loudness'] },
  schemas: { shard: z.null(), output: z.null() },
  appliesTo: ({ kind }) => kind === 'video',
  split: () => [{ shard: null, cost: 1, needs: MODEL_SHARD_NEEDS }],
  run: async () => null,
  merge(_outputs, { media, analysis }) {
    const timing = primaryVideo(media)?.timing;
    const rate =
      timing?.kind === 'constant' ? timing.rate : timing?.kind === 'variable' ? timing.averageRate : undefined;
    const timeOf = (frame: number) => flicksFromSeconds(rate === undefined ? 0 : (frame * rate.den) / rate.num);
    const seconds = secondsOf(media.duration);
    const soundStart = media.audio[0]?.offset ?? ZERO_FLICKS;
    const { tension, moments } = storyCurve(storyMeasures(analysis, { seconds, soundStart, timeOf }));
    return {
      kind: 'story-curve',
      ...STORY_ANALYSER,
      path: { kind: 'signal', because: null },
      tension: { stepMs: 1000, values: tension },
      moments: moments.map(({ kind, second, confidence }) => ({
        moment: kind,
        at: flicks(Math.min(media.duration, flicksFromSeconds(second))),
        confidence,
      })),
    };
  },
};
