import { useEffect, useState } from 'react';
import type { HistoryEntry } from '../../../core/contract/model.ts';
import { useEngine } from '../../engine-context.ts';
import { formatClock } from '../../format.ts';
import { stepHistory, useTimelineStore } from '../../stores/timeline.ts';
import { toastFailure } from '../../stores/toasts.ts';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

/** How many steps of undo (or redo) lead to the state just after an entry. */
export function stepsTo(
  entries: readonly HistoryEntry[],
  index: number,
): { readonly direction: 'undo' | 'redo'; readonly count: number } {
  const entry = entries[index];
  if (entry?.undone === true) {
    return { direction: 'redo', count: entries.slice(0, index + 1).filter((other) => other.undone).length };
  }
  return { direction: 'undo', count: entries.slice(index + 1).filter((other) => !other.undone).length };
}

/** Every change of the open sequence, oldest first; a click goes back (or forward) to it. */
export function HistoryPanel() {
  const id = useTimelineStore((state) => state.id);
  const entries = useHistory(id);
  if (id === null || entries.length === 0) {
    return <EmptyState>Every change will be listed here. You can go back to any of them.</EmptyState>;
  }
  const goTo = (index: number) => {
    const { direction, count } = stepsTo(entries, index);
    for (let step = 0; step < count; step += 1) stepHistory(direction);
  };
  return (
    <section aria-label="History" className="h-full overflow-y-auto bg-g2 py-1">
      <ol>
        {entries.map((entry, index) => (
          <li key={entry.editId}>
            <button
              type="button"
              onClick={() => goTo(index)}
              title={entry.undone ? 'Undone. Click to do it again.' : 'Click to go back to just after this.'}
              className={classNames(
                'flex h-6 w-full items-center gap-2 px-3 text-left text-dense -outline-offset-2 hover:bg-g4',
                entry.undone ? 'text-g7' : 'text-g9',
              )}
            >
              <span className="min-w-0 flex-1 truncate">{entry.label}</span>
              {entry.author !== 'you' && <span className="text-g8">{entry.author}</span>}
              <span className="text-g8 tabular-nums">{formatClock(entry.atMs)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The history of a sequence, read again whenever the engine says it changed. */
function useHistory(id: ReturnType<typeof useTimelineStore.getState>['id']): readonly HistoryEntry[] {
  const engine = useEngine();
  const [entries, setEntries] = useState<readonly HistoryEntry[]>([]);
  useEffect(() => {
    if (id === null) return undefined;
    let wanted = true;
    const read = () => {
      engine.client.timeline.history({ timelineId: id }).then(
        (found) => {
          if (wanted) setEntries(found);
        },
        (error: unknown) => toastFailure('The history could not be read.', error),
      );
    };
    read();
    const stop = engine.onEvent((event) => {
      if (event.kind === 'timelineEdited' && event.timelineId === id) read();
    });
    return () => {
      wanted = false;
      stop();
    };
  }, [engine, id]);
  return entries;
}
