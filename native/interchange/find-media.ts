import { basename, resolve } from 'node:path';
import { keyOf } from '../../core/interchange/assumed-media.ts';
import type { ImportedTimeline, MediaReference, ResolvedMedia } from '../../core/interchange/handoff.ts';
import { mediaId, type Media } from '../../core/media/media.ts';
import { flicks } from '../../core/time/flicks.ts';
import type { Source } from '../../core/timeline/timeline.ts';
import { faultOf } from '../engine/refusals.ts';
import { inspectMedia, sourceFramesOfMedia, type InspectedMedia } from '../media/probe.ts';

/**
 * Finds and examines the media that a cut names, where its paths lead or beside it, by `keyOf` their reference.
 *
 * @throws MontageError E_FFMPEG_MISSING, E_CANCELLED
 */
export async function findMedia(
  imported: ImportedTimeline,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, ResolvedMedia>> {
  const references = new Map<string, MediaReference>();
  for (const timeline of [imported, ...(imported.nested ?? []).map((one) => one.timeline)]) {
    for (const { media, content } of timeline.tracks.flatMap((track) => track.clips))
      if (content === undefined) references.set(keyOf(media), media);
  }
  const found = new Map<string, ResolvedMedia>();
  for (const [key, reference] of references) {
    const media = await firstThere(placesOf(reference, folder), signal);
    if (media !== undefined) found.set(key, media);
  }
  return found;
}

function placesOf({ path, name }: MediaReference, folder: string): readonly string[] {
  return [...(path === undefined ? [] : [path, resolve(folder, basename(path))]), resolve(folder, basename(name))];
}

async function firstThere(
  places: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ResolvedMedia | undefined> {
  for (const place of places) {
    try {
      return resolvedOf(await inspectMedia(place, { signal }));
    } catch (error) {
      // What is not there or no media is told as a loss of the clips that use it.
      const { code } = faultOf(error);
      if (code === 'E_BUG' || code === 'E_CANCELLED' || code === 'E_FFMPEG_MISSING') throw error;
    }
  }
  return undefined;
}

function resolvedOf(looked: InspectedMedia): ResolvedMedia {
  const { facts, path } = looked;
  const media: Media = { ...facts, id: mediaId(path), name: basename(path), path, online: true };
  const spans = facts.audio.map(({ offset, duration }) => ({ start: offset, end: offset + duration }));
  const audio: Source['audio'] =
    spans.length === 0
      ? undefined
      : {
          start: flicks(Math.min(...spans.map(({ start }) => start))),
          end: flicks(Math.max(...spans.map(({ end }) => end))),
        };
  return { media, source: { frames: sourceFramesOfMedia(looked), audio } };
}
