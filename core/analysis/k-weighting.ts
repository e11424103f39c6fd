import { speakersOf } from '../media/channel-layout.ts';

/** A second-order section, normalised to a0 = 1. */
export type Biquad = {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
};

/** The shelf of BS.1770-4 stage 1: its analogue prototype, transformed bilinearly to any rate. */
function shelf(sampleRateHz: number): Biquad {
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRateHz);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b0: (high + (band * k) / q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - (band * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
}

/** The high-pass of BS.1770-4 stage 2 (RLB weighting). */
function highPass(sampleRateHz: number): Biquad {
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRateHz);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
}

/** Takes `count` sample frames from frame `first` on and gives each channel's sum of weighted squares. The result is reused. */
export type KWeighting = (samples: Float32Array, first: number, count: number) => Float64Array;

/** Weights so many channels with two sections one after the other, so that it can be done by faster code. */
export type WeightingKernel = (sections: readonly [Biquad, Biquad], channels: number) => KWeighting;

/**
 * K-weighting of interleaved channels (ITU-R BS.1770-4, annex 1) at any sample rate; the coefficients at 48 kHz are the
 * standard's. Samples that are no numbers count as silence.
 */
export function createKWeighting(
  sampleRateHz: number,
  channels: number,
  kernel: WeightingKernel = weighEach,
): KWeighting {
  return kernel([shelf(sampleRateHz), highPass(sampleRateHz)], channels);
}

function weighEach(sections: readonly [Biquad, Biquad], channels: number): KWeighting {
  const each = Array.from({ length: channels }, () => weighOne(sections));
  const sums = new Float64Array(channels);
  return (samples, first, count) => {
    each.forEach((weigh, channel) => {
      sums[channel] = weigh(samples, first * channels + channel, channels, count);
    });
    return sums;
  };
}

/** Of `count` samples from `first` on, `stride` apart. */
function weighOne([s, h]: readonly [Biquad, Biquad]) {
  const kept = new Float64Array(4);
  return (samples: Float32Array, first: number, stride: number, count: number): number => {
    // Locals stay in registers; captured numbers would be written to memory for every sample.
    let [s1, s2, h1, h2] = [kept[0] ?? 0, kept[1] ?? 0, kept[2] ?? 0, kept[3] ?? 0];
    let sum = 0;
    for (let index = 0, at = first; index < count; index++, at += stride) {
      const raw = samples[at] ?? 0;
      const sample = Number.isFinite(raw) ? raw : 0;
      const shelved = s.b0 * sample + s1;
      s1 = s.b1 * sample - s.a1 * shelved + s2;
      s2 = s.b2 * sample - s.a2 * shelved;
      const weighted = h.b0 * shelved + h1;
      h1 = h.b1 * shelved - h.a1 * weighted + h2;
      h2 = h.b2 * shelved - h.a2 * weighted;
      sum += weighted * weighted;
    }
    kept[0] = s1;
    kept[1] = s2;
    kept[2] = h1;
    kept[3] = h2;
    return sum;
  };
}

/**
 * How much each channel counts: 1 in front, 1.41 at the sides and back, 0 for low-frequency effects. Channels of a
 * layout we do not know by name all count 1.
 */
export function channelWeights(layout: string, channels: number): readonly number[] {
  const names = speakersOf(layout, channels);
  if (names === undefined) return Array.from({ length: channels }, () => 1);
  return names.map((name) => (name === 'LFE' ? 0 : /^[BS]/.test(name) ? 1.41 : 1));
}
