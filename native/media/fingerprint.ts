import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Fingerprint } from '../../core/media/media.ts';

const SAMPLE_BYTES = 1024 * 1024;
/** Up to here the sampled hash has seen every byte. */
export const SAMPLED_WHOLLY_BYTES = 3 * SAMPLE_BYTES;

/** Size and SHA-256 over the first, middle and last MiB of a file (overlapping where it is smaller than three). */
export async function fingerprintOf(path: string): Promise<Fingerprint> {
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

/** SHA-256 of the whole file: computed before a relink is trusted. */
export async function fullSha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const stream = createReadStream(path, { highWaterMark: SAMPLE_BYTES, ...(signal !== undefined && { signal }) });
  const pieces: AsyncIterable<Buffer> = stream;
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
