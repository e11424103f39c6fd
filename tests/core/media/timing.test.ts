import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameAt, startOfFrame } from '../../../core/media/frames.ts';
import {
  constantRateOf,
  decideTiming,
  frameTableOf,
  sameFrameTimes,
  sourceFramesOf,
} from '../../../core/media/timing.ts';
import { flicks, flicksFromTicks } from '../../../core/time/flicks.ts';
import { mulDiv, rational, type Rational } from '../../../core/time/rational.ts';
import { LISTED_RATES, type Rate } from '../../../core/time/rate.ts';
import { scaled } from '../../scale.ts';

const oddTimeBases = [15360, 10240, 1000, 57_600, 90_000, 30_000, 600].map((den) => rational(1, den));
const anyTimeBase = fc.constantFrom(...oddTimeBases);
const anyRate = fc.constantFrom(...LISTED_RATES);
const anyOrigin = fc.integer({ min: -1_000_000, max: 1_000_000 });
const runs = { numRuns: scaled(200) };

const regular = (rate: Rate, timeBase: Rational, count: number, origin: number, rounding: 'floor' | 'nearest') =>
  Array.from({ length: count }, (_, n) => {
    const ticks = mulDiv(n, timeBase.den * rate.den, rate.num * timeBase.num, rounding);
    return origin + ticks;
  });

describe('one rate or many', () => {
  it('finds the rate behind times rounded to any time base', () => {
    const shape = [anyRate, anyTimeBase, anyOrigin, fc.constantFrom('floor' as const, 'nearest' as const)] as const;
    fc.assert(
      fc.property(...shape, (rate, timeBase, origin, rounding) => {
        fc.pre(rate.num * 3 < timeBase.den * rate.den);
        const table = frameTableOf(regular(rate, timeBase, 2500, origin, rounding), timeBase, undefined);
        expect(constantRateOf(table, [])).toEqual(rate);
        expect(decideTiming(table, [rate])).toEqual({ kind: 'constant', rate, frameCount: 2500 });
      }),
      runs,
    );
  });

  it('calls a stream variable when one frame is a tick and more off', () => {
    fc.assert(
      fc.property(anyRate, anyTimeBase, fc.integer({ min: 1, max: 198 }), (rate, timeBase, late) => {
        const perFrame = (timeBase.den * rate.den) / rate.num;
        fc.pre(perFrame > 8);
        const ticks = regular(rate, timeBase, 200, 0, 'nearest').map((tick, n) => (n === late ? tick + 3 : tick));
        expect(decideTiming(frameTableOf(ticks, timeBase, undefined), [rate]).kind).toBe('variable');
      }),
      runs,
    );
  });

  it('does not take a dropped frame in a coarse time base for rounding', () => {
    const ticks = Array.from({ length: 50 }, (_, n) => (n < 20 ? n : n + 1));
    expect(decideTiming(frameTableOf(ticks, rational(1, 25), 1), [rational(25)]).kind).toBe('variable');
  });

  it('keeps an unlisted rate that the container claims', () => {
    const rate = rational(90_000, 3001);
    const table = frameTableOf(regular(rate, rational(1, 90_000), 100, 7, 'floor'), rational(1, 90_000), undefined);
    expect(decideTiming(table, [rate])).toMatchObject({ kind: 'constant', rate });
  });
});

describe('frame index and time', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 2, maxLength: 60 });

  it('are inverse for every frame of a stream with varying gaps', () => {
    fc.assert(
      fc.property(gaps, anyTimeBase, anyOrigin, (steps, timeBase, origin) => {
        let tick = origin;
        const table = frameTableOf([origin, ...steps.map((step) => (tick += step))], timeBase, steps[0]);
        const source = sourceFramesOf(table, []);
        table.ticks.forEach((pts, n) => {
          const start = startOfFrame(source, n);
          expect(frameAt(source, start)).toBe(n);
          if (n > 0) expect(frameAt(source, flicks(start - 1))).toBe(n - 1);
          // A constant rate may move a start by the tick that its rounding explains.
          const exact = flicksFromTicks(pts - origin, timeBase);
          const tolerance = source.kind === 'variable' ? 0 : flicksFromTicks(1, timeBase);
          expect(Math.abs(start - exact)).toBeLessThanOrEqual(tolerance);
        });
      }),
      runs,
    );
  });

  it('ascend strictly even where a damaged file repeats times or counts finer than flicks', () => {
    const fine = sourceFramesOf(frameTableOf([0, 1, 2, 2, 9], rational(1, 1_000_000_007), 1), []);
    if (fine.kind !== 'variable') throw new Error('expected varying times');
    for (let n = 1; n < fine.starts.length; n += 1) expect(fine.starts[n]).toBeGreaterThan(fine.starts[n - 1] ?? 0);
    expect(fine.end).toBeGreaterThan(fine.starts.at(-1) ?? 0);
  });

  it('do not depend on the order in which packets come', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 1 }), (ticks) => {
        const sorted = frameTableOf(
          [...ticks].sort((a, b) => a - b),
          rational(1, 1000),
          40,
        );
        expect(sameFrameTimes(frameTableOf(ticks, rational(1, 1000), 40), sorted)).toBe(true);
      }),
      runs,
    );
  });
});

describe('frame tables', () => {
  const table = (ticks: readonly number[], den: number) => frameTableOf(ticks, rational(1, den), 1);

  it('are the same only with the same frames at the same times, whatever the time base', () => {
    expect(sameFrameTimes(table([5, 6, 7], 25), table([0, 40, 80], 1000))).toBe(true);
    expect(sameFrameTimes(table([5, 6, 7], 25), table([0, 40, 81], 1000))).toBe(false);
    expect(sameFrameTimes(table([5, 6, 7], 25), table([0, 1, 3], 25))).toBe(false);
    expect(sameFrameTimes(table([5, 6], 25), table([5, 6, 7], 25))).toBe(false);
    expect(sameFrameTimes(table([], 25), table([], 25))).toBe(true);
  });

  it('of one rate are looked up by that rate, and a claim of no rate is passed over', () => {
    expect(sourceFramesOf(table([0, 1, 2], 25), [undefined, rational(0), rational(25)])).toEqual({
      kind: 'constant',
      rate: rational(25),
      frameCount: 3,
    });
  });

  it('of one picture or none have no rate of their own', () => {
    expect(constantRateOf(table([7], 25), [])).toBeUndefined();
    expect(constantRateOf(table([7], 25), [rational(24)])).toEqual(rational(24));
    expect(decideTiming(table([], 25), [])).toMatchObject({ kind: 'variable', frameCount: 0 });
  });

  it('whose average is beyond exact fractions is told to a millionth', () => {
    const long = frameTableOf([0, 3e14, 1e15], rational(7, 10_000_000_019), 1e15);
    expect(decideTiming(long, [])).toMatchObject({ kind: 'variable', frameCount: 3 });
  });
});
