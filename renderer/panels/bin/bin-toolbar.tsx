import { FolderPlus, LayoutGrid, List } from 'lucide-react';
import { useEngine } from '../../engine-context.ts';
import { chooseFootage } from '../../footage-in.ts';
import { useBinStore } from '../../stores/bin.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Select } from '../../ui/select.tsx';
import { SORTS } from './bin-rows.ts';

/** Filter, order, look, add. */
export function BinToolbar() {
  const engine = useEngine();
  const { view, sort, filter, setFilter, setSort, setView } = useBinStore();
  return (
    <div className="flex h-9 shrink-0 items-center gap-1 px-2.5">
      <SearchField
        label="Filter clips by name, folder or badge"
        placeholder="Filter"
        value={filter}
        onChange={setFilter}
      />
      <Select
        label="Sort by"
        className="w-21"
        value={sort}
        options={SORTS}
        onChange={(value) => {
          const found = SORTS.find((candidate) => candidate.value === value);
          if (found !== undefined) setSort(found.value);
        }}
      />
      <IconButton icon={LayoutGrid} name="Show as tiles" pressed={view === 'grid'} onClick={() => setView('grid')} />
      <IconButton icon={List} name="Show as list" pressed={view === 'list'} onClick={() => setView('list')} />
      <IconButton
        icon={FolderPlus}
        name="Add footage"
        effect="Files and folders of this computer; they stay where they are."
        command="media.import"
        onClick={() => void chooseFootage(engine)}
      />
    </div>
  );
}
