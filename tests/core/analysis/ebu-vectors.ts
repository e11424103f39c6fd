import type { LoudnessResult } from '../../../core/analysis/results.ts';

/** What a vector's definition says; only what it says is there. */
type Expected = {
  readonly integrated?: number;
  readonly momentary?: number;
  readonly shortTerm?: number;
  readonly range?: number;
  readonly truePeak?: number;
};

export type LoudnessVector = {
  readonly name: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly layout: string;
  readonly expected: Expected;
  readonly samples: () => Float32Array;
};

const RATE = 48_000;

/** Seconds of a level in dB relative to full scale (peak of the sine). */
export type Part = readonly [db: number, seconds: number];

/** A 1 kHz sine, unbroken in phase, through levels. */
function tone(parts: readonly Part[], rate: number): Float32Array {
  const lengths = parts.map(([, seconds]) => Math.round(seconds * rate));
  const out = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  // A whole number of periods fits in a second.
  const second = Float64Array.from({ length: rate }, (_, at) => Math.sin((2 * Math.PI * 1000 * at) / rate));
  let n = 0;
  parts.forEach(([db], index) => {
    const gain = 10 ** (db / 20);
    for (const end = n + (lengths[index] ?? 0); n < end; n++) out[n] = gain * (second[n % rate] ?? 0);
  });
  return out;
}

function interleaved(channels: readonly Float32Array[]): Float32Array {
  const out = new Float32Array((channels[0]?.length ?? 0) * channels.length);
  channels.forEach((samples, channel) => {
    for (let n = 0; n < samples.length; n++) out[n * channels.length + channel] = samples[n] ?? 0;
  });
  return out;
}

function stereo(name: string, parts: readonly Part[], expected: Expected, rate = RATE): LoudnessVector {
  const samples = () => {
    const one = tone(parts, rate);
    return interleaved([one, one]);
  };
  return { name, sampleRateHz: rate, channels: 2, layout: 'stereo', expected, samples };
}

const SILENCE = Number.NEGATIVE_INFINITY;

/** Stereo tone sequences of EBU Tech 3341 (2023), cases 1 to 5, 9, 10, 12 and 13, and 6 with five channels. */
export function tech3341(): readonly LoudnessVector[] {
  const repeated = (parts: readonly Part[], times: number) => Array.from({ length: times }, () => parts).flat();
  return [
    stereo('3341 case 1', [[-23, 20]], { integrated: -23, momentary: -23, shortTerm: -23 }),
    stereo('3341 case 2', [[-33, 20]], { integrated: -33, momentary: -33, shortTerm: -33 }),
    stereo(
      '3341 case 3',
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
      { integrated: -23 },
    ),
    stereo(
      '3341 case 4',
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
      { integrated: -23 },
    ),
    stereo(
      '3341 case 5',
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
      { integrated: -23 },
    ),
    surround(),
    stereo(
      '3341 case 9',
      repeated(
        [
          [-20, 1.34],
          [-30, 1.66],
        ],
        5,
      ),
      { shortTerm: -23 },
    ),
    ...Array.from({ length: 20 }, (_, i) =>
      stereo(
        `3341 case 10.${i}`,
        [
          [SILENCE, i * 0.15],
          [-23, 3],
          [SILENCE, 1],
        ],
        { shortTerm: -23 },
      ),
    ),
    stereo(
      '3341 case 12',
      repeated(
        [
          [-20, 0.18],
          [-30, 0.22],
        ],
        25,
      ),
      { momentary: -23 },
    ),
    ...Array.from({ length: 20 }, (_, i) =>
      stereo(
        `3341 case 13.${i}`,
        [
          [SILENCE, i * 0.02],
          [-23, 0.4],
          [SILENCE, 1],
        ],
        { momentary: -23 },
      ),
    ),
  ];
}

function surround(): LoudnessVector {
  const levels = [-28, -28, -24, -30, -30];
  const samples = () => interleaved(levels.map((db) => tone([[db, 20]], RATE)));
  return {
    name: '3341 case 6 (5.0)',
    sampleRateHz: RATE,
    channels: 5,
    layout: '5.0(side)',
    expected: { integrated: -23 },
    samples,
  };
}

/** Tone sequences of EBU Tech 3342, cases 1 to 4. */
export function tech3342(): readonly LoudnessVector[] {
  return [
    stereo(
      '3342 case 1',
      [
        [-20, 20],
        [-30, 20],
      ],
      { range: 10 },
    ),
    stereo(
      '3342 case 2',
      [
        [-20, 20],
        [-15, 20],
      ],
      { range: 5 },
    ),
    stereo(
      '3342 case 3',
      [
        [-40, 20],
        [-20, 20],
      ],
      { range: 20 },
    ),
    stereo(
      '3342 case 4',
      [
        [-50, 20],
        [-35, 20],
        [-20, 20],
        [-35, 20],
        [-50, 20],
      ],
      { range: 15 },
    ),
  ];
}

/** Tech 3341 cases 15 to 19: sines between the samples' reach, faded over 10 ms. */
export function truePeakTones(): readonly LoudnessVector[] {
  const cases = [
    [15, 4, 0.5, 0],
    [16, 4, 0.5, 45],
    [17, 6, 0.5, 60],
    [18, 8, 0.5, 67.5],
    [19, 4, 1.41, 45],
  ] as const;
  return cases.map(([number, divisor, gain, degrees]) => {
    const samples = () => {
      const one = Float32Array.from({ length: RATE }, (_, n) => {
        const fade = Math.min(1, n / 480, (RATE - n) / 480);
        return fade * gain * Math.sin((2 * Math.PI * n) / divisor + (degrees * Math.PI) / 180);
      });
      return interleaved([one, one]);
    };
    const expected = { truePeak: 20 * Math.log10(gain) };
    return { name: `3341 case ${number}`, sampleRateHz: RATE, channels: 2, layout: 'stereo', expected, samples };
  });
}

const OVER = 64;

/**
 * After Tech 3341 cases 20 to 23, whose filter and splice the document leaves open: a fs/6 sine of half scale with one
 * period of fs/4 at full scale in it, band-limited (a sinc of 512 samples in a Hann window, 0.45 of the sampling rate)
 * and sampled at four offsets. The truth is the peak of that band-limited signal, sampled 64 times as finely.
 */
export function truePeakBursts(): readonly LoudnessVector[] {
  const length = 1024;
  const burst = 510;
  const continuous = (t: number) =>
    t >= burst && t < burst + 4
      ? Math.sin((2 * Math.PI * (t - burst)) / 4)
      : 0.5 * Math.sin((2 * Math.PI * (t - burst)) / 6);
  const at = (t: number) => {
    // Convolution with the windowed sinc, by the rule of the middle at eighths of a sample.
    let sum = 0;
    for (let step = -2048; step < 2048; step++) {
      const x = (step + 0.5) / 8;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / 256);
      sum += (continuous(t - x) * Math.sin(2 * Math.PI * 0.45 * x) * window) / (Math.PI * x) / 8;
    }
    return sum;
  };
  const near = Array.from({ length: 24 * OVER }, (_, k) => at(burst - 10 + k / OVER));
  const truth = near.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return [0, 1, 2, 3].map((offset) => {
    const samples = () => {
      const one = Float32Array.from({ length }, (_, n) => {
        const inMiddle = Math.abs(n - burst) < 300;
        return inMiddle ? at(n + offset / 4) : continuous(n + offset / 4) * Math.min(1, n / 200, (length - n) / 200);
      });
      return interleaved([one, one]);
    };
    return {
      name: `3341 case ${20 + offset} (own splice)`,
      sampleRateHz: RATE,
      channels: 2,
      layout: 'stereo',
      expected: { truePeak: 20 * Math.log10(truth) },
      samples,
    };
  });
}

/** How far a measurement is from what the vector says, in LU and dB. */
export function deviations(
  { expected }: LoudnessVector,
  found: LoudnessResult,
): Readonly<Record<keyof Expected, number | null>> {
  const off = (wanted: number | undefined, value: number | null) =>
    wanted === undefined ? null : Math.abs((value ?? Number.POSITIVE_INFINITY) - wanted);
  return {
    integrated: off(expected.integrated, found.integratedLufs),
    momentary: off(expected.momentary, found.maxMomentaryLufs),
    shortTerm: off(expected.shortTerm, found.maxShortTermLufs),
    range: off(expected.range, found.rangeLu),
    truePeak: off(expected.truePeak, found.truePeakDbtp),
  };
}
