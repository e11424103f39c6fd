import { createSoundFaultMeter, SOUND_FAULTS_ANALYSER } from '../../core/analysis/sound-faults.ts';
import type { Analyser } from './analyser.ts';

/** Silence, clipping, hum, noise, offset and faults of channels; see core/analysis/sound-faults.ts. */
export const soundFaultsAnalyser: Analyser = {
  id: SOUND_FAULTS_ANALYSER.analyserId,
  version: SOUND_FAULTS_ANALYSER.analyserVersion,
  title: 'Sound faults',
  needs: { frames: false, sound: true },
  start: ({ sound }, kernels) => {
    if (sound === undefined) return undefined;
    const meter = createSoundFaultMeter(sound.sampleRateHz, sound.channels, sound.channelLayout, kernels?.pairLevels);
    return { samples: (samples) => meter.push(samples), finish: ({ soundStart }) => meter.finish(soundStart) };
  },
};
