import { dirname, resolve } from 'node:path';
import { assumedMedia, keyOf } from '../../core/interchange/assumed-media.ts';
import type {
  ExportInput,
  ImportedTimeline,
  ImportOptions,
  Loss,
  MediaReference,
  ResolvedMedia,
} from '../../core/interchange/handoff.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import { faultOf } from '../engine/refusals.ts';
import { findMedia } from './find-media.ts';
import { unpackOtioz } from './otio-bundle-read.ts';
import { importCutText, readCutText, type CutText } from './read-cut.ts';

/** A cut of another editor, ready to be written again. */
export type ConvertibleCut = {
  readonly read: CutText;
  readonly imported: ImportedTimeline;
  readonly input: ExportInput;
  /** What the file says and a timeline cannot hold. */
  readonly losses: readonly Loss[];
  /** Media that are not there: what the file says of them was taken. */
  readonly missing: readonly string[];
};

/** The media of an OTIO bundle are unpacked beside it, into a folder of its name and `-media`. */
async function readWithMedia(path: string): Promise<CutText> {
  const read = await readCutText(path);
  return read.bundle === 'otioz' ? { ...read, text: (await unpackOtioz(path, `${path}-media`)).text } : read;
}

/**
 * Reads a cut for conversion. Media that are there are examined; of those that are not, what the file says is taken.
 *
 * @throws MontageError E_NOT_FOUND, E_TOO_LARGE, E_UNKNOWN_FORMAT, E_INTERCHANGE_…
 */
export async function openForConversion(
  file: string,
  options: ImportOptions,
  signal?: AbortSignal,
): Promise<ConvertibleCut> {
  const path = resolve(file);
  const read = await readWithMedia(path);
  const imported = importCutText(read, options);
  const found = await findMedia(imported, dirname(path), signal).catch((error: unknown) => {
    // Without ffmpeg no media can be examined, which conversion can do without.
    if (faultOf(error).code === 'E_FFMPEG_MISSING') return new Map<string, ResolvedMedia>();
    throw error;
  });
  const assume = assumedMedia(imported);
  const used = new Map<string, ResolvedMedia>();
  const missing = new Set<string>();
  const find = (reference: MediaReference) => {
    const key = keyOf(reference);
    const there = found.get(key);
    const media = there ?? assume(reference);
    if (there === undefined) missing.add(reference.path ?? reference.name);
    if (media !== undefined) used.set(media.media.id, media);
    return media;
  };
  let last = 0;
  const { timeline, losses } = resolveImported(imported, find, () => `cut-${(last += 1)}`);
  const input: ExportInput = {
    timeline,
    media: (id) => used.get(id)?.media,
    sources: { source: (id) => used.get(id)?.source },
  };
  return { read, imported, input, losses, missing: [...missing] };
}
