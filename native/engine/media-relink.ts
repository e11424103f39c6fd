import { resolve } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { primaryVideo, type Media, type MediaFacts, type MediaId } from '../../core/media/media.ts';
import type { MediaStore } from '../library/media-store.ts';
import { fullSha256Of, SAMPLED_WHOLLY_BYTES } from '../media/fingerprint.ts';
import { inspectMedia } from '../media/probe.ts';
import { fullHashOf, toldApart } from './full-hash.ts';

export type RelinkWish = { readonly mediaId: MediaId; readonly path: string; readonly acceptOtherContent: boolean };

/**
 * Points media at where its file lies now. Other content, or one that cannot be proven to be the same, is refused unless asked
 * for, and even then it must have the same frames: edits address them by number.
 *
 * @throws MontageError E_OTHER_CONTENT, E_UNPROVEN_CONTENT, E_OTHER_FRAMES, and as `inspectMedia`
 */
export async function relinkMedia(store: MediaStore, wish: RelinkWish, signal?: AbortSignal): Promise<Media> {
  const media = store.known(wish.mediaId);
  const path = resolve(wish.path);
  const { facts } = await inspectMedia(path, { signal });
  const likeness = await compare(store, media, facts, path);
  if (likeness === 'same') {
    store.relink(media.id, path);
    return store.known(media.id);
  }
  if (!wish.acceptOtherContent) throw refusal(likeness, path);
  if (!haveSameFrames(media, facts)) {
    const hint = 'import it as new media';
    const message = 'the file has other frames than the clips were cut from';
    throw new MontageError({ code: 'E_OTHER_FRAMES', message, where: path, hint, stage: 'import' });
  }
  store.replace(media.id, path, { ...facts, fingerprint: await toldApart(store, facts.fingerprint, path) });
  return store.known(media.id);
}

type Likeness = 'same' | 'other' | 'unproven';

/** Samples that are alike prove nothing of what lies between them: whole files are compared. */
async function compare(store: MediaStore, media: Media, facts: MediaFacts, path: string): Promise<Likeness> {
  const { sizeBytes, sampledSha256 } = media.fingerprint;
  if (sizeBytes !== facts.fingerprint.sizeBytes || sampledSha256 !== facts.fingerprint.sampledSha256) return 'other';
  if (sizeBytes <= SAMPLED_WHOLLY_BYTES || path === media.path) return 'same';
  const full = await fullHashOf(store, media);
  if (full === undefined) return 'unproven';
  return full === (await fullSha256Of(path)) ? 'same' : 'other';
}

function refusal(likeness: Exclude<Likeness, 'same'>, path: string): MontageError {
  const hint = 'relink all the same if you know that it is the right file';
  const place = { where: path, hint, stage: 'import' };
  if (likeness === 'other') {
    return new MontageError({ code: 'E_OTHER_CONTENT', message: 'the file holds other content', ...place });
  }
  const message = 'the file looks the same, but the original was gone before it was read whole';
  return new MontageError({ code: 'E_UNPROVEN_CONTENT', message, ...place });
}

function haveSameFrames(media: Media, facts: MediaFacts): boolean {
  const [ours, theirs] = [primaryVideo(media)?.timing, primaryVideo(facts)?.timing];
  return media.kind === facts.kind && JSON.stringify(ours) === JSON.stringify(theirs);
}
