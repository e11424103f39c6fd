import { useMemo, useState } from 'react';
import { chordFor, rememberCommand, useCommandsStore } from '../commands.ts';
import { chordLabel } from '../keys.ts';
import { showSource } from '../open-source.ts';
import { isMac } from '../platform.ts';
import { useLibraryStore } from '../stores/library.ts';
import { usePaletteStore } from '../stores/palette.ts';
import { classNames } from '../ui/class-names.ts';
import { KeyCap } from '../ui/tooltip.tsx';
import { type PaletteItem, paletteItems } from './palette-items.ts';

/** The field in the title bar that opens the palette. */
export function CommandField() {
  const setOpen = usePaletteStore((state) => state.setOpen);
  const chord = useCommandsStore((state) => chordFor(state, 'app.palette'));
  return (
    <button
      type="button"
      onClick={() => setOpen(true)}
      className="flex h-5.5 w-50 min-w-24 items-center justify-between rounded-clip bg-g1 px-2 text-g8 hover:text-g9 max-[1365px]:w-36"
    >
      <span className="truncate">Search or do…</span>
      {chord !== undefined && <KeyCap>{chordLabel(chord, isMac)}</KeyCap>}
    </button>
  );
}

/** Commands and clips in one list: type, arrows, Enter. */
export function CommandPalette() {
  const open = usePaletteStore((state) => state.open);
  return open ? <OpenPalette /> : null;
}

function OpenPalette() {
  const setOpen = usePaletteStore((state) => state.setOpen);
  const commands = useCommandsStore((state) => state.commands);
  const recent = useCommandsStore((state) => state.recent);
  const entries = useLibraryStore((state) => state.entries);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const items = useMemo(
    () =>
      paletteItems(commands.values(), entries.values(), recent, query, (entry) => showSource(entry.media.id)).slice(
        0,
        60,
      ),
    [commands, entries, recent, query],
  );
  const take = (item: PaletteItem | undefined) => {
    if (item?.enabled !== true) return;
    setOpen(false);
    if (commands.has(item.id)) rememberCommand(item.id);
    item.run();
  };
  const move = (step: number) => setAt(Math.min(items.length - 1, Math.max(0, at + step)));
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => take(items[at]),
    Escape: () => setOpen(false),
  };
  return (
    <div className="fixed inset-0 z-50" onPointerDown={() => setOpen(false)}>
      <div
        role="dialog"
        aria-label="Search or do"
        onPointerDown={(event) => event.stopPropagation()}
        className="mx-auto mt-[16vh] w-140 max-w-[90vw] rounded-dialog border border-g5 bg-g3 shadow-dialog"
      >
        <PaletteInput
          query={query}
          activeId={items[at] === undefined ? undefined : `palette-${at}`}
          keys={keys}
          onQuery={(next) => {
            setQuery(next);
            setAt(0);
          }}
        />
        <PaletteList items={items} at={at} onPoint={setAt} onTake={take} />
      </div>
    </div>
  );
}

type PaletteInputProps = {
  readonly query: string;
  readonly activeId: string | undefined;
  /** What keys do, by name; the others type. */
  readonly keys: Readonly<Record<string, () => void>>;
  readonly onQuery: (query: string) => void;
};

function PaletteInput({ query, activeId, keys, onQuery }: PaletteInputProps) {
  return (
    <input
      autoFocus
      role="combobox"
      aria-expanded
      aria-controls="palette-list"
      aria-activedescendant={activeId}
      aria-label="Search or do"
      placeholder="Search or do…"
      value={query}
      onChange={(event) => onQuery(event.currentTarget.value)}
      onKeyDown={(event) => {
        const run = keys[event.key];
        if (run === undefined) return;
        event.preventDefault();
        run();
      }}
      className="h-9 w-full rounded-t-dialog bg-g1 px-3 text-reason text-g10 outline-none"
    />
  );
}

type PaletteListProps = {
  readonly items: readonly PaletteItem[];
  readonly at: number;
  readonly onPoint: (index: number) => void;
  readonly onTake: (item: PaletteItem) => void;
};

function PaletteList({ items, at, onPoint, onTake }: PaletteListProps) {
  const keymap = useCommandsStore();
  return (
    <ul id="palette-list" role="listbox" aria-label="Commands and clips" className="max-h-80 overflow-y-auto p-1">
      {items.length === 0 && <li className="px-2 py-1 text-g8">Nothing by that name.</li>}
      {items.map((item, index) => {
        const chord = chordFor(keymap, item.id);
        return (
          <li
            key={item.id}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            aria-disabled={!item.enabled}
            ref={(element) => {
              if (index === at) element?.scrollIntoView({ block: 'nearest' });
            }}
            onPointerMove={() => onPoint(index)}
            onClick={() => onTake(item)}
            className={classNames(
              'flex h-6 items-center gap-3 rounded-clip px-2',
              index === at && 'bg-row-selected',
              item.enabled ? 'text-g10' : 'text-g7',
            )}
          >
            <span className="min-w-0 flex-1 truncate">{item.label}</span>
            {chord !== undefined && <KeyCap>{chordLabel(chord, isMac)}</KeyCap>}
            <span className="w-20 text-right text-g8">{item.kind}</span>
          </li>
        );
      })}
    </ul>
  );
}
