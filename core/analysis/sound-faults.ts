import { speakersOf } from '../media/channel-layout.ts';
import { flicks, FLICKS_PER_SECOND, type Flicks } from '../time/flicks.ts';
import { spectralFlatness } from './flatness.ts';
import { createHumMeter, type Hum, type HumMeter } from './hum.ts';
import { median } from './median.ts';
import { mixDown } from './mix-down.ts';
import type { SoundFaultsResult } from './results.ts';
import type { SoundFault, TimeSpan } from './sound-results.ts';
import { createPowerSpectrum } from './spectrum.ts';

export const SOUND_FAULTS_ANALYSER = { analyserId: 'sound-faults', analyserVersion: 1 } as const;

/** Levels are taken over 100 ms. */
const STEPS_PER_SECOND = 10;
const SILENT_DBFS = -60;
const LEAST_SILENCE_STEPS = 10;
/** Three samples in a row this near to full scale and to one another, or beyond it, are clipped. */
const CLIP_LEVEL = 0.9885;
const CLIP_FLAT = 2e-4;
const CLIP_RUN = 3;
/** Clipping within a second is one fault. */
const CLIP_GAP_STEPS = 10;
const LEAST_OFFSET = 0.005;
const ACTIVE_DBFS = -50;
const DEAD_DBFS = -70;
const OPPOSED = -0.5;
const LEAST_OPPOSED_STEPS = 20;
/** Difference of two channels relative to both, −45 dB: lossy coding adds no more. */
const SAME_SHARE = 3e-5;
const DIGITAL_SILENCE_DBFS = -90;
/** A floor above this that lies this near below the loud parts is told as noise where its spectrum is flat like noise. */
const NOISY_DBFS = -50;
const LEAST_SIGNAL_DB = 25;
const NOISE_FLATNESS = 0.25;
const FLAT_WINDOW = 1024;
const FLAT_HZ = [300, 6000] as const;

export type SoundFaultMeter = {
  /** Interleaved samples, 1.0 = full scale, whole sample frames. */
  readonly push: (samples: Float32Array) => void;
  /** `soundStart`: source time of the first sample. */
  readonly finish: (soundStart: Flicks) => SoundFaultsResult;
};

type Channel = {
  readonly squares: number[];
  readonly clipped: number[];
  sum: number;
  run: number;
  square: number;
  clips: number;
  before: number;
};

/**
 * Faults of sound: silence, clipping, hum, noise, DC offset, dead channels, channels in opposition, two channels of the
 * same. Any chunking; memory grows by some tens of numbers per second.
 */
export function createSoundFaultMeter(
  sampleRateHz: number,
  channels: number,
  channelLayout: string,
  pairLevels: PairLevels = plainPairLevels,
): SoundFaultMeter {
  const heard = Array.from({ length: channels }, unheard);
  const hum = createHumMeter(sampleRateHz);
  const products: number[] = [];
  const flatness: number[] = [];
  const flat = createMix(sampleRateHz, channels, hum);
  let [product, sample, step] = [0, 0, 0];
  const endOf = (index: number) => Math.floor(((index + 1) * sampleRateHz) / STEPS_PER_SECOND);
  let end = endOf(0);
  const endStep = () => {
    const count = Math.max(1, end - Math.floor((step * sampleRateHz) / STEPS_PER_SECOND));
    for (const channel of heard) {
      channel.squares.push(channel.square / count);
      channel.clipped.push(channel.clips);
      channel.square = 0;
      channel.clips = 0;
    }
    products.push(product / count);
    flatness.push(flat.take());
    product = 0;
    step++;
    end = endOf(step);
  };
  return {
    push: (samples) => {
      const count = Math.floor(samples.length / channels);
      for (let done = 0; done < count; ) {
        const run = Math.min(count - done, end - sample);
        const [left, right] = heard;
        if (channels === 2 && left !== undefined && right !== undefined) {
          product += takePair([left, right], samples, done, run, pairLevels);
        } else {
          heard.forEach((channel, index) =>
            take(channel, samples, { first: done * channels + index, stride: channels, run }),
          );
        }
        flat.push(samples, done, run);
        done += run;
        sample += run;
        if (sample === end) endStep();
      }
    },
    finish: (soundStart) => {
      const found = hum.finish();
      const noted = { heard, products, flatness, hum: found, samples: sample, sampleRateHz, channelLayout };
      return { kind: 'sound-faults', ...SOUND_FAULTS_ANALYSER, ...faultsOf(noted, soundStart) };
    },
  };
}

function unheard(): Channel {
  return { squares: [], clipped: [], sum: 0, run: 0, square: 0, clips: 0, before: 0 };
}

type Noted = {
  readonly heard: readonly Channel[];
  readonly products: readonly number[];
  /** 0–1, each step. */
  readonly flatness: readonly number[];
  readonly hum: Hum | undefined;
  readonly samples: number;
  readonly sampleRateHz: number;
  readonly channelLayout: string;
};

function faultsOf(noted: Noted, soundStart: Flicks): Pick<SoundFaultsResult, 'noiseFloorDbfs' | 'faults'> {
  const { heard, products, flatness, hum, samples, sampleRateHz, channelLayout } = noted;
  const timeOf = (step: number) => flicks(soundStart + Math.round((step * FLICKS_PER_SECOND) / STEPS_PER_SECOND));
  const length = Math.round((samples / sampleRateHz) * FLICKS_PER_SECOND);
  const whole: TimeSpan = { start: soundStart, end: flicks(soundStart + length) };
  const levels = products.map((_, n) => decibels(highest(heard.map(({ squares }) => squares[n] ?? 0))));
  const faults: SoundFault[] = [
    ...silences(levels, timeOf),
    ...heard.flatMap((channel, index) => clippings(channel, index, timeOf)),
    ...noise(levels, flatness, whole),
    ...offsets(heard, samples, whole),
    ...deadChannels(heard, levels, speakersOf(channelLayout, heard.length), whole),
    ...(heard.length === 2 ? pairFaults(heard, products, levels, timeOf, whole) : []),
  ];
  if (hum !== undefined) {
    const { mainsHz, levelDbfs, harmonics, share } = hum;
    faults.push({ ...whole, fault: 'hum', confidence: rounded(share), mainsHz, levelDbfs, harmonics });
  }
  return { noiseFloorDbfs: floorOf(levels), faults };
}

/** `run` samples from `first` on, `stride` apart. */
type Run = { readonly first: number; readonly stride: number; readonly run: number };

type Levels = { readonly sum: number; readonly square: number; readonly largest: number };

/** Sum and sum of squares, going on from what they are, and the largest magnitude. What is no number counts as silence. */
function levelsOf(samples: Float32Array, { first, stride, run }: Run, from: Omit<Levels, 'largest'>): Levels {
  // Locals stay in registers.
  let { sum, square } = from;
  let largest = 0;
  for (let n = 0, at = first; n < run; n++, at += stride) {
    const raw = samples[at] ?? 0;
    const value = Number.isFinite(raw) ? raw : 0;
    sum += value;
    square += value * value;
    largest = Math.max(largest, Math.abs(value));
  }
  return { sum, square, largest };
}

function take(channel: Channel, samples: Float32Array, where: Run): void {
  const { sum, square, largest } = levelsOf(samples, where, channel);
  Object.assign(channel, { sum, square });
  countClips(channel, samples, where, largest);
}

/** What is measured of two channels in a run; sums and squares go on from what they are. */
export type PairSums = { readonly sums: Float64Array; readonly squares: Float64Array };

/** Takes `count` frames of two channels from frame `first` on: their largest magnitudes, and the sum of their products. */
export type PairLevels = (
  samples: Float32Array,
  first: number,
  count: number,
  into: PairSums,
) => { readonly largest: ArrayLike<number>; readonly product: number };

function plainPairLevels(samples: Float32Array, first: number, count: number, { sums, squares }: PairSums) {
  const largest = [0, 0];
  for (const side of [0, 1]) {
    const from = { sum: sums[side] ?? 0, square: squares[side] ?? 0 };
    const levels = levelsOf(samples, { first: first * 2 + side, stride: 2, run: count }, from);
    sums[side] = levels.sum;
    squares[side] = levels.square;
    largest[side] = levels.largest;
  }
  return { largest, product: productOf(samples, first * 2, count) };
}

/** Both channels of a pair at once; gives the sum of their products. */
function takePair(
  pair: readonly [Channel, Channel],
  samples: Float32Array,
  first: number,
  run: number,
  pairLevels: PairLevels,
): number {
  const sums = Float64Array.from(pair, ({ sum }) => sum);
  const squares = Float64Array.from(pair, ({ square }) => square);
  const { largest, product } = pairLevels(samples, first, run, { sums, squares });
  pair.forEach((channel, side) => {
    channel.sum = sums[side] ?? 0;
    channel.square = squares[side] ?? 0;
    countClips(channel, samples, { first: first * 2 + side, stride: 2, run }, largest[side] ?? 0);
  });
  return product;
}

/** Follows runs near full scale; most of what is heard is far below. */
function countClips(channel: Channel, samples: Float32Array, { first, stride, run }: Run, largest: number): void {
  if (largest < CLIP_LEVEL) {
    channel.run = 0;
    channel.before = samples[first + (run - 1) * stride] ?? 0;
    return;
  }
  let { before, clips, run: flat } = channel;
  for (let n = 0, at = first; n < run; n++, at += stride) {
    const raw = samples[at] ?? 0;
    const value = Number.isFinite(raw) ? raw : 0;
    if (value < CLIP_LEVEL && value > -CLIP_LEVEL) flat = 0;
    else {
      const isFlat = Math.abs(value) >= 1 || Math.abs(value - before) < CLIP_FLAT;
      flat = isFlat ? flat + 1 : 1;
      if (flat === CLIP_RUN) clips += CLIP_RUN;
      else if (flat > CLIP_RUN) clips++;
    }
    before = value;
  }
  Object.assign(channel, { before, clips, run: flat });
}

function productOf(samples: Float32Array, first: number, run: number): number {
  let sum = 0;
  for (let n = 0, at = first; n < run; n++, at += 2) {
    const product = (samples[at] ?? 0) * (samples[at + 1] ?? 0);
    if (Number.isFinite(product)) sum += product;
  }
  return sum;
}

type TimeOf = (step: number) => Flicks;

function silences(levels: readonly number[], timeOf: TimeOf): readonly SoundFault[] {
  return runs(
    levels.map((level) => level < SILENT_DBFS),
    1,
  ).flatMap(({ from, to }) => {
    if (to - from < LEAST_SILENCE_STEPS) return [];
    const level = highest(levels.slice(from, to));
    return [
      { start: timeOf(from), end: timeOf(to), fault: 'silence', confidence: 1, levelDbfs: rounded(level) } as const,
    ];
  });
}

function clippings({ clipped }: Channel, channel: number, timeOf: TimeOf): readonly SoundFault[] {
  return runs(
    clipped.map((count) => count > 0),
    CLIP_GAP_STEPS,
  ).map(({ from, to }) => {
    const samples = clipped.slice(from, to).reduce((sum, count) => sum + count, 0);
    const confidence = rounded(Math.min(1, 0.5 + samples / 60));
    return { start: timeOf(from), end: timeOf(to), fault: 'clipping', confidence, channel, samples };
  });
}

/** Level of the quietest tenth of what is not digital silence. */
function floorOf(levels: readonly number[]): number | null {
  const sorted = levels.filter((level) => level > DIGITAL_SILENCE_DBFS).sort((a, b) => a - b);
  const floor = sorted[Math.floor(sorted.length / 10)];
  return floor === undefined ? null : rounded(floor);
}

function noise(levels: readonly number[], flatness: readonly number[], whole: TimeSpan): readonly SoundFault[] {
  const sorted = levels.filter((level) => level > DIGITAL_SILENCE_DBFS).sort((a, b) => a - b);
  const floor = sorted[Math.floor(sorted.length / 10)];
  const loud = sorted[Math.floor(sorted.length * 0.95)];
  if (floor === undefined || loud === undefined || sorted.length < 2 * STEPS_PER_SECOND) return [];
  const signalToNoiseDb = rounded(loud - floor);
  const quiet = flatness.filter((_, n) => (levels[n] ?? 0) > DIGITAL_SILENCE_DBFS && (levels[n] ?? 0) <= floor + 1);
  const likeness = median(quiet);
  if (floor < NOISY_DBFS || signalToNoiseDb > LEAST_SIGNAL_DB || likeness < NOISE_FLATNESS) return [];
  const confidence = rounded(Math.min(1, 0.5 + likeness - NOISE_FLATNESS));
  return [{ ...whole, fault: 'noise', confidence, levelDbfs: rounded(floor), signalToNoiseDb }];
}

/** Mixes the channels of a step, hands the mix on, and tells how flat its last samples are. */
function createMix(sampleRateHz: number, channels: number, hum: HumMeter) {
  const mix = new Float32Array(FLAT_WINDOW + Math.ceil(sampleRateHz / STEPS_PER_SECOND) + 1);
  const spectrum = createPowerSpectrum(FLAT_WINDOW);
  const binOf = (hz: number) => Math.round((Math.min(hz, sampleRateHz * 0.42) * FLAT_WINDOW) / sampleRateHz);
  let filled = FLAT_WINDOW;
  return {
    push(samples: Float32Array, first: number, count: number): void {
      mixDown(samples, channels, { first, count }, mix, filled);
      filled += count;
    },
    take(): number {
      hum.push(mix.subarray(FLAT_WINDOW, filled));
      mix.copyWithin(0, filled - FLAT_WINDOW, filled);
      filled = FLAT_WINDOW;
      return spectralFlatness(spectrum(mix.subarray(0, FLAT_WINDOW)), binOf(FLAT_HZ[0]), binOf(FLAT_HZ[1]));
    },
  };
}

function offsets(heard: readonly Channel[], samples: number, whole: TimeSpan): readonly SoundFault[] {
  return heard.flatMap(({ sum }, channel) => {
    const offset = sum / Math.max(1, samples);
    if (Math.abs(offset) < LEAST_OFFSET) return [];
    const confidence = rounded(Math.min(1, Math.abs(offset) / (2 * LEAST_OFFSET)));
    return [{ ...whole, fault: 'dc-offset', confidence, channel, offset: Math.round(offset * 1e5) / 1e5 } as const];
  });
}

function deadChannels(
  heard: readonly Channel[],
  levels: readonly number[],
  speakers: readonly string[] | undefined,
  whole: TimeSpan,
): readonly SoundFault[] {
  const active = levels.flatMap((level, n) => (level > ACTIVE_DBFS ? [n] : []));
  if (heard.length < 2 || active.length < STEPS_PER_SECOND) return [];
  return heard.flatMap(({ squares }, channel) => {
    const name = speakers?.[channel];
    const level = decibels(highest(active.map((n) => squares[n] ?? 0)));
    if (name === 'LFE' || level > DEAD_DBFS) return [];
    // Empty surrounds may be meant.
    const confidence = heard.length === 2 ? 1 : name?.startsWith('F') === true ? 0.8 : 0.4;
    return [{ ...whole, fault: 'dead-channel', confidence, channel, levelDbfs: rounded(level) } as const];
  });
}

function pairFaults(
  heard: readonly Channel[],
  products: readonly number[],
  levels: readonly number[],
  timeOf: TimeOf,
  whole: TimeSpan,
): readonly SoundFault[] {
  const [left, right] = [heard[0]?.squares ?? [], heard[1]?.squares ?? []];
  const channels = [0, 1] as const;
  const correlation = (from: number, to: number) => {
    let [a, b, both] = [0, 0, 0];
    for (let n = Math.max(0, from); n < Math.min(to, products.length); n++) {
      a += left[n] ?? 0;
      b += right[n] ?? 0;
      both += products[n] ?? 0;
    }
    return {
      value: a > 0 && b > 0 ? both / Math.sqrt(a * b) : 0,
      difference: (a + b - 2 * both) / Math.max(1e-12, a + b),
      power: a + b,
    };
  };
  const opposed = levels.map((level, n) => level > ACTIVE_DBFS && correlation(n - 5, n + 6).value < OPPOSED);
  const all = correlation(0, products.length);
  const isDouble = all.difference < SAME_SHARE && decibels(all.power / Math.max(1, products.length)) > ACTIVE_DBFS;
  return [
    ...runs(opposed, STEPS_PER_SECOND)
      .filter(({ from, to }) => to - from >= LEAST_OPPOSED_STEPS)
      .map(({ from, to }): SoundFault => {
        const { value } = correlation(from, to);
        return {
          start: timeOf(from),
          end: timeOf(to),
          fault: 'out-of-phase',
          confidence: rounded(-value),
          channels,
          correlation: rounded(value),
        };
      }),
    ...(isDouble
      ? [{ ...whole, fault: 'dual-mono', confidence: 1, channels, correlation: rounded(all.value) } as const]
      : []),
  ];
}

/** Runs of true; gaps shorter than `gap` are bridged. */
function runs(marks: readonly boolean[], gap: number): readonly { readonly from: number; readonly to: number }[] {
  const out: { from: number; to: number }[] = [];
  marks.forEach((mark, n) => {
    if (!mark) return;
    const last = out.at(-1);
    if (last !== undefined && n - last.to < gap) last.to = n + 1;
    else out.push({ from: n, to: n + 1 });
  });
  return out;
}

function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

function decibels(square: number): number {
  return Math.max(-120, 10 * Math.log10(square + 1e-12));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
