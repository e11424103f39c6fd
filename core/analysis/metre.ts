import { barsOf, type Bars, type BeatAccents } from './bars.ts';
import { ENVELOPE_HZ, harmonicChange, type OnsetEnvelope } from './onsets.ts';
import { median } from './median.ts';
import { FASTEST_BPM } from './tempo.ts';

/** Other beats must explain the bars this much better than those that were tracked. */
const CLEARER = 1.5;
const FASTEST_COMMON_BPM = 200;
/** Bars of seven are believed only where they are this clear: chance makes some of seven out of any noise. */
const CLEAR_SEVEN = 4;
/** Between beats something must sound for twice as many beats to be there. */
const LEAST_BETWEEN = 0.3;

/**
 * Bars over the beats as tracked; or over the places between them, or over both, where that makes much clearer bars:
 * off-beats may be louder than beats, and 7/8 counts its eighths.
 */
export function withBars(beats: readonly number[], envelope: OnsetEnvelope): Grid {
  const between = intervals(beats).map((gap, n) => Math.round((beats[n] ?? 0) + gap / 2));
  const both = [...beats, ...between].sort((a, b) => a - b);
  const accents = [beats, between, both].map((indexes) => ({ indexes, accents: accentsOf(indexes, envelope) }));
  const isBetween = median(accents[1]?.accents.onset ?? []) > LEAST_BETWEEN * median(accents[0]?.accents.onset ?? []);
  const fast = (60 * ENVELOPE_HZ * 2) / Math.max(1, median(intervals(beats)));
  const strength = ({ bars }: Grid) => bars?.strength ?? 0;
  const stronger = (a: Grid, b: Grid, factor: number) => (strength(b) > factor * strength(a) ? b : a);
  const grid = (which: number, metres: readonly number[]): Grid => {
    const { indexes, accents: heard } = accents[which] ?? { indexes: beats, accents: accentsOf(beats, envelope) };
    return { indexes, bars: barsOf(heard, metres) };
  };
  let best = grid(0, [3, 4]);
  if (isBetween) best = stronger(best, grid(1, [3, 4]), 1);
  const twice = isBetween && fast <= FASTEST_COMMON_BPM ? grid(2, [3, 4]) : best;
  const sevens = [grid(0, [7]), ...(isBetween && fast <= FASTEST_BPM ? [grid(2, [7])] : [])];
  for (const other of [twice, ...sevens.filter((seven) => strength(seven) > CLEAR_SEVEN)]) {
    best = stronger(best, other, best.indexes === other.indexes || best.bars?.beatsPerBar === 7 ? 1 : CLEARER);
  }
  return best;
}

export type Grid = { readonly indexes: readonly number[]; readonly bars: Bars | undefined };

export function intervals(indexes: readonly number[]): readonly number[] {
  return indexes.slice(1).map((index, n) => index - (indexes[n] ?? 0));
}

function accentsOf(beats: readonly number[], envelope: OnsetEnvelope): BeatAccents {
  const peak = (curve: Float32Array, beat: number) => {
    let most = 0;
    for (let near = beat - 4; near <= beat + 4; near++) most = Math.max(most, curve[near] ?? 0);
    return most;
  };
  return {
    bass: beats.map((beat) => peak(envelope.bass, beat)),
    onset: beats.map((beat) => peak(envelope.strength, beat)),
    harmony: beats.map((beat, n) => {
      const period = (beats[n + 1] ?? beat + (beat - (beats[n - 1] ?? beat))) - beat;
      return harmonicChange(envelope, beat - period, beat, beat + period);
    }),
  };
}
