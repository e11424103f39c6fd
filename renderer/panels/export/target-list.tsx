import { EXPORT_TARGETS, type ExportTarget } from '../../export-targets.ts';

type TargetListProps = { readonly chosen: string; readonly onChoose: (target: ExportTarget) => void };

/** Where the cut goes, by application. */
export function TargetList({ chosen, onChoose }: TargetListProps) {
  return (
    <div role="radiogroup" aria-label="Target" className="grid grid-cols-2 gap-0.5">
      {EXPORT_TARGETS.map((target) => (
        <button
          key={target.id}
          type="button"
          role="radio"
          aria-checked={target.id === chosen}
          onClick={() => onChoose(target)}
          className="group rounded-clip px-2 py-1 text-left hover:bg-g5 aria-checked:bg-row-selected"
        >
          <span className="text-g10">{target.name}</span>
          <span className="block text-dense text-g8">{target.writes}</span>
        </button>
      ))}
    </div>
  );
}
