import { Redo2, Undo2 } from 'lucide-react';
import { useConnection } from '../engine-context.ts';
import { ExportPopover } from '../panels/export/export-popover.tsx';
import { JobsPopover } from '../panels/jobs/jobs-popover.tsx';
import { runCommand, useCommandsStore } from '../commands.ts';
import { useProjectStore } from '../stores/project.ts';
import { classNames } from '../ui/class-names.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { CommandField } from './command-field.tsx';
import { SaveState } from './save-state.tsx';

const WORKSPACES = [
  { id: 'edit', title: 'Edit', missing: undefined },
  {
    id: 'review',
    title: 'Review',
    missing: 'Suggestions are reviewed in the Edit workspace for now: Changes, beside Why.',
  },
  { id: 'audio', title: 'Audio', missing: 'The audio workspace is not built yet. Levels are set in the inspector.' },
  { id: 'deliver', title: 'Deliver', missing: 'Export, at the right, writes files for other editors.' },
] as const;

/** Project and save state, undo, workspaces, jobs, export, command field. */
export function TitleBar() {
  const name = useProjectStore((state) => state.info?.name);
  return (
    <header className="window-bar grid h-8 shrink-0 grid-cols-[1fr_auto_1fr] items-center gap-4 bg-g3 px-3 text-ui text-g8">
      <div className="flex min-w-0 items-center gap-3">
        <h1 className="truncate text-section text-g10">{name ?? 'Montage'}</h1>
        <SaveState />
        <span className="flex">
          <HistoryButton id="edit.undo" name="Undo" icon={Undo2} />
          <HistoryButton id="edit.redo" name="Redo" icon={Redo2} />
        </span>
      </div>
      <nav aria-label="Workspaces" className="flex">
        {WORKSPACES.map((workspace) => (
          <WorkspaceTab key={workspace.id} title={workspace.title} missing={workspace.missing} />
        ))}
      </nav>
      <div className="flex min-w-0 items-center justify-end gap-2">
        <Away />
        <JobsPopover />
        <ExportPopover />
        <CommandField />
      </div>
    </header>
  );
}

function HistoryButton({
  id,
  name,
  icon,
}: {
  readonly id: string;
  readonly name: string;
  readonly icon: typeof Undo2;
}) {
  const known = useCommandsStore((state) => state.commands.has(id));
  return <IconButton icon={icon} name={name} command={id} disabled={!known} onClick={() => runCommand(id)} />;
}

function WorkspaceTab({ title, missing }: { readonly title: string; readonly missing: string | undefined }) {
  const here = missing === undefined;
  const tab = (
    <button
      type="button"
      aria-current={here ? 'page' : undefined}
      aria-disabled={!here}
      className={classNames(
        'relative h-8 px-2 font-medium -outline-offset-2',
        here ? 'text-g10 after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:bg-accent' : 'text-g7',
      )}
    >
      {title}
    </button>
  );
  return here ? (
    tab
  ) : (
    <Tooltip name={title} effect={missing}>
      {tab}
    </Tooltip>
  );
}

/** Said while the engine cannot be reached. */
function Away() {
  const connection = useConnection();
  if (connection === 'connected' || connection === 'connecting') return null;
  return (
    <span role="status" className="truncate text-warn">
      {connection === 'lost'
        ? 'The engine is not answering. Trying again…'
        : 'This address was used before. Open the one that montage serve printed last.'}
    </span>
  );
}
