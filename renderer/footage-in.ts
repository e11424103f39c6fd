import type { ImportOutcome } from '../core/contract/model.ts';
import { type Fault, MontageError } from '../core/errors.ts';
import { showDockPanel } from './dock-controller.ts';
import type { Engine } from './engine.ts';
import { plural } from './format.ts';
import { freshId } from './ids.ts';
import { shellBridge } from './shell/bridge.ts';
import type { MediaId } from '../core/media/media.ts';
import { useBinStore } from './stores/bin.ts';
import { useLibraryStore } from './stores/library.ts';
import { toastFailure, useToastsStore } from './stores/toasts.ts';
import { faultOf as callFault } from './microcopy.ts';

/** A dropped file, and its path below the dropped folder. */
export type DroppedFile = { readonly name: string; readonly file: File };

const PARALLEL_UPLOADS = 2;

/** Takes rows over from an import's answer: what came in, what was there already, what could not. */
function takeOutcome(outcome: ImportOutcome): void {
  const library = useLibraryStore.getState();
  for (const entry of outcome.added) library.put(entry);
  library.reject(outcome.rejected);
  if (outcome.added.length === 0 && outcome.known.length > 0 && outcome.rejected.length === 0) {
    useToastsStore
      .getState()
      .add({ kind: 'note', text: `${plural(outcome.known.length, 'file')} already in this project.` });
  }
}

/** Imports by path: the files stay where they are. */
export async function importPaths(engine: Engine, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const { setReading } = useLibraryStore.getState();
  setReading(paths.length);
  try {
    takeOutcome(await engine.client.media.import({ paths: [...paths] }));
  } catch (error) {
    toastFailure('The footage could not be added. What was there is unchanged.', error);
  } finally {
    setReading(-paths.length);
  }
}

/** Imports a drop: by path where the shell knows paths, else by sending the files to the engine's machine. */
export async function importDrop(engine: Engine, transfer: DataTransfer): Promise<void> {
  const bridge = shellBridge();
  if (bridge !== undefined) {
    const paths = [...transfer.files].map((file) => bridge.pathForFile(file)).filter((path) => path !== '');
    return importPaths(engine, paths);
  }
  // Entries must be taken before the first await: the browser empties the transfer after the event.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const { setReading } = useLibraryStore.getState();
  setReading(entries.length);
  let files: readonly DroppedFile[] = [];
  try {
    files = (await Promise.all(entries.map(filesOf))).flat();
  } catch (error) {
    toastFailure('Part of what was dropped could not be read.', error);
  } finally {
    setReading(-entries.length);
  }
  return uploadFiles(engine, files);
}

/** Sends files, two at a time; each becomes a row as soon as it is there. */
export async function uploadFiles(engine: Engine, files: readonly DroppedFile[]): Promise<void> {
  const waiting = [...files];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await uploadOne(engine, next);
  };
  await Promise.all(Array.from({ length: PARALLEL_UPLOADS }, worker));
}

async function uploadOne(engine: Engine, { name, file }: DroppedFile): Promise<void> {
  const { putUpload, endUpload, reject } = useLibraryStore.getState();
  const id = freshId('upload');
  putUpload({ id, name, progress: 0 });
  try {
    takeOutcome(await engine.upload(file.name, file, (progress) => putUpload({ id, name, progress })));
  } catch (error) {
    reject([{ path: name, fault: faultOf(error) }]);
  } finally {
    endUpload(id);
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof MontageError) return error.fault;
  return { code: 'E_UPLOAD', message: error instanceof Error ? error.message : String(error) };
}

/** Files below a dropped entry, folders walked; hidden files (.DS_Store and the like) are left out. */
async function filesOf(entry: FileSystemEntry): Promise<readonly DroppedFile[]> {
  if (entry.name.startsWith('.')) return [];
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ name: entry.fullPath.replace(/^\//, ''), file }];
  }
  if (!isDirectory(entry)) return [];
  const reader = entry.createReader();
  const found: FileSystemEntry[] = [];
  // readEntries gives at most 100 at a time and an empty list at the end.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) break;
    found.push(...batch);
  }
  return (await Promise.all(found.map(filesOf))).flat();
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** Opens the system's picker where there is one, else the engine's own list of folders. */
export async function chooseFootage(engine: Engine): Promise<void> {
  const bridge = shellBridge();
  if (bridge === undefined) {
    useBinStore.getState().pick();
    return;
  }
  const paths = await bridge.pickFootage();
  if (paths !== null) await importPaths(engine, paths);
}

/** Links an offline file to another path. Answers false when the content differs and the user must say yes first. */
export async function relinkMedia(engine: Engine, id: MediaId, path: string, acceptOther: boolean): Promise<boolean> {
  try {
    const entry = await engine.client.media.relink({ mediaId: id, path, acceptOtherContent: acceptOther });
    useLibraryStore.getState().put(entry);
    return true;
  } catch (error) {
    if (!acceptOther && isOtherContent(error)) return false;
    toastFailure('The file could not be linked. Nothing was changed.', error);
    return true;
  }
}

/** Takes what is said in a file from captions or a recogniser's file. */
export async function readCaptions(engine: Engine, id: MediaId, path: string): Promise<void> {
  try {
    await engine.client.media.readTranscript({ mediaId: id, path });
    useLibraryStore.getState().select([id]);
    showDockPanel('words');
  } catch (error) {
    toastFailure('The captions could not be read. Nothing was changed.', error);
  }
}

/** Lets captions of a file be chosen, in the place of the bin. */
export function chooseCaptions(id: MediaId): void {
  showDockPanel('media');
  useBinStore.getState().pickCaptions(id);
}

function isOtherContent(error: unknown): boolean {
  const code = callFault(error)?.code;
  return code === 'E_OTHER_CONTENT' || code === 'E_UNPROVEN_CONTENT';
}
