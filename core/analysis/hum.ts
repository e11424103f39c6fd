import { createPowerSpectrum } from './spectrum.ts';

/** Hum is looked for at about 1 kHz in windows of 4 s, one every 2 s. */
const RATE_HZ = 1000;
const WINDOW = 4096;
const HOP = 2048;
const HARMONICS = 5;
/** A line this far above what is beside it is one; hum has it in most windows. */
const LINE_DB = 12;
const LEAST_SHARE = 0.7;
const LEAST_HARMONICS = 2;

export type Hum = {
  readonly mainsHz: 50 | 60;
  readonly levelDbfs: number;
  readonly harmonics: number;
  /** 0–1: share of windows in which it is there. */
  readonly share: number;
};

export type HumMeter = {
  /** Samples of one channel or a mix, 1.0 = full scale. */
  readonly push: (samples: Float32Array) => void;
  readonly finish: () => Hum | undefined;
};

/** Mains hum: narrow lines at 50 or 60 Hz and their multiples that stay. Files under 8 s are not judged. */
export function createHumMeter(sampleRateHz: number): HumMeter {
  const step = Math.max(1, Math.round(sampleRateHz / RATE_HZ));
  const rate = sampleRateHz / step;
  const spectrum = createPowerSpectrum(WINDOW);
  const window = new Float32Array(WINDOW);
  const seen = { 50: createLines(50, rate), 60: createLines(60, rate) };
  let [sum, inStep, filled, windows] = [0, 0, 0, 0];
  const look = () => {
    const power = spectrum(window);
    windows++;
    seen[50].look(power);
    seen[60].look(power);
    window.copyWithin(0, HOP);
    filled = WINDOW - HOP;
  };
  return {
    push: (samples) => {
      // Locals stay in registers.
      let total = sum;
      for (let at = 0; at < samples.length; ) {
        const end = Math.min(samples.length, at + step - inStep);
        inStep += end - at;
        for (; at < end; at++) total += samples[at] ?? 0;
        if (inStep < step) break;
        window[filled++] = total / step;
        total = 0;
        inStep = 0;
        if (filled === WINDOW) look();
      }
      sum = total;
    },
    finish: () => {
      if (windows < 3) return undefined;
      const found = [seen[50].hum(windows), seen[60].hum(windows)].filter((hum) => hum !== undefined);
      return found.sort((a, b) => b.harmonics - a.harmonics || b.levelDbfs - a.levelDbfs)[0];
    },
  };
}

/** Follows the lines of one mains frequency. */
function createLines(mainsHz: 50 | 60, rate: number) {
  const counts = new Float64Array(HARMONICS);
  const levels = new Float64Array(HARMONICS);
  return {
    look(power: Float64Array): void {
      for (let harmonic = 0; harmonic < HARMONICS; harmonic++) {
        const bin = Math.round((mainsHz * (harmonic + 1) * WINDOW) / rate);
        if (bin + 12 > power.length) continue;
        let line = 0;
        for (let near = bin - 1; near <= bin + 1; near++) line = Math.max(line, power[near] ?? 0);
        // Beside the line's own width in a Hann window; the louder side, so that a slope is no line.
        const sides = [-1, 1].map((side) => {
          let most = 0;
          for (let away = 5; away <= 11; away++) most = Math.max(most, power[bin + side * away] ?? 0);
          return most;
        });
        if (line < 10 ** (LINE_DB / 10) * Math.max(...sides) || line < 1e-4) continue;
        counts[harmonic] = (counts[harmonic] ?? 0) + 1;
        levels[harmonic] = (levels[harmonic] ?? 0) + line;
      }
    },
    hum(windows: number): Hum | undefined {
      const there = Array.from(counts).map((count) => count / windows >= LEAST_SHARE);
      const harmonics = there.filter(Boolean).length;
      // Only together with the mains frequency or its double are multiples those of mains.
      if (harmonics < LEAST_HARMONICS || !(there[0] || there[1])) return undefined;
      // A sine of amplitude a has a peak of (a · length ÷ 4)² in a Hann window.
      const power = Array.from(levels).reduce(
        (sum, level, n) => sum + (there[n] ? level / Math.max(1, counts[n] ?? 0) : 0),
        0,
      );
      const level = 20 * Math.log10((Math.sqrt(power) * 4) / WINDOW / Math.SQRT2);
      const share = Math.max(...Array.from(counts)) / windows;
      return { mainsHz, levelDbfs: Math.round(10 * level) / 10, harmonics, share };
    },
  };
}
