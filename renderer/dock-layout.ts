import { type GroupviewPanelState, Orientation, type SerializedDockview } from 'dockview-react';
import type { PanelId } from './stores/focus.ts';
import { GAP, type WorkspaceSizes } from './workspace-layout.ts';

/** A panel as the dock knows it: `stack` is the group it starts in. */
export type DockPanel = { readonly id: string; readonly title: string; readonly stack: PanelId };

export const DOCK_PANELS: readonly DockPanel[] = [
  { id: 'media', title: 'Media', stack: 'bin' },
  { id: 'search', title: 'Search', stack: 'bin' },
  { id: 'words', title: 'Words', stack: 'bin' },
  { id: 'people', title: 'People', stack: 'bin' },
  { id: 'viewer', title: 'Viewer', stack: 'viewer' },
  { id: 'inspector', title: 'Inspector', stack: 'inspector' },
  { id: 'why', title: 'Why', stack: 'inspector' },
  { id: 'changes', title: 'Changes', stack: 'inspector' },
  { id: 'history', title: 'History', stack: 'inspector' },
  { id: 'brief', title: 'Brief', stack: 'brief' },
  { id: 'timeline', title: 'Timeline', stack: 'timeline' },
  { id: 'meters', title: 'Meters', stack: 'meters' },
];

/** These draw their own header row, so the dock shows none. */
const BARE: readonly PanelId[] = ['viewer', 'brief', 'timeline', 'meters'];

const ACTIVE: Readonly<Partial<Record<PanelId, string>>> = { inspector: 'why' };

type Limits = Pick<GroupviewPanelState, 'minimumWidth' | 'maximumWidth' | 'minimumHeight' | 'maximumHeight'>;

/** What each stack may never leave, in dockview's sizes. */
function limitsOf(stack: PanelId, sizes: WorkspaceSizes): Limits {
  switch (stack) {
    case 'bin':
      return { minimumWidth: 200, minimumHeight: 240 };
    case 'viewer':
      return { minimumWidth: 320, minimumHeight: 240 };
    case 'inspector':
      return { minimumWidth: 240, minimumHeight: 240 };
    case 'brief': {
      const height = sizes.brief + GAP;
      return { minimumHeight: height, maximumHeight: height, minimumWidth: 400 };
    }
    case 'timeline':
      return { minimumWidth: 400, minimumHeight: 200 };
    case 'meters':
      return { minimumWidth: sizes.meters, maximumWidth: sizes.meters, minimumHeight: 200 };
  }
}

/**
 * The dock's default arrangement for a window, in dockview's own serialised form. A stack's size includes the 2 px gap on
 * its right or lower side, which dock.css draws: dockview's own gaps fall on fractions of a pixel.
 */
export function defaultDock(sizes: WorkspaceSizes, width: number, height: number): SerializedDockview {
  const panels = DOCK_PANELS.filter((panel) => !(sizes.small && panel.stack === 'inspector'));
  const leaf = (stack: PanelId, size: number) => {
    const views = panels.filter((panel) => panel.stack === stack).map((panel) => panel.id);
    const bare = BARE.includes(stack);
    const activeView = ACTIVE[stack] ?? views[0] ?? stack;
    return {
      type: 'leaf' as const,
      size,
      data: { id: stack, views, activeView, hideHeader: bare, ...(bare && { locked: true }) },
    };
  };
  const columns = sizes.small ? 2 : 3;
  const viewer = width - sizes.bin - sizes.inspector - GAP * (columns - 1);
  const top = [
    leaf('bin', sizes.bin + GAP),
    leaf('viewer', viewer + (sizes.small ? 0 : GAP)),
    ...(sizes.small ? [] : [leaf('inspector', sizes.inspector)]),
  ];
  const bottom = [leaf('timeline', width - sizes.meters), leaf('meters', sizes.meters)];
  return {
    grid: {
      width,
      height,
      orientation: Orientation.VERTICAL,
      root: {
        type: 'branch',
        data: [
          { type: 'branch', size: sizes.top + GAP, data: top },
          leaf('brief', sizes.brief + GAP),
          { type: 'branch', size: sizes.timeline, data: bottom },
        ],
      },
    },
    panels: Object.fromEntries(
      panels.map(({ id, title, stack }) => [id, { id, contentComponent: id, title, ...limitsOf(stack, sizes) }]),
    ),
    activeGroup: 'timeline',
  };
}
