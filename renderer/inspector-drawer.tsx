import { useState } from 'react';
import { useDockStore } from './dock-controller.ts';
import { HistoryPanel } from './panels/history/history-panel.tsx';
import { InspectorPanel } from './panels/inspector/inspector-panel.tsx';
import { ChangesPanel } from './panels/suggestions/changes-panel.tsx';
import { WhyPanel } from './panels/suggestions/why-panel.tsx';
import { HeaderTab, PanelHeader } from './ui/panel-header.tsx';
import { INSPECTOR_DRAWER, workspaceSizes } from './workspace-layout.ts';

const TABS = [
  { id: 'inspector', title: 'Inspector', Panel: InspectorPanel },
  { id: 'why', title: 'Why', Panel: WhyPanel },
  { id: 'changes', title: 'Changes', Panel: ChangesPanel },
  { id: 'history', title: 'History', Panel: HistoryPanel },
] as const;

/** On small screens the right stack is a drawer over the viewer. */
export function InspectorDrawer() {
  const open = useDockStore((state) => state.drawerOpen);
  const [tab, setTab] = useState<(typeof TABS)[number]['id']>('why');
  if (!open) return null;
  const Panel = TABS.find((candidate) => candidate.id === tab)?.Panel ?? WhyPanel;
  return (
    <aside
      aria-label="Inspector drawer"
      className="absolute top-0 right-0 z-20 flex flex-col bg-g2 shadow-popover"
      style={{ width: INSPECTOR_DRAWER, height: workspaceSizes(window.innerWidth, window.innerHeight).top }}
    >
      <PanelHeader label="Inspector drawer">
        <div role="tablist">
          {TABS.map(({ id, title }) => (
            <HeaderTab key={id} active={id === tab} onSelect={() => setTab(id)}>
              {title}
            </HeaderTab>
          ))}
        </div>
      </PanelHeader>
      <div className="min-h-0 flex-1 overflow-auto">
        <Panel />
      </div>
    </aside>
  );
}
