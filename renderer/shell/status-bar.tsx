import { useConnection } from '../engine-context.ts';
import { formatBytes } from '../format.ts';
import { coverage, useLibraryStore } from '../stores/library.ts';
import { useProjectStore } from '../stores/project.ts';

/** What the pointer is over; preview copies, free disk, cost. */
export function StatusBar() {
  const hint = useProjectStore((state) => state.hint);
  const info = useProjectStore((state) => state.info);
  const entries = useLibraryStore((state) => state.entries);
  const connected = useConnection() === 'connected';
  const proxies = [...entries.values()].filter((entry) => entry.assets.proxy !== undefined).length;
  const able = [...entries.values()].filter((entry) => entry.media.kind !== 'still').length;
  const { known, total } = coverage(entries);
  const parts = [
    able > 0 && (proxies < able ? `Preview copies ${proxies} of ${able}` : 'All preview copies ready'),
    total > 0 && known < total && `Knows ${known} of ${total}`,
    info !== null && `${formatBytes(info.freeDiskBytes)} free`,
    info?.rollbackJournal === true && 'Project on a network drive',
    connected ? '€0.00' : 'Engine away',
  ].filter((part) => part !== false);
  return (
    <footer className="flex h-5.5 shrink-0 items-center justify-between gap-4 bg-g3 px-3 text-dense text-g8">
      <span className="truncate">{hint}</span>
      <span className="shrink-0 tabular-nums">{parts.join(' · ')}</span>
    </footer>
  );
}
