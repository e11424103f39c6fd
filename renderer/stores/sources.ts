import { create } from 'zustand';
import type { MediaEntry } from '../../core/contract/model.ts';
import type { SourceFrames } from '../../core/media/frames.ts';
import { primaryVideo, type Media, type MediaId } from '../../core/media/media.ts';
import { flicks } from '../../core/time/flicks.ts';
import type { Source, SourceLookup } from '../../core/timeline/timeline.ts';
import type { Engine } from '../engine.ts';

type SourcesState = {
  /** Frame starts of files whose rate varies, by their bytes' handle. */
  readonly tables: ReadonlyMap<string, Float64Array>;
  readonly put: (handle: string, table: Float64Array) => void;
};

/** Frame tables of variable-rate files; the other files' frames follow from their rate. */
export const useSourcesStore = create<SourcesState>((set) => ({
  tables: new Map(),
  put: (handle, table) => set((state) => ({ tables: new Map(state.tables).set(handle, table) })),
}));

function framesOf(entry: MediaEntry, tables: ReadonlyMap<string, Float64Array>): SourceFrames | undefined {
  const timing = primaryVideo(entry.media)?.timing;
  if (timing?.kind !== 'variable') return timing;
  const table = tables.get(entry.assets.frameTable ?? '');
  const end = table?.at(-1);
  if (table === undefined || end === undefined) {
    // Until the table is here the average rate stands in; nothing is edited or exported by it.
    return { kind: 'constant', rate: timing.averageRate, frameCount: timing.frameCount };
  }
  return { kind: 'variable', averageRate: timing.averageRate, starts: table.subarray(0, -1), end: flicks(end) };
}

function audioSpan(media: Media): Source['audio'] {
  if (media.audio.length === 0) return undefined;
  const starts = media.audio.map((stream) => stream.offset);
  const ends = media.audio.map((stream) => stream.offset + stream.duration);
  return { start: flicks(Math.min(...starts)), end: flicks(Math.max(...ends)) };
}

/** What edits and viewers know of the sources, from the library's entries. */
export function sourceLookup(
  entries: ReadonlyMap<MediaId, MediaEntry>,
  tables: ReadonlyMap<string, Float64Array>,
): SourceLookup {
  const known = new Map<MediaId, Source>();
  return {
    source(mediaId) {
      const found = known.get(mediaId);
      if (found !== undefined) return found;
      const entry = entries.get(mediaId);
      if (entry === undefined) return undefined;
      const source: Source = { frames: framesOf(entry, tables), audio: audioSpan(entry.media) };
      known.set(mediaId, source);
      return source;
    },
  };
}

/** Fetches the frame tables that are missing; each once. */
export function fetchTables(engine: Engine, entries: ReadonlyMap<MediaId, MediaEntry>): void {
  const { tables, put } = useSourcesStore.getState();
  for (const { assets, media } of entries.values()) {
    const handle = assets.frameTable;
    if (handle === undefined || tables.has(handle) || primaryVideo(media)?.timing.kind !== 'variable') continue;
    put(handle, new Float64Array());
    engine
      .bytes('frames', handle)
      .then((bytes) => put(handle, new Float64Array(bytes)))
      .catch(() => undefined);
  }
}
