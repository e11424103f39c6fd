import { createScoreMeter, SHOT_SCORES_ANALYSER } from '../../core/analysis/shot-scores.ts';
import { SHOTS_ANALYSER } from '../../core/analysis/shots.ts';
import type { Analyser } from './analyser.ts';

/** Quality, light, camera, composition and odd frames per shot and window; see core/analysis/shot-scores.ts. */
export const shotScoresAnalyser: Analyser = {
  id: SHOT_SCORES_ANALYSER.analyserId,
  title: 'Quality, camera and composition of shots',
  version: SHOT_SCORES_ANALYSER.analyserVersion,
  needs: { frames: true, sound: false, after: [SHOTS_ANALYSER.analyserId] },
  start: ({ frames }, kernels) => {
    if (frames === undefined) return undefined;
    const meter = createScoreMeter(kernels);
    return {
      frame: (_index, planes) => meter.push(planes),
      finish: ({ results }) => {
        const shots = results.find((result) => result.kind === 'shots');
        return shots === undefined ? undefined : meter.finish(shots.shots);
      },
    };
  },
};
