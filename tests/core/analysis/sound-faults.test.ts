import { describe, expect, test } from 'vitest';
import { createSoundFaultMeter } from '../../../core/analysis/sound-faults.ts';
import type { SoundFaultsResult } from '../../../core/analysis/results.ts';
import { secondsOf, ZERO_FLICKS } from '../../../core/time/flicks.ts';
import { randomOf } from '../../media/made-music.ts';

const RATE = 16_000;

type Wave = (t: number) => number;

function heard(seconds: number, channels: readonly Wave[], layout = 'stereo', chunk = 5000): SoundFaultsResult {
  const samples = new Float32Array(seconds * RATE * channels.length);
  for (let n = 0; n < seconds * RATE; n++) {
    channels.forEach((wave, channel) => {
      samples[n * channels.length + channel] = wave(n / RATE);
    });
  }
  const meter = createSoundFaultMeter(RATE, channels.length, layout);
  for (let at = 0; at < samples.length; at += chunk * channels.length) {
    meter.push(samples.subarray(at, at + chunk * channels.length));
  }
  return meter.finish(ZERO_FLICKS);
}

const sine =
  (hz: number, gain: number): Wave =>
  (t) =>
    gain * Math.sin(2 * Math.PI * hz * t);
/** Something like speech: tones that come and go, other ones in each channel by `seed`. */
function talk(seed: number, gain = 0.2): Wave {
  const random = randomOf(seed);
  const tones = Array.from({ length: 5 }, () => ({
    hz: 180 + 900 * random(),
    pace: 0.7 + 2 * random(),
    turn: 6 * random(),
  }));
  return (t) =>
    gain *
    tones.reduce(
      (sum, { hz, pace, turn }) =>
        sum + (Math.max(0, Math.sin(pace * t * 6 + turn)) * Math.sin(2 * Math.PI * hz * t + turn)) / 3,
      0,
    );
}
function hiss(seed: number, gain: number): Wave {
  const random = randomOf(seed);
  return () => gain * (2 * random() - 1);
}
const plus =
  (...waves: readonly Wave[]): Wave =>
  (t) =>
    waves.reduce((sum, wave) => sum + wave(t), 0);
const kinds = ({ faults }: SoundFaultsResult) => faults.map(({ fault }) => fault);

describe('faults of sound', () => {
  test('sound without faults has none', () => {
    expect(kinds(heard(12, [plus(talk(1), hiss(9, 0.0005)), plus(talk(2), hiss(8, 0.0005))]))).toEqual([]);
  });

  test.each([50, 60] as const)('hum of %i Hz with its multiples, under speech', (mainsHz) => {
    const hum = plus(sine(mainsHz, 0.01), sine(2 * mainsHz, 0.006), sine(3 * mainsHz, 0.004));
    const { faults } = heard(16, [plus(talk(1), hum)], 'mono');
    const [found] = faults.filter(({ fault }) => fault === 'hum');
    expect(found).toMatchObject({ fault: 'hum', mainsHz });
    const truth = 10 * Math.log10((0.01 ** 2 + 0.006 ** 2 + 0.004 ** 2) / 2);
    expect(Math.abs((found?.fault === 'hum' ? found.levelDbfs : 0) - truth)).toBeLessThan(1.5);
  });

  test('a bass note at 49 Hz or 61.7 Hz is no hum', () => {
    for (const hz of [49, 61.74, 55]) {
      expect(kinds(heard(16, [plus(sine(hz, 0.1), sine(2 * hz, 0.05), sine(3 * hz, 0.02))], 'mono'))).not.toContain(
        'hum',
      );
    }
  });

  test('clipping is told where it is, by channel; loud sound below full scale is none', () => {
    const loud = (t: number) => (t > 4 && t < 5 ? 2 : 0.5);
    const { faults } = heard(8, [talk(1), (t) => Math.max(-1, Math.min(1, loud(t) * Math.sin(2 * Math.PI * 440 * t)))]);
    const clipped = faults.filter((fault) => fault.fault === 'clipping');
    expect(clipped).toHaveLength(1);
    expect(clipped[0]?.channel).toBe(1);
    expect(secondsOf(clipped[0]?.start ?? ZERO_FLICKS)).toBeCloseTo(4, 0);
    expect(secondsOf(clipped[0]?.end ?? ZERO_FLICKS)).toBeCloseTo(5, 0);
    expect(kinds(heard(4, [sine(440, 1)], 'mono'))).not.toContain('clipping');
  });

  test('silence of a second and more, dead channels, offset, opposition and two of the same', () => {
    const gap: Wave = (t) => (t > 3 && t < 5 ? 0 : talk(1)(t));
    const silent = heard(8, [gap], 'mono').faults.filter(({ fault }) => fault === 'silence');
    expect(silent.map(({ start, end }) => [secondsOf(start), secondsOf(end)])).toContainEqual([3, 5]);
    expect(heard(8, [talk(1), () => 0]).faults).toMatchObject([{ fault: 'dead-channel', channel: 1, confidence: 1 }]);
    const [offset] = heard(8, [plus(talk(1), () => 0.02), talk(2)]).faults;
    expect(offset).toMatchObject({ fault: 'dc-offset', channel: 0 });
    expect(offset?.fault === 'dc-offset' ? offset.offset : 0).toBeCloseTo(0.02, 3);
    expect(heard(8, [talk(1), (t) => -0.8 * talk(1)(t)]).faults).toMatchObject([
      { fault: 'out-of-phase', channels: [0, 1] },
    ]);
    expect(heard(8, [talk(1), talk(1)]).faults).toMatchObject([{ fault: 'dual-mono', channels: [0, 1] }]);
  });

  test('silent low-frequency channels are as they should be', () => {
    const all = heard(4, [talk(1), talk(2), talk(3), () => 0, talk(4), talk(5)], '5.1');
    expect(kinds(all)).toEqual([]);
  });

  test('noise tells its level; chunking changes nothing', () => {
    const waves = () => [plus(talk(1, 0.1), hiss(3, 0.05))];
    const found = heard(8, waves(), 'mono', 777);
    expect(found).toEqual(heard(8, waves(), 'mono', 100_000));
    expect(Math.abs((found.noiseFloorDbfs ?? 0) - 20 * Math.log10(0.05 / Math.sqrt(3)))).toBeLessThan(3);
    expect(kinds(found)).toContain('noise');
  });

  test('nothing and full silence', () => {
    expect(heard(0, [() => 0], 'mono')).toMatchObject({ noiseFloorDbfs: null, faults: [] });
    expect(heard(3, [() => 0], 'mono')).toMatchObject({ noiseFloorDbfs: null, faults: [{ fault: 'silence' }] });
  });
});
