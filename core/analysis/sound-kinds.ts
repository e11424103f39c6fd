import { flicks, FLICKS_PER_SECOND, secondsOf, type Flicks } from '../time/flicks.ts';
import { median } from './median.ts';
import type { RhythmResult } from './results.ts';
import type { SoundKind, SoundKinds, SpeechSegments } from './sound-results.ts';
import type { ToneFrame } from './tonality.ts';

export const SOUND_KINDS_ANALYSER = { analyserId: 'sound-kinds', analyserVersion: 1 } as const;

/** Kinds are told in whole seconds of ten tone frames each; what lies between two of the same for one second is theirs. */
const FRAMES = 10;
const SILENT_DB = -60;
const LEAST_SPEECH = 0.4;
/** Speech and noise hold their lines up to 0.2, music from 0.3 on (medians over 3 s of real speech, rain and music). */
const HELD = 0.25;
const HELD_SPREAD = 0.04;
/** A pulse this clear is music even where no note is held. */
const CLEAR_PULSE = 0.4;
const NEAR_BEAT_S = 1.5;

type Heard = {
  readonly tones: readonly ToneFrame[];
  readonly speech: SpeechSegments | undefined;
  readonly rhythm: RhythmResult | undefined;
  /** Source time of the first tone frame. */
  readonly soundStart: Flicks;
  readonly end: Flicks;
};

/**
 * Speech, music, silence and other sound by the second, without gaps: speech where it was found, music where notes are
 * held or a clear pulse goes on, silence below −60 dB. Speech over music is speech.
 */
export function soundKinds({ tones, speech, rhythm, soundStart, end }: Heard): SoundKinds['segments'] {
  const seconds = Math.ceil(tones.length / FRAMES);
  const spoken = spokenShares(speech, soundStart, seconds);
  const pulsed = pulsedSeconds(rhythm, soundStart, seconds);
  const judged = Array.from({ length: seconds }, (_, second): Judged => {
    const here = tones.slice(second * FRAMES, (second + 1) * FRAMES);
    if (here.every(({ levelDb }) => levelDb < SILENT_DB)) return { sound: 'silence', confidence: 1 };
    const around = tones.slice(Math.max(0, (second - 1) * FRAMES), (second + 2) * FRAMES);
    const held = median(around.filter(({ levelDb }) => levelDb >= SILENT_DB).map((frame) => frame.held));
    const tonal = 1 / (1 + Math.exp((HELD - held) / HELD_SPREAD));
    const music = Math.max(tonal, pulsed[second] ?? 0);
    // Voices found without a model may be instruments: those hold their notes.
    const voice = (spoken[second] ?? 0) * (speech?.path.kind === 'model' ? 1 : 1 - tonal);
    if (voice >= LEAST_SPEECH) return { sound: 'speech', confidence: voice };
    return music >= 0.5
      ? { sound: 'music', confidence: music }
      : { sound: 'other', confidence: 1 - Math.max(music, voice) };
  });
  return segmentsOf(smoothed(judged), soundStart, end);
}

type Judged = { readonly sound: SoundKind; readonly confidence: number };

function spokenShares(speech: SpeechSegments | undefined, soundStart: Flicks, seconds: number): Float64Array {
  const shares = new Float64Array(seconds);
  for (const segment of speech?.segments ?? []) {
    const [from, to] = [secondsOf(flicks(segment.start - soundStart)), secondsOf(flicks(segment.end - soundStart))];
    for (let second = Math.max(0, Math.floor(from)); second < Math.min(seconds, to); second++) {
      shares[second] = (shares[second] ?? 0) + Math.min(to, second + 1) - Math.max(from, second);
    }
  }
  return shares;
}

function pulsedSeconds(rhythm: RhythmResult | undefined, soundStart: Flicks, seconds: number): Float64Array {
  const pulsed = new Float64Array(seconds);
  if (rhythm === undefined || rhythm.confidence < CLEAR_PULSE) return pulsed;
  for (const { at } of rhythm.beats) {
    const time = secondsOf(flicks(at - soundStart));
    for (
      let second = Math.max(0, Math.floor(time - NEAR_BEAT_S));
      second < Math.min(seconds, time + NEAR_BEAT_S);
      second++
    ) {
      pulsed[second] = rhythm.confidence + (1 - CLEAR_PULSE) / 6;
    }
  }
  return pulsed;
}

function smoothed(judged: readonly Judged[]): readonly Judged[] {
  return judged.map((here, n) => {
    const [before, after] = [judged[n - 1], judged[n + 1]];
    const isAlone = here.sound !== 'silence' && before !== undefined && before.sound === after?.sound;
    return isAlone && before.sound !== 'silence' ? { sound: before.sound, confidence: 0.5 } : here;
  });
}

function segmentsOf(judged: readonly Judged[], soundStart: Flicks, end: Flicks): SoundKinds['segments'] {
  const timeOf = (second: number) => flicks(Math.min(end, soundStart + second * FLICKS_PER_SECOND));
  const out: { from: number; to: number; sound: SoundKind; sum: number }[] = [];
  judged.forEach(({ sound, confidence }, second) => {
    const last = out.at(-1);
    if (last?.sound === sound) {
      last.to = second + 1;
      last.sum += confidence;
    } else out.push({ from: second, to: second + 1, sound, sum: confidence });
  });
  return out.map(({ from, to, sound, sum }) => {
    const confidence = Math.round((1000 * sum) / (to - from)) / 1000;
    return { start: timeOf(from), end: timeOf(to), sound, confidence };
  });
}
