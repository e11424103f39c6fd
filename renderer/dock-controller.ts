import type { DockviewApi } from 'dockview-react';
import { create } from 'zustand';
import { DOCK_PANELS, defaultDock } from './dock-layout.ts';
import { forgetLayout, layoutKey, readLayout, writeLayout } from './layout-storage.ts';
import { STATUS_BAR, TITLE_BAR, workspaceSizes } from './workspace-layout.ts';

type DockState = { readonly api: DockviewApi | null; readonly drawerOpen: boolean; readonly small: boolean };

/** The dock of this window, for commands; null until it is mounted. */
export const useDockStore = create<DockState>(() => ({ api: null, drawerOpen: false, small: false }));

const WORKSPACE = 'edit';
const PANEL_IDS = DOCK_PANELS.map((panel) => panel.id);

/** Loads the arrangement saved for this window size, or the default one. */
function loadDock(api: DockviewApi, view: Window): void {
  const { innerWidth: width, innerHeight: height } = view;
  // dockview hears of a new window size later than this; sizes given before that would be scaled.
  api.layout(width, height - TITLE_BAR - STATUS_BAR, true);
  const sizes = workspaceSizes(width, height);
  const saved = readLayout(view.localStorage, layoutKey(WORKSPACE, width, height), PANEL_IDS);
  try {
    api.fromJSON(saved ?? defaultDock(sizes, api.width, api.height), { reuseExistingPanels: true });
  } catch {
    // A layout of another dockview version: the default always loads.
    api.fromJSON(defaultDock(sizes, api.width, api.height), { reuseExistingPanels: true });
  }
  useDockStore.setState({ api, small: sizes.small, drawerOpen: false });
}

/** Loads what fits another window size; the panels that were in front stay there. */
export function refitDock(api: DockviewApi, view: Window): void {
  const last = api.activePanel?.id;
  const shown = api.groups.flatMap(({ activePanel }) => activePanel?.id ?? []);
  loadDock(api, view);
  for (const id of [...shown, ...(last === undefined ? [] : [last])]) api.getPanel(id)?.api.setActive();
}

/** Keeps the arrangement for this window size. */
export function saveDock(api: DockviewApi, view: Window): void {
  if (api.hasMaximizedGroup()) return;
  writeLayout(view.localStorage, layoutKey(WORKSPACE, view.innerWidth, view.innerHeight), api.toJSON());
}

/** `Window › Reset workspace`. */
export function resetDock(view: Window): void {
  const { api } = useDockStore.getState();
  if (api === null) return;
  forgetLayout(view.localStorage, layoutKey(WORKSPACE, view.innerWidth, view.innerHeight));
  loadDock(api, view);
}

/** Brings a panel to the front of its stack; opens the drawer where the inspector is one. */
export function showDockPanel(id: string): void {
  const { api, small } = useDockStore.getState();
  const panel = api?.getPanel(id);
  if (panel !== undefined) panel.api.setActive();
  else if (small) useDockStore.setState({ drawerOpen: true });
}

/** Maximises the active stack, or puts it back. */
export function toggleMaximised(): void {
  const { api } = useDockStore.getState();
  if (api === null) return;
  if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
  else if (api.activePanel !== undefined) api.maximizeGroup(api.activePanel);
}
