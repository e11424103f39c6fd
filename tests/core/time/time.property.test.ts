import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  frameAt,
  frameCountOf,
  frameIndex,
  nominalFrameDuration,
  rateOf,
  sourceDuration,
  startOfFrame,
  type SourceFrames,
} from '../../../core/media/frames.ts';
import {
  addFlicks,
  flicks,
  FLICKS_PER_SECOND,
  flicksFromSeconds,
  flicksFromTicks,
  scaleFlicks,
  secondsOf,
  subtractFlicks,
} from '../../../core/time/flicks.ts';
import {
  compareRational,
  equalRational,
  formatRational,
  mulDiv,
  parseRational,
  rational,
  toNumber,
  type Rounding,
} from '../../../core/time/rational.ts';
import {
  canDropFrame,
  frameDuration,
  frameOfTime,
  isFrameAligned,
  isListedRate,
  LISTED_RATES,
  nearestListedRate,
  nominalFps,
  timeOfFrame,
  type Rate,
} from '../../../core/time/rate.ts';
import { formatTimecode, parseTimecode } from '../../../core/time/timecode.ts';
import { scaled } from '../../scale.ts';

const NTSC = rational(30_000, 1001);
const DOUBLE_NTSC = rational(60_000, 1001);
const listed = fc.constantFrom(...LISTED_RATES);
const odd = fc
  .tuple(fc.integer({ min: 1000, max: 240_000 }), fc.integer({ min: 900, max: 1100 }))
  .map(([num, den]) => rational(num, den));
const rounding = fc.constantFrom<Rounding>('floor', 'ceil', 'nearest');
const dayFrames = fc.integer({ min: 0, max: 240 * 86_400 });

describe('mulDiv', () => {
  it('agrees with exact integers for every rounding and sign', () => {
    const whole = fc.oneof(fc.maxSafeInteger(), fc.integer());
    fc.assert(
      fc.property(
        whole,
        fc.integer(),
        fc.integer().filter((c) => c !== 0),
        rounding,
        (a, b, c, how) => {
          const sign = c < 0 ? -1n : 1n;
          const [top, bottom] = [BigInt(a) * BigInt(b) * sign, BigInt(c) * sign];
          const rest = ((top % bottom) + bottom) % bottom;
          const floor = (top - rest) / bottom;
          const up = how === 'ceil' ? rest > 0n : how === 'nearest' && 2n * rest >= bottom;
          const expected = Number(floor + (up ? 1n : 0n));
          if (Number.isSafeInteger(expected)) expect(mulDiv(a, b, c, how)).toBe(expected + 0);
          else expect(() => mulDiv(a, b, c, how)).toThrow(RangeError);
        },
      ),
      { numRuns: scaled(2000), examples: [[9_007_197_406_389_789, -1, 1_852_757_911, 'floor']] },
    );
  });

  it('takes safe integers and a divisor only', () => {
    expect(() => mulDiv(1, 1, 0, 'floor')).toThrow(RangeError);
    expect(() => mulDiv(0.5, 1, 1, 'floor')).toThrow(RangeError);
    expect(() => mulDiv(1, Number.NaN, 1, 'floor')).toThrow(RangeError);
    expect(() => mulDiv(1, 1, 2 ** 53, 'floor')).toThrow(RangeError);
  });
});

describe('fractions', () => {
  it('are in lowest terms and come back from text', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer().filter((den) => den !== 0),
        (num, den) => {
          const value = rational(num, den);
          expect(value.den).toBeGreaterThan(0);
          expect(parseRational(formatRational(value))).toEqual(value);
          expect(equalRational(rational(num * 2, den * 2), value)).toBe(true);
          expect(toNumber(value)).toBeCloseTo(num / den, 6);
        },
      ),
      { numRuns: scaled(300) },
    );
  });

  it('compare exactly', () => {
    expect(compareRational(rational(30_000, 1001), rational(2997, 100))).toBeGreaterThan(0);
    expect(compareRational(rational(1, 3), rational(2, 6))).toBe(0);
    expect(compareRational(rational(-1, 2), rational(1, 2))).toBeLessThan(0);
  });

  it.each(['', 'x', '1/0', '1.5', '1/-2', '99999999999999999999', '1/99999999999999999999'])('refuse %j', (text) => {
    expect(parseRational(text)).toBeUndefined();
  });

  it('refuse what is not exact', () => {
    expect(() => rational(0.5)).toThrow(RangeError);
    expect(() => rational(1, 0)).toThrow(RangeError);
    expect(parseRational(' 24000:1001 ')).toEqual({ num: 24_000, den: 1001 });
  });
});

describe('flicks', () => {
  it('hold one frame of every listed rate and one sample of the usual audio rates exactly', () => {
    for (const rate of LISTED_RATES) {
      expect((FLICKS_PER_SECOND * rate.den) % rate.num).toBe(0);
      expect(timeOfFrame(rate.num, rate)).toBe(FLICKS_PER_SECOND * rate.den);
    }
    for (const hertz of [8000, 16_000, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000]) {
      expect(FLICKS_PER_SECOND % hertz).toBe(0);
    }
  });

  it('take frames there and back at listed and odd rates', () => {
    fc.assert(
      fc.property(fc.oneof(listed, odd), dayFrames, (rate, count) => {
        const frame = count % Math.ceil((rate.num * 86_400) / rate.den);
        const start = timeOfFrame(frame, rate);
        expect(frameOfTime(start, rate, 'floor')).toBe(frame);
        expect(frameOfTime(flicks(timeOfFrame(frame + 1, rate) - 1), rate, 'floor')).toBe(frame);
        expect(frameOfTime(start, rate, 'nearest')).toBe(frame);
        expect(isFrameAligned(start, rate)).toBe(true);
        expect(isFrameAligned(flicks(start + 1), rate)).toBe(false);
      }),
      { numRuns: scaled(1000) },
    );
  });

  it('keep the order of ticks of any time base that is coarser than a flick', () => {
    const base = fc.constantFrom(
      rational(1, 15_360),
      rational(1, 10_240),
      rational(1, 90_000),
      rational(1001, 24_000),
      rational(1, 1000),
    );
    fc.assert(
      fc.property(base, fc.integer({ min: 0, max: 90_000 * 3600 * 24 }), (timeBase, count) => {
        const ticks = count % Math.ceil((86_400 * timeBase.den) / timeBase.num);
        const at = flicksFromTicks(ticks, timeBase);
        expect(flicksFromTicks(ticks + 1, timeBase)).toBeGreaterThan(at);
        const exact = (BigInt(ticks) * BigInt(FLICKS_PER_SECOND) * BigInt(timeBase.num)) / BigInt(timeBase.den);
        expect(Math.abs(at - Number(exact))).toBeLessThanOrEqual(1);
      }),
      { numRuns: scaled(1000) },
    );
  });

  it('add, subtract, scale and meet seconds at the edges', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: -1e12, max: 1e12 }), (a, b) => {
        const [x, y] = [flicks(a), flicks(b)];
        expect(subtractFlicks(addFlicks(x, y), y)).toBe(x);
        expect(flicksFromSeconds(secondsOf(x))).toBe(x);
        expect(scaleFlicks(scaleFlicks(x, rational(3), 'floor'), rational(1, 3), 'floor')).toBe(x);
      }),
      { numRuns: scaled(300) },
    );
    expect(() => flicks(0.5)).toThrow(RangeError);
    expect(() => addFlicks(flicks(Number.MAX_SAFE_INTEGER), flicks(1))).toThrow(RangeError);
    expect(Object.is(flicks(-0), 0)).toBe(true);
  });
});

describe('rates', () => {
  it('are listed in ascending order, and the nearest to a listed one is itself', () => {
    for (const [index, rate] of LISTED_RATES.entries()) {
      const before = LISTED_RATES[index - 1];
      if (before !== undefined) expect(compareRational(before, rate)).toBeLessThan(0);
      expect(isListedRate(rate)).toBe(true);
      expect(nearestListedRate(rate)).toEqual(rate);
      expect(frameDuration(rate)).toBe(timeOfFrame(1, rate));
    }
    expect(isListedRate(rational(2997, 100))).toBe(false);
    expect(nearestListedRate(rational(2997, 100))).toEqual(NTSC);
    expect(nearestListedRate(rational(1000))).toEqual(rational(240));
  });
});

describe('timecode', () => {
  const formats = fc.tuple(listed, fc.boolean()).map(([rate, dropFrame]) => ({ rate, dropFrame }));

  it('comes back as the same frame at every rate, drop-frame included', () => {
    fc.assert(
      fc.property(formats, dayFrames, (format, count) => {
        const perDay = dayLength(format.rate, format.dropFrame);
        const frame = count % perDay;
        const text = formatTimecode(frame, format);
        expect(parseTimecode(text, format)).toEqual({
          kind: 'frame',
          frame,
          dropFrame: format.dropFrame && canDropFrame(format.rate),
        });
        expect(formatTimecode(frame + perDay, format)).toBe(text);
        expect(formatTimecode(frame - perDay, format)).toBe(text);
      }),
      { numRuns: scaled(2000) },
    );
  });

  it.each([
    [NTSC, 2],
    [DOUBLE_NTSC, 4],
  ] as const)('at %o skips the first numbers of each minute but every tenth (SMPTE ST 12-1)', (rate, dropped) => {
    const format = { rate, dropFrame: true };
    const perMinute = nominalFps(rate) * 60;
    expect(formatTimecode(perMinute - 1, format)).toBe(`00:00:59;${nominalFps(rate) - 1}`);
    expect(formatTimecode(perMinute, format)).toBe(`00:01:00;0${dropped}`);
    expect(formatTimecode(nominalFps(rate) * 600 - dropped * 9, format)).toBe('00:10:00;00');
    // One hour of timecode is 3.6 ms from one hour of time; without dropping it would be 3.6 s.
    const hour = nominalFps(rate) * 3600 - dropped * 54;
    expect(formatTimecode(hour, format)).toBe('01:00:00;00');
    expect(Math.abs(secondsOf(timeOfFrame(hour, rate)) - 3600)).toBeLessThan(0.004);
    expect(parseTimecode('00:01:00;00', format)).toEqual({ kind: 'problem', problem: 'dropped-number' });
    expect(parseTimecode(`00:01:00;0${dropped - 1}`, format)).toEqual({ kind: 'problem', problem: 'dropped-number' });
    expect(parseTimecode('00:10:00;00', format).kind).toBe('frame');
  });

  it('never writes a dropped number', () => {
    fc.assert(
      fc.property(fc.constantFrom(NTSC, DOUBLE_NTSC), dayFrames, (rate, frame) => {
        const text = formatTimecode(frame, { rate, dropFrame: true });
        expect(text).not.toMatch(rate === NTSC ? /:\d[1-9]:00;0[01]$/ : /:\d[1-9]:00;0[0-3]$/);
      }),
      { numRuns: scaled(1000) },
    );
  });

  it('is refused with the reason', () => {
    const format = { rate: rational(25), dropFrame: false };
    for (const text of ['', '1:2:3:4', '00:00:00', 'aa:00:00:00']) {
      expect(parseTimecode(text, format)).toEqual({ kind: 'problem', problem: 'syntax' });
    }
    for (const text of ['24:00:00:00', '00:60:00:00', '00:00:60:00', '00:00:00:25']) {
      expect(parseTimecode(text, format)).toEqual({ kind: 'problem', problem: 'out-of-range' });
    }
    expect(parseTimecode('01:00:00;10', format)).toEqual({ kind: 'frame', frame: 90_010, dropFrame: false });
    expect(parseTimecode('00:01:00:00', { rate: NTSC, dropFrame: false })).toMatchObject({
      frame: 1800,
      dropFrame: false,
    });
    expect(parseTimecode('00:00:10.00', { rate: NTSC, dropFrame: false })).toMatchObject({ dropFrame: true });
  });
});

function dayLength(rate: Rate, dropFrame: boolean): number {
  const dropped = dropFrame && canDropFrame(rate) ? nominalFps(rate) / 15 : 0;
  return nominalFps(rate) * 86_400 - dropped * 9 * 144;
}

describe('frames of a source', () => {
  const constants = fc
    .tuple(fc.oneof(listed, odd), fc.integer({ min: 1, max: 500_000 }))
    .map(([rate, frameCount]): SourceFrames => ({ kind: 'constant', rate, frameCount }));
  const variables = fc
    .tuple(
      fc.constantFrom(rational(1, 15_360), rational(1, 10_240), rational(1, 90_000), rational(1, 1000)),
      fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 60 }),
    )
    .map(([timeBase, steps]): SourceFrames => {
      const starts = new Float64Array(steps.length);
      let ticks = 0;
      for (const [index, step] of steps.entries()) {
        starts[index] = flicksFromTicks(ticks, timeBase);
        ticks += step;
      }
      return { kind: 'variable', averageRate: rational(25), starts, end: flicksFromTicks(ticks, timeBase) };
    });

  it('are found from their first to their last flick, on odd time bases too', () => {
    fc.assert(
      fc.property(fc.oneof(constants, variables), fc.nat(), (source, draw) => {
        const index = draw % frameCountOf(source);
        const start = startOfFrame(source, index);
        expect(frameAt(source, start)).toBe(index);
        expect(frameAt(source, flicks(startOfFrame(source, index + 1) - 1))).toBe(index);
        expect(frameAt(source, flicks(-1))).toBe(0);
        expect(frameAt(source, sourceDuration(source) ?? flicks(0))).toBe(frameCountOf(source) - 1);
      }),
      { numRuns: scaled(1000) },
    );
  });

  it('of a still are one frame for ever', () => {
    const still: SourceFrames = { kind: 'still' };
    expect([frameAt(still, flicks(9)), startOfFrame(still, 5), frameCountOf(still)]).toEqual([
      0,
      0,
      Number.POSITIVE_INFINITY,
    ]);
    expect([sourceDuration(still), rateOf(still), nominalFrameDuration(still)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(frameAt({ kind: 'constant', rate: rational(25), frameCount: 0 }, flicks(5))).toBe(0);
    expect(
      nominalFrameDuration({
        kind: 'variable',
        averageRate: rational(25),
        starts: new Float64Array(1),
        end: flicks(1),
      }),
    ).toBe(28_224_000);
    expect(() => frameIndex(-1)).toThrow(RangeError);
    expect(() => frameIndex(1.5)).toThrow(RangeError);
  });
});
