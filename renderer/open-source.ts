import type { MediaId } from '../core/media/media.ts';
import { useLibraryStore } from './stores/library.ts';
import { usePlayerStore } from './stores/player.ts';

/** Shows a file in the source viewer, at a source frame when one is given. */
export function showSource(id: MediaId, frame?: number): void {
  useLibraryStore.getState().select([id]);
  usePlayerStore.getState().showSource(id);
  // The viewer mounts the file's player after this render; the frame is asked of that one.
  if (frame !== undefined) requestAnimationFrame(() => usePlayerStore.getState().seek(frame));
}
