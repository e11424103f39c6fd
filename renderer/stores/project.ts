import { create } from 'zustand';
import type { ProjectInfo, SystemInfo } from '../../core/contract/model.ts';

type ProjectState = {
  readonly info: ProjectInfo | null;
  readonly system: SystemInfo | null;
  readonly lastSavedAtMs: number | null;
  /** Said in the status bar: what the pointer is over. */
  readonly hint: string;
  readonly setInfo: (info: ProjectInfo) => void;
  readonly setSystem: (system: SystemInfo) => void;
  readonly saved: (atMs: number) => void;
  readonly setHint: (hint: string) => void;
};

/** The open project and the engine that holds it. */
export const useProjectStore = create<ProjectState>((set) => ({
  info: null,
  system: null,
  lastSavedAtMs: null,
  hint: '',
  setInfo: (info) => set({ info, lastSavedAtMs: info.lastSavedAtMs }),
  setSystem: (system) => set({ system }),
  saved: (atMs) => set({ lastSavedAtMs: atMs }),
  setHint: (hint) => set({ hint }),
}));
