/** What tells where a bar begins, one value per beat. */
export type BeatAccents = {
  readonly bass: readonly number[];
  readonly harmony: readonly number[];
  readonly onset: readonly number[];
};

/** `phase[n]`: place of beat n in its bar, 0 = downbeat. `confidence` 0–1. */
export type Bars = {
  readonly beatsPerBar: number;
  readonly phases: readonly number[];
  readonly confidence: number;
  readonly strength: number;
};

/** Chords change and the bass strikes where a bar begins; what is loud without bass is more often a backbeat. */
const WEIGHTS = { harmony: 1.2, bass: 0.7, onset: -0.35 };
/** What differs less than this from beat to beat is chance: the scales of onset strength, and of change from 0 to 1. */
const LEAST = { harmony: 0.1, bass: 0.2, onset: 0.1 };
/** A bar that is cut short costs as much as some downbeats that are clear. */
const SLIP_COST = 6;

/**
 * Bars by what recurs each so many beats: for each metre the places of downbeats that carry most accent (dynamic
 * programming over the place in the bar; a bar may be cut short at a cost), and the metre whose downbeats stand out
 * most, for how many there are. Undefined where there are fewer than two bars.
 */
export function barsOf(accents: BeatAccents, metres: readonly number[]): Bars | undefined {
  const accent = combined(accents);
  let best: Bars | undefined;
  for (const beatsPerBar of metres) {
    if (accent.length < 2 * beatsPerBar) continue;
    const phases = phasesOf(accent, beatsPerBar);
    const downbeats = accent.filter((_, n) => phases[n] === 0);
    // Under chance a sum of n standard values is as large as √n.
    const sum = downbeats.reduce((total, value) => total + value, 0);
    const strength = sum / Math.sqrt(Math.max(1, downbeats.length) * (1 - 1 / beatsPerBar));
    if (best === undefined || strength > best.strength) {
      const mean = sum / Math.max(1, downbeats.length);
      best = { beatsPerBar, phases, strength, confidence: Math.min(1, Math.max(0, mean / 2)) };
    }
  }
  return best;
}

function combined({ bass, harmony, onset }: BeatAccents): readonly number[] {
  const parts = [standard(bass, LEAST.bass), standard(harmony, LEAST.harmony), standard(onset, LEAST.onset)];
  const weights = [WEIGHTS.bass, WEIGHTS.harmony, WEIGHTS.onset];
  const sum = bass.map((_, n) =>
    parts.reduce((total, part, index) => total + (weights[index] ?? 0) * (part[n] ?? 0), 0),
  );
  return standard(sum, 0.5);
}

/** Mean 0, spread 1 where it is `least` or more, and nothing further out than three spreads. */
function standard(values: readonly number[], least: number): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length));
  return values.map((value) => Math.max(-3, Math.min(3, (value - mean) / Math.max(spread, least))));
}

/** The places in the bar that put most accent on downbeats. */
function phasesOf(accent: readonly number[], beatsPerBar: number): readonly number[] {
  let reached = new Float64Array(beatsPerBar);
  const from: Int8Array[] = [];
  for (const value of accent) {
    const next = new Float64Array(beatsPerBar);
    const back = new Int8Array(beatsPerBar);
    for (let place = 0; place < beatsPerBar; place++) {
      let source = (place + beatsPerBar - 1) % beatsPerBar;
      let best = reached[source] ?? 0;
      if (place === 0) {
        for (let other = 0; other < beatsPerBar; other++) {
          const cut = (reached[other] ?? 0) - SLIP_COST;
          if (cut > best) [best, source] = [cut, other];
        }
      }
      next[place] = best + (place === 0 ? value : 0);
      back[place] = source;
    }
    reached = next;
    from.push(back);
  }
  const phases: number[] = [];
  let place = reached.indexOf(Math.max(...reached));
  for (let n = accent.length - 1; n >= 0; n--) {
    phases.push(place);
    place = from[n]?.[place] ?? 0;
  }
  return phases.reverse();
}
