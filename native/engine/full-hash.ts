import type { Fingerprint, Media } from '../../core/media/media.ts';
import type { MediaStore } from '../library/media-store.ts';
import { fingerprintOf, fullSha256Of, SAMPLED_WHOLLY_BYTES } from '../media/fingerprint.ts';

/**
 * SHA-256 over the whole file of media: what is known, or what the file says while it lies where it was, which is then
 * remembered. Undefined where the file is gone or holds something else by now: it can no longer be known.
 */
export async function fullHashOf(store: MediaStore, media: Media, signal?: AbortSignal): Promise<string | undefined> {
  const known = store.get(media.id)?.fingerprint.fullSha256;
  if (known !== undefined) return known;
  const full = await readFullHash(media, signal);
  if (full !== undefined && store.get(media.id) !== undefined) store.setFullHash(media.id, full);
  return full;
}

/**
 * Reads the whole file of media where it lies; undefined where it is not there or its samples are not those of the media.
 *
 * @throws AbortError
 */
export async function readFullHash({ path, fingerprint }: Media, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const full = await fullSha256Of(path, signal);
    const now = await fingerprintOf(path);
    const isSame = now.sizeBytes === fingerprint.sizeBytes && now.sampledSha256 === fingerprint.sampledSha256;
    return isSame ? full : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** A new file's fingerprint; where its samples alone do not tell it from every file of the project, with its full hash. */
export async function toldApart(store: MediaStore, fingerprint: Fingerprint, path: string): Promise<Fingerprint> {
  if (fingerprint.sizeBytes <= SAMPLED_WHOLLY_BYTES || !store.hasTwin(fingerprint)) return fingerprint;
  const whole = { ...fingerprint, fullSha256: await fullSha256Of(path) };
  return store.hasTwin(whole) ? { ...whole, isAmbiguous: true } : whole;
}
