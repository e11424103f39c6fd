import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { WHISPER_BANDS, WHISPER_FRAMES, whisperFeatures } from '../../core/analysis/log-mel.ts';

/** One array of an .npz: an entry of a zip, deflated, whose .npy header ends at a line feed. */
export function numpyArray(path: string, name: string): Float32Array {
  const zip = readFileSync(path);
  let at = zip.readUInt32LE(zip.length - 22 + 16);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [packed, nameLength, extra, comment] = [
      zip.readUInt32LE(at + 20),
      ...[28, 30, 32].map((n) => zip.readUInt16LE(at + n)),
    ];
    const local = zip.readUInt32LE(at + 42);
    if (zip.toString('utf8', at + 46, at + 46 + (nameLength ?? 0)) === name) {
      const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const npy = inflateRawSync(zip.subarray(data, data + packed));
      const body = npy.subarray(10 + npy.readUInt16LE(8));
      return Float32Array.from({ length: body.length / 4 }, (_, n) => body.readFloatLE(4 * n));
    }
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  throw new Error(`no ${name} in ${path}`);
}

/** Whisper's own recipe written out: a discrete Fourier transform by its definition, OpenAI's filter file. */
export function referenceFeatures(samples: Float32Array, filter: Float32Array, frames: number): Float64Array {
  const sample = (n: number) => samples[n < 0 ? -n : n] ?? 0;
  const window = Float64Array.from({ length: 400 }, (_, n) => Math.sin((Math.PI * n) / 400) ** 2);
  const turns = Float64Array.from({ length: 400 }, (_, n) => Math.cos((2 * Math.PI * n) / 400));
  const values = new Float64Array(frames * WHISPER_BANDS);
  let highest = -10;
  for (let frame = 0; frame < frames; frame++) {
    const power = new Float64Array(201);
    const windowed = window.map((weight, n) => weight * sample(frame * 160 + n - 200));
    for (let k = 0; k <= 200; k++) {
      let re = 0;
      let im = 0;
      for (let n = 0, turn = 0; n < 400; n++, turn = (turn + k) % 400) {
        re += (windowed[n] ?? 0) * (turns[turn] ?? 0);
        im += (windowed[n] ?? 0) * (turns[(turn + 100) % 400] ?? 0);
      }
      power[k] = re * re + im * im;
    }
    for (let band = 0; band < WHISPER_BANDS; band++) {
      let energy = 0;
      for (let k = 0; k <= 200; k++) energy += (filter[band * 201 + k] ?? 0) * (power[k] ?? 0);
      const value = Math.log10(Math.max(1e-10, energy));
      values[frame * WHISPER_BANDS + band] = value;
      highest = Math.max(highest, value);
    }
  }
  return values.map((value) => (Math.max(value, highest - 8) + 4) / 4);
}

/** The largest difference between our features and the reference's, over whole frames of the sound. */
export function worstDifference(samples: Float32Array, filter: Float32Array, frames: number): number {
  const ours = whisperFeatures(samples);
  const theirs = referenceFeatures(samples, filter, frames);
  let worst = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let band = 0; band < WHISPER_BANDS; band++) {
      const difference = (ours[band * WHISPER_FRAMES + frame] ?? 0) - (theirs[frame * WHISPER_BANDS + band] ?? 0);
      worst = Math.max(worst, Math.abs(difference));
    }
  }
  return worst;
}
