import { flicks, flicksFromTicks, type Flicks } from '../time/flicks.ts';
import { equalRational, mulDiv, rational, toNumber, type Rational } from '../time/rational.ts';
import { isListedRate, LISTED_RATES, type Rate } from '../time/rate.ts';
import { assert } from '../errors.ts';
import type { SourceFrames } from './frames.ts';
import type { FrameTiming } from './media.ts';

/** A stream's decoded frames in presentation order: PTS in ticks of its time base, and how long the last one lasts. */
export type FrameTable = {
  readonly ticks: Float64Array;
  readonly timeBase: Rational;
  readonly lastDurationTicks: number;
};

/** Rates that a container claims for a stream, most trusted first. */
export type ClaimedRates = readonly (Rate | undefined)[];

/** Whether frames come at one rate, and which: see {@link FrameTiming}. */
export function decideTiming(table: FrameTable, claimed: ClaimedRates): FrameTiming {
  const rate = constantRateOf(table, claimed);
  const frameCount = table.ticks.length;
  if (rate !== undefined) return { kind: 'constant', rate, frameCount };
  return { kind: 'variable', averageRate: averageRateOf(table), frameCount, duration: endOf(table) };
}

/** The same decision as frames to look up: PTS rounded once to flicks from the first frame, still strictly increasing. */
export function sourceFramesOf(table: FrameTable, claimed: ClaimedRates): SourceFrames {
  const timing = decideTiming(table, claimed);
  if (timing.kind === 'still') return timing;
  if (timing.kind === 'constant') return { kind: 'constant', rate: timing.rate, frameCount: timing.frameCount };
  return { kind: 'variable', averageRate: timing.averageRate, ...startsOfTable(table) };
}

/**
 * The rate at which every frame lies less than one tick from n ÷ rate after the first frame, as rounding to the time
 * base explains; undefined where none does. A claimed listed rate is preferred, then a listed one, then a claimed one.
 */
export function constantRateOf(table: FrameTable, claimed: ClaimedRates): Rate | undefined {
  const known = claimed.flatMap((rate) => (rate !== undefined && rate.num > 0 ? [rate] : []));
  const listedClaims = known.filter(isListedRate);
  const average = table.ticks.length > 1 ? toNumber(averageRateOf(table)) : undefined;
  const nearBy = LISTED_RATES.filter(
    (rate) => average !== undefined && Math.abs(toNumber(rate) / average - 1) < 0.1,
  ).sort((a, b) => Math.abs(toNumber(a) - (average ?? 0)) - Math.abs(toNumber(b) - (average ?? 0)));
  return [...listedClaims, ...nearBy, ...known].find((rate) => fits(table, rate));
}

/** Δ ticks from the first frame must lie strictly between n ÷ rate − 1 and n ÷ rate + 1 ticks, exactly computed. */
function fits(table: FrameTable, rate: Rate): boolean {
  const numerator = table.timeBase.den * rate.den;
  const denominator = rate.num * table.timeBase.num;
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator)) return false;
  const first = table.ticks[0] ?? 0;
  // One picture has no rate to contradict.
  return table.ticks.every((tick, n) => {
    const floor = mulDiv(n, numerator, denominator, 'floor');
    const ceil = mulDiv(n, numerator, denominator, 'ceil');
    const delta = tick - first;
    return floor === ceil ? delta === floor : delta === floor || delta === ceil;
  });
}

/** Frames ÷ the time from the first one's start to the last one's end. */
export function averageRateOf(table: FrameTable): Rate {
  const first = table.ticks[0] ?? 0;
  const span = Math.max(1, (table.ticks.at(-1) ?? 0) - first + table.lastDurationTicks);
  const per = span * table.timeBase.num;
  const frames = table.ticks.length * table.timeBase.den;
  if (Number.isSafeInteger(per) && Number.isSafeInteger(frames)) return rational(Math.max(frames, 1), per);
  return rational(Math.max(1, Math.round((frames / per) * 1_000_000)), 1_000_000);
}

/** Every frame's start, and the end of the last one, in flicks from the first frame; strictly increasing. */
export function startsOfTable(table: FrameTable): { readonly starts: Float64Array; readonly end: Flicks } {
  const starts = startsOf(table);
  return { starts, end: flicks(Math.max(endOf(table), (starts.at(-1) ?? -1) + 1)) };
}

function startsOf(table: FrameTable): Float64Array {
  const first = table.ticks[0] ?? 0;
  let previous = -1;
  return table.ticks.map((tick) => {
    // Time bases finer than a flick, and damaged files, may give two frames one time.
    previous = Math.max(previous + 1, flicksFromTicks(tick - first, table.timeBase));
    return previous;
  });
}

function endOf(table: FrameTable): Flicks {
  const first = table.ticks[0] ?? 0;
  return flicksFromTicks((table.ticks.at(-1) ?? 0) - first + table.lastDurationTicks, table.timeBase);
}

/**
 * Builds a frame table from PTS in any order (packets come in decoding order).
 *
 * @throws MontageError E_BUG when a tick is not a whole number
 */
export function frameTableOf(
  ticks: Iterable<number>,
  timeBase: Rational,
  lastDurationTicks: number | undefined,
): FrameTable {
  const sorted = Float64Array.from(ticks).sort();
  assert(sorted.every(Number.isSafeInteger), 'ticks are whole numbers');
  const [last, beforeLast] = [sorted.at(-1), sorted.at(-2)];
  const gap = last !== undefined && beforeLast !== undefined ? last - beforeLast : 1;
  const lastDuration = lastDurationTicks !== undefined && lastDurationTicks > 0 ? lastDurationTicks : Math.max(1, gap);
  return { ticks: sorted, timeBase, lastDurationTicks: lastDuration };
}

/** Whether two tables hold the same frames at the same times, each counted from its own first frame. */
export function sameFrameTimes(a: FrameTable, b: FrameTable): boolean {
  if (a.ticks.length !== b.ticks.length) return false;
  const [firstA, firstB] = [a.ticks[0] ?? 0, b.ticks[0] ?? 0];
  if (equalRational(a.timeBase, b.timeBase))
    return a.ticks.every((tick, n) => tick - firstA === (b.ticks[n] ?? 0) - firstB);
  return a.ticks.every(
    (tick, n) => flicksFromTicks(tick - firstA, a.timeBase) === flicksFromTicks((b.ticks[n] ?? 0) - firstB, b.timeBase),
  );
}
