import { create } from 'zustand';
import type { ImportRejection, IngestState, MediaEntry } from '../../core/contract/model.ts';
import type { MediaId } from '../../core/media/media.ts';

/** A file on its way to the engine's machine (browser only). `progress` 0–1. */
export type Upload = { readonly id: string; readonly name: string; readonly progress: number };

type LibraryState = {
  readonly loaded: boolean;
  readonly entries: ReadonlyMap<MediaId, MediaEntry>;
  /** What was dropped and is not in the project, with the reason, until dismissed. */
  readonly rejected: readonly ImportRejection[];
  readonly uploads: readonly Upload[];
  /** How many files are being looked at before their rows exist. */
  readonly reading: number;
  /** Selected in the bin; the last one is what the source viewer shows. */
  readonly selected: readonly MediaId[];
};

type LibraryActions = {
  readonly replaceAll: (entries: readonly MediaEntry[]) => void;
  readonly put: (entry: MediaEntry) => void;
  readonly remove: (id: MediaId) => void;
  readonly setIngest: (id: MediaId, ingest: IngestState) => void;
  readonly reject: (rejections: readonly ImportRejection[]) => void;
  readonly dismissRejections: () => void;
  readonly setReading: (change: number) => void;
  readonly putUpload: (upload: Upload) => void;
  readonly endUpload: (id: string) => void;
  readonly select: (ids: readonly MediaId[]) => void;
};

/** The project's media as the engine last told it. */
export const useLibraryStore = create<LibraryState & LibraryActions>((set) => ({
  loaded: false,
  entries: new Map(),
  rejected: [],
  uploads: [],
  reading: 0,
  selected: [],
  replaceAll: (entries) =>
    set((state) => {
      const all = new Map(entries.map((entry) => [entry.media.id, entry]));
      return { loaded: true, entries: all, selected: state.selected.filter((id) => all.has(id)) };
    }),
  put: (entry) => set((state) => ({ entries: new Map(state.entries).set(entry.media.id, entry) })),
  remove: (id) =>
    set((state) => ({
      entries: new Map([...state.entries].filter(([key]) => key !== id)),
      selected: state.selected.filter((key) => key !== id),
    })),
  setIngest: (id, ingest) =>
    set((state) => {
      const entry = state.entries.get(id);
      return entry === undefined ? {} : { entries: new Map(state.entries).set(id, { ...entry, ingest }) };
    }),
  reject: (rejections) => set((state) => ({ rejected: [...state.rejected, ...rejections] })),
  dismissRejections: () => set({ rejected: [] }),
  setReading: (change) => set((state) => ({ reading: Math.max(0, state.reading + change) })),
  putUpload: (upload) =>
    set((state) => ({
      uploads: state.uploads.some((known) => known.id === upload.id)
        ? state.uploads.map((known) => (known.id === upload.id ? upload : known))
        : [...state.uploads, upload],
    })),
  endUpload: (id) => set((state) => ({ uploads: state.uploads.filter((upload) => upload.id !== id) })),
  select: (selected) => set({ selected }),
}));

/** How much of the footage is understood: "Knows 3 of 8". */
export function coverage(entries: ReadonlyMap<MediaId, MediaEntry>): {
  readonly known: number;
  readonly total: number;
} {
  const all = [...entries.values()];
  return { known: all.filter((entry) => entry.ingest.state === 'ready').length, total: all.length };
}
