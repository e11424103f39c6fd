import { createShotDetector, SHOTS_ANALYSER } from '../../core/analysis/shots.ts';
import type { Analyser } from './analyser.ts';

/** Shot boundaries; see core/analysis/shots.ts. */
export const shotsAnalyser: Analyser = {
  id: SHOTS_ANALYSER.analyserId,
  title: 'Shots',
  version: SHOTS_ANALYSER.analyserVersion,
  needs: { frames: true, sound: false },
  start: (media, kernels) => {
    if (media.frames === undefined) return undefined;
    const detector = createShotDetector(media.shotThreshold, kernels);
    return { frame: (_index, planes) => detector.push(planes), finish: () => detector.finish() };
  },
};
