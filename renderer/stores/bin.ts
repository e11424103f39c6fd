import { create } from 'zustand';
import type { MediaId } from '../../core/media/media.ts';

/** Why the file picker is open. */
export type PickPurpose =
  | { readonly kind: 'add' }
  /** Another place of a file, or captions of what is said in it. */
  | { readonly kind: 'relink' | 'captions'; readonly mediaId: MediaId };

type BinState = {
  readonly view: 'grid' | 'list';
  readonly sort: 'name' | 'duration' | 'kind' | 'size';
  readonly filter: string;
  readonly picking: PickPurpose | null;
  readonly setView: (view: BinState['view']) => void;
  readonly setSort: (sort: BinState['sort']) => void;
  readonly setFilter: (filter: string) => void;
  readonly pick: () => void;
  readonly relink: (mediaId: MediaId) => void;
  readonly pickCaptions: (mediaId: MediaId) => void;
  readonly endPick: () => void;
};

/** How the bin is looked at, and whether its file picker is open. */
export const useBinStore = create<BinState>((set) => ({
  view: 'grid',
  sort: 'name',
  filter: '',
  picking: null,
  setView: (view) => set({ view }),
  setSort: (sort) => set({ sort }),
  setFilter: (filter) => set({ filter }),
  pick: () => set({ picking: { kind: 'add' } }),
  relink: (mediaId) => set({ picking: { kind: 'relink', mediaId } }),
  pickCaptions: (mediaId) => set({ picking: { kind: 'captions', mediaId } }),
  endPick: () => set({ picking: null }),
}));
