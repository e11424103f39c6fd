import { resolve } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { primaryVideo, type Media, type MediaFacts, type MediaId } from '../../core/media/media.ts';
import type { MediaStore } from '../library/media-store.ts';
import { fullSha256Of } from '../media/fingerprint.ts';
import { inspectMedia } from '../media/probe.ts';

export type RelinkWish = { readonly mediaId: MediaId; readonly path: string; readonly acceptOtherContent: boolean };

/**
 * Points media at where its file lies now. Other content is refused unless asked for, and even then it must have the same frames:
 * edits address them by number.
 *
 * @throws MontageError E_OTHER_CONTENT, E_OTHER_FRAMES, and as `inspectMedia`
 */
export async function relinkMedia(store: MediaStore, wish: RelinkWish, signal?: AbortSignal): Promise<Media> {
  const media = store.known(wish.mediaId);
  const path = resolve(wish.path);
  const { facts } = await inspectMedia(path, { signal });
  if (!(await isSameFile(media, facts, path))) {
    if (!wish.acceptOtherContent) {
      const hint = 'relink all the same if you know that it is the right file';
      throw new MontageError({ code: 'E_OTHER_CONTENT', message: 'the file holds other content', where: path, hint });
    }
    if (!haveSameFrames(media, facts)) {
      const hint = 'import it as new media';
      const message = 'the file has other frames than the clips were cut from';
      throw new MontageError({ code: 'E_OTHER_FRAMES', message, where: path, hint, stage: 'import' });
    }
  }
  store.relink(media.id, path);
  return store.known(media.id);
}

async function isSameFile(media: Media, facts: MediaFacts, path: string): Promise<boolean> {
  const { sizeBytes, sampledSha256, fullSha256 } = media.fingerprint;
  if (sizeBytes !== facts.fingerprint.sizeBytes || sampledSha256 !== facts.fingerprint.sampledSha256) return false;
  return fullSha256 === undefined || fullSha256 === (await fullSha256Of(path));
}

function haveSameFrames(media: Media, facts: MediaFacts): boolean {
  const [ours, theirs] = [primaryVideo(media)?.timing, primaryVideo(facts)?.timing];
  return media.kind === facts.kind && JSON.stringify(ours) === JSON.stringify(theirs);
}
