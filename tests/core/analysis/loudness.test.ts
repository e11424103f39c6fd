import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLoudnessMeter } from '../../../core/analysis/loudness.ts';
import { scaled } from '../../scale.ts';
import { deviations, tech3341, tech3342, truePeakBursts, truePeakTones } from './ebu-vectors.ts';

type Part = { readonly db: number; readonly seconds: number };

/** A 1 kHz sine at given levels (dBFS peak), the same in all channels that are on. */
function tone(parts: readonly Part[], rate: number, on: readonly boolean[], hz = 1000, phase = 0): Float32Array {
  const count = parts.reduce((sum, { seconds }) => sum + Math.round(seconds * rate), 0);
  const samples = new Float32Array(count * on.length);
  let n = 0;
  for (const { db, seconds } of parts) {
    const gain = 10 ** (db / 20);
    for (const end = n + Math.round(seconds * rate); n < end; n++) {
      const value = gain * Math.sin((2 * Math.PI * hz * n) / rate + phase);
      on.forEach((isOn, channel) => {
        samples[n * on.length + channel] = isOn ? value : 0;
      });
    }
  }
  return samples;
}

function measure(samples: Float32Array, rate = 48_000, channels = 2, layout = 'stereo', chunk = 4096) {
  const meter = createLoudnessMeter(rate, channels, layout);
  for (let at = 0; at < samples.length; at += chunk * channels) meter.push(samples.subarray(at, at + chunk * channels));
  return meter.finish();
}

const STEREO = [true, true];
const p = (db: number, seconds: number): Part => ({ db, seconds });

/** Some of the sequences, for time: the benchmark has them all. */
const LEFT_OUT = /3341 case [24]$|3342 case [24]$|case 1[03]\.\d*[^08]$/;
const SOUND = [...tech3341(), ...tech3342()].filter(({ name }) => !LEFT_OUT.test(name));

describe('EBU Tech 3341 and 3342: within 0.05 LU, range within 0.2 LU', () => {
  test.each(SOUND)('$name', (vector) => {
    const { sampleRateHz, channels, layout } = vector;
    const off = deviations(vector, measure(vector.samples(), sampleRateHz, channels, layout, 100_000));
    for (const key of ['integrated', 'momentary', 'shortTerm'] as const)
      expect(off[key] ?? 0).toBeLessThanOrEqual(0.05);
    expect(off.range ?? 0).toBeLessThanOrEqual(0.2);
  });

  test.each([8000, 11_025, 22_050, 44_100, 96_000])('3341 case 1 at %i Hz', (rate) => {
    const { integratedLufs } = measure(tone([p(-23, 5)], rate, STEREO), rate);
    expect(Math.abs((integratedLufs ?? 0) + 23)).toBeLessThanOrEqual(0.05);
  });
});

describe('true peak between samples, EBU Tech 3341 cases 15 to 23: within 0.2 dB', () => {
  test.each([...truePeakTones(), ...truePeakBursts()])('$name', (vector) => {
    const found = measure(vector.samples(), vector.sampleRateHz);
    expect(deviations(vector, found).truePeak).toBeLessThanOrEqual(0.1);
  });

  test('sines of any pitch up to 0.45 of the sampling rate', () => {
    const sine = fc.record({
      pitch: fc.double({ min: 0.001, max: 0.45, noNaN: true }),
      turn: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(sine, ({ pitch, turn }) => {
        const samples = Float32Array.from({ length: 12_000 }, (_, n) => {
          const fade = Math.min(1, n / 2000, (12_000 - n) / 2000);
          return 0.5 * fade * Math.sin(2 * Math.PI * (pitch * n + turn));
        });
        const { truePeakDbtp } = measure(samples, 48_000, 1, 'mono');
        expect(Math.abs((truePeakDbtp ?? 0) - 20 * Math.log10(0.5))).toBeLessThan(0.15);
      }),
      { numRuns: scaled(30) },
    );
  });
});

describe('loudness', () => {
  test('the momentary curve follows the level, with nulls below −70 LUFS', () => {
    const { momentary } = measure(tone([p(-23, 2), p(-120, 2)], 48_000, STEREO));
    expect(momentary.stepMs).toBe(100);
    expect(momentary.lufs[5]).toBeCloseTo(-23, 1);
    expect(momentary.lufs.at(-1)).toBeNull();
  });

  test('silence and nothing have no loudness', () => {
    for (const samples of [new Float32Array(96_000), new Float32Array(0)]) {
      expect(measure(samples)).toMatchObject({ integratedLufs: null, rangeLu: null, truePeakDbtp: null });
    }
  });

  test('chunking changes nothing, damaged samples do not spread, and LFE does not count', () => {
    const samples = tone([p(-20, 4), p(-14, 3)], 44_100, STEREO, 440);
    expect(measure(samples, 44_100, 2, 'stereo', 333)).toEqual(measure(samples, 44_100, 2, 'stereo', 100_000));
    const broken = samples.slice();
    broken[1000] = Number.NaN;
    expect(measure(broken, 44_100).integratedLufs).toBeCloseTo(measure(samples, 44_100).integratedLufs ?? 0, 2);
    const only = tone([p(-10, 3)], 48_000, [false, false, false, true, false, false]);
    expect(measure(only, 48_000, 6, '5.1').integratedLufs).toBeNull();
  });
});
