import { flicks, FLICKS_PER_SECOND, type Flicks } from '../time/flicks.ts';
import { trackBeats } from './beats.ts';
import { intervals, withBars } from './metre.ts';
import { createOnsetMeter, ENVELOPE_HZ, type OnsetEnvelope } from './onsets.ts';
import type { Beat, RhythmResult } from './results.ts';
import { musicSections } from './sections.ts';
import type { SpectrumKernel } from './spectrum.ts';
import { tempoPath, type TempoPath } from './tempo.ts';

export const RHYTHM_ANALYSER = { analyserId: 'rhythm', analyserVersion: 4 } as const;

/**
 * Below this share of the envelope's own energy at the beat's period there is no pulse. Chance alone comes to more in
 * what is short: there are fewer beats that would have to agree.
 */
const LEAST_CONFIDENCE = 0.2;
const BY_CHANCE_SECONDS = 1;
/** Below this the bars are chance: none are told. */
const LEAST_BAR_STRENGTH = 2;
/** The window sees an onset one value before its middle reaches it. */
const LEAD = 1;
const SHORTEST_SECONDS = 3;
/** A tempo is another one where so many beats together differ so much from those before. */
const TEMPO_BEATS = 8;
const OTHER_TEMPO = 0.04;

/** The rhythm of what has none. */
export const NO_PULSE: RhythmResult = {
  kind: 'rhythm',
  ...RHYTHM_ANALYSER,
  path: { kind: 'signal', because: null },
  tempoBpm: null,
  confidence: 0,
  beats: [],
  onsets: [],
  beatsPerBar: null,
  barConfidence: 0,
  tempi: [],
  alternativesBpm: [],
  energy: { stepMs: 1000, values: [] },
  sections: [],
};

export type RhythmMeter = {
  readonly push: (samples: Float32Array) => void;
  /** `soundStart`: source time of the first sample. */
  readonly finish: (soundStart: Flicks) => RhythmResult;
};

/**
 * Onsets, tempo, beats, bars and sections of music, without a model: spectral flux, a path of tempo through
 * autocorrelations, beats by dynamic programming (Ellis 2007), bars by what recurs. The level of the beat follows usual
 * tempi: slow and fast music may be counted at double or half of what a score says; 7/8 counts its eighths.
 */
export function createRhythmMeter(
  sampleRateHz: number,
  channels: number,
  createSpectrum?: SpectrumKernel,
): RhythmMeter {
  const meter = createOnsetMeter(sampleRateHz, channels, createSpectrum);
  return { push: meter.push, finish: (soundStart) => rhythmOf(meter.finish(), soundStart) };
}

/** Rhythm of a whole onset envelope. */
export function rhythmOf(envelope: OnsetEnvelope, soundStart: Flicks): RhythmResult {
  const normal = normalised(envelope.strength);
  const timeOf = (index: number) => flicks(soundStart + Math.round(((index + LEAD) * FLICKS_PER_SECOND) / ENVELOPE_HZ));
  const onsets = onsetsOf(envelope.strength).map(({ index, strength }) => ({ at: timeOf(index), strength }));
  const { energy, sections } = musicSections(envelope);
  const none: RhythmResult = {
    ...NO_PULSE,
    ...RHYTHM_ANALYSER,
    onsets,
    energy,
    sections: sections.map(({ from, to, energy: level }) => ({ start: timeOf(from), end: timeOf(to), energy: level })),
  };
  const seconds = normal.length / ENVELOPE_HZ;
  const tempo = normal.length < SHORTEST_SECONDS * ENVELOPE_HZ ? undefined : tempoPath(normal);
  if (tempo === undefined || tempo.confidence < LEAST_CONFIDENCE + BY_CHANCE_SECONDS / seconds) {
    return { ...none, confidence: rounded(tempo?.confidence ?? 0) };
  }
  return { ...none, ...pulseOf(envelope, normal, tempo, timeOf) };
}

type Pulse = Pick<
  RhythmResult,
  'tempoBpm' | 'confidence' | 'beats' | 'beatsPerBar' | 'barConfidence' | 'tempi' | 'alternativesBpm'
>;

function pulseOf(
  envelope: OnsetEnvelope,
  normal: Float32Array,
  tempo: TempoPath,
  timeOf: (index: number) => Flicks,
): Pulse {
  const { indexes, bars: heard } = withBars(trackBeats(normal, tempo), envelope);
  const bars = heard !== undefined && heard.strength >= LEAST_BAR_STRENGTH ? heard : undefined;
  const loudest = indexes.reduce((most, index) => Math.max(most, envelope.strength[index] ?? 0), 1e-9);
  const beats: Beat[] = indexes.map((index, number) => ({
    at: timeOf(index),
    downbeat: bars?.phases[number] === 0,
    strength: rounded(Math.min(1, (envelope.strength[index] ?? 0) / loudest)),
  }));
  const spans = tempiOf(indexes);
  const longest = spans.reduce((most, span) => (span.beats > most.beats ? span : most), { bpm: 0, beats: 0 });
  return {
    tempoBpm: longest.beats === 0 ? null : hundredth(longest.bpm),
    confidence: rounded(tempo.confidence),
    beats,
    beatsPerBar: bars?.beatsPerBar ?? null,
    barConfidence: rounded(bars?.confidence ?? 0),
    tempi: spans.map(({ from, bpm }) => ({ start: timeOf(from), bpm: hundredth(bpm) })),
    alternativesBpm: tempo.alternatives.map(({ bpm, strength }) => ({
      bpm: hundredth(bpm),
      strength: rounded(strength),
    })),
  };
}

type TempoSpan = { readonly from: number; readonly bpm: number; readonly beats: number };

/** Spans of one tempo; a glide is told in steps. */
function tempiOf(indexes: readonly number[]): readonly TempoSpan[] {
  const gaps = intervals(indexes);
  const mean = (from: number, to: number) =>
    gaps.slice(from, to).reduce((sum, gap) => sum + gap, 0) / Math.max(1, to - from);
  const starts = [0];
  for (let n = TEMPO_BEATS; n + TEMPO_BEATS <= gaps.length; n++) {
    const start = starts.at(-1) ?? 0;
    if (n - start < TEMPO_BEATS) continue;
    const step = Math.abs(mean(n, n + TEMPO_BEATS) / mean(start, n) - 1);
    const next = Math.abs(mean(n + 1, n + 1 + TEMPO_BEATS) / mean(start, n + 1) - 1);
    // At the change itself, not where the windows first meet it.
    if (step > OTHER_TEMPO && step >= next) starts.push(n);
  }
  return starts
    .map((start, which) => {
      const end = starts[which + 1] ?? gaps.length;
      return { from: indexes[start] ?? 0, bpm: (60 * ENVELOPE_HZ) / mean(start, end), beats: end - start };
    })
    .filter(({ beats }) => beats > 0);
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
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
