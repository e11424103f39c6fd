import { create } from 'zustand';

/** Every place that keyboard focus can be in, in the order F6 walks them. */
export const PANEL_WALK = ['bin', 'viewer', 'inspector', 'brief', 'timeline', 'meters'] as const;
export type PanelId = (typeof PANEL_WALK)[number];

type FocusState = {
  /** The panel that receives panel keys and shows the accent line. */
  readonly panel: PanelId;
  readonly focusPanel: (panel: PanelId) => void;
};

/** Which panel has the keyboard. */
export const useFocusStore = create<FocusState>((set) => ({
  panel: 'timeline',
  focusPanel: (panel) => set({ panel }),
}));

/** The panel after (or before) one on the F6 walk, among those that are shown. */
export function nextPanel(from: PanelId, step: 1 | -1, shown: readonly PanelId[]): PanelId {
  const walk = PANEL_WALK.filter((panel) => shown.includes(panel));
  const at = walk.indexOf(from);
  return walk[(at + step + walk.length) % walk.length] ?? from;
}
