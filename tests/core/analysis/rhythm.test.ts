import { describe, expect, test } from 'vitest';
import { createRhythmMeter } from '../../../core/analysis/rhythm.ts';
import { flicks, FLICKS_PER_SECOND } from '../../../core/time/flicks.ts';

const RATE = 22_050;

/** Short decaying tones at a tempo, the first at 0.25 s; every fourth has bass under it. */
function clicks(bpm: number, seconds: number): Float32Array {
  return Float32Array.from({ length: seconds * RATE }, (_, n) => {
    const since = n / RATE - 0.25;
    if (since < 0) return 0;
    const beat = Math.floor((since * bpm) / 60);
    const age = since - (beat * 60) / bpm;
    const bass = beat % 4 === 0 ? 0.5 * Math.sin(2 * Math.PI * 70 * age) * Math.exp(-20 * age) : 0;
    return 0.4 * Math.sin(2 * Math.PI * 900 * age) * Math.exp(-60 * age) + bass;
  });
}

function noise(seconds: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: seconds * RATE }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

function measure(samples: Float32Array, chunk = 4096, start = 0) {
  const meter = createRhythmMeter(RATE, 1);
  for (let at = 0; at < samples.length; at += chunk) meter.push(samples.subarray(at, at + chunk));
  return meter.finish(flicks(start));
}

describe('rhythm', () => {
  test.each([72, 90, 120, 133])(
    'finds %i BPM within half a per cent, beats within 20 ms, bars by their bass',
    (bpm) => {
      const { tempoBpm, beats, confidence } = measure(clicks(bpm, 12));
      expect(Math.abs((tempoBpm ?? 0) / bpm - 1)).toBeLessThan(0.005);
      expect(confidence).toBeGreaterThan(0.6);
      expect(beats.length).toBeGreaterThanOrEqual(Math.floor((11 * bpm) / 60));
      for (const { at, downbeat } of beats) {
        const position = ((at / FLICKS_PER_SECOND - 0.25) * bpm) / 60;
        const beat = Math.round(position);
        expect(Math.abs(position - beat) * (60 / bpm)).toBeLessThan(0.02);
        expect(downbeat).toBe(beat % 4 === 0);
      }
    },
  );

  test('noise, silence and a moment have no tempo', () => {
    for (const samples of [noise(10), new Float32Array(10 * RATE), clicks(120, 1), new Float32Array(0)]) {
      expect(measure(samples)).toMatchObject({ tempoBpm: null, beats: [] });
    }
  });

  test('chunking changes nothing; a later start moves all times', () => {
    const samples = clicks(100, 6);
    const whole = measure(samples, 1_000_000);
    expect(measure(samples, 777)).toEqual(whole);
    const later = measure(samples, 4096, FLICKS_PER_SECOND);
    expect(later.beats.map(({ at }) => at - FLICKS_PER_SECOND)).toEqual(whole.beats.map(({ at }) => at));
  });
});
