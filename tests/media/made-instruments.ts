export type DrumName = 'kick' | 'snare' | 'hat' | 'tom' | 'crash';

function noiseFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** One stroke of each drum; pitch and decay differ a little by seed. */
export function drumKit(rate: number, seed: number): Readonly<Record<DrumName, Float32Array>> {
  const noise = noiseFrom(seed);
  const tune = 1 + 0.15 * noise();
  const stroke = (seconds: number, value: (t: number) => number) =>
    Float32Array.from({ length: Math.round(seconds * rate) }, (_, n) => value(n / rate) * Math.min(1, n / 20));
  let before = 0;
  const bright = () => {
    const now = noise();
    const high = now - before;
    before = now;
    return high / 2;
  };
  return {
    kick: stroke(
      0.3,
      (t) => Math.sin(2 * Math.PI * tune * (48 * t + (90 / 28) * (1 - Math.exp(-28 * t)))) * Math.exp(-10 * t),
    ),
    snare: stroke(
      0.22,
      (t) => 0.7 * noise() * Math.exp(-18 * t) + 0.4 * Math.sin(2 * Math.PI * 185 * tune * t) * Math.exp(-22 * t),
    ),
    hat: stroke(0.08, (t) => bright() * Math.exp(-60 * t)),
    tom: stroke(
      0.3,
      (t) =>
        Math.sin(2 * Math.PI * tune * (110 * t + 2 * (1 - Math.exp(-20 * t)))) * Math.exp(-9 * t) +
        0.15 * noise() * Math.exp(-50 * t),
    ),
    crash: stroke(1.4, (t) => bright() * Math.exp(-2.6 * t)),
  };
}

/** Adds a stroke at a time in seconds. */
export function mix(samples: Float32Array, stroke: Float32Array, at: number, gain: number, rate: number): void {
  const from = Math.max(0, Math.round(at * rate));
  const count = Math.min(stroke.length, samples.length - from);
  for (let n = 0; n < count; n++) samples[from + n] = (samples[from + n] ?? 0) + gain * (stroke[n] ?? 0);
}

/** Adds a plucked bass note. */
export function bassLine(
  samples: Float32Array,
  at: number,
  length: number,
  hz: number,
  gain: number,
  rate: number,
): void {
  const from = Math.max(0, Math.round(at * rate));
  const count = Math.min(Math.round(length * rate), samples.length - from);
  for (let n = 0; n < count; n++) {
    const t = n / rate;
    const phase = 2 * Math.PI * hz * t;
    const value = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.25 * Math.sin(3 * phase);
    samples[from + n] =
      (samples[from + n] ?? 0) + gain * value * Math.exp(-4 * t) * Math.min(1, n / 60, (count - n) / 200);
  }
}

/** Adds a chord that swells over 30 ms and is held. */
export function chordPad(
  samples: Float32Array,
  at: number,
  length: number,
  chord: readonly number[],
  gain: number,
  rate: number,
): void {
  const from = Math.max(0, Math.round(at * rate));
  const count = Math.min(Math.round(length * rate), samples.length - from);
  for (const hz of chord) {
    const step = (2 * Math.PI * hz) / rate;
    for (let n = 0; n < count; n++) {
      const value = Math.sin(step * n) + 0.3 * Math.sin(2 * step * n) + 0.15 * Math.sin(3 * step * n);
      samples[from + n] =
        (samples[from + n] ?? 0) + gain * value * Math.min(1, n / (0.03 * rate), (count - n) / (0.05 * rate));
    }
  }
}
