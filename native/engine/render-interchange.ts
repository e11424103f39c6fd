import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import type { ImportedTimeline, Loss, MediaReference, ResolvedMedia } from '../../core/interchange/handoff.ts';
import { detectFormat, importTimeline } from '../../core/interchange/interchange.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import { mediaId, type Media } from '../../core/media/media.ts';
import { flicks } from '../../core/time/flicks.ts';
import type { Source, Timeline } from '../../core/timeline/timeline.ts';
import { inspectMedia, sourceFramesOfMedia, type InspectedMedia } from '../media/probe.ts';
import type { RenderSources } from '../render/render-plan.ts';
import { pathFault } from './path-faults.ts';
import { faultOf } from './refusals.ts';

const LARGEST_BYTES = 64 * 1024 * 1024;

export type OpenedCut = {
  readonly timeline: Timeline;
  readonly sources: RenderSources;
  /** What the file says and a timeline cannot hold, and what could not be found. */
  readonly losses: readonly Loss[];
};

/**
 * Reads a cut of another editor with its media, wherever its paths lead or beside it.
 *
 * @throws MontageError E_NOT_FOUND, E_TOO_LARGE, E_UNKNOWN_FORMAT, E_INTERCHANGE_…
 */
export async function openInterchange(file: string, signal?: AbortSignal): Promise<OpenedCut> {
  const path = resolve(file);
  const text = await readCut(path);
  const format = detectFormat(text, basename(path));
  if (format === undefined) {
    const hint = 'name a plan.json, .otio, .fcpxml, .xml or .edl';
    throw new MontageError({ code: 'E_UNKNOWN_FORMAT', message: 'this is no cut that can be read', where: path, hint });
  }
  const imported = importTimeline(format, text);
  const found = await findMedia(imported, dirname(path), signal);
  let last = 0;
  const ids = () => `cut-${(last += 1)}`;
  const { timeline, losses } = resolveImported(imported, (reference) => found.get(keyOf(reference)), ids);
  return { timeline, losses, sources: sourcesOf([...found.values()]) };
}

async function readCut(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= LARGEST_BYTES) return await readFile(path, 'utf8');
  } catch (error) {
    throw pathFault(error, path, 'render');
  }
  throw new MontageError({
    code: 'E_TOO_LARGE',
    message: 'the file is too large for a cut',
    where: path,
    stage: 'render',
  });
}

function keyOf({ path, name }: MediaReference): string {
  return path ?? name;
}

async function findMedia(
  imported: ImportedTimeline,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, ResolvedMedia>> {
  const references = new Map<string, MediaReference>();
  for (const { media } of imported.tracks.flatMap((track) => track.clips)) references.set(keyOf(media), media);
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

function sourcesOf(found: readonly ResolvedMedia[]): RenderSources {
  const byId = new Map(found.map((item) => [item.media.id, item]));
  return {
    source: (id) => byId.get(id)?.source,
    media(id) {
      const item = byId.get(id);
      return item === undefined ? undefined : { path: item.media.path, facts: item.media, frames: item.source.frames };
    },
  };
}
