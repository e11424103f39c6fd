import { open, stat } from 'node:fs/promises';

/** The sound of a file for speech: 16 kHz, one channel, as ingest keeps it. */
export interface SpeechSound {
  readonly sampleRateHz: number;
  readonly samples: number;
  /** Samples from `start` (inclusive) to `end` (exclusive), 1.0 = full scale; silence beyond both ends. */
  read(start: number, end: number): Promise<Float32Array>;
}

/** Opens the 16-bit little-endian samples that ingest wrote. */
export async function openSpeechSound(path: string): Promise<SpeechSound> {
  const samples = Math.floor((await stat(path)).size / 2);
  return {
    sampleRateHz: 16_000,
    samples,
    async read(start, end) {
      const wide = new Float32Array(Math.max(0, end - start));
      const [first, last] = [Math.max(0, start), Math.min(samples, end)];
      if (last <= first) return wide;
      const bytes = new Uint8Array((last - first) * 2);
      const file = await open(path, 'r');
      try {
        await file.read(bytes, 0, bytes.length, first * 2);
      } finally {
        await file.close();
      }
      const view = new DataView(bytes.buffer);
      for (let n = 0; n < last - first; n += 1) wide[first - start + n] = view.getInt16(2 * n, true) / 32_768;
      return wide;
    },
  };
}
