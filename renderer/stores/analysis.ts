import { create } from 'zustand';
import type { AnalysisResult } from '../../core/analysis/results.ts';
import type { MediaId } from '../../core/media/media.ts';

type AnalysisState = {
  /** What was read of each file; files whose analysis changed since are left out. */
  readonly results: ReadonlyMap<MediaId, readonly AnalysisResult[]>;
  readonly put: (id: MediaId, results: readonly AnalysisResult[]) => void;
  readonly forget: (id: MediaId) => void;
};

/** Analysis of files as far as someone looked at it. */
export const useAnalysisStore = create<AnalysisState>((set) => ({
  results: new Map(),
  put: (id, results) => set((state) => ({ results: new Map(state.results).set(id, results) })),
  forget: (id) => set((state) => ({ results: new Map([...state.results].filter(([key]) => key !== id)) })),
}));
