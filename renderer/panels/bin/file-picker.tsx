import { ArrowUp, File, Folder, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { DirectoryListing } from '../../../core/contract/model.ts';
import type { Engine } from '../../engine.ts';
import { useEngine } from '../../engine-context.ts';
import { importPaths, readCaptions, relinkMedia } from '../../footage-in.ts';
import { formatBytes, plural } from '../../format.ts';
import { type PickPurpose, useBinStore } from '../../stores/bin.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';

/** Folders of the engine's machine, in the place of the bin while it is open; for shells that cannot give paths. */
export function FilePicker() {
  const picking = useBinStore((state) => state.picking);
  return picking === null ? null : <OpenFilePicker key={JSON.stringify(picking)} purpose={picking} />;
}

function OpenFilePicker({ purpose }: { readonly purpose: PickPurpose }) {
  const engine = useEngine();
  const endPick = useBinStore((state) => state.endPick);
  const wanted = useLibraryStore((state) =>
    purpose.kind === 'add' ? undefined : state.entries.get(purpose.mediaId)?.media,
  );
  // Captions lie beside their film; a file that is missing is looked for elsewhere.
  const { listing, problem, go } = useFolder(engine, purpose.kind === 'captions' ? folderOf(wanted?.path) : null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [doubtful, setDoubtful] = useState<string | null>(null);
  const single = purpose.kind !== 'add';
  const title = titleOf(purpose, wanted?.name ?? 'file');

  const open = (entry: Entry) => {
    if (entry.kind === 'directory') {
      setChosen([]);
      go(entry.path);
    } else toggle(entry.path);
  };
  const toggle = (path: string) =>
    setChosen((known) =>
      single ? [path] : known.includes(path) ? known.filter((one) => one !== path) : [...known, path],
    );
  const take = async (paths: readonly string[], acceptOther: boolean) => {
    const [path] = paths;
    if (purpose.kind === 'add') {
      endPick();
      await importPaths(engine, paths);
    } else if (path !== undefined && purpose.kind === 'captions') {
      endPick();
      await readCaptions(engine, purpose.mediaId, path);
    } else if (path !== undefined) {
      if (await relinkMedia(engine, purpose.mediaId, path, acceptOther)) endPick();
      else setDoubtful(path);
    }
  };

  return (
    <div
      role="dialog"
      aria-label={title === '' ? 'Add footage' : title}
      className="absolute inset-0 z-10 flex flex-col bg-g2"
      onKeyDown={(event) => {
        if (event.key === 'Escape') endPick();
      }}
    >
      <PickerHeader title={title} listing={listing} onGo={go} onClose={endPick} />
      {problem !== null && <p className="px-2.5 pb-2 text-error">{problem}</p>}
      {listing !== null && <PickerList listing={listing} chosen={chosen} onToggle={toggle} onOpen={open} />}
      <PickerFooter
        single={single}
        folder={listing?.path}
        chosen={chosen}
        doubtful={doubtful}
        onTake={(paths, acceptOther) => void take(paths, acceptOther)}
      />
    </div>
  );
}

/** Null where it is not known: the engine then begins where its user is at home. */
function folderOf(path: string | undefined): string | null {
  return path?.replace(/[/\\][^/\\]*$/u, '') ?? null;
}

/** Empty where the folder alone tells enough. */
function titleOf({ kind }: PickPurpose, name: string): string {
  switch (kind) {
    case 'add':
      return '';
    case 'relink':
      return `Find '${name}'`;
    case 'captions':
      return `Captions of '${name}'`;
  }
}

/** The folder shown; another may be typed or pasted. */
function FolderPath({ path, onGo }: { readonly path: string; readonly onGo: (path: string) => void }) {
  const [text, setText] = useState(path);
  return (
    <input
      aria-label="Folder"
      spellCheck={false}
      // What is typed before the first folder is listed would be lost with it.
      disabled={path === ''}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && text.trim() !== '') onGo(text.trim());
      }}
      className="h-5.5 min-w-0 flex-1 rounded-clip bg-g1 px-2 text-g10"
    />
  );
}

type Entry = DirectoryListing['entries'][number];

type PickerListProps = {
  readonly listing: DirectoryListing;
  readonly chosen: readonly string[];
  readonly onToggle: (path: string) => void;
  readonly onOpen: (entry: Entry) => void;
};

function PickerList({ listing, chosen, onToggle, onOpen }: PickerListProps) {
  return (
    <ul className="min-h-0 flex-1 overflow-y-auto" aria-label="Files">
      {listing.entries.map((entry) => (
        <PickerRow
          key={entry.path}
          entry={entry}
          chosen={chosen.includes(entry.path)}
          onToggle={() => onToggle(entry.path)}
          onOpen={() => onOpen(entry)}
        />
      ))}
      {listing.entries.length === 0 && <li className="p-2.5 text-g8">This folder is empty.</li>}
    </ul>
  );
}

type PickerFooterProps = {
  readonly single: boolean;
  readonly folder: string | undefined;
  readonly chosen: readonly string[];
  readonly doubtful: string | null;
  readonly onTake: (paths: readonly string[], acceptOther: boolean) => void;
};

function PickerFooter({ single, folder, chosen, doubtful, onTake }: PickerFooterProps) {
  const offersFolder = !single && folder !== undefined;
  if (!offersFolder && chosen.length === 0 && doubtful === null) return null;
  return (
    <footer className="flex shrink-0 items-center justify-end gap-2 bg-g3 px-2.5 py-2">
      {doubtful !== null && <DoubtfulMatch path={doubtful} onTake={() => onTake([doubtful], true)} />}
      {offersFolder && chosen.length === 0 && (
        <Button variant="primary" onClick={() => onTake([folder], false)}>
          Add this folder
        </Button>
      )}
      {chosen.length > 0 && doubtful === null && (
        <Button variant="primary" onClick={() => onTake(chosen, false)}>
          {single ? 'Use this file' : `Add ${plural(chosen.length, 'item')}`}
        </Button>
      )}
    </footer>
  );
}

type PickerHeaderProps = {
  readonly title: string;
  readonly listing: DirectoryListing | null;
  readonly onGo: (path: string | null) => void;
  readonly onClose: () => void;
};

function PickerHeader({ title, listing, onGo, onClose }: PickerHeaderProps) {
  const parent = listing?.parent ?? null;
  return (
    <div className="flex h-9 shrink-0 items-center gap-1 px-2.5">
      <IconButton icon={ArrowUp} name="Folder above" disabled={parent === null} onClick={() => onGo(parent)} />
      {title !== '' && <span className="max-w-40 truncate text-g9">{title}</span>}
      <FolderPath key={listing?.path} path={listing?.path ?? ''} onGo={onGo} />
      <IconButton icon={X} name="Close" onClick={onClose} />
    </div>
  );
}

function DoubtfulMatch({ path, onTake }: { readonly path: string; readonly onTake: () => void }) {
  return (
    <>
      <span className="min-w-0 flex-1 text-warn">'{path.split(/[/\\]/).at(-1)}' has other content. Use it anyway?</span>
      <Button onClick={onTake}>Use it</Button>
    </>
  );
}

type PickerRowProps = {
  readonly entry: Entry;
  readonly chosen: boolean;
  readonly onToggle: () => void;
  readonly onOpen: () => void;
};

/** One folder or file: a click chooses, a double click or Enter opens. */
function PickerRow({ entry, chosen, onToggle, onOpen }: PickerRowProps) {
  const Glyph = entry.kind === 'directory' ? Folder : File;
  return (
    <li>
      <button
        type="button"
        aria-pressed={chosen}
        onClick={onToggle}
        onDoubleClick={onOpen}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          onOpen();
        }}
        className={classNames(
          'flex h-6 w-full items-center gap-2 px-2.5 text-left text-dense -outline-offset-2',
          chosen ? 'bg-row-selected text-g10' : 'text-g9 hover:bg-g4',
        )}
      >
        <Glyph size={14} strokeWidth={1.5} aria-hidden className="shrink-0 text-g8" />
        <span className="min-w-0 flex-1 truncate">{entry.name}</span>
        {entry.kind === 'file' && <span className="text-g8 tabular-nums">{formatBytes(entry.sizeBytes)}</span>}
      </button>
    </li>
  );
}

/** Begins in a folder, or at home where there is none such or it cannot be read. */
function useFolder(engine: Engine, first: string | null) {
  const [path, setPath] = useState(first);
  const [listing, setListing] = useState<DirectoryListing | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    engine.client.files.list({ path }).then(
      (found) => {
        if (!wanted) return;
        setListing(found);
        setProblem(null);
      },
      () => {
        if (!wanted) return;
        if (path !== null && path === first) setPath(null);
        else setProblem('Montage may not read this folder.');
      },
    );
    return () => {
      wanted = false;
    };
  }, [engine, first, path]);
  return { listing, problem, go: setPath };
}
