const SAMPLE_RATE = 44_100;

/** A beat's time from the start of the music, in seconds: what a beat detector should find. */
export function beatTimes(tempoBpm: number, seconds: number): readonly number[] {
  const period = 60 / tempoBpm;
  return Array.from({ length: Math.floor(seconds / period) }, (_, beat) => beat * period);
}

/**
 * Music of an exact tempo: kick on each beat, hat between them, a bass line and a pad that change each bar of four.
 * Mono samples in −1…1 at 44.1 kHz; the same each time.
 */
export function makeMusic(tempoBpm: number, seconds: number): Float32Array {
  const samples = new Float32Array(Math.round(seconds * SAMPLE_RATE));
  const period = 60 / tempoBpm;
  const roots = [55, 65.41, 49, 73.42];
  for (const [beat, at] of beatTimes(tempoBpm, seconds).entries()) {
    const root = roots[Math.floor(beat / 4) % roots.length] ?? 55;
    strike(samples, at, 0.25, kick);
    strike(samples, at + period / 2, 0.06, (t, n) => 0.22 * noise(n) * Math.exp(-t * 70));
    if (beat % 4 === 2) strike(samples, at, 0.18, (t, n) => 0.3 * noise(n + 999) * Math.exp(-t * 22));
    strike(samples, at + period / 2, period * 0.45, (t) => 0.28 * wave(root * 2, t) * Math.exp(-t * 5));
    if (beat % 4 === 0) {
      const chord = [4, 5, 6].map((ratio) => root * ratio);
      strike(
        samples,
        at,
        period * 4,
        (t) => 0.04 * pad(chord, t) * Math.min(1, t * 6) * Math.min(1, (period * 4 - t) * 6),
      );
    }
  }
  return samples.map((value) => Math.tanh(value * 1.2) * 0.85);
}

type Voice = (seconds: number, sample: number) => number;

function strike(samples: Float32Array, at: number, length: number, voice: Voice): void {
  const from = Math.round(at * SAMPLE_RATE);
  const to = Math.min(samples.length, from + Math.round(length * SAMPLE_RATE));
  for (let n = from; n < to; n += 1) samples[n] = (samples[n] ?? 0) + voice((n - from) / SAMPLE_RATE, n);
}

/** A sine that falls from 150 to 45 Hz. */
function kick(t: number): number {
  const phase = 2 * Math.PI * (45 * t + (105 / 30) * (1 - Math.exp(-30 * t)));
  return 0.8 * Math.sin(phase) * Math.exp(-t * 11);
}

function wave(frequency: number, t: number): number {
  const phase = 2 * Math.PI * frequency * t;
  return Math.sin(phase) + 0.4 * Math.sin(2 * phase) + 0.2 * Math.sin(3 * phase);
}

function pad(chord: readonly number[], t: number): number {
  return chord.reduce((sum, frequency) => sum + wave(frequency, t), 0);
}

/** White noise that depends on the sample alone. */
function noise(sample: number): number {
  let h = Math.imul(sample + 0x9e37, 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return ((h ^ (h >>> 16)) >>> 0) / 0x80000000 - 1;
}

/** A 16-bit mono WAV file. */
export function wavFile(samples: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(SAMPLE_RATE, 24);
  bytes.writeUInt32LE(SAMPLE_RATE * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((value, n) => bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, value)) * 32_767), 44 + n * 2));
  return bytes;
}
