import { flicks, FLICKS_PER_SECOND, type Flicks } from '../time/flicks.ts';
import type { Breaths, TimeSpan } from './sound-results.ts';
import { voiceFrames, type VoiceFrame } from './voice-signal.ts';
import { VOICE_RATE_HZ, VOICE_STEP } from './voice-spans.ts';

export const BREATHS_ANALYSER = { analyserId: 'breaths', analyserVersion: 1 } as const;

/** Breaths are looked for this far from speech, and speech beside them is heard as far to know how loud it is; seconds. */
const NEAR_S = 1.5;
const SPEECH_S = 1;
/** Breaths between words last so long, in steps of 32 ms. */
const SHORTEST = 3;
const LONGEST = 38;
/** Louder than the quiet around them by this much, and weaker than speech by this much; dB. */
const ABOVE_QUIET = 6;
const BELOW_SPEECH = 8;
const AUDIBLE_DB = -75;
/** Noise has no period and a level spectrum. */
const MOST_VOICING = 0.5;
const LEAST_FLATNESS = 0.15;

/** A pause in which somebody may breathe, with the speech beside it: what to hear, and between which times. */
export type BreathPlace = { readonly heard: TimeSpan; readonly pause: TimeSpan };

/** Where to look: pauses beside speech, long ones at both ends. `end`: where the sound ends. */
export function breathPlaces(speech: readonly TimeSpan[], end: Flicks): readonly BreathPlace[] {
  const [near, beside] = [NEAR_S * FLICKS_PER_SECOND, SPEECH_S * FLICKS_PER_SECOND];
  const place = (from: number, to: number): readonly BreathPlace[] =>
    to - from < (SHORTEST * VOICE_STEP * FLICKS_PER_SECOND) / VOICE_RATE_HZ
      ? []
      : [
          {
            heard: { start: flicks(Math.max(0, from - beside)), end: flicks(Math.min(end, to + beside)) },
            pause: { start: flicks(from), end: flicks(to) },
          },
        ];
  return speech.flatMap(({ start, end: last }, index) => {
    const next = speech[index + 1]?.start ?? end;
    const before = index === 0 ? place(Math.max(0, start - near), start) : [];
    if (next - last <= 2 * near)
      return [...before, ...place(last, index + 1 < speech.length ? next : Math.min(next, last + near))];
    return [...before, ...place(last, last + near), ...(index + 1 < speech.length ? place(next - near, next) : [])];
  });
}

/**
 * Breaths in a pause: sound like noise, weaker than the speech beside it and louder than the quiet in between, 0.1 to 1.2 s
 * long. `samples`: 16 kHz sound of `heard`.
 */
export function breathsIn(samples: Float32Array, { heard, pause }: BreathPlace): Breaths['breaths'] {
  const frames = voiceFrames(samples, 0);
  const stepOf = (time: number) => ((time - heard.start) * VOICE_RATE_HZ) / FLICKS_PER_SECOND / VOICE_STEP;
  const [first, last] = [Math.ceil(stepOf(pause.start)), Math.min(frames.length, Math.floor(stepOf(pause.end)))];
  const spoken = [...frames.slice(0, Math.max(0, first)), ...frames.slice(last)];
  const speechDb = quantile(spoken, 0.75);
  const quietDb = quantile(frames.slice(Math.max(0, first), last), 0.1);
  const least = Math.max(AUDIBLE_DB, quietDb + ABOVE_QUIET);
  const isBreath = ({ levelDb, voicing, flatness }: VoiceFrame) =>
    levelDb >= least && levelDb <= speechDb - BELOW_SPEECH && voicing <= MOST_VOICING && flatness >= LEAST_FLATNESS;
  const found: Breaths['breaths'][number][] = [];
  for (let step = Math.max(0, first); step < last; ) {
    let end = step;
    while (end < last && frames[end] !== undefined && isBreath(frames[end] ?? SILENT)) end++;
    const run = frames.slice(step, end);
    if (run.length >= SHORTEST && run.length <= LONGEST) {
      const at = (n: number) => flicks(Math.round(heard.start + (n * VOICE_STEP * FLICKS_PER_SECOND) / VOICE_RATE_HZ));
      found.push({
        ...{ start: at(step), end: at(end), levelDbfs: Math.round(10 * quantile(run, 0.5)) / 10 },
        confidence: confidenceOf(run, least),
      });
    }
    step = Math.max(end, step + 1);
  }
  return found;
}

const SILENT: VoiceFrame = { levelDb: -120, voicing: 0, flatness: 1 };

/** Surer the more like noise and the further from the quiet. */
function confidenceOf(run: readonly VoiceFrame[], least: number): number {
  const mean = (of: (frame: VoiceFrame) => number) => run.reduce((sum, frame) => sum + of(frame), 0) / run.length;
  const noise = 1 - mean(({ voicing }) => voicing);
  const clear = Math.min(1, 0.5 + mean(({ levelDb }) => levelDb - least) / 20);
  return Math.round(1000 * Math.min(1, noise * clear)) / 1000;
}

function quantile(frames: readonly VoiceFrame[], part: number): number {
  const sorted = frames.map(({ levelDb }) => levelDb).toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * part)] ?? -120;
}
