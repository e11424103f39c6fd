import { createLoudnessMeter, LOUDNESS_ANALYSER } from '../../core/analysis/loudness.ts';
import type { Analyser } from './analyser.ts';

/** EBU R 128 loudness; see core/analysis/loudness.ts. */
export const loudnessAnalyser: Analyser = {
  id: LOUDNESS_ANALYSER.analyserId,
  title: 'Loudness',
  version: LOUDNESS_ANALYSER.analyserVersion,
  needs: { frames: false, sound: true },
  start: ({ sound }, kernels) => {
    if (sound === undefined) return undefined;
    const meter = createLoudnessMeter(sound.sampleRateHz, sound.channels, sound.channelLayout, kernels);
    return { samples: (samples) => meter.push(samples), finish: () => meter.finish() };
  },
};
