import { flicks, flicksFromSeconds, type Flicks } from '../time/flicks.ts';
import { melBands, melEnergies } from './log-mel.ts';
import type { TimeSpan } from './sound-results.ts';
import type { SpeechWindow } from './speaker-clusters.ts';

/** A window of speech with the time it stands for: windows of a span abut and fill it. */
export type VoiceWindow = SpeechWindow & { readonly span: TimeSpan };

const RATE = 16_000;
const FRAME = 512;
const HOP = 160;
const COEFFICIENTS = 16;
/** Long enough that what is said hardly matters, short enough to place a change; seconds. */
const VOICE_WINDOW = { length: 1.5, hop: 0.5 } as const;
/** Windows this far apart share no sound. */
export const VOICE_LAG = VOICE_WINDOW.length / VOICE_WINDOW.hop;
/** What windows of one voice vary by: coefficients, then octaves of pitch (five readers of ../shared/media). */
const WITHIN = [9.6, 5.7, 5.1, 3.7, 2.5, 1.9, 2.1, 1.9, 1.7, 1.3, 1.5, 1, 1, 1, 1.1, 0.9, 0.36] as const;
const bands = melBands(26, RATE, FRAME, 60, 7600);
const cosines = Array.from({ length: COEFFICIENTS }, (_, n) =>
  Float64Array.from({ length: bands.length }, (__, band) =>
    Math.cos((Math.PI * (n + 1) * (band + 0.5)) / bands.length),
  ),
);

/**
 * Describes the voice in one span of speech without a model: means of 16 mel cepstral coefficients (Davis and
 * Mermelstein 1980; the level is left out) over the loud frames of each window, and the middle pitch, each in units of
 * what one voice varies by.
 * `samples` are those of the span at 16 kHz.
 */
export function voiceWindows(samples: Float32Array, start: Flicks, run: number): readonly VoiceWindow[] {
  const frames = Math.max(0, Math.floor((samples.length - FRAME) / HOP) + 1);
  if (frames < 10) return [];
  const cepstra = cepstraOf(samples, frames);
  const pitches = pitchesOf(samples);
  return windowsOf(samples.length / RATE, start).map(
    ({ from, to, span }): VoiceWindow => ({ embedding: described(cepstra, pitches, from, to), run, span }),
  );
}

/**
 * Windows of a span of speech every `hop` seconds: from where to where they listen, in seconds from its start, and what
 * they stand for.
 */
export function windowsOf(
  seconds: number,
  start: Flicks,
  hop: number = VOICE_WINDOW.hop,
): readonly { readonly from: number; readonly to: number; readonly span: TimeSpan }[] {
  const count = Math.max(1, Math.floor((seconds - VOICE_WINDOW.length) / hop) + 1);
  return Array.from({ length: count }, (_, index) => {
    const from = index * hop;
    // A window stands for the hop in its middle; the first and last for what is left at the ends as well.
    const edge = (VOICE_WINDOW.length - hop) / 2;
    const first = index === 0 ? 0 : from + edge;
    const last = index === count - 1 ? seconds : from + edge + hop;
    const at = (value: number) => flicks(start + flicksFromSeconds(value));
    return {
      from,
      to: Math.min(seconds, from + VOICE_WINDOW.length),
      span: { start: at(first), end: at(Math.max(first, last)) },
    };
  });
}

type Cepstra = { readonly rows: readonly Float64Array[]; readonly level: Float64Array };

function cepstraOf(samples: Float32Array, frames: number): Cepstra {
  const { energy } = melEnergies(samples, frames, { window: FRAME, hop: HOP, bands });
  const level = new Float64Array(frames);
  const rows = Array.from({ length: frames }, (_, frame) => {
    const logs = Float64Array.from({ length: bands.length }, (__, band) => {
      const value = energy[frame * bands.length + band] ?? 0;
      level[frame] = (level[frame] ?? 0) + value;
      return Math.log(value + 1e-7);
    });
    return Float64Array.from(cosines, (row) => row.reduce((sum, cosine, band) => sum + cosine * (logs[band] ?? 0), 0));
  });
  return { rows, level: level.map((value) => 10 * Math.log10(value + 1e-9)) };
}

function described({ rows, level }: Cepstra, pitches: Float64Array, from: number, to: number): Float64Array {
  const [first, last] = [Math.floor((from * RATE) / HOP), Math.min(rows.length, Math.ceil((to * RATE) / HOP))];
  const levels = [...level.slice(first, last)].toSorted((a, b) => a - b);
  const loud = (levels[Math.floor(levels.length * 0.9)] ?? 0) - 25;
  const kept = rows.filter((_, index) => index >= first && index < last && (level[index] ?? 0) >= loud);
  const heard = [...pitches.slice(Math.floor(from * 50), Math.ceil(to * 50))].filter((pitch) => pitch > 0);
  const described = new Float64Array(COEFFICIENTS + 1);
  for (const row of kept)
    for (const [n, value] of row.entries()) described[n] = (described[n] ?? 0) + value / kept.length;
  const middle = heard.toSorted((a, b) => a - b)[Math.floor(heard.length / 2)];
  // A window without pitch counts as in the middle of human voices.
  described[COEFFICIENTS] = Math.log2((middle ?? 150) / 150);
  return described.map((value, n) => value / (WITHIN[n] ?? 1));
}

/** Pitch in Hz each 20 ms by normalised autocorrelation at 8 kHz; 0 where there is none. */
function pitchesOf(samples: Float32Array): Float64Array {
  const half = Float64Array.from(
    { length: samples.length >> 1 },
    (_, n) => ((samples[2 * n] ?? 0) + (samples[2 * n + 1] ?? 0)) / 2,
  );
  const width = 240;
  const longest = 8000 / 70;
  return Float64Array.from({ length: Math.ceil(half.length / 160) }, (_, frame) => {
    const start = frame * 160;
    if (start + width + longest >= half.length) return 0;
    let own = 1e-6;
    for (let n = 0; n < width; n++) own += (half[start + n] ?? 0) ** 2;
    let best = { lag: 0, value: 0.55 };
    let shifted = own;
    for (let lag = 1; lag < longest; lag++) {
      shifted += (half[start + lag + width - 1] ?? 0) ** 2 - (half[start + lag - 1] ?? 0) ** 2;
      if (lag < 8000 / 400) continue;
      let product = 0;
      for (let n = 0; n < width; n++) product += (half[start + n] ?? 0) * (half[start + lag + n] ?? 0);
      const value = product / Math.sqrt(own * Math.max(shifted, 1e-6));
      // A later peak must be clearly higher: multiples of the period are as high as itself.
      if (value > best.value + (best.lag > 0 && lag > best.lag * 1.5 ? 0.08 : 0)) best = { lag, value };
    }
    return best.lag === 0 ? 0 : 8000 / best.lag;
  });
}
