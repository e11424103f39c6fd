import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import type { MediaEntry } from '../../../core/contract/model.ts';
import type { MediaId } from '../../../core/media/media.ts';
import { writeMediaDrag } from '../../drag-media.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { selectRange } from './bin-rows.ts';
import { BinRow, BinTile } from './bin-tile.tsx';
import { MediaMenu } from './media-menu.tsx';

export type BinView = 'grid' | 'list';

type BinGridProps = {
  readonly entries: readonly MediaEntry[];
  readonly view: BinView;
  readonly onOpen: (id: MediaId) => void;
};

const GAP = 8;
const PADDING = 10;
const TILE_MIN = 120;
const ROW = 26;

/** How many tiles fit side by side, and how wide each is. */
export function tileColumns(width: number): { readonly columns: number; readonly tile: number } {
  const inner = Math.max(TILE_MIN, width - 2 * PADDING);
  const columns = Math.max(1, Math.floor((inner + GAP) / (TILE_MIN + GAP)));
  return { columns, tile: Math.floor((inner - GAP * (columns - 1)) / columns) };
}

/** The clips of the project as tiles or rows; only those on screen exist. */
export function BinGrid({ entries, view, onOpen }: BinGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const { columns, tile } = view === 'grid' ? tileColumns(width) : { columns: 1, tile: width };
  const rowHeight = view === 'grid' ? Math.round((tile * 9) / 16) + 20 + GAP : ROW;
  const rows = useVirtualizer({
    count: Math.ceil(entries.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 2,
    paddingStart: view === 'grid' ? 2 : 0,
  });
  useEffect(() => rows.measure(), [rows, rowHeight]);
  const { cursor, onClick, onKeyDown } = useBinSelection(entries, columns, onOpen, (index) =>
    rows.scrollToIndex(Math.floor(index / columns)),
  );

  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label="Media"
      aria-multiselectable
      className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto"
      onKeyDown={onKeyDown}
    >
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => (
          <div
            key={row.key}
            className="absolute inset-x-0 flex"
            style={{ top: row.start, height: rowHeight, gap: GAP, paddingInline: view === 'grid' ? PADDING : 0 }}
          >
            {entries.slice(row.index * columns, (row.index + 1) * columns).map((entry, column) => (
              <BinItem
                key={entry.media.id}
                entry={entry}
                view={view}
                width={tile}
                height={view === 'grid' ? rowHeight - GAP : ROW}
                focusable={row.index * columns + column === cursor}
                onClick={onClick}
                onOpen={onOpen}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

type BinItemProps = {
  readonly entry: MediaEntry;
  readonly view: BinView;
  readonly width: number;
  readonly height: number;
  readonly focusable: boolean;
  readonly onClick: (entry: MediaEntry, event: MouseEvent) => void;
  readonly onOpen: (id: MediaId) => void;
};

function BinItem({ entry, view, width, height, focusable, onClick, onOpen }: BinItemProps) {
  const { id } = entry.media;
  const selected = useLibraryStore((state) => state.selected.includes(id));
  const Item = view === 'grid' ? BinTile : BinRow;
  return (
    <MediaMenu entry={entry} onOpen={onOpen}>
      <div
        role="option"
        aria-selected={selected}
        aria-label={entry.media.name}
        data-media={id}
        tabIndex={focusable ? 0 : -1}
        draggable
        onDragStart={(event) => {
          const { selected: ids } = useLibraryStore.getState();
          writeMediaDrag(event.dataTransfer, ids.includes(id) ? ids : [id]);
        }}
        onClick={(event) => onClick(entry, event)}
        onDoubleClick={() => onOpen(id)}
        style={{ width, height }}
        className="shrink-0 outline-offset-0"
      >
        <Item entry={entry} selected={selected} />
      </div>
    </MediaMenu>
  );
}

/** Selection by mouse (Shift a range, Ctrl/Cmd one more) and by arrow keys. */
function useBinSelection(
  entries: readonly MediaEntry[],
  columns: number,
  onOpen: (id: MediaId) => void,
  reveal: (index: number) => void,
) {
  const { select } = useLibraryStore.getState();
  const selected = useLibraryStore((state) => state.selected);
  const order = entries.map((entry) => entry.media.id);
  const last = selected.at(-1);
  const cursor = Math.max(0, last === undefined ? 0 : order.indexOf(last));
  const onClick = (entry: MediaEntry, event: MouseEvent) => {
    const { id } = entry.media;
    if (event.shiftKey) select(selectRange(order, last, id));
    else if (event.ctrlKey || event.metaKey) {
      select(selected.includes(id) ? selected.filter((known) => known !== id) : [...selected, id]);
    } else {
      select([id]);
      onOpen(id);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      Home: -cursor,
      End: order.length - 1 - cursor,
    };
    const step = steps[event.key];
    if (event.key === 'Enter' && last !== undefined) onOpen(last);
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = Math.min(order.length - 1, Math.max(0, cursor + (last === undefined ? 0 : step)));
    const id = order[next];
    if (id === undefined) return;
    select(event.shiftKey ? [...selected.filter((known) => known !== id), id] : [id]);
    reveal(next);
    const list = event.currentTarget;
    requestAnimationFrame(() => list.querySelector<HTMLElement>(`[data-media="${CSS.escape(id)}"]`)?.focus());
  };
  return { cursor, onClick, onKeyDown };
}

function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(320);
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
