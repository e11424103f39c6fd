import { createShotMeter, SHOT_MEASURES_ANALYSER } from '../../core/analysis/shot-measures.ts';
import { SHOTS_ANALYSER } from '../../core/analysis/shots.ts';
import type { Analyser } from './analyser.ts';

/** Sharpness, exposure, motion, steadiness, best frame and colour per shot; see core/analysis/shot-measures.ts. */
export const shotMeasuresAnalyser: Analyser = {
  id: SHOT_MEASURES_ANALYSER.analyserId,
  title: 'Scores of shots',
  version: SHOT_MEASURES_ANALYSER.analyserVersion,
  needs: { frames: true, sound: false, after: [SHOTS_ANALYSER.analyserId] },
  start: ({ frames }, kernels) => {
    if (frames === undefined) return undefined;
    const meter = createShotMeter(kernels);
    return {
      frame: (_index, planes) => meter.push(planes),
      finish: ({ results }) => {
        const shots = results.find((result) => result.kind === 'shots');
        return shots === undefined ? undefined : meter.finish(shots.shots);
      },
    };
  },
};
