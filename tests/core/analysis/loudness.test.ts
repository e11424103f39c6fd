import { describe, expect, test } from 'vitest';
import { createLoudnessMeter } from '../../../core/analysis/loudness.ts';

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

describe('EBU Tech 3341: integrated loudness within 0.1 LU', () => {
  test.each([
    ['case 1', [p(-23, 20)], -23],
    ['case 2', [p(-33, 20)], -33],
    ['case 3', [p(-36, 10), p(-23, 60), p(-36, 10)], -23],
    ['case 4', [p(-72, 10), p(-36, 10), p(-23, 60), p(-36, 10), p(-72, 10)], -23],
    ['case 5', [p(-26, 20), p(-20, 20.1), p(-26, 20)], -23],
  ])('%s', (_, parts, expected) => {
    expect(Math.abs((measure(tone(parts, 48_000, STEREO)).integratedLufs ?? 0) - expected)).toBeLessThanOrEqual(0.1);
  });

  test('case 6: 5.0 surround with its own level per channel', () => {
    const levels = [-28, -28, -24, -30, -30];
    const parts = levels.map((db) => tone([p(db, 20)], 48_000, [true]));
    const samples = Float32Array.from({ length: 20 * 48_000 * 5 }, (_, at) => parts[at % 5]?.[Math.floor(at / 5)] ?? 0);
    expect(Math.abs((measure(samples, 48_000, 5, '5.0(side)').integratedLufs ?? 0) + 23)).toBeLessThanOrEqual(0.1);
  });

  test.each([8000, 11_025, 22_050, 44_100, 96_000])('case 1 at %i Hz', (rate) => {
    const { integratedLufs } = measure(tone([p(-23, 20)], rate, STEREO), rate);
    expect(Math.abs((integratedLufs ?? 0) + 23)).toBeLessThanOrEqual(0.1);
  });
});

describe('EBU Tech 3342: loudness range within 1 LU', () => {
  test.each([
    ['case 1', [p(-20, 20), p(-30, 20)], 10],
    ['case 2', [p(-20, 20), p(-15, 20)], 5],
    ['case 3', [p(-40, 20), p(-20, 20)], 20],
    ['case 4', [p(-50, 20), p(-35, 20), p(-20, 20), p(-35, 20), p(-50, 20)], 15],
  ])('%s', (_, parts, expected) => {
    expect(Math.abs((measure(tone(parts, 48_000, STEREO)).rangeLu ?? 0) - expected)).toBeLessThanOrEqual(1);
  });
});

describe('true peak, EBU Tech 3341 cases 15 to 18: between +0.2 and −0.4 dB', () => {
  test.each([
    [12_000, 0],
    [12_000, Math.PI / 4],
    [8000, Math.PI / 3],
    [6000, (Math.PI * 67.5) / 180],
  ])('a half-scale sine of %i Hz at phase %f', (hz, phase) => {
    const level = 20 * Math.log10(0.5);
    // A tone that starts at once overshoots in truth: faded in and out over 20 ms it does not.
    const samples = tone([p(level, 1)], 48_000, STEREO, hz, phase).map((value, at, { length }) => {
      return value * Math.min(1, Math.min(at, length - at) / 1920);
    });
    const { truePeakDbtp } = measure(samples);
    expect(truePeakDbtp).toBeLessThanOrEqual(level + 0.2);
    expect(truePeakDbtp).toBeGreaterThanOrEqual(level - 0.4);
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
