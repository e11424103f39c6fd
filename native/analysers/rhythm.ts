import { createRhythmMeter, RHYTHM_ANALYSER } from '../../core/analysis/rhythm.ts';
import type { Analyser } from './analyser.ts';

/** Onsets, tempo and beats of music; see core/analysis/rhythm.ts. */
export const rhythmAnalyser: Analyser = {
  id: RHYTHM_ANALYSER.analyserId,
  title: 'Beats',
  version: RHYTHM_ANALYSER.analyserVersion,
  needs: { frames: false, sound: true },
  start: ({ sound }, kernels) => {
    if (sound === undefined) return undefined;
    const meter = createRhythmMeter(sound.sampleRateHz, sound.channels, kernels?.createSpectrum);
    return { samples: (samples) => meter.push(samples), finish: ({ soundStart }) => meter.finish(soundStart) };
  },
};
