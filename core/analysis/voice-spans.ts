import { flicks, FLICKS_PER_SECOND, type Flicks } from '../time/flicks.ts';
import type { SpeechSegments } from './sound-results.ts';

export const SPEECH_ANALYSER = { analyserId: 'speech-segments', analyserVersion: 1 } as const;

/** Speech is looked for in steps of 512 samples at 16 kHz, 32 ms. */
export const VOICE_STEP = 512;
export const VOICE_RATE_HZ = 16_000;

/** Usual settings of Silero VAD: on at 0.5, off at 0.35; shorter speech is dropped, shorter pauses are bridged. */
const ON = 0.5;
const OFF = 0.35;
const LEAST_SPEECH_S = 0.25;
const LEAST_PAUSE_S = 0.1;
const PAD_S = 0.03;

/**
 * Spans of speech from its probability each 32 ms, with hysteresis, padded by 30 ms. `soundStart`: source time of the
 * first sample; `samples`: how many there are at 16 kHz.
 */
export function speechSpans(
  probabilities: ArrayLike<number>,
  soundStart: Flicks,
  samples: number,
): SpeechSegments['segments'] {
  const step = VOICE_STEP / VOICE_RATE_HZ;
  const total = samples / VOICE_RATE_HZ;
  const timeOf = (seconds: number) => flicks(soundStart + Math.round(seconds * FLICKS_PER_SECOND));
  return joined(runsOf(probabilities), LEAST_PAUSE_S / step)
    .filter(({ from, to }) => (to - from) * step >= LEAST_SPEECH_S)
    .map(({ from, to }) => {
      let sum = 0;
      for (let n = from; n < to; n++) sum += probabilities[n] ?? 0;
      return {
        start: timeOf(Math.max(0, from * step - PAD_S)),
        end: timeOf(Math.min(total, to * step + PAD_S)),
        confidence: Math.round((1000 * sum) / (to - from)) / 1000,
      };
    });
}

type Run = { readonly from: number; readonly to: number };

function runsOf(probabilities: ArrayLike<number>): readonly Run[] {
  const runs: Run[] = [];
  let from: number | undefined;
  for (let n = 0; n < probabilities.length; n++) {
    const value = probabilities[n] ?? 0;
    if (from === undefined && value >= ON) from = n;
    else if (from !== undefined && value < OFF) {
      runs.push({ from, to: n });
      from = undefined;
    }
  }
  return from === undefined ? runs : [...runs, { from, to: probabilities.length }];
}

function joined(runs: readonly Run[], gap: number): readonly Run[] {
  const out: Run[] = [];
  for (const run of runs) {
    const last = out.at(-1);
    if (last !== undefined && run.from - last.to < gap) out[out.length - 1] = { from: last.from, to: run.to };
    else out.push(run);
  }
  return out;
}
