import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Fingerprint } from '../../core/media/media.ts';
import { filesOf } from '../ffmpeg/picture-run.ts';

const SAMPLE_BYTES = 1024 * 1024;
/** Up to here the sampled hash has seen every byte. */
export const SAMPLED_WHOLLY_BYTES = 3 * SAMPLE_BYTES;

/** Size and SHA-256 over the first, middle and last MiB of a file (overlapping where it is smaller than three). */
export async function fingerprintOf(path: string): Promise<Fingerprint> {
  const files = filesOf(path);
  if (files.length > 1) return fingerprintOfRun(files);
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const hash = createHash('sha256');
    const middle = Math.max(0, Math.floor(size / 2) - SAMPLE_BYTES / 2);
    for (const position of [0, middle, Math.max(0, size - SAMPLE_BYTES)]) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, position);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return { sizeBytes: size, sampledSha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

/** Of numbered pictures: all sizes, and the samples of the first, middle and last. */
async function fingerprintOfRun(files: readonly string[]): Promise<Fingerprint> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for (const [n, file] of files.entries()) {
    const isSampled = n === 0 || n === files.length >> 1 || n === files.length - 1;
    const one = isSampled ? await fingerprintOf(file) : { sizeBytes: (await stat(file)).size, sampledSha256: '' };
    hash.update(`${one.sizeBytes} ${one.sampledSha256}\n`);
    sizeBytes += one.sizeBytes;
  }
  return { sizeBytes, sampledSha256: hash.digest('hex') };
}

/** SHA-256 of the whole file: computed before a relink is trusted. */
export async function fullSha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const file of filesOf(path)) {
    const stream = createReadStream(file, { highWaterMark: SAMPLE_BYTES, ...(signal !== undefined && { signal }) });
    const pieces: AsyncIterable<Buffer> = stream;
    for await (const piece of pieces) hash.update(piece);
  }
  return hash.digest('hex');
}
