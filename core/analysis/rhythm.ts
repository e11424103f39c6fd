import { flicks, FLICKS_PER_SECOND, type Flicks } from '../time/flicks.ts';
import { createOnsetMeter, ENVELOPE_HZ, type OnsetEnvelope } from './onsets.ts';
import type { Beat, RhythmResult } from './results.ts';

export const RHYTHM_ANALYSER = { analyserId: 'rhythm', analyserVersion: 2 } as const;

const SLOWEST_BPM = 40;
const FASTEST_BPM = 240;
/** Where people tap when they may choose, and how far they stray, in octaves (Ellis 2007; Moelants 2002). */
const PREFERRED_BPM = 120;
const PREFERENCE_OCTAVES = 0.9;
/** How strictly beats keep the tempo (Ellis 2007). */
const TIGHTNESS = 100;
/** Below this share of the envelope's own energy at the beat's period there is no pulse. */
const LEAST_CONFIDENCE = 0.2;
/** The window sees an onset one value before its middle reaches it. */
const LEAD = 1;
const SHORTEST_SECONDS = 3;
const BEATS_PER_BAR = 4;

export type RhythmMeter = {
  readonly push: (samples: Float32Array) => void;
  /** `soundStart`: source time of the first sample. */
  readonly finish: (soundStart: Flicks) => RhythmResult;
};

/**
 * Onsets, tempo and beats of music: spectral flux, autocorrelation with a preference for usual tempi, and beats by
 * dynamic programming (Ellis, "Beat tracking by dynamic programming", 2007). Bars are taken to have four beats and to
 * start where the bass is strongest.
 */
export function createRhythmMeter(sampleRateHz: number, channels: number): RhythmMeter {
  const meter = createOnsetMeter(sampleRateHz, channels);
  return { push: meter.push, finish: (soundStart) => rhythmOf(meter.finish(), soundStart) };
}

/** Rhythm of a whole onset envelope. */
export function rhythmOf(envelope: OnsetEnvelope, soundStart: Flicks): RhythmResult {
  const normal = normalised(envelope.strength);
  const timeOf = (index: number) => flicks(soundStart + Math.round(((index + LEAD) * FLICKS_PER_SECOND) / ENVELOPE_HZ));
  const onsets = onsetsOf(envelope.strength).map(({ index, strength }) => ({ at: timeOf(index), strength }));
  const none = { kind: 'rhythm', ...RHYTHM_ANALYSER, tempoBpm: null, beats: [], onsets } as const;
  if (normal.length < SHORTEST_SECONDS * ENVELOPE_HZ) return { ...none, confidence: 0 };
  const pulse = pulseOf(normal);
  if (pulse === undefined || pulse.confidence < LEAST_CONFIDENCE) {
    return { ...none, confidence: rounded(pulse?.confidence ?? 0) };
  }
  const indexes = trackBeats(normal, pulse.period);
  const downbeat = strongestPhase(indexes, envelope.bass);
  const loudest = Math.max(1e-9, ...indexes.map((index) => envelope.strength[index] ?? 0));
  const beats: Beat[] = indexes.map((index, number) => ({
    at: timeOf(index),
    downbeat: number % BEATS_PER_BAR === downbeat,
    strength: rounded(Math.min(1, (envelope.strength[index] ?? 0) / loudest)),
  }));
  const tempoBpm = Math.round((60 * ENVELOPE_HZ * 100) / pulse.period) / 100;
  return { ...none, tempoBpm, confidence: rounded(pulse.confidence), beats };
}

/** Less its local mean over a second, in units of its spread: level and mastering no longer matter. */
function normalised(strength: Float32Array): Float32Array {
  const sums = new Float64Array(strength.length + 1);
  for (let at = 0; at < strength.length; at++) sums[at + 1] = (sums[at] ?? 0) + (strength[at] ?? 0);
  const half = ENVELOPE_HZ / 2;
  const out = strength.map((value, at) => {
    const [from, to] = [Math.max(0, at - half), Math.min(strength.length, at + half)];
    return Math.max(0, value - ((sums[to] ?? 0) - (sums[from] ?? 0)) / (to - from));
  });
  const spread = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0) / Math.max(1, out.length));
  return spread > 1e-4 ? out.map((value) => value / spread) : out.fill(0);
}

type Pulse = { readonly period: number; readonly confidence: number };

/** The period, in envelope values, at which the envelope is most like itself, usual tempi preferred. */
function pulseOf(envelope: Float32Array): Pulse | undefined {
  const shortest = Math.floor((60 * ENVELOPE_HZ) / FASTEST_BPM);
  const longest = Math.ceil((60 * ENVELOPE_HZ) / SLOWEST_BPM);
  // Without its mean an envelope of noise is like itself nowhere.
  const mean = envelope.reduce((sum, value) => sum + value, 0) / envelope.length;
  const total = likeness(envelope, 0) - mean * mean;
  if (!(total > 0)) return undefined;
  const at = (lag: number) => (likeness(envelope, lag) - mean * mean) / total;
  let best = 0;
  let highest = 0;
  for (let lag = shortest; lag <= longest; lag++) {
    const octaves = Math.log2((60 * ENVELOPE_HZ) / lag / PREFERRED_BPM) / PREFERENCE_OCTAVES;
    const score = (at(lag) + 0.5 * at(2 * lag)) * Math.exp(-0.5 * octaves * octaves);
    if (score > highest) [best, highest] = [lag, score];
  }
  if (best === 0) return undefined;
  const confidence = Math.max(at(best - 1), at(best), at(best + 1));
  return { period: refined(at, best, envelope.length), confidence: Math.min(1, Math.max(0, confidence)) };
}

function likeness(envelope: Float32Array, lag: number): number {
  let sum = 0;
  for (let at = lag; at < envelope.length; at++) sum += (envelope[at] ?? 0) * (envelope[at - lag] ?? 0);
  return sum / Math.max(1, envelope.length - lag);
}

/** Many periods together tell their length more finely than one: the peak near 2, 4, 8 times it, while it is there. */
function refined(at: (lag: number) => number, lag: number, length: number): number {
  let period = peakNear(at, lag);
  for (let times = 2; times <= 16 && times * period < length / 2; times *= 2) {
    const next = peakNear(at, Math.round(period * times)) / times;
    if (Math.abs(next / period - 1) > 0.03) break;
    period = next;
  }
  return period;
}

function peakNear(at: (lag: number) => number, lag: number): number {
  let best = lag;
  for (let near = lag - 2; near <= lag + 2; near++) if (at(near) > at(best)) best = near;
  const [left, middle, right] = [at(best - 1), at(best), at(best + 1)];
  const bend = left + right - 2 * middle;
  return bend < 0 ? best + (left - right) / (2 * bend) : best;
}

/** Beats that lie on strong onsets and keep their distance: the best chain ending at each time, traced back. */
function trackBeats(envelope: Float32Array, period: number): readonly number[] {
  const score = new Float64Array(envelope.length);
  const previous = new Int32Array(envelope.length).fill(-1);
  const [nearest, farthest] = [Math.round(period / 2), Math.round(period * 2)];
  const cost = Float64Array.from({ length: farthest + 1 }, (_, lag) => -TIGHTNESS * Math.log(lag / period) ** 2);
  for (let at = 0; at < envelope.length; at++) {
    let best = 0;
    for (let lag = nearest; lag <= farthest && lag <= at; lag++) {
      const value = (score[at - lag] ?? 0) + (cost[lag] ?? 0);
      if (value > best) {
        best = value;
        previous[at] = at - lag;
      }
    }
    score[at] = (envelope[at] ?? 0) + best;
  }
  let last = envelope.length - 1;
  for (let at = Math.max(0, Math.floor(envelope.length - period)); at < envelope.length; at++) {
    if ((score[at] ?? 0) > (score[last] ?? 0)) last = at;
  }
  const beats: number[] = [];
  for (let at = last; at >= 0; at = previous[at] ?? -1) beats.push(at);
  return beats.reverse();
}

function strongestPhase(beats: readonly number[], bass: Float32Array): number {
  const sums = new Float64Array(BEATS_PER_BAR);
  beats.forEach((index, number) => {
    const phase = number % BEATS_PER_BAR;
    sums[phase] = (sums[phase] ?? 0) + (bass[index] ?? 0);
  });
  return sums.indexOf(Math.max(...sums));
}

/** Local maxima over 70 ms that stand out from the second around them. */
function onsetsOf(strength: Float32Array): readonly { readonly index: number; readonly strength: number }[] {
  const found: { index: number; strength: number }[] = [];
  let loudest = 1e-9;
  for (const value of strength) loudest = Math.max(loudest, value);
  for (let at = 0; at < strength.length; at++) {
    const value = strength[at] ?? 0;
    if (value < 0.05 || value < 0.1 * loudest) continue;
    let mean = 0;
    let isPeak = true;
    for (let near = at - 50; near <= at + 50; near++) {
      const other = strength[near] ?? 0;
      mean += other / 101;
      if (Math.abs(near - at) <= 3 && (other > value || (other === value && near < at))) isPeak = false;
    }
    if (isPeak && value > 1.5 * mean) found.push({ index: at, strength: rounded(value / loudest) });
  }
  return found;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
