import { ENVELOPE_HZ } from './onsets.ts';
import { TEMPO_HOP, type TempoPath } from './tempo.ts';

/** How strictly beats keep the tempo (Ellis 2007). */
const TIGHTNESS = 100;

/**
 * Beats on strong onsets that keep the distance which the tempo asks for at their place, by dynamic programming (Ellis,
 * "Beat tracking by dynamic programming", 2007): indexes into the envelope, rising.
 */
export function trackBeats(envelope: Float32Array, tempo: TempoPath): readonly number[] {
  const score = new Float64Array(envelope.length);
  const previous = new Int32Array(envelope.length).fill(-1);
  for (let now = 0; now < envelope.length; now++) {
    const period = periodAt(tempo, now);
    const nearest = Math.round(period / 2);
    const farthest = Math.min(now, Math.round(period * 2));
    let best = 0;
    const logPeriod = LOG[Math.round(period * 8)] ?? 0;
    for (let lag = nearest; lag <= farthest; lag++) {
      const stray = (LOG[lag * 8] ?? 0) - logPeriod;
      const value = (score[now - lag] ?? 0) - TIGHTNESS * stray * stray;
      if (value > best) {
        best = value;
        previous[now] = now - lag;
      }
    }
    score[now] = (envelope[now] ?? 0) + best;
  }
  let last = envelope.length - 1;
  const tail = Math.floor(periodAt(tempo, last));
  for (let now = Math.max(0, last - tail); now < envelope.length; now++) {
    if ((score[now] ?? 0) > (score[last] ?? 0)) last = now;
  }
  const beats: number[] = [];
  for (let now = last; now >= 0; now = previous[now] ?? -1) beats.push(now);
  return withoutWeakEnds(beats.reverse(), envelope);
}

/** Logarithms of eighths of an envelope value. */
const LOG = Float64Array.from({ length: 8 * 8 * ENVELOPE_HZ }, (_, n) => Math.log(Math.max(1, n) / 8));

function periodAt({ bpm }: TempoPath, index: number): number {
  const place = Math.min(bpm.length - 1, Math.max(0, index / TEMPO_HOP));
  const whole = Math.floor(place);
  const part = place - whole;
  const [here, next] = [bpm[whole] ?? 120, bpm[whole + 1] ?? bpm[whole] ?? 120];
  // Between two tempi of one glide; a sudden change has no middle.
  const value = Math.abs(next / here - 1) < 0.1 ? here + part * (next - here) : part < 0.5 ? here : next;
  return (60 * ENVELOPE_HZ) / value;
}

/** Beats before the music begins and after it ends lie on nothing (Ellis 2007). */
function withoutWeakEnds(beats: readonly number[], envelope: Float32Array): readonly number[] {
  const strengths = beats.map((beat) => {
    let most = 0;
    for (let near = beat - 4; near <= beat + 4; near++) most = Math.max(most, envelope[near] ?? 0);
    return most;
  });
  const least =
    0.15 * Math.sqrt(strengths.reduce((sum, value) => sum + value * value, 0) / Math.max(1, strengths.length));
  const first = strengths.findIndex((value) => value > least);
  const last = strengths.findLastIndex((value) => value > least);
  return first < 0 ? [] : beats.slice(first, last + 1);
}
