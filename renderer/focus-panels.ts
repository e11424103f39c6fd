import { showDockPanel } from './dock-controller.ts';
import { nextPanel, type PanelId, PANEL_WALK, useFocusStore } from './stores/focus.ts';

/** Panels on screen now. */
function shownPanels(): readonly PanelId[] {
  return PANEL_WALK.filter((panel) => frameOf(panel) !== null);
}

function frameOf(panel: PanelId): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-stack="${panel}"]`);
}

const FOCUSABLE = '[data-panel-focus], [tabindex="0"], input:not(:disabled), button:not(:disabled)';

/** Gives the keyboard to a panel: to what it names with `data-panel-focus`, else to its first control. */
export function focusPanel(panel: PanelId): void {
  if (panel === 'bin') showDockPanel('media');
  useFocusStore.getState().focusPanel(panel);
  const frame = frameOf(panel);
  const target =
    frame?.querySelector<HTMLElement>('[data-panel-focus]') ?? frame?.querySelector<HTMLElement>(FOCUSABLE);
  target?.focus();
}

/** F6 and Shift+F6. */
export function walkPanels(step: 1 | -1): void {
  focusPanel(nextPanel(useFocusStore.getState().panel, step, shownPanels()));
}
