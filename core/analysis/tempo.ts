import { median } from './median.ts';
import { ENVELOPE_HZ } from './onsets.ts';

const SLOWEST_BPM = 40;
export const FASTEST_BPM = 240;
/** Where people tap when they may choose, and how far they stray, in octaves (Ellis 2007; Moelants 2002). */
const PREFERRED_BPM = 120;
const PREFERENCE_OCTAVES = 0.9;
const PER_OCTAVE = 48;
/** A tempo is heard over 8 s, looked at each second. */
const WINDOW = 8 * ENVELOPE_HZ;
export const TEMPO_HOP = ENVELOPE_HZ;
/**
 * A drift of one step (1.5 %) in a second costs this; a sudden other tempo more, the further the more: a change to half
 * or double is more often a beat heard at another level.
 */
const DRIFT_COST = 0.15;
const MOST_DRIFT = 3;
const JUMP_COST = 1;
const JUMP_COST_PER_OCTAVE = 9;

const STATES = Math.round(Math.log2(FASTEST_BPM / SLOWEST_BPM) * PER_OCTAVE) + 1;
const BPM = Float64Array.from({ length: STATES }, (_, state) => SLOWEST_BPM * 2 ** (state / PER_OCTAVE));

const COSTS = Float64Array.from({ length: STATES }, (_, steps) =>
  steps <= MOST_DRIFT ? DRIFT_COST * steps : JUMP_COST + (JUMP_COST_PER_OCTAVE * steps) / PER_OCTAVE,
);

/** Tempo over time: `bpm[n]` holds around the envelope value n × TEMPO_HOP. */
export type TempoPath = {
  readonly bpm: Float64Array;
  /** 0–1: how like itself the music is one beat later, median over time. */
  readonly confidence: number;
  /** Other tempi at which the music is like itself, best first, with their strength relative to the chosen one. */
  readonly alternatives: readonly { readonly bpm: number; readonly strength: number }[];
};

/**
 * The tempo of a normalised onset envelope: autocorrelation over 8 s at each tempo and its multiples, usual tempi
 * preferred, and the path through them that changes least (dynamic programming, as in Klapuri, Eronen and Astola,
 * "Analysis of the meter of acoustic musical signals", 2006). Undefined where nothing repeats.
 */
export function tempoPath(envelope: Float32Array): TempoPath | undefined {
  const count = Math.max(1, Math.ceil(envelope.length / TEMPO_HOP));
  const scores: Float64Array[] = [];
  const likenesses: Float64Array[] = [];
  for (let n = 0; n < count; n++) {
    const likeness = autocorrelation(envelope, n * TEMPO_HOP);
    likenesses.push(likeness);
    scores.push(BPM.map((bpm) => preference(bpm) * comb(likeness, (60 * ENVELOPE_HZ) / bpm)));
  }
  const states = bestPath(scores);
  const clear = states.map((state, n) => at(likenesses[n], (60 * ENVELOPE_HZ) / (BPM[state] ?? 1)));
  const confidence = Math.min(1, Math.max(0, median(clear.filter((_, n) => (likenesses[n]?.[0] ?? 0) > 0))));
  const bpm = Float64Array.from(states, (state, n) => refined(likenesses[n], BPM[state] ?? 0));
  return confidence > 0 ? { bpm, confidence, alternatives: alternatives(scores, states) } : undefined;
}

function preference(bpm: number): number {
  const octaves = Math.log2(bpm / PREFERRED_BPM) / PREFERENCE_OCTAVES;
  return Math.exp(-0.5 * octaves * octaves);
}

/** Autocorrelation around a place, 1 at no lag; all 0 where the envelope is silent or steady. */
function autocorrelation(envelope: Float32Array, middle: number): Float64Array {
  const from = Math.max(0, Math.min(middle - WINDOW / 2, envelope.length - WINDOW));
  const part = envelope.subarray(from, from + WINDOW);
  const mean = part.reduce((sum, value) => sum + value, 0) / Math.max(1, part.length);
  const centred = Float64Array.from(part, (value) => value - mean);
  const longest = Math.min(part.length - 1, Math.ceil((4 * 60 * ENVELOPE_HZ) / SLOWEST_BPM));
  const out = new Float64Array(longest + 2);
  for (let lag = 0; lag <= longest; lag++) {
    if (lag > 0 && lag < (30 * ENVELOPE_HZ) / FASTEST_BPM) continue;
    out[lag] = productWithLater(centred, lag) / (part.length - lag);
  }
  const total = out[0] ?? 0;
  return total > 1e-6 ? out.map((value) => value / total) : out.fill(0);
}

function productWithLater(values: Float64Array, lag: number): number {
  let sum = 0;
  for (let n = lag; n < values.length; n++) sum += (values[n] ?? 0) * (values[n - lag] ?? 0);
  return sum;
}

function at(likeness: Float64Array | undefined, lag: number): number {
  const whole = Math.floor(lag);
  const part = lag - whole;
  return (1 - part) * (likeness?.[whole] ?? 0) + part * (likeness?.[whole + 1] ?? 0);
}

/** Like itself a beat later, and two and four beats later where the window is long enough. */
function comb(likeness: Float64Array, period: number): number {
  return Math.max(0, (at(likeness, period) + 0.5 * at(likeness, 2 * period) + 0.25 * at(likeness, 4 * period)) / 1.75);
}

function bestPath(scores: readonly Float64Array[]): readonly number[] {
  let reached = new Float64Array(STATES);
  const from: Int16Array[] = [];
  for (const score of scores) {
    const next = new Float64Array(STATES);
    const back = new Int16Array(STATES);
    for (let state = 0; state < STATES; state++) {
      const source = bestBefore(reached, state);
      next[state] = (reached[source] ?? 0) - (COSTS[Math.abs(source - state)] ?? 0) + (score[state] ?? 0);
      back[state] = source;
    }
    reached = next;
    from.push(back);
  }
  const path: number[] = [];
  let state = reached.indexOf(Math.max(...reached));
  for (let n = scores.length - 1; n >= 0; n--) {
    path.push(state);
    state = from[n]?.[state] ?? 0;
  }
  return path.reverse();
}

/** The state from which another is reached at the least cost: the first of equals. */
function bestBefore(reached: Float64Array, state: number): number {
  let source = state;
  let best = Number.NEGATIVE_INFINITY;
  for (let before = 0; before < STATES; before++) {
    const value = (reached[before] ?? 0) - (COSTS[Math.abs(before - state)] ?? 0);
    if (value <= best) continue;
    best = value;
    source = before;
  }
  return source;
}

/** The peak of the likeness near a tempo of the grid, told from four beats together. */
function refined(likeness: Float64Array | undefined, bpm: number): number {
  const period = (60 * ENVELOPE_HZ) / bpm;
  let [best, highest] = [period, Number.NEGATIVE_INFINITY];
  for (let step = -8; step <= 8; step++) {
    const lag = period * (1 + step / 800);
    const value = at(likeness, lag) + at(likeness, 2 * lag) + at(likeness, 4 * lag);
    if (value > highest) [best, highest] = [lag, value];
  }
  return (60 * ENVELOPE_HZ) / best;
}

function alternatives(scores: readonly Float64Array[], states: readonly number[]): TempoPath['alternatives'] {
  const mean = (shift: number) =>
    states.reduce((sum, state, n) => sum + (scores[n]?.[Math.round(state + shift)] ?? 0), 0) /
    Math.max(1, states.length);
  const chosen = Math.max(1e-9, mean(0));
  const middle = BPM[Math.round(median(states))] ?? 0;
  return [1 / 3, 1 / 2, 2 / 3, 3 / 2, 2, 3]
    .map((ratio) => ({ bpm: middle * ratio, strength: Math.min(1, mean(Math.log2(ratio) * PER_OCTAVE) / chosen) }))
    .filter(({ bpm, strength }) => strength > 0.2 && bpm >= SLOWEST_BPM && bpm <= FASTEST_BPM)
    .sort((a, b) => b.strength - a.strength);
}
