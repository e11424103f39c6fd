import type { MediaId } from '../core/media/media.ts';
import { useLibraryStore } from './stores/library.ts';

/** Shows a file in the source viewer, at a frame when one is given. */
export function showSource(id: MediaId): void {
  useLibraryStore.getState().select([id]);
}
