import { CHROMA_HZ, ENVELOPE_HZ, type OnsetEnvelope } from './onsets.ts';
import { noveltyPeaks } from './novelty.ts';

/** Sections are told in whole seconds. */
const STEP_MS = 1000;

/** Indexes are values of the onset envelope; `energy` 0–1 within this music. */
type MusicSections = {
  readonly energy: { readonly stepMs: number; readonly values: readonly number[] };
  readonly sections: readonly { readonly from: number; readonly to: number; readonly energy: number }[];
};

/**
 * How loud and busy music is each second, from its quietest to its loudest tenth, and where that or its pitches change
 * for long (novelty after Foote, "Automatic audio segmentation using a measure of audio novelty", 2000).
 */
export function musicSections(envelope: OnsetEnvelope): MusicSections {
  const seconds = Math.floor(envelope.energyDb.length / CHROMA_HZ);
  const level = Array.from({ length: seconds }, (_, second) => mean(envelope.energyDb, second * CHROMA_HZ, CHROMA_HZ));
  const busy = Array.from({ length: seconds }, (_, second) =>
    mean(envelope.strength, second * ENVELOPE_HZ, ENVELOPE_HZ),
  );
  const low = Array.from({ length: seconds }, (_, second) => mean(envelope.bass, second * ENVELOPE_HZ, ENVELOPE_HZ));
  const values = scaled(level.map((db, second) => db + 6 * (busy[second] ?? 0)));
  const peaks = noveltyPeaks([level, busy, low], { halfWidth: 8, least: 1.3 }).map(({ at }) => at);
  const bounds = [0, ...peaks, seconds];
  const sections = bounds.slice(1).flatMap((to, which) => {
    const from = bounds[which] ?? 0;
    if (to <= from) return [];
    const energy = values.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
    return [{ from: from * ENVELOPE_HZ, to: to * ENVELOPE_HZ, energy: thousandth(energy) }];
  });
  return { energy: { stepMs: STEP_MS, values: values.map(thousandth) }, sections };
}

function mean(values: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let n = from; n < from + count; n++) sum += values[n] ?? 0;
  return sum / count;
}

/** 0 at the quietest tenth, 1 at the loudest; all 0 where nothing differs. */
function scaled(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.1)] ?? 0;
  const high = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  return values.map((value) => (high - low > 0.5 ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0));
}

function thousandth(value: number): number {
  return Math.round(value * 1000) / 1000;
}
