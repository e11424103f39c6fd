import { useMemo } from 'react';
import type { MediaId } from '../../../core/media/media.ts';
import { useEngine } from '../../engine-context.ts';
import { chooseFootage } from '../../footage-in.ts';
import { showSource } from '../../open-source.ts';
import { useBinStore } from '../../stores/bin.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { arrangeBin } from './bin-rows.ts';
import { BinGrid } from './bin-grid.tsx';
import { BinNotices } from './bin-notices.tsx';
import { BinToolbar } from './bin-toolbar.tsx';
import { FilePicker } from './file-picker.tsx';

/** The footage of the project: drop it, look through it, see how far it is understood. */
export function BinPanel() {
  const loaded = useLibraryStore((state) => state.loaded);
  const entries = useLibraryStore((state) => state.entries);
  const busy = useLibraryStore((state) => state.reading > 0 || state.uploads.length > 0 || state.rejected.length > 0);
  const { view, sort, filter } = useBinStore();
  const shown = useMemo(() => arrangeBin(entries.values(), filter, sort), [entries, filter, sort]);
  return (
    <section aria-label="Media" className="relative flex h-full flex-col bg-g2">
      <BinToolbar />
      <FilePicker />
      <BinNotices />
      {!loaded && <BinSkeleton />}
      {loaded && entries.size === 0 && !busy && <BinEmpty />}
      {entries.size > 0 && shown.length === 0 && <EmptyState>No match for '{filter}' in this bin.</EmptyState>}
      {shown.length > 0 && <BinGrid entries={shown} view={view} onOpen={(id: MediaId) => showSource(id)} />}
    </section>
  );
}

function BinEmpty() {
  const engine = useEngine();
  return (
    <div className="m-2.5 flex-1 rounded-clip border border-dashed border-g6">
      <EmptyState action={<Button onClick={() => void chooseFootage(engine)}>Choose…</Button>}>
        Drop footage or a folder here. Your files stay where they are.
        {engine.canUpload && (
          <span className="mt-2 block text-ui text-g8">
            In a browser, dropped files are copied; chosen ones are not.
          </span>
        )}
      </EmptyState>
    </div>
  );
}

/** Flat tiles in the place of those to come; no shimmer. */
function BinSkeleton() {
  return (
    <div aria-label="Reading the project" className="grid grid-cols-2 gap-2 p-2.5">
      {[1, 2, 3, 4].map((tile) => (
        <div key={tile} className="aspect-video bg-g3" />
      ))}
    </div>
  );
}
