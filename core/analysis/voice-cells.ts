import { flicks, flicksFromSeconds, type Flicks } from '../time/flicks.ts';
import { melBands, melEnergies } from './log-mel.ts';
import type { TimeSpan } from './sound-results.ts';

/** Numbers that describe a voice at one time. */
export const VOICE_DIMENSIONS = 18;
const SIZE = VOICE_DIMENSIONS;

/** Sums over the loud frames of a piece of speech: how many, their values, and products of these (row-major, both halves). */
export type VoiceSums = { readonly count: number; readonly sums: Float64Array; readonly products: Float64Array };

/** Half a second of speech, and the uninterrupted run of speech it lies in. Cells of a run abut. */
export type VoiceCell = VoiceSums & { readonly span: TimeSpan; readonly run: number };

const RATE = 16_000;
const FRAME = 512;
const HOP = 160;
const CELL_S = 0.5;
/** Frames this far below the loud ones of a run say little about the voice; dB. */
const LOUD = 25;
const FEWEST_FRAMES = 10;
const bands = melBands(26, RATE, FRAME, 60, 7600);
const cosines = Array.from({ length: SIZE }, (_, n) =>
  Float64Array.from({ length: bands.length }, (__, band) =>
    Math.cos((Math.PI * (n + 1) * (band + 0.5)) / bands.length),
  ),
);

/**
 * What the voice in one span of speech is like, by half seconds: 18 mel cepstral coefficients each 10 ms (Davis and
 * Mermelstein 1980; the level is left out). `samples` are those of the span at 16 kHz.
 */
export function voiceCells(samples: Float32Array, start: Flicks, run: number): readonly VoiceCell[] {
  const frames = Math.max(0, Math.floor((samples.length - FRAME) / HOP) + 1);
  if (frames < FEWEST_FRAMES) return [];
  const { energy } = melEnergies(samples, frames, { window: FRAME, hop: HOP, bands });
  const rows = Array.from({ length: frames }, (_, n) => energy.subarray(n * bands.length, (n + 1) * bands.length));
  const levels = rows.map((row) => 10 * Math.log10(row.reduce((sum, value) => sum + value, 0) + 1e-9));
  const least = (levels.toSorted((a, b) => a - b)[Math.floor(frames * 0.9)] ?? 0) - LOUD;
  const seconds = samples.length / RATE;
  const count = Math.max(1, Math.round(seconds / CELL_S));
  const at = (cell: number) => flicks(start + flicksFromSeconds((seconds * cell) / count));
  return Array.from({ length: count }, (_, cell): VoiceCell => {
    const [first, end] = [cell, cell + 1].map((edge) => Math.floor((edge * frames) / count));
    const loud = rows.slice(first, end).filter((__, n) => (levels[(first ?? 0) + n] ?? 0) >= least);
    return { ...summed(loud.map(cepstrum)), run, span: { start: at(cell), end: at(cell + 1) } };
  });
}

function cepstrum(energies: Float64Array): Float64Array {
  const logs = energies.map((value) => Math.log(value + 1e-7));
  return Float64Array.from(cosines, (row) => row.reduce((sum, cosine, band) => sum + cosine * (logs[band] ?? 0), 0));
}

function summed(rows: readonly Float64Array[]): VoiceSums {
  const sums = new Float64Array(SIZE);
  const products = new Float64Array(SIZE * SIZE);
  for (const row of rows) {
    for (let p = 0; p < SIZE; p++) {
      const value = row[p] ?? 0;
      sums[p] = (sums[p] ?? 0) + value;
      for (let q = 0; q < SIZE; q++) products[p * SIZE + q] = (products[p * SIZE + q] ?? 0) + value * (row[q] ?? 0);
    }
  }
  return { count: rows.length, sums, products };
}

/** A cell as whole numbers: how many frames, means, and covariances (upper half by rows), in hundredths. */
export function packCell({ count, sums, products }: VoiceSums): readonly number[] {
  const means = sums.map((sum) => sum / Math.max(1, count));
  const spread: number[] = [];
  for (let p = 0; p < SIZE; p++) {
    for (let q = p; q < SIZE; q++)
      spread.push((products[p * SIZE + q] ?? 0) / Math.max(1, count) - (means[p] ?? 0) * (means[q] ?? 0));
  }
  return [count, ...[...means, ...spread].map((value) => Math.round(value * 100))];
}

/** What `packCell` packed, to its hundredths. */
export function unpackCell(packed: readonly number[]): VoiceSums {
  const [count = 0, ...rest] = packed;
  const values = rest.map((value) => value / 100);
  const sums = Float64Array.from({ length: SIZE }, (_, p) => (values[p] ?? 0) * count);
  const products = new Float64Array(SIZE * SIZE);
  let at = SIZE;
  for (let p = 0; p < SIZE; p++) {
    for (let q = p; q < SIZE; q++) {
      const product = count * ((values[at] ?? 0) + (values[p] ?? 0) * (values[q] ?? 0));
      products[p * SIZE + q] = product;
      products[q * SIZE + p] = product;
      at++;
    }
  }
  return { count, sums, products };
}
