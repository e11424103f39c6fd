import type { ReactNode } from 'react';
import { chordFor, runCommand, useCommandsStore } from '../../commands.ts';
import { chordLabel } from '../../keys.ts';
import { isMac } from '../../platform.ts';
import { ContextMenu, type MenuItem } from '../../ui/menu.tsx';

const ENTRIES: readonly { readonly command: string; readonly destructive?: boolean }[] = [
  { command: 'edit.split' },
  { command: 'edit.trimStart' },
  { command: 'edit.trimEnd' },
  { command: 'edit.addTransition' },
  { command: 'edit.reverse' },
  { command: 'edit.freeze' },
  { command: 'edit.nest' },
  { command: 'edit.link' },
  { command: 'edit.unlink' },
  { command: 'edit.toggleEnabled' },
  { command: 'viewer.matchFrame' },
  { command: 'marker.add' },
  { command: 'timeline.zoomFit' },
  { command: 'edit.lift', destructive: true },
  { command: 'edit.rippleDelete', destructive: true },
];

/** What can be done with the clips that are selected and at the playhead, by right click. */
export function TimelineMenu({ children }: { readonly children: ReactNode }) {
  const state = useCommandsStore();
  const items = ENTRIES.flatMap(({ command: id, destructive }): readonly MenuItem[] => {
    const command = state.commands.get(id);
    if (command === undefined) return [];
    const chord = chordFor(state, id);
    return [
      {
        label: command.label,
        shortcut: chord === undefined ? undefined : chordLabel(chord, isMac),
        disabledReason:
          command.when?.() === false ? 'A suggestion is decided on first; it is no sequence yet.' : undefined,
        destructive: destructive ?? false,
        onSelect: () => void runCommand(id),
      },
    ];
  });
  return <ContextMenu items={items}>{children}</ContextMenu>;
}
