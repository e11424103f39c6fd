import { dirname, resolve } from 'node:path';
import { keyOf } from '../../core/interchange/assumed-media.ts';
import type { Loss, ResolvedMedia } from '../../core/interchange/handoff.ts';
import { resolveImported } from '../../core/interchange/resolve.ts';
import type { Timeline } from '../../core/timeline/timeline.ts';
import { findMedia } from '../interchange/find-media.ts';
import { importCutText, readCutText } from '../interchange/read-cut.ts';
import type { RenderSources } from '../render/request.ts';

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
  const imported = importCutText(await readCutText(path));
  const found = await findMedia(imported, dirname(path), signal);
  let last = 0;
  const ids = () => `cut-${(last += 1)}`;
  const { timeline, losses } = resolveImported(imported, (reference) => found.get(keyOf(reference)), ids);
  return { timeline, losses, sources: sourcesOf([...found.values()]) };
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
