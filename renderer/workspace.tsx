import {
  DockviewReact,
  type DockviewReadyEvent,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import { useEffect, useRef, useState } from 'react';
import { DOCK_PANELS } from './dock-layout.ts';
import { refitDock, saveDock, useDockStore } from './dock-controller.ts';
import { InspectorDrawer } from './inspector-drawer.tsx';
import { PANEL_COMPONENTS } from './panel-registry.tsx';
import { type PanelId, useFocusStore } from './stores/focus.ts';

const THEME = { name: 'montage', className: 'dockview-theme-montage', dndTabIndicator: 'line' as const };

/** A panel in its frame: tells the focus store when it has the keyboard and shows the accent line while it has. */
function DockedPanel({ api }: IDockviewPanelProps) {
  const stack = stackOf(api.id);
  const focused = useFocusStore((state) => state.panel === stack);
  const focusPanel = useFocusStore((state) => state.focusPanel);
  const Panel = PANEL_COMPONENTS[api.id];
  return (
    <div
      data-panel={api.id}
      data-stack={stack}
      data-focused={focused}
      className="panel-frame h-full"
      onFocusCapture={() => focusPanel(stack)}
      onPointerDownCapture={() => focusPanel(stack)}
    >
      {Panel !== undefined && <Panel />}
    </div>
  );
}

function stackOf(id: string): PanelId {
  return DOCK_PANELS.find((panel) => panel.id === id)?.stack ?? 'timeline';
}

/** A tab without a close button: panels of the house are moved, not lost. */
function DockTab({ api }: IDockviewPanelHeaderProps) {
  return <span className="dock-tab">{api.title}</span>;
}

const COMPONENTS = Object.fromEntries(DOCK_PANELS.map((panel) => [panel.id, DockedPanel]));

/** The dock of panels between title bar and status bar. */
export function Workspace() {
  const [ready, setReady] = useState<DockviewReadyEvent | null>(null);
  const size = useRef('');
  const small = useDockStore((state) => state.small);

  useEffect(() => {
    if (ready === null) return undefined;
    const { api } = ready;
    let timer: number | undefined;
    const save = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => saveDock(api, window), 300);
    };
    const onResize = () => {
      const now = `${window.innerWidth}x${window.innerHeight}`;
      if (now === size.current) return;
      size.current = now;
      refitDock(api, window);
    };
    // Only a hand on a splitter or a tab is worth keeping; window resizes load what fits the new size.
    const onPointerUp = (event: PointerEvent) => {
      if (event.target instanceof Element && event.target.closest('.dv-sash, .dv-tab') !== null) save();
    };
    const dropped = api.onDidDrop(save);
    const moved = api.onDidMovePanel(save);
    window.addEventListener('resize', onResize);
    window.addEventListener('pointerup', onPointerUp, true);
    onResize();
    return () => {
      window.clearTimeout(timer);
      dropped.dispose();
      moved.dispose();
      window.removeEventListener('resize', onResize);
      window.removeEventListener('pointerup', onPointerUp, true);
    };
  }, [ready]);

  return (
    <main className="relative min-h-0 flex-1">
      <DockviewReact
        components={COMPONENTS}
        defaultTabComponent={DockTab}
        theme={THEME}
        disableFloatingGroups
        onReady={setReady}
        noPanelsOverlay="emptyGroup"
      />
      {small && <InspectorDrawer />}
    </main>
  );
}
