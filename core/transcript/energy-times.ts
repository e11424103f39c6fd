import { flicks, FLICKS_PER_SECOND, type Flicks } from '../time/flicks.ts';
import type { Word } from './transcript.ts';

/** Levels in dB every 10 ms, the first at `start`. */
export type LevelCurve = { readonly start: Flicks; readonly levels: Float32Array };

const STEP = FLICKS_PER_SECOND / 100;
const HOP = 160;
/** Samples; both ends of what a step is measured over lie on blocks. */
const BLOCK = 40;
/** This far below the loudest of a segment nobody speaks; dB. */
const QUIET = 32;
/** Quiet that is longer parts words: shorter ones are stops inside of them; steps. */
const PAUSE = 12;
/** A boundary in the deepest dip is worth as much as a word that is off by this share of its expected length. */
const DIP_WORTH = 1.4;
/** How uneven words may be: a share of the expected length, and steps. */
const UNEVEN = { share: 0.35, steps: 5 };

/** Levels of 16 kHz sound that starts at `start`, over 25 ms each. */
export function levelCurve(samples: Float32Array, start: Flicks): LevelCurve {
  // A step begins three blocks after what it is measured over, and ends seven after.
  const energies = new Float64Array(Math.ceil(samples.length / BLOCK));
  for (let block = 0; block < energies.length; block++) {
    let sum = 0;
    const end = Math.min(samples.length, (block + 1) * BLOCK);
    for (let n = block * BLOCK; n < end; n++) {
      const value = samples[n] ?? 0;
      sum += value * value;
    }
    energies[block] = sum;
  }
  const levels = new Float32Array(Math.ceil(samples.length / HOP));
  for (let step = 0; step < levels.length; step++) {
    const first = Math.max(0, (step * HOP) / BLOCK - 3);
    const end = Math.min(energies.length, (step * HOP) / BLOCK + 7);
    let sum = 0;
    for (let block = first; block < end; block++) sum += energies[block] ?? 0;
    const count = Math.min(samples.length, end * BLOCK) - first * BLOCK;
    levels[step] = 10 * Math.log10(sum / Math.max(1, count) + 1e-10);
  }
  return { start, levels };
}

/**
 * Times of words inside of one segment, by its sound: each gets a share of what is spoken in proportion to its letters, and
 * boundaries lie in dips and pauses where there are some near (dynamic programming over the dips).
 */
export function energyTimes(words: readonly Word[], { start, levels }: LevelCurve): readonly Word[] {
  const [first, last] = [words[0], words[words.length - 1]];
  if (first === undefined || last === undefined) return words;
  const from = Math.max(0, Math.round((first.start - start) / STEP));
  const to = Math.min(levels.length, Math.round((last.end - start) / STEP));
  if (to - from < 2 * words.length) return words;
  const sound = soundOf(levels.subarray(from, to));
  const spans = fitted(words, sound);
  const at = (step: number) => flicks(Math.min(last.end, Math.max(first.start, start + (from + step) * STEP)));
  return words.map((word, index) => {
    const span = spans[index];
    if (span === undefined) return word;
    const begins = at(span.from);
    return { ...word, start: begins, end: flicks(Math.max(begins, at(span.to))) };
  });
}

type Sound = {
  /** Steps that are spoken before each step. */
  readonly spoken: Float64Array;
  /** Where boundaries may lie, and how deep the dip is there, 0–1. */
  readonly places: readonly { readonly step: number; readonly depth: number }[];
  /** Whether each step lies in a pause. */
  readonly isPause: Uint8Array;
};

function soundOf(levels: Float32Array): Sound {
  const loudest = levels.toSorted()[Math.floor(levels.length * 0.95)] ?? 0;
  const isPause = new Uint8Array(levels.length);
  for (let step = 0; step < levels.length; ) {
    let end = step;
    while (end < levels.length && (levels[end] ?? 0) < loudest - QUIET) end++;
    const atEdge = step === 0 || end === levels.length;
    if (end - step >= (atEdge ? 1 : PAUSE)) isPause.fill(1, step, end);
    step = Math.max(end, step + 1);
  }
  const spoken = new Float64Array(levels.length + 1);
  for (let step = 0; step < levels.length; step++)
    spoken[step + 1] = (spoken[step] ?? 0) + (isPause[step] === 1 ? 0 : 1);
  const places = [];
  for (let step = 1; step < levels.length; step++) {
    const here = levels[step] ?? 0;
    const near = levels.subarray(Math.max(0, step - 3), step + 4);
    if (isPause[step] === 1 ? isPause[step - 1] === 1 : near.some((level) => level < here)) continue;
    const around = Math.min(highest(levels, step - 12, step), highest(levels, step, step + 12));
    places.push({ step, depth: isPause[step] === 1 ? 1 : Math.min(1, Math.max(0, (around - here) / 25)) });
  }
  return { spoken, places, isPause };
}

function highest(levels: Float32Array, from: number, to: number): number {
  return levels.subarray(Math.max(0, from), Math.max(0, to) + 1).reduce((most, level) => Math.max(most, level), -100);
}

type Steps = { readonly from: number; readonly to: number };

function fitted(words: readonly Word[], { spoken, places, isPause }: Sound): readonly Steps[] {
  const length = isPause.length;
  const letters = words.map(({ text }) => text.replaceAll(/[^\p{L}\p{N}]/gu, '').length + 1.5);
  const all = letters.reduce((sum, count) => sum + count, 0);
  const total = spoken[length] ?? length;
  // Even places are there too, so that there is always a way through.
  const even = words.map((_, index) => Math.round((length * (index + 1)) / words.length)).slice(0, -1);
  const depths = new Map([
    ...even.map((step) => [step, 0] as const),
    ...places.map(({ step, depth }) => [step, depth] as const),
  ]);
  const steps = [
    0,
    ...[...depths.keys()].filter((step) => step > 0 && step < length).toSorted((a, b) => a - b),
    length,
  ];
  let reached: readonly number[] = steps.map((_, index) => (index === 0 ? 0 : Infinity));
  const back: Int32Array[] = [];
  for (const count of letters) {
    const expected = (total * count) / all;
    const allowed = UNEVEN.share * expected + UNEVEN.steps;
    const from = new Int32Array(steps.length).fill(-1);
    reached = steps.map((step, index) => {
      let best = Infinity;
      for (let other = index - 1; other >= 0; other--) {
        const before = steps[other] ?? 0;
        const off = ((spoken[step] ?? 0) - (spoken[before] ?? 0) - expected) / allowed;
        if (off > 5) break;
        const cost = (reached[other] ?? Infinity) + off * off - DIP_WORTH * (depths.get(step) ?? 0);
        if (cost < best) [best, from[index]] = [cost, other];
      }
      return best;
    });
    back.push(from);
  }
  const bounds = [steps.length - 1];
  for (const from of back.toReversed()) bounds.unshift(from[bounds[0] ?? 0] ?? -1);
  if (bounds.some((index) => index < 0)) return [];
  return words.map((_, index) => {
    const [a, b] = [steps[bounds[index] ?? 0] ?? 0, steps[bounds[index + 1] ?? 0] ?? length];
    return withoutPauses(a, b, isPause);
  });
}

/** What is spoken between two boundaries. */
function withoutPauses(from: number, to: number, isPause: Uint8Array): Steps {
  let [first, last] = [from, to];
  while (first < last - 1 && isPause[first] === 1) first++;
  while (last > first + 1 && isPause[last - 1] === 1) last--;
  return { from: first, to: last };
}
