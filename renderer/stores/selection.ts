import { create } from 'zustand';
import type { ChangeId } from '../../core/director/suggestion.ts';
import type { ClipId } from '../../core/timeline/timeline.ts';

type SelectionState = {
  readonly clips: ReadonlySet<ClipId>;
  /** The suggested change that the pointer or the keyboard is on. */
  readonly change: ChangeId | null;
  readonly selectClips: (ids: Iterable<ClipId>) => void;
  readonly addClips: (ids: Iterable<ClipId>) => void;
  readonly selectChange: (change: ChangeId | null) => void;
  readonly clear: () => void;
};

/** What is selected on the timeline. */
export const useSelectionStore = create<SelectionState>((set) => ({
  clips: new Set(),
  change: null,
  selectClips: (ids) => set({ clips: new Set(ids) }),
  addClips: (ids) => set((state) => ({ clips: new Set([...state.clips, ...ids]) })),
  selectChange: (change) => set({ change }),
  clear: () => set({ clips: new Set(), change: null }),
}));
