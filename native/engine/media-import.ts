import { existsSync } from 'node:fs';
import type { ImportRejection } from '../../core/contract/model.ts';
import type { Fingerprint, Media } from '../../core/media/media.ts';
import { filesOf } from '../ffmpeg/picture-run.ts';
import type { MediaStore } from '../library/media-store.ts';
import { fingerprintOf, fullSha256Of, SAMPLED_WHOLLY_BYTES } from '../media/fingerprint.ts';
import { fullHashOf, toldApart } from './full-hash.ts';
import { inspectMedia, sourceFramesOfMedia, type InspectedMedia } from '../media/probe.ts';
import { findFiles } from './find-files.ts';
import { faultOf } from './refusals.ts';

export type Imported = {
  readonly added: readonly Media[];
  /** Files whose content the project already has, also where it lay elsewhere before. */
  readonly known: readonly { readonly path: string; readonly media: Media }[];
  readonly rejected: readonly ImportRejection[];
};

export type ImportOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Called for each file the project has, as soon as it is in. */
  readonly onTakenIn?: ((media: Media) => void) | undefined;
  /** Files looked at so far, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
};

/** Looking at a file is one process that mostly waits for the disk. */
const AT_ONCE = 3;

/** Brings files and folders into the project. One file's fault is listed and stops nothing else. */
export async function importPaths(
  store: MediaStore,
  paths: readonly string[],
  options: ImportOptions = {},
): Promise<Imported> {
  const { files, rejected } = await findFiles(paths, options.signal);
  const outcome: { added: Media[]; known: { path: string; media: Media }[]; rejected: ImportRejection[] } = {
    added: [],
    known: [],
    rejected: [...rejected],
  };
  // Taken in one after another and in order, each as soon as it was looked at: the bin fills while the rest is read.
  for await (const look of looksInOrder(store, files, options)) {
    if ('fault' in look) {
      outcome.rejected.push(look);
      continue;
    }
    const { media, isNew } = await takeIn(store, look, options.signal);
    options.onTakenIn?.(media);
    if (isNew) outcome.added.push(media);
    else outcome.known.push({ path: look.path, media });
  }
  return outcome;
}

/** A file by its content: all that is needed to know it again. */
type Content = { readonly path: string; readonly fingerprint: Fingerprint };
/** Content the project has needs no second look; of other files it takes what ffmpeg sees in them. */
type Look = Content | InspectedMedia | ImportRejection;

/** Looks at some files at once and gives what it saw in the files' order. */
async function* looksInOrder(
  store: MediaStore,
  files: readonly string[],
  options: ImportOptions,
): AsyncGenerator<Look, void, void> {
  const started: Promise<Look>[] = [];
  const start = () => {
    const path = files[started.length];
    if (path === undefined) return;
    const look = inspect(store, path, options.signal);
    look.catch(() => undefined);
    started.push(look);
  };
  for (let count = 0; count < AT_ONCE; count += 1) start();
  for (let index = 0; index < files.length; index += 1) {
    const look = started[index];
    if (look === undefined) return;
    yield await look;
    start();
    options.onProgress?.(index + 1, files.length);
  }
}

async function inspect(store: MediaStore, path: string, signal: AbortSignal | undefined): Promise<Look> {
  try {
    const content = await contentOf(path);
    if (content !== undefined && (await sameMedia(store, content)) !== undefined) return content;
    return await inspectMedia(path, { signal });
  } catch (error) {
    const fault = faultOf(error);
    if (fault.code === 'E_CANCELLED' || fault.code === 'E_FFMPEG_MISSING') throw error;
    return { path, fault };
  }
}

/** A file's fingerprint; undefined where it cannot be read, which the look at it says in the user's words. */
async function contentOf(path: string): Promise<Content | undefined> {
  try {
    return { path, fingerprint: await fingerprintOf(path) };
  } catch {
    return undefined;
  }
}

async function takeIn(
  store: MediaStore,
  look: Content | InspectedMedia,
  signal: AbortSignal | undefined,
): Promise<{ media: Media; isNew: boolean }> {
  const { path } = look;
  const content = 'facts' in look ? { path, fingerprint: look.facts.fingerprint } : look;
  const alike = await sameMedia(store, content);
  if (alike !== undefined) {
    // The file was moved: its media goes on where it lies now. A copy elsewhere changes nothing.
    if (alike.path !== path && !filesOf(alike.path).every((file) => existsSync(file))) store.relink(alike.id, path);
    else if (!alike.online) store.setOnline(alike.id, true);
    return { media: store.known(alike.id), isNew: false };
  }
  // Removed from the project since it was recognised: it is new again.
  const seen = 'facts' in look ? look : await inspectMedia(path, { signal });
  // Other content lies where this media used to be.
  for (const replaced of store.atPath(path)) store.setOnline(replaced.id, false);
  const frames = sourceFramesOfMedia(seen);
  const fingerprint = await toldApart(store, seen.facts.fingerprint, path);
  const starts = frames?.kind === 'variable' ? frames.starts : undefined;
  return { media: store.add(path, { ...seen.facts, fingerprint }, starts), isNew: true };
}

/**
 * Media that a file is: the one at its path, or one that is proven to hold the same bytes. Where the sampled hash did not see
 * all of them, whole files are compared; media whose file is gone before it was read whole are not taken for it.
 */
async function sameMedia(store: MediaStore, { path, fingerprint }: Content): Promise<Media | undefined> {
  const candidates = store.withContent(fingerprint);
  const atPath = candidates.find((candidate) => candidate.path === path);
  if (atPath !== undefined || fingerprint.sizeBytes <= SAMPLED_WHOLLY_BYTES) return atPath ?? candidates[0];
  const full = candidates.length === 0 ? undefined : await fullSha256Of(path);
  for (const candidate of candidates) if ((await fullHashOf(store, candidate)) === full) return candidate;
  return undefined;
}
